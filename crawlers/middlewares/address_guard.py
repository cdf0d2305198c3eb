"""Keeps the crawler out of private networks: a feed must not make it fetch a machine that only we can reach."""

import ipaddress

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached


class AddressGuardMiddleware:
    """Refuses requests to addresses that are not public, and to schemes other than http and https.

    It looks at the resolved address, of redirects too. Scrapy's resolver keeps that answer, so the connection goes to
    the very address that was checked. Hosts in the setting ``ALLOW_HOSTS`` (``host`` or ``host:port``) may pass.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._allowed = frozenset(crawler.settings.getlist("ALLOW_HOSTS"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "AddressGuardMiddleware":
        """As Scrapy makes middlewares."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Lets a request pass or ends it.

        Raises:
            IgnoreRequest: it may not be sent.
        """
        from twisted.internet import reactor

        url = urlparse_cached(request)
        if url.scheme not in {"http", "https"} or not url.hostname:
            raise IgnoreRequest(f"address: {url.scheme} is not fetched")
        if {url.hostname, url.netloc} & self._allowed:
            return
        try:
            address = ipaddress.ip_address(url.hostname)
        except ValueError:
            # Twisted's stubs describe the argument wrongly.
            resolved = await maybe_deferred_to_future(reactor.resolve(url.hostname))  # type: ignore[arg-type]
            address = ipaddress.ip_address(resolved)
        if not address.is_global:
            raise IgnoreRequest(f"address: {url.hostname} is {address}, which is not public")
