"""Which article a page is: the address that it gives for itself, where nothing contradicts that.

A canonical address is a claim that templates fill in wrongly: with the script's address without its parameters, the
section, the home page, ``undefined``. Believed, it makes revisions of one article of several, and the earlier are lost.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from processing.extract.page import Page
from processing.html.characters import line_key
from processing.reposts.overlap import compare, prepared
from rasid.records import Article
from rasid.urls import BadAddressError, article_id, canonical_url, web_address

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


Text = tuple[str, str]
"""Title and body."""


def akin(first: Text, second: Text) -> bool:
    """Whether one text may be a later form of the other: the same title, or most of the words and facts."""
    if line_key(first[0]) == line_key(second[0]) or first[1] == second[1]:
        return True
    return compare(prepared(first[1]), prepared(second[1])).is_copy


def contradicted(pages: Iterable[tuple[str, str, Text]]) -> set[str]:
    """The ids of addresses that pages state although pages of other texts stand there or state them too.

    Args:
        pages: of one outlet: the address that answered, the one that the page states, its text.
    """
    claims: dict[str, dict[str, Text]] = defaultdict(dict)
    for url, stated, text in pages:
        own = article_id(url)
        for place in (own, article_id(stated)):
            claims[place].setdefault(own, text)
    return {place for place, texts in claims.items() if not _all_akin(list(texts.values()))}


def _all_akin(texts: list[Text]) -> bool:
    return all(akin(texts[0], text) for text in texts[1:])


def shared(pages: Iterable[tuple[str, Text]]) -> set[Text]:
    """The texts that stand at several addresses.

    Args:
        pages: of one outlet: the address that answered, its text.
    """
    places: dict[Text, set[str]] = defaultdict(set)
    for url, text in pages:
        places[text].add(article_id(url))
    return {text for text, ids in places.items() if len(ids) > 1}


def address_of(page: Page, url: str, known: Mapping[str, Article], doubtful: Container[str]) -> str:
    """The address under which a page is kept: one at which an earlier form of its text is known, else the one that it
    states if nothing else is there, else the one that answered.

    Args:
        page: with the address that it states.
        url: that answered.
        known: articles of the outlet by their ids.
        doubtful: ids that `contradicted` gives.
    """
    for place in (page.url, url):
        earlier = known.get(article_id(place))
        if earlier and akin((earlier.title, earlier.body), page.text):
            return place
    stated = article_id(page.url)
    return url if stated in doubtful or stated in known else page.url
