"""Sitemaps (sitemaps.org) with the news extension, indexes of sitemaps, and plain lists of addresses."""

import calendar
import html
import io
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lxml import etree

from crawlers.listing import BrokenSourceError, Listing, parsable
from rasid.dates.stated import AHEAD, stated_date
from rasid.records import Link

_ROOTS = {"urlset", "sitemapindex"}
_ENTRIES = {"url", "sitemap"}
_ENTRY_END = re.compile(r"</(?:[\w.-]+:)?(?:url|sitemap)\s*>", re.IGNORECASE)
_MONTH = re.compile(r"((?:19|20)\d\d)(?:-(0[1-9]|1[0-2]))?")
_MEDIA = re.compile("image|video", re.IGNORECASE)


def read_sitemap(text: str, url: str, zone: ZoneInfo, now: datetime) -> Listing:
    """The pages and further sitemaps that a sitemap lists.

    An element counts by its local name and its place, such as ``urlset > url > loc``: prefixes are often missing,
    undeclared or of another namespace than the protocol's.

    Args:
        text: of the sitemap.
        url: that it came from.
        zone: the outlet's.
        now: of the crawl.

    Raises:
        BrokenSourceError: it is none.
    """
    text = parsable(text)
    if not text.startswith("<"):
        return _read_lines(text, url)
    ends = list(_ENTRY_END.finditer(text))
    # Where it breaks off, a parser would end the last entry, and so its address, for it.
    source = io.BytesIO((text[: ends[-1].end()] if ends else text).encode())
    listing, is_sitemap = Listing(), False
    # No entities, no network: a sitemap is another's text. Entry by entry, as the tree of a long one is large.
    events = etree.iterparse(
        source, ("start", "end"), resolve_entities=False, no_network=True, recover=True, huge_tree=False
    )
    try:
        for event, node in events:
            name = _name(node)
            if event == "start":
                is_sitemap |= name in _ROOTS
                if not is_sitemap and name in {"html", "rss", "feed", "rdf"}:
                    raise BrokenSourceError(f"not a sitemap: it is <{name}>")
            elif name in _ENTRIES and _name(node.getparent()) in _ROOTS:
                _add_entry(listing, node, url, zone, now)
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise BrokenSourceError(f"not a readable sitemap: {error}") from None
    if not is_sitemap:
        raise BrokenSourceError("not a sitemap: it has neither <urlset> nor <sitemapindex>")
    return listing


def _read_lines(text: str, url: str) -> Listing:
    listing = Listing()
    for line in filter(str.strip, text.splitlines()):
        if address := listing.address(line, ""):
            listing.links.append(Link(address, "sitemap", url))
        elif not listing.links:
            break
    if not listing.links:
        raise BrokenSourceError("not a sitemap: neither XML nor a list of addresses")
    return listing


def _add_entry(listing: Listing, entry: etree._Element, url: str, zone: ZoneInfo, now: datetime) -> None:
    page = _name(entry) == "url"
    location = _child(entry, "loc")
    stated = _text(location)
    if location is None or not stated or len(location):  # an element within an address is a part of it, changed
        listing.note_bad(
            f"entry {len(listing.links) + len(listing.further) + len(listing.bad) + 1} of {url}", "no address"
        )
        return
    if not (address := listing.address(stated, url)):
        return
    news = _child(entry, "news")
    published = stated_date(_text(_child(news, "publication_date")), zone, now)
    if at := published.at if published else _latest(_text(_child(entry, "lastmod")), zone, now):
        listing.latest[address] = at
    if page:
        title = " ".join(html.unescape(_text(_child(news, "title"))).split())
        listing.links.append(Link(address, "sitemap", url, title or None, published.at if published else None))
    else:
        listing.further.append(address)


def _child(parent: etree._Element | None, name: str) -> etree._Element | None:
    """The child of a name, in the parent's namespace if there are several, and in none of pictures and films."""
    found = [] if parent is None else [node for node in parent.iterchildren(etree.Element) if _name(node) == name]
    fit = [node for node in found if not _MEDIA.search(_space(node))]
    return min(fit, key=lambda node: parent is not None and _space(node) != _space(parent), default=None)


def _latest(text: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The latest time that ``lastmod`` can mean: of a month or a year alone, its last day."""
    if not (whole := _MONTH.fullmatch(text)):
        found = stated_date(text, zone, now)
        return found.at if found else None
    year, month = int(whole[1]), int(whole[2] or 12)
    at = datetime(year, month, calendar.monthrange(year, month)[1], tzinfo=UTC)
    return at if at <= now + AHEAD else None


def _text(node: etree._Element | None) -> str:
    return "" if node is None else (node.text or "").strip()


def _name(node: etree._Element | None) -> str:
    """The local name, in lower case; of an undeclared prefix too."""
    return "" if node is None else str(node.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _space(node: etree._Element) -> str:
    """Namespace and prefix, as far as they are stated."""
    return f"{node.nsmap.get(node.prefix)} {str(node.tag).rpartition('}')[2].rpartition(':')[0]}"
