"""A page on its way from the server to the WARC file."""

from dataclasses import dataclass, field
from datetime import datetime

from crawlers.state import KnownPage
from rasid.records import Link


@dataclass(frozen=True)
class Page:
    """A fetched page.

    Attributes:
        url: that answered, after redirects.
        link: how it was found.
        status: of HTTP.
        headers: of HTTP, as received.
        body: of HTTP, as received.
        fetched_at: when the answer was whole.
        earlier: what is known of the page, if this answer says that it is as it was.
    """

    url: str
    link: Link
    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)  # which is what logs have of it
    body: bytes = field(repr=False)
    fetched_at: datetime
    earlier: KnownPage | None
