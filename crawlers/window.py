"""The days of which a crawl wants pages."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LOOKBACK = timedelta(days=7)
"""Before the day of the run; older pages of a sitemap are its archive."""


@dataclass(frozen=True)
class Window:
    """The days that are wanted. Without an explicit one, sitemaps give the last days and other sources all."""

    since: datetime | None
    until: datetime | None
    explicit: bool

    @classmethod
    def of(cls, day: date, since: date | None, until: date | None) -> "Window":
        """The window of a run of a day, with the first and last day if they were given."""
        if since or until:
            end = _midnight(until) + timedelta(days=1) if until else None
            return cls(_midnight(since) if since else None, end, explicit=True)
        return cls(_midnight(day) - LOOKBACK, None, explicit=False)

    def has(self, at: datetime | None) -> bool:
        """Whether a time is in it; an unknown one may be."""
        return at is None or ((not self.since or at >= self.since) and (not self.until or at < self.until))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
