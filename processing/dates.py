"""When an article was published: what the page's metadata, its visible text or the feed say, in this order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from processing.arabic import normalise
from rasid.records import Precision

_MONTHS = """
يناير كانون_الثاني جانفي
فبراير شباط فيفري
مارس آذار
أبريل إبريل نيسان أفريل
مايو أيار ماي
يونيو حزيران جوان
يوليو تموز جويلية يوليوز
أغسطس آب أوت غشت
سبتمبر أيلول شتنبر
أكتوبر تشرين_الأول
نوفمبر تشرين_الثاني نونبر
ديسمبر كانون_الأول دجنبر
"""
MONTHS = {
    normalise(name.replace("_", " ")): number
    for number, line in enumerate(_MONTHS.strip().splitlines(), start=1)
    for name in line.split()
}
"""Normalised name → number, as the Levant and Iraq, Egypt and the Gulf, Algeria and Tunisia, and Morocco say them."""

_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_WORDED = re.compile(rf"(?<!\d)(\d{{1,2}})\s+({_NAME})\b(?:\s*[/(]\s*(?:{_NAME})\s*\)?)?[\s،,]+(\d{{4}})(?!\d)")
_NUMBERED = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?!\d)")

_META = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[@name='pubdate' or @name='publishdate' or @name='date' or @name='DC.date.issued']/@content",
    "//article//time[@pubdate or contains(@class,'publish') or contains(@class,'date')]/@datetime",
    "//article//time/@datetime",
)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]+)"')
# The site's own header shows the day on which the page was asked for.
_VISIBLE = (
    "//*[not(ancestor-or-self::header[not(ancestor::article)] or ancestor-or-self::footer or ancestor-or-self::aside"
    " or ancestor-or-self::nav)]"
    "[@*[(name()='class' or name()='id') and re:test(., 'date|time|meta|info|byline|publish', 'i')]]"
)


@dataclass(frozen=True)
class Published:
    """A time of publication and how well it is known."""

    at: datetime
    precision: Precision


def published(
    tree: HtmlElement, zone: ZoneInfo, feed: datetime | None, fetched_at: datetime, hinted: Iterable[str] = ()
) -> Published:
    """The most trusted time at hand.

    Args:
        tree: the page.
        zone: the outlet's, for times that state none.
        feed: what the feed or sitemap said.
        fetched_at: the last resort.
        hinted: texts in which the date stands, for they know.

    Returns:
        A UTC time. Where only the day is known it is that day's midnight in UTC, unless the feed gives a time on it.
    """
    for text in (*hinted, *_claims(tree)):
        if found := _iso(text, zone) or written_date(text, zone):
            if found.precision == "day" and feed and feed.astimezone(zone).date() == found.at.date():
                return Published(feed, "feed")
            return found
    return Published(feed, "feed") if feed else Published(fetched_at, "crawl")


def _claims(tree: HtmlElement) -> Iterator[str]:
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        yield from _JSON_DATE.findall(script)
    for path in _META:
        yield from tree.xpath(path)
    for element in tree.xpath(_VISIBLE, namespaces={"re": "http://exslt.org/regular-expressions"}):
        text = " ".join(element.text_content().split())
        if len(text) <= 150:
            yield text


def _iso(text: str, zone: ZoneInfo) -> Published | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if len(text.strip()) <= len("2025-03-10"):
        return Published(at.replace(tzinfo=UTC), "day")
    return Published((at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC), "second")


def written_date(text: str, zone: ZoneInfo) -> Published | None:
    """The first date written in a text, such as «10 آذار/مارس 2025 - 14:30» or ١٠/٠٣/٢٠٢٥; day before month.

    Precision is ``second`` where a clock time stands beside it.
    """
    view = normalise(text)
    if match := _WORDED.search(view):
        day, month, year = int(match[1]), MONTHS[match[2]], int(match[3])
    elif match := _NUMBERED.search(view):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
    elif match := _ISO.search(view):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    else:
        return None
    try:
        at = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    if clock := _CLOCK.search(view):
        local = datetime.combine(at, time(_hour(view, clock), int(clock[2])), zone)
        return Published(local.astimezone(UTC), "second")
    return Published(at, "day")


def _hour(view: str, clock: re.Match[str]) -> int:
    """The hour of the day; ص and م after the time are Arabic's a.m. and p.m."""
    hour = int(clock[1])
    half = re.match(r"\s*([صم])\b", view[clock.end() :])
    if half and 1 <= hour <= 12:
        return hour % 12 + (12 if half[1] == "م" else 0)
    return hour
