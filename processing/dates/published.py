"""When an article was published: of all dates that a page, its address and the feed give, the most trusted one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from processing.dates.claims import (
    PUBLISHED,
    DateClaim,
    carried_claims,
    claims_in_turn,
    relative_claims,
    stated_claims,
    written_claims,
)
from processing.html.blocks import Block
from processing.html.metadata import Metadata
from rasid.dates.stated import Published, is_possible, stated_date, written_dates
from rasid.dates.written import gregorian_day
from rasid.letters import normalise, view_pattern
from rasid.records import Capture
from rasid.words import word_list

MAX_PART = 15
"""Characters of a line that is a part of a date: a number, or the name of a month."""
VISIT = timedelta(hours=1)
"""A clock in the header is the time of the visit, or so much older where the page was kept."""

_SHOWN = frozenset({"text", "time"})
_ISSUE = view_pattern(rf"{PUBLISHED.pattern}|(?<!\w)العدد\s*:?\s*\(?\d")
_IN_URL = re.compile(
    r"(?:/(20\d\d)(?:[/-]?(\d\d)[/-]?(\d\d)|/(\d{1,2})/(\d{1,2}))|(?<!\d)(20\d\d)-(\d\d)-(\d\d))(?!\d)"
)

_AT_EDGE = view_pattern(
    rf"^\W*(?:(?:{'|'.join(word_list('stories', 'weekdays'))})(?!\w)|\d)"
    r"|\d\S*\W*(?:[صم]|صباحا|مساء|gmt)?\W*$"
)


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
class Lines:
    """Where on a page dates are looked for.

    Attributes:
        before: the lines between the title and the text; where the title is above the page's header, that as well.
        after: the lines after the text.
        above: the lines above the title; there the day of the visit may stand.
        under_title: the lines from the title to the first long one, whatever they were taken for.
        title: `line_key` of the article's title.
        outlets: `line_key` of the outlet's names.
    """

    before: tuple[Block, ...]
    after: tuple[Block, ...]
    above: tuple[Block, ...]
    under_title: tuple[Block, ...]
    title: str
    outlets: frozenset[str] = frozenset()

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
    before, under = (_under_heading(blocks, lines, zone, now) for blocks in (lines.before, lines.under_title))
    claims = list(_claims(metadata, lines, head, capture, zone, before, under[0]))
    changes = (*stated_claims(metadata.changes, zone, now), *(each for each in claims if each.of_change))
    hints = (DateClaim("hint", found) for text in hinted if (found := stated_date(text, zone, now)))
    claimed = [each for each in claims if not each.of_change and not each.elsewhere]
    dated = [block for block in (*lines.before, *lines.under_title) if any(map(_is_of_day, block.parts))]
    below = [each for each in _under_heading(dated, lines, zone, now)[0] if not each.of_change and not each.elsewhere]
    if first := next(hints, None) or _first_version(claimed, changes, below, zone):
        if first.date.precision == "day" and feed and feed.astimezone(zone).date() == first.date.at.date():
            return Dating(Published(feed, "feed"), f"{first.source}, feed")
        return Dating(first.date, first.source)
    if feed:
        return Dating(Published(feed, "feed"), "feed")
    weak = stated_claims(metadata.weak_dates, zone, now)
    elsewhere = (each for each in claims if each.elsewhere)
    for claim in (*(each for each in weak if _is_earlier(each.date, now, zone)), *changes, *elsewhere):
        return Dating(claim.date, claim.source)
    return Dating(Published(now, "crawl"), "crawl")


def _first_version(
    claims: list[DateClaim], changes: Iterable[DateClaim], below: Iterable[DateClaim], zone: ZoneInfo
) -> DateClaim | None:
    """The surest claim. The day that readers see below the heading is surer than one stated for machines, which may be
    that of a template, of the upload or of a later version; but not if it is the day of a stated change. What is stated
    of the same day may have its time.

    Args:
        claims: the most trusted first.
        changes: claims that are of later versions.
        below: those of them that readers see below the heading.
        zone: the outlet's.
    """
    if not claims:
        return None
    first = claims[0]
    if not first.of_publication or first.source in _SHOWN:
        return first
    changed = min((_day(each.date, zone) for each in changes), default=date.max)  # not before it was published
    said = [each for each in claims if each.of_publication and _day(each.date, zone) <= changed]
    shown = [each for each in said if each.source in _SHOWN]
    seen = next(iter((*shown, *(each for each in below if _day(each.date, zone) < changed))), None)
    if seen:
        return next((each for each in said if _day(each.date, zone) == _day(seen.date, zone)), seen)
    before = (each for each in said if _day(each.date, zone) < changed)
    return next(before, first) if _day(first.date, zone) >= changed else first


def _claims(
    metadata: Metadata,
    lines: Lines,
    head: Iterable[HtmlElement],
    capture: Capture,
    zone: ZoneInfo,
    before: tuple[list[DateClaim], list[DateClaim]],
    under: list[DateClaim],
) -> Iterator[DateClaim]:
    """The dates that the page and its address give, the most trusted first; the last two arguments are the claims of
    `lines.before`, as `_under_heading` has them, and those of `lines.under_title`.
    """
    now = capture.fetched_at
    yield from (replace(each, of_publication=True) for each in stated_claims(metadata.dates, zone, now))
    for element in head:
        yield from carried_claims(element, zone, now)
    claims, doubted = before
    in_url = _url_day(capture.url)
    of_url = list(stated_claims([("url", in_url.isoformat())] if in_url else [], zone, now))
    yield from sorted(claims, key=lambda claim: not claim.of_publication)
    yield from (claim for claim in under if _is_earlier(claim.date, now, zone))
    if doubted:
        yield from of_url
    # A sentence is about something else: a note, a reference.
    short = [
        block
        for block in lines.after
        if (not block.text.endswith(".") or PUBLISHED.search(normalise(block.text)))
        and all(role != "comments" for _, role in block.roles)
    ]
    after = [claim for _, claim in claims_in_turn(short, zone, now, lines.outlets)]
    yield from (claim for claim in after if claim.of_publication)
    if doubted or not of_url:
        yield from relative_claims(lines.before[_heading(lines.before, lines) :], zone, now)
    yield from doubted
    yield from after  # where dates of other things stand as well
    around = (*lines.before, *short)
    leaf = " ".join(block.text for block in around if len(block.text) <= MAX_PART)  # as of a calendar
    yield from (DateClaim("text", each.value) for each in written_dates(leaf, zone, now))
    yield from under
    yield from of_url
    for block in lines.above:
        # In the header the day of the visit stands. An article of that day says so elsewhere, as a rule; in a
        # newspaper right over the heading, with the issue it is of.
        said = bool((_ISSUE if block is lines.above[-1] else PUBLISHED).search(normalise(block.text)))
        for claim in written_claims(block, zone, now, lines.outlets):
            if said or _is_earlier(claim.date, now, zone):
                yield claim
    yield from relative_claims(around, zone, now)


def _heading(blocks: Sequence[Block], lines: Lines) -> int:
    """The number of the last line that is the article's heading; 0 where none is."""
    return max((number for number, block in enumerate(blocks) if lines.is_title(block)), default=0)


def _under_heading(
    blocks: Sequence[Block], lines: Lines, zone: ZoneInfo, now: datetime
) -> tuple[list[DateClaim], list[DateClaim]]:
    """The dates of lines, and those above the heading that are the visit's where the page or its address has others."""
    heading = _heading(blocks, lines)
    sure: list[DateClaim] = []
    doubted: list[DateClaim] = []
    for number, claim in claims_in_turn(blocks, zone, now, lines.outlets):
        (sure if number >= heading or _is_earlier(claim.date, now, zone) else doubted).append(claim)
    return sure, doubted


def _is_of_day(text: str) -> bool:
    """Whether a text begins or ends with a day, as a sentence in which one is mentioned seldom does."""
    return bool(_AT_EDGE.search(normalise(text)))


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
