"""When an article was published: of all dates that a page, its address and the feed give, the most trusted one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from processing.blocks import Block
from processing.characters import visible
from processing.dates import relative_date
from processing.metadata import Metadata
from rasid.dates import Published, is_possible, stated_date, written_dates
from rasid.letters import normalise, view_pattern
from rasid.records import Capture
from rasid.written_days import gregorian_day

MAX_LINE = 150
"""Characters of a line that may be there to tell the date."""
MAX_PART = 15
"""Characters of a line that is a part of a date: a number, or the name of a month."""
VISIT = timedelta(hours=1)
"""A clock in the header is the time of the visit, or so much older where the page was kept."""

_PUBLISHED = view_pattern("نشر|published|posted")
_IN_URL = re.compile(
    r"(?:/(20\d\d)(?:[/-]?(\d\d)[/-]?(\d\d)|/(\d{1,2})/(\d{1,2}))|(?<!\d)(20\d\d)-(\d\d)-(\d\d))(?!\d)"
)
_CARRIER = re.compile(r"datetime|data-[\w-]*(?:date|time|publish|posted|created|epoch|stamp)[\w-]*")
_CARRIER_OF_ISO = re.compile(r"(?:title|content|value)=\d{4}-\d\d-\d\d")
_OF_CHANGE = view_pattern("modif|updat|change|edit|تحديث|تعديل")
MAX_LABEL = 40
"""Characters of the words before a date that say which it is."""


@dataclass(frozen=True)
class Dating:
    """What was taken.

    Attributes:
        published: the time.
        source: where it comes from, such as ``json-ld``, ``text``, ``url``, ``feed`` or ``crawl``.
    """

    published: Published
    source: str


@dataclass(frozen=True)
class _Claim:
    source: str
    date: Published
    of_change: bool = False


def find_date(
    hinted: Iterable[str],
    metadata: Metadata,
    around: Iterable[Block],
    above: Iterable[Block],
    head: Iterable[HtmlElement],
    capture: Capture,
    zone: ZoneInfo,
) -> Dating:
    """The most trusted date; that of a change where nothing else is known, and the visit's as the last resort.

    Args:
        hinted: texts in which the date stands, for they know.
        metadata: of the page.
        around: the lines between the title and the text, and after the text.
        above: the lines above the title; there the day of the visit may stand.
        head: elements between the title and the text, which may carry a date that no reader sees.
        capture: of the page.
        zone: the outlet's, for times that state none.

    Returns:
        A day that the feed has a time for is returned with that time.
    """
    now, feed = capture.fetched_at, capture.link.published_at
    feed = feed if feed and is_possible(feed, now) else None
    around = tuple(around)
    claims = list(_claims(metadata, around, above, head, capture, zone))
    hints = (_Claim("hint", found) for text in hinted if (found := stated_date(text, zone, now)))
    if first := next((each for each in (*hints, *claims) if not each.of_change), None):
        if first.date.precision == "day" and feed and feed.astimezone(zone).date() == first.date.at.date():
            return Dating(Published(feed, "feed"), f"{first.source}, feed")
        return Dating(first.date, first.source)
    if feed:
        return Dating(Published(feed, "feed"), "feed")
    weak = _stated(metadata.weak_dates, zone, now)
    changes = (*_stated(metadata.changes, zone, now), *(each for each in claims if each.of_change))
    for claim in (*(each for each in weak if _is_earlier(each.date, now, zone)), *changes):
        return Dating(claim.date, claim.source)
    return Dating(Published(now, "crawl"), "crawl")


def _claims(
    metadata: Metadata,
    around: tuple[Block, ...],
    above: Iterable[Block],
    head: Iterable[HtmlElement],
    capture: Capture,
    zone: ZoneInfo,
) -> Iterator[_Claim]:
    """What the page and its address tell, the most trusted first."""
    now = capture.fetched_at
    yield from _stated(metadata.dates, zone, now)
    for element in head:
        yield from _carried(element, zone, now)
    for block in around:
        yield from _written(block, zone, now)
    leaf = " ".join(block.text for block in around if len(block.text) <= MAX_PART)  # as of a calendar
    yield from (_Claim("text", each.value) for each in written_dates(leaf, zone, now))
    if (in_url := _url_day(capture.url)) and (found := stated_date(in_url.isoformat(), zone, now)):
        yield _Claim("url", found)
    for block in above:
        # In the header the day of the visit stands. An article of that day says so elsewhere, as a rule.
        said = bool(_PUBLISHED.search(normalise(block.text)))
        for claim in _written(block, zone, now):
            if said or _is_earlier(claim.date, now, zone):
                yield claim
    for block in around:
        for text in (*block.parts, block.text):
            if len(text) <= MAX_LINE and (relative := relative_date(text, zone, now)):
                yield _Claim("text, relative", relative)


def _stated(dates: Iterable[tuple[str, str]], zone: ZoneInfo, now: datetime) -> Iterator[_Claim]:
    return (_Claim(source, found) for source, text in dates if (found := stated_date(text, zone, now)))


def _written(block: Block, zone: ZoneInfo, now: datetime) -> Iterator[_Claim]:
    for element in block.element.iter("time"):
        if visible(element.text_content()) in block.text:
            yield from _carried(element, zone, now)
    if len(block.text) <= MAX_LINE:
        for each in written_dates(" ".join(block.parts), zone, now):
            yield _Claim("text, change" if each.of_update else "text", each.value, each.of_update)


def _carried(element: HtmlElement, zone: ZoneInfo, now: datetime) -> Iterator[_Claim]:
    """The dates in an element's attributes."""
    for name, value in element.items():
        carries = _CARRIER.fullmatch(str(name)) or _CARRIER_OF_ISO.match(f"{name}={value}")
        if carries and (found := stated_date(str(value), zone, now)):
            of_change = bool(_OF_CHANGE.search(f"{name} {element.get('itemprop')} {element.get('class')}".lower()))
            of_change = of_change or _is_labelled_as_change(element)
            source = "time" if element.tag == "time" else "attribute"
            yield _Claim(f"{source}, change" if of_change else source, found, of_change)


def _is_labelled_as_change(element: HtmlElement) -> bool:
    """Whether its text, or what stands right before it, says that the date is that of a later version."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        before = f"{previous.text_content()} {previous.tail or ''}"
    else:
        before = (parent.text or "") if parent is not None else ""
    label = normalise(f"{visible(before)[-MAX_LABEL:]} {visible(element.text_content())[:MAX_LABEL]}")
    return bool(_OF_CHANGE.search(label)) and not _PUBLISHED.search(label)


def _is_earlier(found: Published, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a date is not that of the visit."""
    if found.precision == "second" and now - found.at > VISIT:
        return True
    day = found.at.date() if found.precision == "day" else found.at.astimezone(zone).date()
    return day != now.astimezone(zone).date()


def _url_day(url: str) -> date | None:
    for found in _IN_URL.finditer(unquote(urlsplit(url).path)):
        year, month, day = map(int, filter(None, found.groups()))
        if in_url := gregorian_day(year, month, day):
            return in_url  # else digits of something else
    return None
