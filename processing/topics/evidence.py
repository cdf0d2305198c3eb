"""Which passages of a text prove a topic to a reader, of those by which a model decided."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from processing.matcher import Span
from processing.topics.features import Occurrence
from processing.topics.passages import Field
from rasid.records import TextField

Weighed = tuple[TextField, Span, float]
"""A passage with its weight."""
LONGEST = 15
"""Words of a passage that a model's evidence quotes."""
ENOUGH = 0.5
"""Share of what speaks for a topic that its evidence must explain; the strongest passages first."""
COST = 0.2
"""What each word takes off a passage, as a share of the strongest word's weight: passages stay short."""


def heaviest(
    heard: Iterable[Occurrence], weights: Mapping[str, float], fields: Mapping[TextField, Field]
) -> list[Weighed]:
    """The passages that weigh most (Kadane's maximum sums), the heaviest first."""
    words: dict[TextField, dict[int, float]] = {"title": defaultdict(float), "body": defaultdict(float)}
    for feature, field, first, last in heard:
        weight = weights.get(feature, 0.0)
        if weight:
            for number in range(first, last + 1):
                words[field][number] += weight / (last - first + 1)
    cost = COST * max((each for read in words.values() for each in read.values()), default=0.0)
    found: list[Weighed] = []
    for field, read in words.items():
        found += [(field, span, weight) for span, weight in _runs(read, cost, fields[field].words.sentences)]
    return sorted(found, key=lambda each: (-each[2], each[0], each[1]))


def enough(found: Sequence[Weighed]) -> tuple[Weighed, ...]:
    """As many of the first as explain `ENOUGH` of what they weigh together."""
    total = sum(weight for _, _, weight in found)
    told = [0.0, *accumulate(weight for _, _, weight in found)]
    return tuple(each for each, before in zip(found, told, strict=False) if before < ENOUGH * total)


def meeting(found: Iterable[Weighed], others: Sequence[Weighed]) -> list[Weighed]:
    """The passages that share a word with one of some others."""
    return [each for each in found if any(_meet(each, other) for other in others)]


def _meet(one: Weighed, other: Weighed) -> bool:
    return one[0] == other[0] and one[1].first <= other[1].last and other[1].first <= one[1].last


def _runs(read: Mapping[int, float], cost: float, sentences: Sequence[int]) -> list[tuple[Span, float]]:
    """The heaviest runs of words within a sentence, none longer than `LONGEST`: each word is worth its weight less the
    cost, and a run begins anew where all before it is worth nothing.
    """
    found: list[tuple[Span, float]] = []
    first = last = end = -1
    sum_ = best = 0.0
    for number in sorted(number for number, weight in read.items() if weight > cost):
        gone = sum_ - cost * (number - last - 1)
        if first < 0 or gone <= 0 or number - first >= LONGEST or sentences[number] != sentences[first]:
            if first >= 0:
                found.append((Span(first, end), best))
            first, gone, best = number, 0.0, 0.0
        sum_, last = gone + read[number] - cost, number
        if sum_ > best:
            best, end = sum_, number
    if first >= 0:
        found.append((Span(first, end), best))
    return found
