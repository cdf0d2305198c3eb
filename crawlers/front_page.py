"""An outlet's front page: how it calls itself, and which feeds and sitemaps it names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from lxml import etree, html

from crawlers.feeds import read_feed
from crawlers.listing import BrokenSourceError, Listing
from crawlers.sections import base_address, read_section
from crawlers.sitemaps import read_sitemap
from crawlers.source_reader import Answer
from rasid.decoding import decode
from rasid.outlets import Source
from rasid.unpacking import unpack
from rasid.urls import BadAddressError, web_address

MOST = 12
"""Feeds that are looked at of those that a page names: of a hostile one there may be any number."""

_TYPES = re.compile(r"\b(?:rss|atom|rdf)\b|^(?:text|application)/xml", re.IGNORECASE)
_ADDRESS = re.compile(r"\.(?:rss|rdf|atom)\b|\b(?:rss|feeds?|atom)\b(?:/|\.xml|\.php|$)|[?&]feed=", re.IGNORECASE)
_ASIDE = re.compile(r"\bcomments?\b", re.IGNORECASE)
"""In the address of a feed of what readers write."""
_NAMES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "og:title")


@dataclass(frozen=True)
class FrontPage:
    """What a front page says.

    Attributes:
        names: of the outlet, as it is called in several places, the likeliest first.
        locale: its language and perhaps country, such as ``ar_DZ``; empty if it says none.
        feeds: addresses of what it names as feeds, those that it declares as such first.
        sitemaps: addresses of what it declares as sitemaps.
        section: its links to articles, or why there are none.
    """

    names: tuple[str, ...]
    locale: str
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]
    section: Listing | str


def read_front_page(answer: Answer) -> FrontPage:
    """What the front page says that a server answered with.

    Raises:
        BrokenSourceError: it cannot be read, whatever the reason.
    """
    try:
        text, _ = decode(unpack(answer.body, answer.content_encoding), answer.content_type)
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
        tree = html.document_fromstring(text.encode(), parser=parser)
        base = base_address(tree, answer.url)
        declared = _declared(tree, "alternate", base)
        return FrontPage(
            names=tuple(_names(tree)),
            locale=_meta(tree, "og:locale") or tree.get("lang") or "",
            feeds=tuple(islice(_each_once([*declared, *_linked(tree, base)]), MOST)),
            sitemaps=tuple(islice(_each_once(_declared(tree, "sitemap", base)), MOST)),
            section=_section(text, answer.url),
        )
    except Exception as error:  # whatever a strange page raises is its failure, and reported
        raise BrokenSourceError(f"not readable: {error or type(error).__name__}") from error


def read_any(answer: Answer, zone: ZoneInfo, now: datetime) -> tuple[Source, Listing]:
    """What an answer lists that may be a feed or a sitemap.

    Raises:
        BrokenSourceError: it is neither.
    """
    try:
        text, _ = decode(unpack(answer.body, answer.content_encoding), answer.content_type)
        try:
            return Source(feed=answer.url), read_feed(text, answer.url, zone, now)
        except BrokenSourceError as no_feed:
            try:
                return Source(sitemap=answer.url), read_sitemap(text, answer.url, zone, now)
            except BrokenSourceError as no_sitemap:
                raise BrokenSourceError(_nearest(f"{no_feed}", f"{no_sitemap}")) from None
    except BrokenSourceError:
        raise
    except Exception as error:  # as above
        raise BrokenSourceError(f"not readable: {error or type(error).__name__}") from error


def _nearest(no_feed: str, no_sitemap: str) -> str:
    """Which of two reasons says more: a broken feed is no sitemap, and the other way round."""
    if no_feed.startswith("it declares"):
        return no_feed
    return "neither a feed nor a sitemap" if "not a sitemap" in no_sitemap and no_feed == "not a feed" else no_feed


def _section(text: str, url: str) -> Listing | str:
    try:
        return read_section(text, url, None)
    except BrokenSourceError as error:
        return f"{error}"


def _names(tree: html.HtmlElement) -> Iterator[str]:
    titles = (node.text_content() for node in islice(tree.iter("title"), 1))
    return _each_once(
        filter(None, (" ".join(name.split()) for name in (*(_meta(tree, each) for each in _NAMES), *titles)))
    )


def _meta(tree: html.HtmlElement, name: str) -> str:
    found = (node.get("content", "") for node in tree.iter("meta") if name in {node.get("property"), node.get("name")})
    return next((content.strip() for content in found if content.strip()), "")


def _declared(tree: html.HtmlElement, relation: str, base: str) -> Iterator[str]:
    """Addresses of links with a relation; of alternatives, those that are feeds."""
    for node in tree.iter("link", "a"):
        if relation not in node.get("rel", "").lower().split():
            continue
        if relation == "sitemap" or _TYPES.search(node.get("type", "")) or _is_feed(node):
            yield from _address(node, base)


def _linked(tree: html.HtmlElement, base: str) -> Iterator[str]:
    """Addresses of links that look like feeds."""
    return (address for node in tree.iter("a") if _is_feed(node) for address in _address(node, base))


def _is_feed(node: etree._Element) -> bool:
    return bool(_ADDRESS.search(node.get("href", "")[:500]))


def _address(node: etree._Element, base: str) -> Iterator[str]:
    try:
        address = web_address(node.get("href", ""), base).partition("#")[0]
    except BadAddressError:
        return
    if node.get("href") and not _ASIDE.search(address):
        yield address


def _each_once(texts: Iterator[str] | list[str]) -> Iterator[str]:
    seen = set[str]()
    for text in texts:
        if text not in seen:
            seen.add(text)
            yield text
