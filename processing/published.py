"""When an article was published: of all dates that a page, its address and the feed give, the most trusted one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from processing.blocks import Block
from processing.dates import Published, iso_date, relative_date, written_dates
from processing.metadata import Metadata
from rasid.letters import normalise, view_pattern

MAX_LINE = 150
"""Characters of a line that may be there to tell the date."""
_PUBLISHED = view_pattern("نشر|published|posted")
_IN_URL = re.compile(r"/(20\d\d)(?:[/-]?(\d\d)[/-]?(\d\d)|/(\d{1,2})/(\d{1,2}))(?!\d)")
VISIT = timedelta(hours=1)
"""A clock in the header is the time of the visit, or so much older where the page was kept."""


@dataclass(frozen=True)
class Dating:
    """What was taken.

    Attributes:
        published: the time.
        source: where it comes from, such as ``json-ld``, ``text``, ``url``, ``feed`` or ``crawl``.
    """

    published: Published
    source: str


def find_date(
    hinted: Iterable[str],
    metadata: Metadata,
    around: Iterable[Block],
    above: Iterable[Block],
    url: str,
    feed: datetime | None,
    fetched_at: datetime,
    zone: ZoneInfo,
) -> Dating:
    """The most trusted date.

    Args:
        hinted: texts in which the date stands, for they know.
        metadata: of the page.
        around: the lines between the title and the text, and after the text.
        above: the lines above the title; there the day of the visit may stand.
        url: of the page.
        feed: what the feed or sitemap says.
        fetched_at: what `now` is to the page, and the last resort.
        zone: the outlet's, for times that state none.

    Returns:
        A day that the feed has a time for is returned with that time.
    """
    latest = fetched_at + timedelta(days=1, hours=1)
    candidates = _candidates(tuple(hinted), metadata, tuple(around), tuple(above), url, fetched_at, zone)
    for source, found in candidates:
        if found.at > latest:
            continue
        if found.precision == "day" and feed and feed.astimezone(zone).date() == found.at.date():
            return Dating(Published(feed, "feed"), f"{source}, feed")
        return Dating(found, source)
    if feed:
        return Dating(Published(feed, "feed"), "feed")
    for source, text in metadata.weak_dates:
        found_weak = _stated(text, zone)
        if found_weak and _day(found_weak, zone) != fetched_at.astimezone(zone).date():
            return Dating(found_weak, source)
    return Dating(Published(fetched_at, "crawl"), "crawl")


def _candidates(
    hinted: tuple[str, ...],
    metadata: Metadata,
    around: tuple[Block, ...],
    above: tuple[Block, ...],
    url: str,
    fetched_at: datetime,
    zone: ZoneInfo,
) -> Iterator[tuple[str, Published]]:
    for text in hinted:
        if found := _stated(text, zone):
            yield "hint", found
    for source, text in metadata.dates:
        if found := _stated(text, zone):
            yield source, found
    for block in around:
        yield from _written(block, zone)
    if in_url := _url_day(url):
        yield "url", Published(datetime.combine(in_url, time(), UTC), "day")
    visit = fetched_at.astimezone(zone).date()
    for block in above:
        # In the header the day of the visit stands. An article of that day says so elsewhere, as a rule.
        said = bool(_PUBLISHED.search(normalise(block.text)))
        for source, found in _written(block, zone):
            earlier = found.precision == "second" and fetched_at - found.at > VISIT
            if said or earlier or _day(found, zone) != visit:
                yield source, found
    for block in around:
        for text in (*block.parts, block.text):
            if len(text) <= MAX_LINE and (relative := relative_date(text, zone, fetched_at)):
                yield "text, relative", relative


def _stated(text: str, zone: ZoneInfo) -> Published | None:
    return iso_date(text, zone) or next((each.value for each in written_dates(text, zone)), None)


def _written(block: Block, zone: ZoneInfo) -> Iterator[tuple[str, Published]]:
    for element in block.element.iter("time"):
        if found := iso_date(element.get("datetime", ""), zone):
            yield "time", found
    if len(block.text) <= MAX_LINE:
        yield from (("text", each.value) for each in written_dates(" ".join(block.parts), zone) if not each.of_update)


def _day(found: Published, zone: ZoneInfo) -> date:
    return found.at.date() if found.precision == "day" else found.at.astimezone(zone).date()


def _url_day(url: str) -> date | None:
    for found in _IN_URL.finditer(unquote(urlsplit(url).path)):
        year, month, day = map(int, filter(None, found.groups()))
        try:
            return date(year, month, day)
        except ValueError:
            continue  # digits of something else
    return None
