"""The spider of all ordinary outlets: their sources, then the pages that these list."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from twisted.internet.error import DNSLookupError
from twisted.python.failure import Failure

from crawlers.discovery import BrokenSourceError, feed_links, sitemap_links
from crawlers.middlewares.wire_body import Wire
from crawlers.state import CrawlState
from rasid.outlets import Outlet, Source
from rasid.records import Link
from rasid.urls import canonical_url

FAILURES: dict[type[Exception], str] = {
    DownloadTimeoutError: "timeout",
    DownloadConnectionRefusedError: "refused",
    CannotResolveHostError: "dns",
    DNSLookupError: "dns",  # from the address guard
    DownloadCancelledError: "too_large",
}


@dataclass(frozen=True)
class Page:
    """A fetched page on its way to the WARC file."""

    url: str
    link: Link
    status: int
    wire: Wire
    fetched_at: datetime


class OutletSpider(Spider):
    """Crawls one outlet.

    Every page found is captured or stands in `failures`, by its address and the reason.

    Args:
        outlet: whom.
        state: the pages at hand, which are not fetched again.
        max_pages: that are fetched at most; others fail with the reason ``limit``.
    """

    name = "outlet"

    def __init__(self, outlet: Outlet, state: CrawlState, max_pages: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.outlet = outlet
        self.known_pages = state
        self.max_pages = max_pages
        self.found: dict[str, Link] = {}
        self.known = 0
        self.captured = 0
        self.failures: dict[str, str] = {}
        self.source_failures: dict[str, str] = {}

    async def start(self) -> AsyncIterator[Any]:
        """One request a source."""
        for source in self.outlet.sources:
            yield Request(
                source.url,
                callback=self.parse_source,
                errback=self.source_failed,
                cb_kwargs={"source": source},
                dont_filter=True,
            )

    def parse_source(self, response: Response, source: Source) -> Iterator[Request]:
        """A feed or sitemap: one request for each page that is new to us."""
        try:
            if response.status != 200:
                raise BrokenSourceError(f"answered {response.status}")
            if source.feed:
                content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
                links = feed_links(response.body, response.url, content_type)
            else:
                links = sitemap_links(response.body, response.url)
        except BrokenSourceError as error:
            self.source_failures[source.url] = str(error)
            return
        for link in links:
            key = canonical_url(link.url)
            if key in self.found:
                continue
            if self.known_pages.knows(link.url):
                self.known += 1
                continue
            self.found[key] = link
            if len(self.found) > self.max_pages:
                self.failures[link.url] = "limit"
                continue
            # We compared the addresses ourselves; Scrapy's own filter would drop redirects to a page without a word.
            yield Request(
                link.url,
                callback=self.parse_page,
                errback=self.page_failed,
                cb_kwargs={"link": link},
                dont_filter=True,
            )

    def parse_page(self, response: Response, link: Link) -> Iterator[Page]:
        """Any answer is a capture: processing says what it is worth."""
        assert response.request is not None
        wire: Wire = response.request.meta["wire"]
        now = datetime.now(UTC)
        yield Page(response.url, link, response.status, wire, now)
        self.captured += 1
        self.known_pages.captured(link.url, response.status, now)

    def page_failed(self, failure: Failure) -> None:
        """A page without an answer."""
        link: Link = failure.request.cb_kwargs["link"]  # type: ignore[attr-defined]
        self.failures[link.url] = _reason(failure)
        self.logger.warning("%s: %s", link.url, failure.getErrorMessage())

    def source_failed(self, failure: Failure) -> None:
        """A source without an answer."""
        source: Source = failure.request.cb_kwargs["source"]  # type: ignore[attr-defined]
        self.source_failures[source.url] = f"{_reason(failure)}: {failure.getErrorMessage()}"

    def progress(self) -> dict[str, int]:
        """Counts so far."""
        return {
            "found": len(self.found),
            "known": self.known,
            "captures": self.captured,
            "failed": len(self.failures),
        }

    def failed_pages(self) -> dict[str, str]:
        """Address → reason of each page found that was not captured; a page never reached was ``interrupted``."""
        missing = len(self.found) - self.captured - len(self.failures)
        return self.failures if not missing else {**self.failures, f"({missing} pages)": "interrupted"}


def _reason(failure: Failure) -> str:
    error = failure.value
    if isinstance(error, IgnoreRequest):
        return "robots" if "robots" in str(error) else "address"
    return next((reason for kind, reason in FAILURES.items() if isinstance(error, kind)), "connection")
