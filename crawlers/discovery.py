"""What feeds, sitemaps and section pages say: the links of an outlet's pages."""

import io
import re
import zlib
from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.sax import SAXParseException

import feedparser
from lxml import etree, html

from rasid.records import Link

MAX_SITEMAP_BYTES = 52_428_800
"""Of a sitemap after unpacking: the limit of the protocol (sitemaps.org)."""

ARTICLE_PATH = re.compile(r"\d{4,}|[^/]+(?:[-_][^/]+){3,}")
"""In the path of an article: a number of four digits or more, or a slug of four words or more."""


class BrokenSourceError(Exception):
    """A feed, sitemap or section page that cannot be read; the message says why."""


@dataclass(frozen=True)
class Sitemap:
    """A sitemap or an index of sitemaps.

    Attributes:
        links: of pages.
        sitemaps: addresses of further sitemaps.
        dates: when a page or sitemap was published or changed, by its address, where that is known; a day is its
            midnight in UTC.
    """

    links: list[Link]
    sitemaps: list[str]
    dates: dict[str, datetime]


@dataclass(frozen=True)
class SectionPage:
    """A page that lists articles: their links, and the page after it if it names one."""

    links: list[Link]
    next: str | None


def feed_links(body: bytes, url: str, content_type: str = "") -> list[Link]:
    """The entries of a feed, RSS 0.9x to 2.0, RDF or Atom, in its order.

    Args:
        body: of the response.
        url: that it came from.
        content_type: of the response, for its encoding.

    Raises:
        BrokenSourceError: it is not a feed, or is damaged before its first entry.
    """
    _refuse_entities(body)
    parsed = feedparser.parse(body, response_headers={"content-location": url, "content-type": content_type})
    if not parsed.entries:
        # Other complaints, such as an odd Content-Type, do not make an empty feed a broken one.
        if isinstance(problem := parsed.get("bozo_exception"), SAXParseException):
            raise BrokenSourceError(f"not a readable feed: line {problem.getLineNumber()}: {problem.getMessage()}")
        if not parsed.get("version"):
            raise BrokenSourceError("not a feed")
    links = []
    for entry in parsed.entries:
        if not entry.get("link"):
            continue
        date = entry.get("published_parsed") or entry.get("updated_parsed")
        links.append(
            Link(
                url=urljoin(url, entry.link),
                via="feed",
                source=url,
                title=entry.get("title") or None,
                published_at=datetime.fromtimestamp(timegm(date), UTC) if date else None,
            )
        )
    return links


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """A sitemap, with the titles and dates of its news extension, or an index of sitemaps; either may be gzipped.

    Raises:
        BrokenSourceError: it is neither, or too large.
    """
    if body.startswith(b"\x1f\x8b"):
        unpacked = zlib.decompressobj(31)
        try:
            body = unpacked.decompress(body, MAX_SITEMAP_BYTES)
        except zlib.error as error:
            raise BrokenSourceError(f"not a readable sitemap: {error}") from None
        if unpacked.unconsumed_tail:
            raise BrokenSourceError(f"more than {MAX_SITEMAP_BYTES:,} bytes after unpacking")
    _refuse_entities(body)
    # No entities, no network: a sitemap is another's text. Entry by entry, as the tree of a long one is large.
    events = etree.iterparse(
        io.BytesIO(body), ("start", "end"), resolve_entities=False, no_network=True, recover=True, huge_tree=False
    )
    sitemap, kind = Sitemap([], [], {}), ""
    try:
        for event, node in events:
            name = etree.QName(node).localname
            kind = kind or name
            if kind not in {"urlset", "sitemapindex"}:
                break
            if event == "end" and name in {"url", "sitemap"}:
                _add_entry(sitemap, node, url)
                node.clear()
    except etree.XMLSyntaxError as error:
        raise BrokenSourceError(f"not a readable sitemap: {error}") from None
    if kind not in {"urlset", "sitemapindex"}:
        raise BrokenSourceError("not a sitemap: it has neither <urlset> nor <sitemapindex>")
    return sitemap


def _add_entry(sitemap: Sitemap, entry: etree._Element, url: str) -> None:
    text = {etree.QName(node).localname: (node.text or "").strip() for node in entry.iter(etree.Element)}
    if not text.get("loc"):
        return
    address = urljoin(url, text["loc"])
    published = _w3c_date(text.get("publication_date"))
    if date := published or _w3c_date(text.get("lastmod")):
        sitemap.dates[address] = date if date.tzinfo else date.replace(tzinfo=UTC)
    if etree.QName(entry).localname == "url":
        at = published.astimezone(UTC) if published and published.tzinfo else None  # a day is no point in time
        sitemap.links.append(Link(address, "sitemap", url, text.get("title") or None, at))
    else:
        sitemap.sitemaps.append(address)


def read_section(body: bytes, url: str, pattern: str | None) -> SectionPage:
    """The article links of a section page, in its order, each once.

    Args:
        body: of the response.
        url: that it came from.
        pattern: regular expression that an article's address matches; without it, those of the same host whose path
            looks like an article's (`ARTICLE_PATH`).

    Raises:
        BrokenSourceError: it has no links at all.
    """
    try:
        tree = html.document_fromstring(body, base_url=url)
    except etree.ParserError as error:
        raise BrokenSourceError(f"not a readable page: {error}") from None
    host = urlsplit(url).hostname
    titles: dict[str, str] = {}
    anchors = [anchor for anchor in tree.iter("a") if anchor.get("href")]
    for anchor in anchors:
        address = _address(url, anchor)
        if not address or address == url:
            continue
        parts = urlsplit(address)
        if (
            re.search(pattern, address)
            if pattern
            else parts.hostname == host and ARTICLE_PATH.search(unquote(parts.path))
        ):
            title = " ".join(str(anchor.xpath("string()")).split())
            titles[address] = max(titles.get(address, ""), title, key=len)
    if not anchors:
        raise BrokenSourceError("no links on the page")
    following = [_address(url, node) for node in tree.iter("link", "a") if node.get("rel") == "next"]
    return SectionPage(
        [Link(address, "section", url, title or None) for address, title in titles.items()],
        next(filter(None, following), None),
    )


def _address(base: str, node: html.HtmlElement) -> str | None:
    """Where a link leads, if to the web."""
    try:
        address = urldefrag(urljoin(base, (node.get("href") or "").strip())).url
        return address if urlsplit(address).scheme in {"http", "https"} else None
    except ValueError:  # such as http://[broken
        return None


def _refuse_entities(body: bytes) -> None:
    """Feeds and sitemaps need none of their own; who declares them means to blow the reader up or to read its files."""
    if b"<!ENTITY" in body:
        raise BrokenSourceError("it declares entities")


def _w3c_date(text: str | None) -> datetime | None:
    """A date of the W3C's profile of ISO 8601, naive if it is a day alone; None for anything else."""
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        return None
