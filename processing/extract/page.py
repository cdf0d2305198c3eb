"""What stands on a page that has an article, before its topics are known."""

from dataclasses import dataclass
from datetime import date, datetime

from processing.extract.furniture import Dropped
from rasid.records import Precision, RejectReason


@dataclass(frozen=True)
class Page:
    """What stands on a page that has an article. The names are those of `rasid.records.Article`.

    Attributes:
        sources: field → where it was taken from.
        dropped: lines that stood in the text or above it and are not the article's: why, and the line.
    """

    url: str
    title: str
    body: str
    language: str
    published_at: datetime
    published_precision: Precision
    published_source: str
    section: str | None
    summary: str | None
    authors: tuple[str, ...]
    credited_to: tuple[str, ...]
    hashtags: tuple[str, ...]
    image: str | None
    mentioned_dates: tuple[date, ...]
    links: tuple[str, ...]
    sources: dict[str, str]
    dropped: tuple[tuple[Dropped, str], ...]

    @property
    def text(self) -> tuple[str, str]:
        """The title and the body."""
        return self.title, self.body


class NotAnArticleError(Exception):
    """A page without an article.

    Args:
        reason: to count by.
        detail: what was seen.
    """

    def __init__(self, reason: RejectReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: RejectReason = reason
        self.detail = detail
