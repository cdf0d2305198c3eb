"""All of Scrapy that is used and that Scrapy does not promise to keep: ``tests/test_scrapy_internals.py`` fails when it
goes. No other file of this room uses any.
"""

from collections.abc import Coroutine
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.utils.asyncio import call_later
from twisted.internet.defer import Deferred


def slot_of(crawler: Crawler, request: Request) -> Any:
    """The downloader's record of a request's host: its attributes ``delay`` and ``jitter`` (seconds, and a share of
    them) and ``concurrency`` may be set. None before the first request to the host, and when it was idle for long.
    """
    assert crawler.engine is not None
    return crawler.engine.downloader.slots.get(request.meta["download_slot"])


def pause(crawler: Crawler, request: Request, seconds: float) -> None:
    """Holds back all requests to a request's host for so many seconds."""
    if slot := slot_of(crawler, request):
        assert crawler.engine is not None
        slot.close()  # ends the wait for the next request, which this longer one replaces
        slot.latercall = call_later(seconds, crawler.engine.downloader._latercall, slot)
        slot.lastseen = monotonic() + seconds  # else Scrapy would drop the idle slot, and the pause with it


class TimeOverError(Exception):
    """A request is not sent, as the crawl's time is over before its turn comes."""


class PunctualDownloader(Downloader):
    """Scrapy's own, which counts a request as under way from when it is taken from the queue, not only when the event
    loop comes to it; and which drops what waits where the next turn comes too late: what a server has wait for minutes
    would have the crawl take twice its time.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._ends = monotonic() + crawler.settings.getfloat("CLOSESPIDER_TIMEOUT")

    def _process_queue(self, slot: Slot) -> None:
        turn = max(monotonic(), slot.lastseen + slot.delay * (1 - slot.jitter))
        while slot.queue and turn > self._ends:
            slot.queue.popleft()[1].errback(TimeOverError())
        super()._process_queue(slot)

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: "Deferred[Response]"
    ) -> Coroutine[Any, Any, None]:
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)


class Retries(RetryMiddleware):
    """Scrapy's own, for other reasons to try again than its own as well."""

    def again(self, request: Request, reason: str) -> Request | None:
        """The request for another try; None where it has had as many as it may have."""
        return self._retry(request, reason)


class Redirects(BaseRedirectMiddleware):
    """What Scrapy's own have in common, for a redirect that is asked for in another way."""

    def redirected(self, request: Request, response: Response, target: str, reason: str) -> Request:
        """The request for the address to which an answer sends.

        Raises:
            IgnoreRequest: there were too many.
        """
        return self._redirect(self._redirect_request_using_get(request, response, target), request, reason)


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's own, in which a subclass says what counts of an answer for robots.txt, and hears what became of it."""

    def rules(self, response: Response, host: str) -> bytes:
        """The robots.txt that an answer stands for."""
        raise NotImplementedError

    def parsed(self, host: str, parser: Any) -> None:
        """Is called with Scrapy's parser of a host's rules."""
        raise NotImplementedError

    def unreachable(self, host: str, error: Exception) -> None:
        """Is called when a host gave no answer."""
        raise NotImplementedError

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        await super()._parse_robots(response.replace(body=self.rules(response, netloc)), netloc, request)
        self.parsed(netloc, self._parsers[netloc])

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self.unreachable(netloc, exc)
        super()._robots_error(exc, netloc)
