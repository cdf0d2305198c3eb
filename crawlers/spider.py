"""The spider of all ordinary outlets: their sources, then the pages that these list."""

from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    CloseSpider,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from twisted.internet.error import DNSLookupError
from twisted.python.failure import Failure

from crawlers.discovery import BrokenSourceError, Sitemap, feed_links, read_section, read_sitemap
from crawlers.middlewares.compression import AS_SENT
from crawlers.middlewares.robots import Robots, RobotsUnreachableError
from crawlers.state import CrawlState, KnownPage, Validators, is_kept
from rasid.captures import payload_digest
from rasid.outlets import Outlet, Source
from rasid.records import Link

FAILURES: dict[type[Exception], str] = {
    DownloadTimeoutError: "timeout",
    DownloadConnectionRefusedError: "refused",
    CannotResolveHostError: "dns",
    DNSLookupError: "dns",  # from the address guard
    DownloadCancelledError: "too_large",
}
FOR_GOOD = {"robots", "address", "too_large", "redirects"}
"""Reasons that another try would meet again."""

SITEMAP_DEPTH = 3
MAX_SITEMAPS = 200
MAX_SOURCE_BYTES = 52_428_800
EXAMPLES = 100
"""Failures of which the addresses are reported; all are counted."""

IN_HAND = 64
"""Page requests that Scrapy has at a time. The others wait as links, which take a fifth of the memory."""

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


@dataclass(frozen=True)
class Page:
    """A fetched page on its way to the WARC file.

    `earlier` is what is known of the page when this answer is the same.
    """

    url: str
    link: Link
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    earlier: KnownPage | None


@dataclass
class Counts:
    """What a crawl has come to so far; the names are those of `crawlers.process.CrawlReport`."""

    found: int = 0
    revisited: int = 0
    known: int = 0
    outside: int = 0
    captures: int = 0
    unchanged: int = 0
    failed: dict[str, int] = field(default_factory=dict)


class OutletSpider(Spider):
    """Crawls one outlet.

    Every page found is captured or counted in `counts.failed`, by its reason.

    Args:
        outlet: whom.
        state: the pages at hand and those owed.
        window: the days wanted.
        revisit: hours in which a page is asked for again after its first capture, and hours between two such times.
        max_pages: that are fetched at most; others fail with the reason ``limit`` and stay owed.
        max_bytes: of all bodies; the crawl ends when they are exceeded, with the same reason.
    """

    name = "outlet"

    def __init__(
        self,
        outlet: Outlet,
        state: CrawlState,
        window: Window,
        revisit: tuple[float, float],
        max_pages: int,
        max_bytes: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.outlet, self.known_pages, self.window, self.revisit = outlet, state, window, revisit
        self.max_pages, self.max_bytes = max_pages, max_bytes
        self.counts = Counts()
        self.failures: dict[str, str] = {}
        self.links_of_source: dict[str, int] = {}
        self.source_failures: dict[str, str] = {}
        self.robots: dict[str, Robots] = {}
        self._taken = 0
        self._waiting: deque[tuple[Link, KnownPage | None]] = deque()
        self._in_hand = 0
        self._sources_asked: set[str] = set()
        self._bytes = 0
        self._now = datetime.now(UTC)

    async def start(self) -> AsyncIterator[Any]:
        """One request a source, and one for each page that is owed or due for another visit."""
        for source in self.outlet.sources:
            yield self._ask_source(source, source.url, depth=0)
        if self.window.explicit:
            return
        within, every = (timedelta(hours=hours) for hours in self.revisit)
        for page in self.known_pages.owed(self._now - within):
            self._take(page.link)
        for page in self.known_pages.due(self._now - within, self._now - every):
            self._take(page.link, page)
        for request in self._pages():
            yield request

    def parse_source(self, response: Response, source: Source, url: str, depth: int) -> Iterator[Request]:
        """A source's answer: one request for each page that is new to us, and for each further sitemap or page."""
        validators = _validators(response)
        if response.status == 304:
            self.links_of_source.setdefault(source.url, 0)
            return
        try:
            if response.status != 200:
                raise BrokenSourceError(f"answered {response.status}")
            links, further, dates = self._read(response, source, depth)
        except BrokenSourceError as error:
            self.source_failures[url] = str(error)
            return
        self.links_of_source[source.url] = self.links_of_source.get(source.url, 0) + len(links)
        fresh = False
        for link in links:
            at = dates.get(link.url, link.published_at)
            if not self.window.has(at) and (source.sitemap or self.window.explicit):
                self.counts.outside += 1
                continue
            fresh |= self._take_listed(link)
        yield from self._pages()
        if source.section and not fresh and depth:
            return  # the pages before it had all that is new
        for address in further:
            if request := self._ask_further(source, address, depth + 1):
                yield request
        if not self.window.explicit:
            self.known_pages.read_source(url, validators)

    def parse_page(self, response: Response, link: Link, known: KnownPage | None) -> Iterator[Page | Request]:
        """Any answer is a capture: processing says what it is worth."""
        self._in_hand -= 1
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values or ()
        )
        same = known is not None and (
            response.status == 304 or (response.status == 200 and payload_digest(response.body) == known.digest)
        )
        self._bytes += len(response.body)
        yield Page(
            response.url,
            link,
            response.status,
            headers,
            response.body,
            datetime.now(UTC),
            known if same else None,
        )
        if self._bytes > self.max_bytes:
            raise CloseSpider("limit")
        yield from self._pages()

    def kept(self, page: Page, digest: str) -> None:
        """Notes a page that stands in the WARC file."""
        self.counts.captures += 1
        if page.earlier:
            self.counts.unchanged += 1
            self.known_pages.unchanged(page.link, page.fetched_at)
        elif is_kept(page.status):
            header = {name.lower(): value for name, value in page.headers}
            validators = Validators(header.get("etag"), header.get("last-modified"))
            self.known_pages.captured(page.link, digest, validators, page.fetched_at)

    def page_failed(self, failure: Failure) -> Iterator[Request]:
        """A page without an answer."""
        self._in_hand -= 1
        link: Link = failure.request.cb_kwargs["link"]  # type: ignore[attr-defined]
        self._fail(link, _reason(failure))
        self.logger.warning("%s: %s", link.url, failure.getErrorMessage())
        yield from self._pages()

    def source_failed(self, failure: Failure) -> None:
        """A source without an answer."""
        url = failure.request.cb_kwargs["url"]  # type: ignore[attr-defined]
        self.source_failures[url] = f"{_reason(failure)}: {failure.getErrorMessage()}"

    def closed(self, reason: str) -> None:
        """Counts the pages that were never reached; they stay owed."""
        counts = self.counts
        missing = counts.found + counts.revisited - counts.captures - sum(counts.failed.values())
        if missing:
            why = {"limit": "limit", "closespider_timeout": "time"}.get(reason, "interrupted")
            counts.failed[why] = counts.failed.get(why, 0) + missing

    def _read(
        self, response: Response, source: Source, depth: int
    ) -> tuple[list[Link], list[str], dict[str, datetime]]:
        """Links to pages, addresses to read on, and dates by address."""
        if source.feed:
            content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
            return feed_links(response.body, response.url, content_type), [], {}
        if source.sitemap:
            sitemap: Sitemap = read_sitemap(response.body, response.url)
            since = self.window.since
            # A sitemap's date is that of its newest page: one that is older than the window has none for us.
            wanted = [
                address
                for address in sitemap.sitemaps
                if not since or address not in sitemap.dates or sitemap.dates[address] >= since
            ]
            return sitemap.links, wanted, sitemap.dates
        section = read_section(response.body, response.url, source.articles)
        following = source.page_address(depth + 2) or section.next
        return section.links, [following] if following and depth + 1 < source.pages else [], {}

    def _ask_source(self, source: Source, url: str, depth: int) -> Request:
        self._sources_asked.add(url)
        headers = {} if self.window.explicit else self.known_pages.validators(url).headers()
        return Request(
            url,
            headers=headers,
            callback=self.parse_source,
            errback=self.source_failed,
            cb_kwargs={"source": source, "url": url, "depth": depth},
            meta={"download_maxsize": MAX_SOURCE_BYTES},
            dont_filter=True,
            priority=1,
        )

    def _ask_further(self, source: Source, url: str, depth: int) -> Request | None:
        if url in self._sources_asked:
            return None
        if len(self._sources_asked) >= MAX_SITEMAPS or (source.sitemap and depth > SITEMAP_DEPTH):
            self.source_failures[url] = f"limit: {SITEMAP_DEPTH} levels of sitemaps, {MAX_SITEMAPS} in all"
            return None
        return self._ask_source(source, url, depth)

    def _take_listed(self, link: Link) -> bool:
        """Takes a page that a source lists, if it is new to us. Returns whether it is."""
        known = self.known_pages.page(link.url)
        self.known_pages.listed(link, self._now)
        if known and known.first_at:
            self.counts.known += not self.known_pages.is_taken(link)
            return False
        return self._take(link)

    def _take(self, link: Link, due: KnownPage | None = None) -> bool:
        """Lets a page wait for its request, unless it has been taken. Returns whether it does."""
        if not self.known_pages.take(link):
            return False
        self._taken += 1
        if due:
            self.counts.revisited += 1
        else:
            self.counts.found += 1
        if self._taken > self.max_pages:
            self._fail(link, "limit")
            return False
        self._waiting.append((link, due))
        return True

    def _pages(self) -> Iterator[Request]:
        """Requests for the next pages that wait."""
        while self._waiting and self._in_hand < IN_HAND:
            self._in_hand += 1
            link, due = self._waiting.popleft()
            # We compared the addresses ourselves; Scrapy's own filter would drop redirects to a page without a word.
            yield Request(
                link.url,
                headers=due.validators.headers() if due else None,
                callback=self.parse_page,
                errback=self.page_failed,
                cb_kwargs={"link": link, "known": due},
                meta={AS_SENT: True},
                dont_filter=True,
            )

    def _fail(self, link: Link, reason: str) -> None:
        self.counts.failed[reason] = self.counts.failed.get(reason, 0) + 1
        if len(self.failures) < EXAMPLES:
            self.failures[link.url] = reason
        if reason in FOR_GOOD:
            self.known_pages.forget(link)


def _validators(response: Response) -> Validators:
    etag, modified = (response.headers.get(name) for name in ("ETag", "Last-Modified"))
    return Validators(etag.decode("latin-1") if etag else None, modified.decode("latin-1") if modified else None)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _reason(failure: Failure) -> str:
    error = failure.value
    if isinstance(error, RobotsUnreachableError):
        return "robots_unreachable"
    if isinstance(error, IgnoreRequest):
        told = {"robots": "robots", "redirections": "redirects", "DOWNLOAD_MAXSIZE": "too_large"}
        return next((reason for word, reason in told.items() if word in str(error)), "address")
    return next((reason for kind, reason in FAILURES.items() if isinstance(error, kind)), "connection")
