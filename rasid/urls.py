"""Addresses: which can be asked for, how one is shown, and which two are of one article."""

import hashlib
import ipaddress
import re
import string
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from courlan import clean_url

MAX_ADDRESS = 2_000
"""Characters of an address as it is sent; no browser and few servers take more."""
HOST_PREFIX = re.compile(r"^(?:www|m|mobile|amp)\.")
AMP_PATH = re.compile(r"/amp/?$|^/amp(?=/)")
TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref|ref_src|at_\w+|amp|outputType)$")
_HOST = re.compile(r"[\w.-]+", re.ASCII)
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")


class BadAddressError(ValueError):
    """An address that no request can be sent to; the message says why."""


def web_address(url: str, base: str = "") -> str:
    """The address that a link means, as it was published otherwise.

    Args:
        url: of the link; blanks around it and line ends within do not count.
        base: address of what it stands in, where it may be relative.

    Raises:
        BadAddressError: it leads to no page of the web: another scheme, no host or a broken one, a port that is none,
            a user's name, unreadable letters, or too long.
    """
    try:
        address = urljoin(base, re.sub(r"[\t\r\n]", "", url.strip(string.whitespace + "\x00\ufeff\u200e\u200f")))
        parts = urlsplit(address)
        port, host = parts.port, parts.hostname or ""
        if ":" in host:
            ipaddress.ip_address(host)
            ascii_host = "ipv6"
        else:
            ascii_host = host.encode("idna").decode("ascii")
    except ValueError as error:
        raise BadAddressError(f"{error}") from None
    if parts.scheme not in {"http", "https"}:
        raise BadAddressError(f"{parts.scheme[:20]}: is not fetched" if parts.scheme else "no scheme")
    if not _HOST.fullmatch(ascii_host):
        raise BadAddressError("no host" if not host else "a host that is none")
    if port == 0:
        raise BadAddressError("port 0")
    if "@" in parts.netloc:
        raise BadAddressError("it has a user's name")
    if _UNREADABLE.search(address):
        raise BadAddressError("unreadable letters")
    if len(quote(address, safe=string.printable)) > MAX_ADDRESS:
        raise BadAddressError(f"more than {MAX_ADDRESS:,} characters")
    return address


def shown_url(url: str) -> str:
    """The address to keep and show: as it was published, without its tracking parameters.

    Returns:
        such as ``https://example.org/a?id=7`` of ``https://example.org/a?id=7&utm_source=atom#utm_medium=rss``.
    """
    address, _, fragment = url.partition("#")
    page, _, query = address.partition("?")
    return page + _without_tracking("?", query) + _without_tracking("#", fragment)


def readable_url(url: str) -> str:
    """The address as a reader takes it in: the host's and the path's letters in place of their encoding. What would be
    invisible, a blank or a part of the address's grammar stays encoded, so that a browser opens the same page.
    """
    try:
        server = urlsplit(url).netloc
        user, at, host = server.rpartition("@")
        name, colon, port = host.partition(":")
        shown = name.lower().encode("ascii").decode("idna") if "xn--" in name.lower() else name
    except ValueError:  # an address that is none is shown as it is
        return url
    before, _, after = url.partition(server or url)
    return before + user + at + shown + colon + port + _letters(after) if host and before != url else url


def _letters(text: str) -> str:
    return _ENCODED.sub(lambda run: "".join(map(_shown_letter, unquote(run[0], errors="surrogateescape"))), text)


def _shown_letter(letter: str) -> str:
    return letter if letter.isalnum() and not letter.isascii() else quote(letter, safe="", errors="surrogateescape")


def _without_tracking(mark: str, parameters: str) -> str:
    kept = [each for each in parameters.split("&") if not TRACKING.match(unquote(each.partition("=")[0]))]
    return mark + "&".join(kept) if kept and parameters else ""


def canonical_url(url: str) -> str:
    """The address without what does not distinguish articles.

    That is the scheme's `s`, ``www.``, mobile and AMP forms, tracking parameters, the fragment, a slash at the end,
    the order of parameters, and the way in which letters are percent-encoded. It identifies, and need not be fetched.

    Returns:
        such as ``https://example.org/2025/سفير?id=7``; of what is no address, it with every sign encoded.
    """
    try:
        parts = urlsplit(clean_url(url) or url)
        port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
        kept = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(k))
        query = f"?{urlencode(kept, safe='/:', quote_via=quote)}" if kept else ""
    except ValueError:  # such as http://[broken, or a port that is none
        return f"invalid:{quote(url, safe='', errors='surrogatepass')}"
    host = HOST_PREFIX.sub("", (parts.hostname or "").lower())
    path = AMP_PATH.sub("", unquote(parts.path)).rstrip("/")
    return f"https://{host}{port}{path}{query}"


def article_id(url: str) -> str:
    """The identity of the article at an address: 32 hexadecimal digits of the canonical URL's SHA-256."""
    return hashlib.sha256(canonical_url(url).encode("utf-8", "surrogatepass")).hexdigest()[:32]
