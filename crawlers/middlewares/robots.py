"""robots.txt by RFC 9309: Scrapy reads and obeys it; here is whom a group means, and what to do when there is none."""

import re
from dataclasses import replace
from typing import Any

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawlers.headers import header
from crawlers.scrapy_internals import RobotsTxt
from rasid.errors import UndecodableError
from rasid.reports import Robots
from rasid.unpacking import unpack

PRODUCT_TOKEN = "Rasid"  # noqa: S105  no secret
"""By which robots.txt names us."""

_USER_AGENT = re.compile(r"^([ \t]*user[ -]?agent[ \t]*:[ \t]*)([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(r"\*|[a-z_-]+", re.IGNORECASE)


class RobotsUnreachableError(IgnoreRequest):
    """Nobody knows what may be fetched, so nothing is, until a later run."""


class StrictRobotsTxtMiddleware(RobotsTxt):
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

    def rules(self, response: Response, host: str) -> bytes:
        """Those of an answer with 200, as `by_product_token` has them; none of any other."""
        error, rules = None, b""
        if response.status >= 500 or response.status == 429:
            error = f"answered {response.status}"
        elif response.status == 200:
            try:
                rules = by_product_token(unpack(response.body, header(response, "Content-Encoding")))
            except UndecodableError as undecodable:
                error = f"{undecodable}"
        self._seen[host] = Robots(response.status, error)
        return rules

    def parsed(self, host: str, parser: Any) -> None:
        """Notes what the rules say besides what may be fetched."""
        if isinstance(parser, ProtegoRobotParser):
            delay, sitemaps = parser.crawl_delay(PRODUCT_TOKEN), tuple(parser.rp.sitemaps)
            self._seen[host] = replace(self._seen[host], crawl_delay=delay, sitemaps=sitemaps)

    def unreachable(self, host: str, error: Exception) -> None:
        """Notes why there was no answer."""
        if not isinstance(error, IgnoreRequest):
            large = isinstance(error, DownloadCancelledError)
            why = "larger than may be fetched" if large else f"{error}" or type(error).__name__
            self._seen[host] = Robots(error=why)


def by_product_token(robots: bytes) -> bytes:
    """A robots.txt in which each group is of us, of all, or of another one.

    A group means a crawler whose product token it has, and no other (RFC 9309, section 2.2.1); Scrapy's parser would
    take one for ours whose name stands anywhere in ours.
    """

    def named(line: re.Match[str]) -> str:
        token = _TOKEN.match(line[2])
        name = token[0].lower() if token else ""
        return line[1] + (name if name in {"*", PRODUCT_TOKEN.lower()} else "another")

    return _USER_AGENT.sub(named, robots.decode("utf-8-sig", "replace")).encode()
