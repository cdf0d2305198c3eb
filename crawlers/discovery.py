"""What feeds and sitemaps say: the links of an outlet's new pages."""

from calendar import timegm
from datetime import UTC, datetime
from urllib.parse import urljoin
from xml.sax import SAXParseException

import feedparser
from lxml import etree

from rasid.records import Link


class BrokenSourceError(Exception):
    """A feed or sitemap that cannot be read; the message says why."""


def feed_links(body: bytes, url: str, content_type: str = "") -> list[Link]:
    """The entries of a feed, RSS 0.9x to 2.0, RDF or Atom, in its order.

    Args:
        body: of the response.
        url: that it came from.
        content_type: of the response, for its encoding.

    Raises:
        BrokenSourceError: it is not a feed, or is damaged before its first entry.
    """
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


def sitemap_links(body: bytes, url: str) -> list[Link]:
    """The pages of a sitemap, with the title and date of its news extension where it has them.

    Raises:
        BrokenSourceError: it is not a sitemap.
    """
    # No entities, no network: a sitemap is another's text.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise BrokenSourceError(f"not a readable sitemap: {error}") from None
    if root is None or etree.QName(root).localname != "urlset":
        raise BrokenSourceError("not a sitemap: it has no <urlset>")
    links = []
    for entry in root.iterfind("{*}url"):
        text = {etree.QName(node).localname: (node.text or "").strip() for node in entry.iter(etree.Element)}
        if not text.get("loc"):
            continue
        links.append(
            Link(
                url=urljoin(url, text["loc"]),
                via="sitemap",
                source=url,
                title=text.get("title") or None,
                published_at=_w3c_date(text.get("publication_date") or text.get("lastmod")),
            )
        )
    return links


def _w3c_date(text: str | None) -> datetime | None:
    """A date of the W3C's profile of ISO 8601; a day alone or nonsense gives None, as it is no point in time."""
    try:
        date = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return date.astimezone(UTC) if date.tzinfo else None
