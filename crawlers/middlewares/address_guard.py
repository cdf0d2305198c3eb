"""Keeps the crawler out of private networks: a feed must not make it fetch a machine that only we can reach."""

import ipaddress

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_IPV4 = 0xFFFFFFFF
_RELAYS = ipaddress.IPv4Network("192.88.99.0/24")  # of 6to4
_UNICAST = ipaddress.IPv6Network("2000::/3")
_TEREDO = ipaddress.IPv6Network("2001::/32")  # of a server, and of a client with its bits turned
_ISATAP = 0x5EFE
_CARRIERS = [
    (ipaddress.IPv6Network(network), shift)
    for network, shift in (
        ("::/96", 0),  # IPv4-compatible
        ("::ffff:0:0/96", 0),  # mapped
        ("::ffff:0:0:0/96", 0),  # translated (SIIT)
        ("64:ff9b::/96", 0),  # NAT64
        ("2002::/16", 80),  # 6to4
    )
]
"""Networks whose addresses hold one of IPv4, and how many bits stand to its right."""


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
        if not is_public(address):
            raise IgnoreRequest(f"address: {url.hostname} is {address}, which is not public")


def is_public(address: Address) -> bool:
    """Whether anyone can reach the host of an address. One that stands for an IPv4 address is as public as that."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and address not in _RELAYS
    inside = [ipaddress.IPv4Address(int(address) >> shift & _IPV4) for net, shift in _CARRIERS if address in net]
    if address in _TEREDO:
        inside = [ipaddress.IPv4Address(int(address) >> 64 & _IPV4), ipaddress.IPv4Address(~int(address) & _IPV4)]
    elif not inside and not (address.is_global and address in _UNICAST):
        return False
    elif int(address) >> 32 & 0xFDFFFFFF == _ISATAP:
        inside = [ipaddress.IPv4Address(int(address) & _IPV4)]
    return all(map(is_public, inside))
