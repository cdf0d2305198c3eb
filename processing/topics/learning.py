"""Learns a topic's model from labelled texts, and how good it is by cross-validation. Needs the extra ``training``."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from processing.figures import Figures
from processing.topics.model import Model

FOLDS = 5
LEAST_TEXTS = 3
"""Labelled texts that a feature stands in, or it is not heard: of fewer nothing can be learned."""
KEPT = 4_000
"""Features of a model; the lightest of the others together change few decisions."""
SOFTNESS = 20.0
"""Inverse strength of the penalty on weights (scikit-learn's `C`)."""
AS_GOOD = 0.01
"""Difference of F1 that says nothing."""

Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Example:
    """A labelled text.

    Attributes:
        id: of the text; which fold it is in depends on it alone.
        features: by `Tagger.features`.
        about: whether it is about the topic.
        invented: whether it was written for the project; no figure counts it.
        weight: beside the others.
    """

    id: str
    features: frozenset[str]
    about: bool
    invented: bool = False
    weight: float = 1.0


def learn(topic: str, examples: Sequence[Example]) -> tuple[Model, Figures]:
    """A topic's model, with its threshold and figures by cross-validation.

    Raises:
        ValueError: there are fewer than `FOLDS` real texts with the topic or without it.
    """
    about = np.array([each.about for each in examples])
    real = np.array([not each.invented for each in examples])
    if min((about & real).sum(), (~about & real).sum()) < FOLDS:
        raise ValueError(f"{topic}: too few labelled texts to learn from")
    teach = np.array([each.weight for each in examples])
    folds = np.array([fold_of(each.id) for each in examples])
    names, rarity = _heard(examples)
    matrix = _matrix(examples, names, rarity)
    sums = np.zeros(len(examples))
    for fold in range(FOLDS):
        others = folds != fold
        weights, bias = _fit(matrix[others], about[others], teach[others])
        sums[~others] = matrix[~others] @ weights + bias
    from sklearn.linear_model import LogisticRegression

    # Platt (1999): the sums of texts that were not learned from, as probabilities.
    scale = LogisticRegression(C=1e6).fit(sums[real].reshape(-1, 1), about[real])
    slope, shift = float(scale.coef_[0, 0]), float(scale.intercept_[0])
    sure = 1 / (1 + np.exp(-(slope * sums + shift)))
    threshold, figures = _best_threshold(sure[real], about[real])
    weights, _ = _fit(matrix, about, teach)
    kept = np.sort(np.argsort(-np.abs(weights * rarity), kind="stable")[:KEPT])
    weights, bias = _fit(matrix[:, kept], about, teach)
    learned = slope * weights * rarity[kept]
    return Model(
        topic,
        round(slope * bias + shift, 4),
        threshold,
        {names[number]: round(float(weight), 4) for number, weight in zip(kept, learned, strict=True)},
    ), figures


def fold_of(id_: str) -> int:
    """The part of the texts that is judged by what all others teach, from 0 on."""
    return hashlib.sha256(id_.encode()).digest()[0] % FOLDS


def _heard(examples: Iterable[Example]) -> tuple[list[str], Numbers]:
    """The features that are heard, and how much each counts: the rarer, the more (inverse document frequency)."""
    counts = Counter(name for example in examples for name in example.features)
    names = sorted(name for name, count in counts.items() if count >= LEAST_TEXTS)
    total = sum(1 for _ in examples)
    return names, np.log(total / np.array([counts[name] for name in names])) + 1


def _matrix(examples: Iterable[Example], names: list[str], rarity: Numbers) -> csr_matrix:
    """A row a text, a column a feature; a row is divided by the root of the number of the text's features."""
    numbers = {name: number for number, name in enumerate(names)}
    starts, columns, values = [0], [], []
    for example in examples:
        there = sorted(number for name in example.features if (number := numbers.get(name)) is not None)
        columns += there
        values += [rarity[number] / len(example.features) ** 0.5 for number in there]
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(starts) - 1, len(names)))


def _fit(matrix: csr_matrix, about: Truths, teach: Numbers) -> tuple[Numbers, float]:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=SOFTNESS, solver="liblinear", random_state=0, max_iter=300)
    fitted.fit(matrix, about, sample_weight=teach)
    return fitted.coef_[0], float(fitted.intercept_[0])


def _best_threshold(sure: Numbers, about: Truths) -> tuple[float, Figures]:
    """That nearest to 0.5, to two places, of those whose F1 is within `AS_GOOD` of the best."""
    there = int(about.sum())
    tried = []
    for threshold in np.arange(0.15, 0.86, 0.01):
        found = sure >= threshold
        tried.append((round(float(threshold), 2), Figures(int((found & about).sum()), int(found.sum()), there)))
    least = max(figures.f1 for _, figures in tried) - AS_GOOD
    return min((each for each in tried if each[1].f1 >= least), key=lambda each: abs(each[0] - 0.5))
