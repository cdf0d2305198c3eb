"""The address that a page gives for itself, where nothing contradicts that.

A canonical address is a claim that templates fill in wrongly: with the script's address without its parameters, the
section, the home page, ``undefined``. Believed, it makes revisions of one article of several, and the earlier are lost.
"""

import re
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from rasid.urls import BadAddressError, canonical_url, web_address

_TELLING = re.compile(r"\d{3,}|[^/]+(?:[-_ ][^/]+){3,}")
"""In the path or the parameters of an article's address: a number of three digits or more, a slug of four words."""
_PLACEHOLDER = re.compile(
    r"(?:^|[/=?&])(?:undefined|null|nan|none|false|true|\[object object\])(?:$|[/?&])|\{\{|\$\{|<%|%7b%7b",
    re.IGNORECASE,
)
"""What a template leaves where it was to fill in an address."""


_CANONICAL = XPath("//link[translate(@rel, 'CANONIL', 'canonil') = 'canonical']/@href")
_SHARED = XPath("//meta[@property='og:url' or @name='og:url']/@content")


def stated_address(tree: HtmlElement, url: str) -> str:
    """The address that a page states as its canonical one, or that which answered where there is no other of the same
    site, where it is less than that (the script without its parameters, the section) or names nothing, or where
    ``og:url`` says otherwise.

    Args:
        tree: of the page.
        url: that answered.
    """
    stated = _stated(tree, url, _CANONICAL)
    shared = _stated(tree, url, _SHARED)
    if len(stated) != 1:  # none, or several that contradict each other
        return url
    claim, own = stated.popitem()
    same = canonical_url(url)
    if claim == same:
        return own
    if claim in shared:
        return url if _is_less(claim, same) else own
    vague = _is_telling(same) and not _is_telling(claim)
    return url if shared or vague or _is_less(claim, same) else own


def _stated(tree: HtmlElement, url: str, path: XPath) -> dict[str, str]:
    """Addresses of the page's site at an XPath: the canonical form, and as it stands there."""
    host = urlsplit(canonical_url(url)).netloc
    found = {}
    for text in cast("list[str]", path(tree)):
        try:
            address = web_address(text, url)
        except BadAddressError:
            continue
        canonical = canonical_url(address)
        parts = urlsplit(canonical)
        is_page = parts.path not in {"", "/"} or parts.query
        if parts.netloc == host and is_page and not _PLACEHOLDER.search(address):
            found[canonical] = address
    return found


def _is_telling(canonical: str) -> bool:
    parts = urlsplit(canonical)
    return bool(_TELLING.search(parts.path) or _TELLING.search(parts.query))


def _is_less(claim: str, own: str) -> bool:
    """Whether a canonical address is what stands above a page's own: part of its path, or it with fewer parameters."""
    ours, theirs = urlsplit(own), urlsplit(claim)
    if _TELLING.search(theirs.path):
        return False
    if ours.path == theirs.path:
        return not set(parse_qsl(ours.query)) <= set(parse_qsl(theirs.query))
    return ours.path.startswith(f"{theirs.path}/")
