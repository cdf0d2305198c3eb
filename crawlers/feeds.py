"""Feeds: RSS 0.9x to 2.0, RDF and Atom."""

import html
import re
from datetime import datetime
from itertools import islice
from xml.sax import SAXParseException
from zoneinfo import ZoneInfo

import feedparser

from crawlers.listing import BrokenSourceError, Listing, parsable
from rasid.dates.stated import stated_date
from rasid.records import Link

MAX_ENTRIES = 10_000
"""That are read, from the first on; feeds have some dozens."""

_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]")
_ENTRY_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>")
_FEED_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|RDF)\s*>")


def read_feed(text: str, url: str, zone: ZoneInfo, now: datetime) -> Listing:
    """The entries of a feed, in its order.

    Args:
        text: of the feed.
        url: that it came from.
        zone: the outlet's.
        now: of the crawl.

    Raises:
        BrokenSourceError: it is not a feed, or is damaged before its first entry.
    """
    listing = Listing()
    text = parsable(text)
    if beyond := next(islice(_ENTRY.finditer(text), MAX_ENTRIES, None), None):
        listing.left_out = f"limit: only its first {MAX_ENTRIES:,} entries of {len(_ENTRY.findall(text)):,} are read"
        text = text[: beyond.start()]
    elif not _FEED_END.search(text) and (ends := list(_ENTRY_END.finditer(text))):
        text = text[: ends[-1].end()]  # it breaks off: the last entry's address may be a part of one
    parsed = feedparser.parse(
        text.encode(),
        response_headers={"content-location": url, "content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.entries:
        # Other complaints do not make an empty feed a broken one.
        if isinstance(problem := parsed.get("bozo_exception"), SAXParseException):
            raise BrokenSourceError(f"not a readable feed: line {problem.getLineNumber()}: {problem.getMessage()}")
        if not parsed.get("version"):
            raise BrokenSourceError("not a feed")
    for number, entry in enumerate(parsed.entries, start=1):
        given = entry.get("link") or (entry.get("id") if str(entry.get("id")).startswith("http") else None)
        if not given:
            listing.note_bad(f"entry {number} of {url}", "no address")
        elif address := listing.address(given, url):
            stated = (str(entry.get(name) or "") for name in ("published", "updated", "created"))
            published = next((found.at for text in stated if (found := stated_date(text, zone, now))), None)
            title = " ".join(html.unescape(str(entry.get("title") or "")).split())
            listing.links.append(Link(address, "feed", url, title or None, published))
    return listing
