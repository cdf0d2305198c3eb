"""How many articles were published when: a histogram that fits a page."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

BARS = 60
"""Of a histogram over time, at most."""
_WIDTHS = (1, 2, 7, 14, 28, 91, 182, 365, 1826, 36_525)
"""Days of a bar."""


@dataclass(frozen=True)
class Bar:
    """A stretch of time in a histogram.

    Attributes:
        first: its first day.
        last: its last day.
        count: articles that were published in it.
    """

    first: date
    last: date
    count: int


def bars(by_day: Mapping[date, int]) -> tuple[Bar, ...]:
    """A histogram of at most `BARS` bars of equally many days, without gaps.

    Args:
        by_day: day → articles; days without any may be absent.
    """
    if not by_day:
        return ()
    first, last = min(by_day), max(by_day)
    width = next(width for width in _WIDTHS if (last - first).days < width * BARS)
    counts = Counter[int]()
    for day, count in by_day.items():
        counts[(day - first).days // width] += count
    starts = [first + timedelta(days=width * number) for number in range((last - first).days // width + 1)]
    return tuple(
        Bar(start, min(start + timedelta(days=width - 1), last), counts[number]) for number, start in enumerate(starts)
    )
