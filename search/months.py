"""The indices of articles: one a month, by the time of publication."""

from datetime import datetime


def index_of(at: datetime) -> str:
    """The index of the articles that were published in this month."""
    return _index(at.year, at.month)


def indices_around(at: datetime) -> list[str]:
    """The index of this month, of the month before and of the one after."""
    months = (at.year * 12 + at.month - 1 + step for step in (-1, 0, 1))
    return [_index(number // 12, number % 12 + 1) for number in months]


def _index(year: int, month: int) -> str:
    return f"articles-{year:04}.{month:02}"
