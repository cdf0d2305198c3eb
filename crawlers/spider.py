"""The spider of all ordinary outlets: their sources, then the pages that these list."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.failures import FOR_GOOD, in_words, reason
from crawlers.headers import answer_of, header
from crawlers.listing import BrokenSourceError, Listing
from crawlers.page import Page
from crawlers.source_reader import SourceReader, read_source
from crawlers.state import CrawlState, KnownPage, Validators, is_kept
from crawlers.window import Window
from rasid.captures import payload_digest
from rasid.outlets import Outlet, Source
from rasid.records import Link
from rasid.reports import Robots, slow_hosts

SITEMAP_DEPTH = 3
MAX_SITEMAPS = 200
MAX_SOURCE_BYTES = 52_428_800
EXAMPLES = 100
"""Failures of which the addresses are reported; all are counted."""

STEP = 500
"""Links that are taken in at once; then what else waits has its turn."""

IN_HAND = 64
"""Page requests that Scrapy has at a time. The others wait as links, which take a fifth of the memory."""


@dataclass
class Counts:
    """What a crawl has come to so far; the names are those of `rasid.reports.CrawlReport`."""

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
        outlet: to crawl.
        state: the pages at hand and those owed.
        window: the days wanted.
        revisit: hours in which a page is asked for again after its first capture, and hours between two such times.
        max_pages: that are fetched at most; others fail with the reason ``limit`` and stay owed.
        max_bytes: of all bodies; the crawl ends when they are exceeded, with the same reason.
        max_seconds: after which no source is read any more.
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
        max_seconds: float,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.outlet, self.known_pages, self.window, self.revisit = outlet, state, window, revisit
        self.max_pages, self.max_bytes = max_pages, max_bytes
        self.counts = Counts()
        self.failures: dict[str, str] = {}
        self.links_of_source: dict[str, int] = {}
        self.old_links_of_source: dict[str, int] = {}
        self.source_failures: dict[str, str] = {}
        self.robots: dict[str, Robots] = {}
        self.refusal = ""
        self._taken = 0
        self._waiting: deque[tuple[Link, KnownPage | None]] = deque()
        self._in_hand = 0
        self._sources_asked: set[str] = set()
        self._sources_open = {source.url for source in outlet.sources}
        self._bad: set[str] = set()
        self._unread: Counter[str] = Counter()
        self._bytes = 0
        self._reader = SourceReader()
        self._ends = monotonic() + max_seconds
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

    async def parse_source(self, response: Response, source: Source, url: str, depth: int) -> AsyncIterator[Request]:
        """A source's answer: one request for each page that is new to us, and for each further sitemap or page."""
        self._sources_open.discard(url)
        if response.status == 304:
            return
        try:
            if response.status != 200:
                raise BrokenSourceError(f"answered {response.status}")
            what = partial(read_source, answer_of(response), source, self.outlet.zone, self._now)
            listing = await self._reader.read(what, self._ends - monotonic())
            fresh = await self._take_in(listing, source, url)
        except BrokenSourceError as error:
            self.source_failures[url] = f"{error}"
            return
        except Exception as error:  # else Scrapy logs it, and the source looks as if it had nothing
            self.logger.exception("%s cannot be taken in", url)
            self.source_failures[url] = f"not readable: {error or type(error).__name__}"
            return
        for request in self._pages():
            yield request
        if source.section and not fresh and depth:
            return  # the pages before it had all that is new
        for address in self._further(listing, source, depth):
            if further := self._ask_further(source, address, depth + 1):
                yield further
        if not self.window.explicit and listing.links and not listing.left_out:
            self.known_pages.read_source(url, _validators(response))

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
            named = {name.lower(): value for name, value in page.headers}
            validators = Validators(named.get("etag"), named.get("last-modified"))
            self.known_pages.captured(page.link, digest, validators, page.fetched_at)

    def not_kept(self, page: Page, why: str) -> None:
        """Notes a page that the disk did not take; it stays owed."""
        self.refusal = why
        self._count_failure(page.link.url, "disk")

    def page_failed(self, failure: Failure) -> Iterator[Request]:
        """Counts a page that came to no answer, and asks for the next ones."""
        self._in_hand -= 1
        link: Link = failure.request.cb_kwargs["link"]  # type: ignore[attr-defined]
        self._fail(link, reason(failure))
        self.logger.warning("%s: %s", link.url, in_words(failure))
        yield from self._pages()

    def source_failed(self, failure: Failure) -> None:
        """Notes why a source came to no answer."""
        url = failure.request.cb_kwargs["url"]  # type: ignore[attr-defined]
        self._sources_open.discard(url)
        why = reason(failure)
        self.source_failures[url] = f"{why}: {self._over if why == 'time' else in_words(failure)}"

    def closed(self, reason: str) -> None:
        """Counts the pages that were never reached; they stay owed."""
        self._reader.stop()
        why = {"limit": "limit", "closespider_timeout": "time"}.get(reason, "interrupted")
        for url in self._sources_open:
            over = self._over if why == "time" else "the crawl ended before it answered"
            self.source_failures[url] = f"{why}: {over}"
        counts = self.counts
        missing = counts.found + counts.revisited - counts.captures - sum(counts.failed.values())
        if missing:
            counts.failed[why] = counts.failed.get(why, 0) + missing

    @property
    def _over(self) -> str:
        return "; ".join(("the time of the crawl does not suffice", *slow_hosts(self.robots, self.outlet.delay)))

    async def _take_in(self, listing: Listing, source: Source, url: str) -> bool:
        """Takes what a source lists. Returns whether there is a page that is new to us."""
        self.links_of_source[source.url] = self.links_of_source.get(source.url, 0) + len(listing.links)
        if listing.left_out:
            self.source_failures[url] = listing.left_out
        for address, why in listing.bad.items():
            if address not in self._bad:
                self._bad.add(address)
                self.counts.found += 1
                self.logger.warning("%s: %s", address, why)
                self._count_failure(address, "address")
        fresh = False
        for number, link in enumerate(listing.links, start=1):
            at = listing.latest.get(link.url, link.published_at)
            if not self.window.has(at) and (source.sitemap or self.window.explicit):
                self.counts.outside += 1
                self.old_links_of_source[source.url] = self.old_links_of_source.get(source.url, 0) + 1
                continue
            fresh |= self._take_listed(link)
            if number % STEP == 0:
                await asyncio.sleep(0)
        return fresh

    def _further(self, listing: Listing, source: Source, depth: int) -> list[str]:
        """Addresses to read on."""
        if source.section:
            named = source.page_address(depth + 2)
            return ([named] if named else listing.further[:1]) if depth + 1 < source.pages else []
        since = self.window.since
        # A sitemap's date is that of its newest page: one that is older than the window has none for us.
        return [
            address
            for address in listing.further
            if not since or address not in listing.latest or listing.latest[address] >= since
        ]

    def _ask_source(self, source: Source, url: str, depth: int) -> Request:
        self._sources_asked.add(url)
        self._sources_open.add(url)
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
            # Reported once, with their number: what an index names may be 50,000, and each report would have them all.
            self._unread[source.url] += 1
            self.source_failures[source.url] = (
                f"limit: {self._unread[source.url]:,} that it leads to were not read: "
                f"{SITEMAP_DEPTH} levels of sitemaps, {MAX_SITEMAPS} in all"
            )
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
            link, due = self._waiting.popleft()
            try:
                # We compared the addresses; Scrapy's own filter would drop redirects to a page without a word.
                request = Request(
                    link.url,
                    headers=due.validators.headers() if due else None,
                    callback=self.parse_page,
                    errback=self.page_failed,
                    cb_kwargs={"link": link, "known": due},
                    dont_filter=True,
                )
            except ValueError:  # of an earlier version's state
                self._fail(link, "address")
                continue
            self._in_hand += 1
            yield request

    def _fail(self, link: Link, reason: str) -> None:
        self._count_failure(link.url, reason)
        if reason in FOR_GOOD:
            self.known_pages.forget(link)

    def _count_failure(self, address: str, reason: str) -> None:
        self.counts.failed[reason] = self.counts.failed.get(reason, 0) + 1
        if len(self.failures) < EXAMPLES:
            self.failures[address] = reason


def _validators(response: Response) -> Validators:
    return Validators(header(response, "ETag") or None, header(response, "Last-Modified") or None)
