"""When an article was published: of all dates that a page, its address and the feed give, the most trusted one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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

_PUBLISHED = view_pattern("نشر|اضيف|الاضافه|تاريخ الخبر|published|posted|publie")
_ISSUE = view_pattern(rf"{_PUBLISHED.pattern}|(?<!\w)العدد\s*:?\s*\(?\d")
MAX_LABELLED = 12
"""Words of a line that says of a date that it is that of publication."""
_IN_URL = re.compile(
    r"(?:/(20\d\d)(?:[/-]?(\d\d)[/-]?(\d\d)|/(\d{1,2})/(\d{1,2}))|(?<!\d)(20\d\d)-(\d\d)-(\d\d))(?!\d)"
)
_CARRIER = re.compile(r"datetime|data-[\w-]*(?:date|time|publish|posted|created|epoch|stamp)[\w-]*")
_CARRIER_OF_ISO = re.compile(r"(?:title|content|value)=\d{4}-\d\d-\d\d")
_OF_CHANGE = view_pattern("modif|updat|change|edit|تحديث|تعديل")
_OF_A_MEMBER = view_pattern("تاريخ (?:التسجيل|الانضمام|الميلاد)|عضو منذ|مواليد|join date|joined|member since")
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
    """A date, whether it is that of a later version, and whether the page says that it is that of publication: for
    machines, or to readers.
    """

    source: str
    date: Published
    of_change: bool = False
    of_publication: bool = False


@dataclass(frozen=True)
class Lines:
    """Where on a page dates are looked for.

    Attributes:
        before: the lines between the title and the text; where the title is above the page's header, that as well.
        after: the lines after the text.
        above: the lines above the title; there the day of the visit may stand.
        under_title: the lines from the title to the first long one, whatever they were taken for.
        title: its key.
    """

    before: tuple[Block, ...]
    after: tuple[Block, ...]
    above: tuple[Block, ...]
    under_title: tuple[Block, ...]
    title: str

    def is_title(self, block: Block) -> bool:
        """Whether a line is the article's heading."""
        return block.key == self.title or block.element.tag == "h1"


def find_date(
    hinted: Iterable[str],
    metadata: Metadata,
    lines: Lines,
    head: Iterable[HtmlElement],
    capture: Capture,
    zone: ZoneInfo,
) -> Dating:
    """The most trusted date; that of a change where nothing else is known, and the visit's as the last resort.

    Args:
        hinted: texts in which the date stands, for they know.
        metadata: of the page.
        lines: of the page.
        head: elements between the title and the text, which may carry a date that no reader sees.
        capture: of the page.
        zone: the outlet's, for times that state none.

    Returns:
        A day that the feed has a time for is returned with that time.
    """
    now, feed = capture.fetched_at, capture.link.published_at
    feed = feed if feed and is_possible(feed, now) else None
    claims = list(_claims(metadata, lines, head, capture, zone))
    changes = (*_stated(metadata.changes, zone, now), *(each for each in claims if each.of_change))
    hints = (_Claim("hint", found) for text in hinted if (found := stated_date(text, zone, now)))
    claimed = [each for each in claims if not each.of_change]
    if first := next(hints, None) or _first_version(claimed, changes, zone):
        if first.date.precision == "day" and feed and feed.astimezone(zone).date() == first.date.at.date():
            return Dating(Published(feed, "feed"), f"{first.source}, feed")
        return Dating(first.date, first.source)
    if feed:
        return Dating(Published(feed, "feed"), "feed")
    weak = _stated(metadata.weak_dates, zone, now)
    for claim in (*(each for each in weak if _is_earlier(each.date, now, zone)), *changes):
        return Dating(claim.date, claim.source)
    return Dating(Published(now, "crawl"), "crawl")


def _first_version(claims: list[_Claim], changes: Iterable[_Claim], zone: ZoneInfo) -> _Claim | None:
    """The most trusted claim; where it names the day of a later version, one that says that it was published before."""
    if not claims:
        return None
    first = claims[0]
    day = _day(first.date, zone)
    if first.of_publication and any(_day(each.date, zone) == day for each in changes):
        return next((each for each in claims if each.of_publication and _day(each.date, zone) < day), first)
    return first


def _claims(
    metadata: Metadata, lines: Lines, head: Iterable[HtmlElement], capture: Capture, zone: ZoneInfo
) -> Iterator[_Claim]:
    """What the page and its address tell, the most trusted first."""
    now = capture.fetched_at
    yield from (replace(each, of_publication=True) for each in _stated(metadata.dates, zone, now))
    for element in head:
        yield from _carried(element, zone, now)
    claims, doubted = _under_heading(lines.before, lines, zone, now)
    under, _ = _under_heading(lines.under_title, lines, zone, now)
    in_url = _url_day(capture.url)
    of_url = list(_stated([("url", in_url.isoformat())] if in_url else [], zone, now))
    yield from sorted(claims, key=lambda claim: not claim.of_publication)
    yield from (claim for claim in under if _is_earlier(claim.date, now, zone))
    if doubted:
        yield from of_url
    after = [claim for _, claim in _written_in_turn(lines.after, zone, now)]
    yield from (claim for claim in after if claim.of_publication)
    if doubted or not of_url:
        yield from _relative(lines.before[_heading(lines.before, lines) :], zone, now)
    yield from doubted
    yield from after  # where dates of other things stand as well
    around = (*lines.before, *lines.after)
    leaf = " ".join(block.text for block in around if len(block.text) <= MAX_PART)  # as of a calendar
    yield from (_Claim("text", each.value) for each in written_dates(leaf, zone, now))
    yield from under
    yield from of_url
    for block in lines.above:
        # In the header the day of the visit stands. An article of that day says so elsewhere, as a rule; in a
        # newspaper right over the heading, with the issue it is of.
        said = bool((_ISSUE if block is lines.above[-1] else _PUBLISHED).search(normalise(block.text)))
        for claim in _written(block, zone, now):
            if said or _is_earlier(claim.date, now, zone):
                yield claim
    yield from _relative(around, zone, now)


def _heading(blocks: Sequence[Block], lines: Lines) -> int:
    """The number of the last line that is the article's heading; 0 where none is."""
    return max((number for number, block in enumerate(blocks) if lines.is_title(block)), default=0)


def _under_heading(
    blocks: Sequence[Block], lines: Lines, zone: ZoneInfo, now: datetime
) -> tuple[list[_Claim], list[_Claim]]:
    """The dates of lines, and those above the heading that are the visit's where the page or its address has others."""
    heading = _heading(blocks, lines)
    sure: list[_Claim] = []
    doubted: list[_Claim] = []
    for number, claim in _written_in_turn(blocks, zone, now):
        (sure if number >= heading or _is_earlier(claim.date, now, zone) else doubted).append(claim)
    return sure, doubted


def _relative(blocks: Iterable[Block], zone: ZoneInfo, now: datetime) -> Iterator[_Claim]:
    for block in blocks:
        for text in (*block.parts, block.text):
            if len(text) <= MAX_LINE and (relative := relative_date(text, zone, now)):
                yield _Claim("text, relative", relative)


def _written_in_turn(blocks: Iterable[Block], zone: ZoneInfo, now: datetime) -> Iterator[tuple[int, _Claim]]:
    """The dates of lines that follow each other, with the number of the line. A date is that of publication where its
    line says so, and where it stands in or next to a line with the date of a change.
    """
    lines: list[tuple[Block, list[_Claim]]] = []
    label = ""
    for block in blocks:
        view = normalise(block.text)
        claims = [] if _OF_A_MEMBER.search(view) else list(_written(block, zone, now))
        if _OF_CHANGE.search(label) and not _PUBLISHED.search(label):
            claims = [replace(each, source="text, change", of_change=True) for each in claims]
        label = view if not claims and len(view) <= MAX_LABEL else ""
        lines.append((block, claims))
    of_changes = {number for number, (_, claims) in enumerate(lines) if any(each.of_change for each in claims)}
    for number, (block, claims) in enumerate(lines):
        said = block.words <= MAX_LABELLED and bool(_PUBLISHED.search(normalise(block.text)))
        said = said or not of_changes.isdisjoint(range(number - 1, number + 2))
        for claim in claims:
            yield number, replace(claim, of_publication=said and not claim.of_change)


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
    """Whether a date is not that of the visit, on which a server in another zone may be a day ahead."""
    if found.precision == "second" and now - found.at > VISIT:
        return True
    return _day(found, zone) < now.astimezone(zone).date()


def _day(found: Published, zone: ZoneInfo) -> date:
    return found.at.date() if found.precision == "day" else found.at.astimezone(zone).date()


def _url_day(url: str) -> date | None:
    for found in _IN_URL.finditer(unquote(urlsplit(url).path)):
        year, month, day = map(int, filter(None, found.groups()))
        if in_url := gregorian_day(year, month, day):
            return in_url  # else digits of something else
    return None
