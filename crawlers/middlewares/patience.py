"""Waits as servers ask: ``Crawl-delay`` in robots.txt, ``Retry-After`` with 429 and 503, longer after each failure."""

import asyncio
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawlers.headers import header
from crawlers.scrapy_internals import Retries, pause, slot_of
from rasid.unpacking import is_whole

FIRST_WAIT = 1.0
"""Seconds before the first new try of a failed request; each further one waits twice as long, ± 30 %."""

MAX_WAIT = 120.0
"""Seconds that a server may make us wait; a page whose server asks for more stays owed to the next run."""

MAX_CRAWL_DELAY = 60.0
"""Seconds between two requests to a host that asks for more in its robots.txt."""


class CrawlDelay:
    """Extension: never asks a host more often than its robots.txt says."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._delays: dict[str, float] = {}
        crawler.signals.connect(self._robots_parsed, signals.robots_parsed)
        crawler.signals.connect(self._hold, signals.request_reached_downloader)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "CrawlDelay":
        """As Scrapy makes extensions."""
        return cls(crawler)

    def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        delay = robotparser.crawl_delay(self._crawler.settings["ROBOTSTXT_USER_AGENT"])
        if delay:
            self._delays[urlparse_cached(request).hostname or ""] = min(delay, MAX_CRAWL_DELAY)

    def _hold(self, request: Request) -> None:
        if delay := self._delays.get(urlparse_cached(request).hostname or ""):
            slot = slot_of(self._crawler, request)
            assert slot  # the signal comes after it was made
            slot.delay, slot.jitter, slot.concurrency = max(slot.delay, delay), 0.0, 1


class BrokenOffError(Exception):
    """An answer that breaks off before its end."""


class PatientRetryMiddleware(Retries):
    """Scrapy's own, with waits between the tries.

    A 429 or 503 holds back all requests to the host for as long as it says. A page whose server asks for more than
    `MAX_WAIT` is not asked again in this run. An answer that is shorter than its server said is asked for again, unless
    it ends as a whole one does: then the stated length is wrong.
    """

    async def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """The response, or the request again after a wait.

        Raises:
            BrokenOffError: the answer breaks off each time.
        """
        if "dataloss" in response.flags and not is_whole(response.body, header(response, "Content-Encoding")):
            again = self.again(request, "dataloss")
            if not again:
                raise BrokenOffError(f"the answer breaks off after {len(response.body):,} bytes")
            await _wait(again)
            return again
        if response.status in {429, 503} and (named := retry_after(response)) is not None:
            if named > MAX_WAIT:
                return response
            pause(self.crawler, request, named)
        result = super().process_response(request, response)
        if isinstance(result, Request):
            await _wait(result)
        return result

    async def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        """None, or the request again after a wait."""
        result = super().process_exception(request, exception)
        if isinstance(result, Request):
            await _wait(result)
        return result


def retry_after(response: Response) -> float | None:
    """Seconds to wait by the header ``Retry-After``, a number or a date (RFC 9110, section 10.2.3), or None."""
    text = header(response, "Retry-After").strip()
    if text.isdecimal():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at - datetime.now(UTC)).total_seconds()) if at.tzinfo else None


async def _wait(request: Request) -> None:
    doubled = 2 ** (request.meta["retry_times"] - 1)
    await asyncio.sleep(FIRST_WAIT * doubled * random.uniform(0.7, 1.3))  # noqa: S311  no secret
