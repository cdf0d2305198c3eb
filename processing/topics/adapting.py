"""Learns a topic further from a few labels. What is known already is where learning begins: each weight moves from
there only as far as the labels demand, and a word of which they say nothing keeps its weight. Needs the extra
``training``.

It is the most probable model if weights are scattered normally around those that are known (a Gaussian prior, as in
Chelba and Acero, 2004), so that forty labels can neither teach nonsense nor make what thousands taught forgotten.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from processing.figures import Figures
from processing.topics.learning import FOLDS, LEAST_TEXTS, Example, Numbers, fold_of
from processing.topics.model import Model

AROUND_MODEL, AROUND_WORDS = 30.0, 100.0
"""Variance of a weight around what is known of it: by a model that thousands of texts taught, or by words alone."""
BIAS_SCATTER = 1.0
"""That of the bias: who labels sees the articles that are hard to tell, and not as many of each kind as there are."""
LEAST_CHANGE = 1e-4
"""A smaller change of a weight is none."""


def from_words(topic: str, others: Mapping[str, Model]) -> Model:
    """Where a topic without a model begins: its words prove as much as those of other topics do, on average."""
    own = sorted({name for model in others.values() for name in model.weights if "(" in name})
    count = max(len(others), 1)
    weights = {name: sum(model.weights.get(name, 0.0) for model in others.values()) / count for name in own}
    return Model(topic, sum(model.bias for model in others.values()) / count, 0.5, weights)


def adapted(known: Model, examples: Sequence[Example], scatter: float) -> Model:
    """A model that has learned from labels what `known` does not know. Its threshold stays.

    Args:
        known: where learning begins.
        examples: labelled texts.
        scatter: variance of the weights around the known ones.
    """
    counts = Counter(name for example in examples for name in example.features)
    heard = sorted(name for name, count in counts.items() if count >= LEAST_TEXTS or name in known.weights)
    numbers = {name: number for number, name in enumerate(heard)}
    starts, columns, values, before = [0], [], [], []
    for example in examples:
        share = 1 / sqrt(max(len(example.features), 1))
        there = sorted(number for name in example.features if (number := numbers.get(name)) is not None)
        columns += there
        values += [share] * len(there)
        starts.append(len(columns))
        before.append(known.bias + share * sum(known.weights.get(heard[number], 0.0) for number in there))
    matrix = csr_matrix((values, columns, starts), shape=(len(examples), len(heard)))
    sign = np.array([1.0 if each.about else -1.0 for each in examples])
    teach = np.array([each.weight for each in examples])
    begun = np.array(before)

    def cost(changes: Numbers) -> tuple[float, Numbers]:
        """Of changes of the weights and of the bias: what they get wrong, and how far they go; and its slope."""
        weights, bias = changes[:-1], changes[-1]
        sums = sign * (begun + matrix @ weights + bias)
        slope = -teach * sign / (1 + np.exp(np.minimum(sums, 500)))
        wrong = float((teach * np.logaddexp(0, -sums)).sum())
        far = float(weights @ weights) / (2 * scatter) + float(bias) ** 2 / (2 * BIAS_SCATTER)
        slopes = np.append(matrix.T @ slope + weights / scatter, slope.sum() + bias / BIAS_SCATTER)
        return wrong + far, slopes

    found = minimize(cost, np.zeros(len(heard) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    changed = {name: known.weights.get(name, 0.0) + float(found[number]) for name, number in numbers.items()}
    moved = {name: round(weight, 4) for name, weight in changed.items() if abs(found[numbers[name]]) >= LEAST_CHANGE}
    return Model(known.topic, round(known.bias + float(found[-1]), 4), known.threshold, {**known.weights, **moved})


def cross_validated(known: Model, examples: Sequence[Example], scatter: float) -> Figures:
    """How right `adapted` is about real texts that it did not learn from: each fold is judged by what the others
    taught.
    """
    judged: list[tuple[bool, bool]] = []
    for fold in range(FOLDS):
        model = adapted(known, [each for each in examples if each.invented or fold_of(each.id) != fold], scatter)
        judged += [
            (finds(model, each.features), each.about)
            for each in examples
            if not each.invented and fold_of(each.id) == fold
        ]
    return counted(judged)


def finds(model: Model, features: frozenset[str]) -> bool:
    """Whether a model says that a text of these features has its topic."""
    weighed = sum(model.weights.get(name, 0.0) for name in sorted(features))
    return model.probability(weighed, len(features)) >= model.threshold


def counted(judged: Iterable[tuple[bool, bool]]) -> Figures:
    """The figures of texts, given for each whether it was found and whether it has the topic."""
    pairs = Counter(judged)
    there = pairs[True, True] + pairs[False, True]
    return Figures(pairs[True, True], pairs[True, True] + pairs[True, False], there)
