"""The process that looks at a website: a `crawlers.job.Job` comes in, lines of `crawlers.discovery.Told` go out.

All is asked by Scrapy as crawls do it, one address after the other: robots.txt, waits, private addresses, retries and
redirects are as there.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import IO, Any
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.discovery import Discovery, Listed, Told
from crawlers.engine import bound, scrapy_settings
from crawlers.failures import in_words, reason
from crawlers.front_page import FrontPage, read_any, read_front_page
from crawlers.headers import answer_of
from crawlers.job import Job
from crawlers.json_log import log_as_json
from crawlers.listing import BrokenSourceError, Listing
from crawlers.source_reader import Read, SourceReader
from crawlers.spider import MAX_SOURCE_BYTES
from rasid.outlets import Source
from rasid.reports import Robots, slow_hosts
from rasid.storage import Storage, root_of
from rasid.urls import readable_url

FEEDS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml", "/sitemap_index.xml")
"""Where they usually are on a site that names none."""
BUSY = {429, 503}
"""Answers of a server that wants to be asked no more for now."""
DELAY = 1.0
"""Seconds between two requests, from which on a site counts as slow that asks for more."""
MAX_TITLE = 500
"""Characters of a title."""
SAMPLE = 3
"""Titles that are shown of a source."""
COMPARED = 200
"""Pages of a source by which it is compared with others."""


class Scout(Spider):
    """Looks at one website.

    Args:
        job: whose outlet has the front page as its source.
        tell: takes what is asked for.
    """

    name = "scout"

    def __init__(self, job: Job, tell: Callable[[Told], object], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._url, self._zone, self._tell = job.outlet.sources[0].url, job.outlet.zone, tell
        self._now = datetime.now(UTC)
        self._ends = monotonic() + job.max_seconds
        self._reader = SourceReader()
        self._page: FrontPage | None = None
        self._sources: list[Listed] = []
        self._failures: dict[str, str] = {}
        self._asked: set[str] = set()
        self._error: str | None = None
        self.robots: dict[str, Robots] = {}

    @property
    def found(self) -> Discovery:
        """What is known by now."""
        names, locale = (self._page.names, self._page.locale) if self._page else ((), "")
        sources = [*self._sources, *self._section()]
        error = self._error if not sources else None
        return Discovery(self._url, names, locale, tuple(sources), self._failures, error)

    async def start(self) -> AsyncIterator[Any]:
        """Asks for one address after the other; gives Scrapy nothing else to do."""
        try:
            async with asyncio.timeout(self._ends - monotonic()):
                await self._look()
        except TimeoutError:
            self._error = self._failures[self._url] = f"time: {self._over}"
        return
        yield

    def closed(self, _: str) -> None:
        """Ends what still reads."""
        self._reader.stop()

    async def _look(self) -> None:
        if not (response := await self._front_page()):
            return
        named = self._page.feeds if self._page else ()
        await self._try(named)
        if not any(listed.source.feed for listed in self._sources):
            await self._try((urljoin(response.url, place) for place in FEEDS), by_page=False)
        told = [urljoin(response.url, address) for robots in self.robots.values() for address in robots.sitemaps]
        await self._try([*(self._page.sitemaps if self._page else ()), *told][: len(SITEMAPS)])
        if not self._sources:
            await self._try((urljoin(response.url, place) for place in SITEMAPS), by_page=False)

    async def _front_page(self) -> Response | None:
        """The front page's answer, read; None if the site cannot be asked. An address that was given and is itself a
        source is taken as one, and the front page is that of its host.
        """
        response = await self._ask(self._url)
        if response and response.status == 200:
            if await self._take(response, by_page=True):
                self._url = urljoin(response.url, "/")
                response = await self._ask(self._url)
            else:
                del self._failures[response.url]
        if not response:
            self._error = self._failures.get(self._url)
            return None
        self._url = response.url
        if response.status == 200:
            self._page = await self._read(self._url, partial(read_front_page, answer_of(response)))
        else:
            self._failures[self._url] = f"answered {response.status}"
        self._error = self._failures.get(self._url)
        return None if response.status in BUSY else response

    async def _try(self, addresses: Iterable[str], by_page: bool = True) -> None:
        """Takes those addresses as sources that are some. That nothing is at a usual place is no failure."""
        for address in addresses:
            if address in self._asked or not (response := await self._ask(address, MAX_SOURCE_BYTES)):
                continue
            why = None if response.status == 200 else f"answered {response.status}"
            if why is None and not await self._take(response, by_page):
                why = self._failures.pop(response.url, "")
            if why and by_page:
                self._failures[address] = why

    async def _take(self, response: Response, by_page: bool) -> bool:
        """Takes an answer as a source, if it is one; why it is none is noted by its address."""
        if any(response.url == listed.source.url for listed in self._sources):  # others lead there
            return True
        if read := await self._read(response.url, partial(read_any, answer_of(response), self._zone, self._now)):
            self._sources.append(_listed(*read, by_page))
        return bool(read)

    async def _read(self, address: str, what: Callable[[], Read]) -> Read | None:
        try:
            return await self._reader.read(what, self._ends - monotonic())
        except BrokenSourceError as error:
            self._failures[address] = f"{error}"
            return None

    async def _ask(self, address: str, most: int | None = None) -> Response | None:
        """The answer of an address, of so many bytes at most; None if there is none, which is noted."""
        self._asked.add(address)
        self._tell(Told(asks=address))
        assert self.crawler.engine
        try:
            request = Request(address, meta={"download_maxsize": most} if most else None, dont_filter=True)
            return await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever a strange server makes of it is told
            failure = Failure(error)  # type: ignore[no-untyped-call]
            why, words = reason(failure), in_words(failure)
            words = self._over if why == "time" else words
            self._failures[address] = words if words.startswith(f"{why}:") else f"{why}: {words}"
            return None

    @property
    def _over(self) -> str:
        return "; ".join(("it did not suffice for all that may be a source", *slow_hosts(self.robots, DELAY)))

    def _section(self) -> list[Listed]:
        """The front page as a source."""
        section = self._page.section if self._page else ""
        if isinstance(section, str) or not section.links:
            return []
        return [_listed(Source(section=self._url), section, by_page=True)]


def _listed(source: Source, listing: Listing, by_page: bool) -> Listed:
    dates = [*listing.latest.values(), *(link.published_at for link in listing.links if link.published_at)]
    return Listed(
        source,
        len(listing.links),
        len(listing.further),
        max(dates, default=None),
        tuple((link.title or readable_url(link.url))[:MAX_TITLE] for link in listing.links[:SAMPLE]),
        tuple(link.url for link in listing.links[:COMPARED]),
        by_page,
    )


def main() -> None:
    """Looks at the website of the job that comes in."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    signal.setitimer(signal.ITIMER_REAL, float(sys.argv[1]))  # ends this process, also in an endless computation
    tell = partial(_tell, out)
    tell(Told(found=look(Job.model_validate_json(sys.stdin.buffer.read()), tell)))


def look(job: Job, tell: Callable[[Told], object]) -> Discovery:
    """Looks at a website in this process, which then can crawl no more.

    Args:
        job: whose outlet has the front page as its source.
        tell: takes what is asked for.
    """
    bound()
    log_as_json(job.log_file, job.outlet.id, job.day.isoformat())
    process = CrawlerProcess({**scrapy_settings(job, Storage(root_of(job.data))), "ITEM_PIPELINES": {}})
    crawler = process.create_crawler(Scout)
    process.crawl(crawler, job=job, tell=tell)
    process.start()
    assert isinstance(crawler.spider, Scout)
    return crawler.spider.found


def _tell(out: IO[bytes], told: Told) -> None:
    try:
        out.write(told.model_dump_json().encode() + b"\n")
        out.flush()
    except BrokenPipeError:  # who asked is gone
        os.killpg(0, signal.SIGTERM)


if __name__ == "__main__":
    main()
