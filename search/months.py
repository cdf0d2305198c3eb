"""The indices of articles: one a month, by the time of publication."""

from datetime import datetime, timedelta


def index_of(at: datetime) -> str:
    """The index of the articles that were published in this month."""
    return f"articles-{at:%Y.%m}"


def indices_around(at: datetime) -> list[str]:
    """The index of this month, of the month before and of the one after."""
    first = at.replace(day=1)
    return [index_of(each) for each in (first - timedelta(days=1), first, first + timedelta(days=31))]
