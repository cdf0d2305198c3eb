"""robots.txt by RFC 9309: Scrapy reads and obeys it; here is what to do when there is none to read."""

from dataclasses import dataclass, replace
from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached


@dataclass(frozen=True)
class Robots:
    """What a host's robots.txt says.

    Attributes:
        status: of its answer; None if there was none.
        error: why it was not.
        crawl_delay: seconds that it asks for.
        sitemaps: addresses that it names.
    """

    status: int | None = None
    error: str | None = None
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()


class RobotsUnreachableError(IgnoreRequest):
    """Nobody knows what may be fetched, so nothing is, until a later run."""


class StrictRobotsTxtMiddleware(RobotsTxtMiddleware):
    """Scrapy's own, after RFC 9309, section 2.3.1: with 4xx all may be fetched, without an answer or with 5xx nothing.

    429 counts as 5xx, as a server in need asks for no more requests. What each host's file says is noted in the
    spider's `robots`.
    """

    @property
    def _seen(self) -> dict[str, Robots]:
        seen: dict[str, Robots] = self.crawler.spider.robots  # type: ignore[union-attr]
        return seen

    def process_request_2(self, rp: Any, request: Request) -> None:
        """Lets a request pass or ends it.

        Raises:
            IgnoreRequest: it may not be sent.
        """
        robots = self._seen.get(urlparse_cached(request).netloc)
        if robots and robots.error:
            raise RobotsUnreachableError(f"robots.txt cannot be read: {robots.error}")
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        self._seen[netloc] = Robots(response.status)
        if response.status >= 500 or response.status == 429:
            self._seen[netloc] = Robots(response.status, f"answered {response.status}")
        elif response.status != 200:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        parser = self._parsers[netloc]
        if isinstance(parser, ProtegoRobotParser):
            delay, sitemaps = parser.crawl_delay(self._default_useragent), tuple(parser.rp.sitemaps)
            self._seen[netloc] = replace(self._seen[netloc], crawl_delay=delay, sitemaps=sitemaps)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest):
            self._seen[netloc] = Robots(error=f"{exc}")
        super()._robots_error(exc, netloc)
