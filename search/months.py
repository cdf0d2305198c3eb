"""The indices of articles: one a month, by the time of publication; of old articles, one a year."""

from datetime import UTC, datetime

MONTHLY_SINCE = 2024
"""First year with an index a month. Of what outlets publish, little is older; but one that shows its archive, or gives
its pages any date, would fill an index for each of hundreds of months, and a cluster can hold only so many."""


def index_of(at: datetime) -> str:
    """The index of the articles that were published in this month."""
    return _index(at.year, at.month)


def indices_around(at: datetime) -> list[str]:
    """Patterns of the indices of this month, of the month before and of the one after, each once."""
    return list(dict.fromkeys(f"{_index(*_month(at, step))}*" for step in (-1, 0, 1)))


def months_around(at: datetime) -> tuple[datetime, datetime]:
    """The begin of the month before this one, and the end of the one after, exclusive."""
    first, end = (datetime(*_month(at, step), 1, tzinfo=UTC) for step in (-1, 2))
    return first, end


def last_month(year: int, month: int) -> tuple[int, int]:
    """The last month whose articles are in the index that is named by this one."""
    return (year, month) if year >= MONTHLY_SINCE else (year, 12)


def _month(at: datetime, step: int) -> tuple[int, int]:
    number = at.year * 12 + at.month - 1 + step
    return number // 12, number % 12 + 1


def _index(year: int, month: int) -> str:
    return f"articles-{year:04}.{month if year >= MONTHLY_SINCE else 1:02}"
