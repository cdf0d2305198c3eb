"""Better scores for the conditions of a topic: ``python -m benchmarks.topics.fit TOPIC`` (minutes).

Coordinate descent on the logistic loss of the texts that were worked on: of each text, how far its score is from
`min_score`, on the right side or on the wrong one. A condition that ends at 0 can go. Analysts write what is looked
for; this weighs it.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import exp, inf, log1p

from benchmarks.topics.labelled import load
from processing.judging import Field, Rule, TextField, Where, judge
from processing.topics import load_tagger
from rasid.settings import ROOT

STEEP = 8.0
"""Of the loss: so many times the distance from `min_score`, in `min_score`s."""
COST = 0.06
"""Of a score of 1, in texts: what hardly helps goes to 0."""
STEPS = (-1.0, -0.5, -0.2, -0.1, 0.1, 0.2, 0.5, 1.0)
GAIN = 0.02
"""The least by which a step must better the loss."""


@dataclass(frozen=True)
class Example:
    """A text that has a topic, or has it not.

    Attributes:
        fields: of the text, with what was found in it.
        there: whether a reader finds the topic.
        weight: of the text in the loss.
    """

    fields: Mapping[TextField, Field]
    there: bool
    weight: float


def fit(rule: Rule, examples: list[Example], rounds: int) -> Rule:
    """The rule with the scores that suit the examples better."""
    touched = {where.name: [n for n, each in enumerate(examples) if _may_match(where, each)] for where in _all(rule)}
    losses = [_loss(rule, each) for each in examples]
    for _ in range(rounds):
        before = rule
        for name, numbers in touched.items():
            now = next(where for where in _all(rule) if where.name == name)
            best, best_losses = rule, [losses[n] for n in numbers]
            least = sum(best_losses) + COST * now.score - GAIN
            for other in _steps(now):
                changed = _with(rule, other)
                new = [_loss(changed, examples[n]) for n in numbers]
                if (total := sum(new) + COST * other.score) < least:
                    best, least, best_losses = changed, total, new
            rule = best
            for n, loss in zip(numbers, best_losses, strict=True):
                losses[n] = loss
        if rule == before:
            break
    return rule


def _all(rule: Rule) -> tuple[Where, ...]:
    return (*rule.counting, *rule.against)


def _with(rule: Rule, where: Where) -> Rule:
    """The rule with a condition in place of the one of its name."""
    counting, against = (
        tuple(where if each.name == where.name else each for each in known) for known in (rule.counting, rule.against)
    )
    return replace(rule, counting=counting, against=against)


def _steps(where: Where) -> Iterable[Where]:
    for step in (*STEPS, -where.score):
        score = round(max(0.0, where.score + step), 2)
        if score != where.score:
            ratio = where.at_most / where.score if where.score else 1.0
            yield replace(where, score=score, at_most=inf if where.at_most == inf else max(score, score * ratio))
    if where.at_most != inf:
        for step in STEPS:
            yield replace(where, at_most=max(where.score, where.at_most + step))


def _may_match(where: Where, example: Example) -> bool:
    return any(all(read.group(names) for names in where.lists) for read in example.fields.values())


def _loss(rule: Rule, example: Example) -> float:
    found = judge(rule, example.fields)
    needed = rule.topic.min_score
    counts = found.tagged or found.reason.startswith("score")
    distance = STEEP * ((found.score if counts else 0.0) - needed + 0.005) / needed
    wrong = -distance if example.there else distance
    return example.weight * (log1p(exp(wrong)) if wrong < 30 else wrong)


def main() -> None:
    """Prints the scores of a topic's conditions, as they are and as they should be."""
    tagger = load_tagger(ROOT / "config" / "topics.yaml")
    topic = sys.argv[1]
    rule = tagger.rules[topic]
    examples = [
        # Articles tell more than passages of a sentence.
        Example(tagger.read(text.title, text.body)[0], topic in text.topics, 3.0 if text.title else 1.0)
        for text in load("worked on")
    ]
    better = {where.name: where for where in _all(fit(rule, examples, 5))}
    for where in _all(rule):
        new = better[where.name]
        print(f"{where.name:12} {where.score:g} {where.at_most:g} → {new.score:g} {new.at_most:g}  {where.lists}")


if __name__ == "__main__":
    main()
