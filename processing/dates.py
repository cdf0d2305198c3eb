"""Dates as Arabic outlets write them: both calendars, both scripts, all names of the months, and relative ones."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hijridate import Hijri

from rasid.letters import normalise
from rasid.records import Precision

_MONTHS = """
يناير كانون_الثاني جانفي january jan
فبراير شباط فيفري february feb
مارس آذار march mar
أبريل إبريل نيسان أفريل april apr
مايو أيار ماي may
يونيو حزيران جوان يونيه june jun
يوليو تموز جويلية يوليوز يوليه july jul
أغسطس آب أوت غشت august aug
سبتمبر أيلول شتنبر september sep
أكتوبر تشرين_الأول october oct
نوفمبر تشرين_الثاني نونبر november nov
ديسمبر كانون_الأول دجنبر december dec
"""
_HIJRI_MONTHS = """
محرم المحرم
صفر
ربيع_الأول ربيع_أول
ربيع_الآخر ربيع_الثاني ربيع_ثاني
جمادى_الأولى جمادى_الأول
جمادى_الآخرة جمادى_الثانية جمادى_الآخر
رجب
شعبان
رمضان
شوال
ذو_القعدة ذي_القعدة
ذو_الحجة ذي_الحجة
"""


def _numbered(lines: str) -> dict[str, int]:
    return {
        normalise(name.replace("_", " ")): number
        for number, line in enumerate(lines.strip().splitlines(), start=1)
        for name in line.split()
    }


MONTHS = _numbered(_MONTHS)
"""Normalised name → number, as the Levant and Iraq, Egypt and the Gulf, Algeria and Tunisia, and Morocco say them."""
HIJRI_MONTHS = _numbered(_HIJRI_MONTHS)
"""Normalised name → number."""


def _any(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_NAME = rf"(?:{_any(MONTHS)})"
_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})\s*(?:من\s+|[-/]\s*)?(?P<month>{_NAME})\b(?:\s*[/(\\-]\s*{_NAME}\s*\)?)?[\s،,./-]+(?P<year>\d{{4}})(?!\d)"
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<month>{_NAME})(?:\s*/\s*{_NAME})?\s+(?P<day>\d{{1,2}})\s*[،,]\s*(?P<year>\d{{4}})(?!\d)"
)
_DIGITS = re.compile(r"(?<![\d/.-])(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<year>\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<![\d/.-])(?P<year>\d{4})\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<day>\d{1,2})(?!\d)")
_HIJRI = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})\s*(?:من\s+)?(?P<month>{_any(HIJRI_MONTHS)})[\s،,]+(?P<year>1[34]\d\d)(?!\d)"
)
_WITHOUT_YEAR = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})\s*(?:من\s+)?(?P<month>{_NAME})\b(?:\s*[/(\\-]\s*{_NAME}\s*\)?)?(?![\s،,./-]*\d{{4}})"
    r"(?:\s+(?P<side>الماضي|الفايت|المنصرم|المقبل|القادم|الاتي))?"
)
_RELATIVE = re.compile(
    r"(?:منذ|قبل)\s+(?:حوالي\s+)?(?:(?P<count>\d{1,2})\s+)?"
    r"(?P<unit>ثانيه|ثواني|ثوان|لحظات|دقيقه|دقائق|دقيقتين|ساعه|ساعات|ساعتين|يوم|ايام|يومين|اسبوع|اسابيع|اسبوعين)(?!\w)"
)
_HOURS_OF_UNITS = {"ثا": 0.0, "ثو": 0.0, "لح": 0.0, "دق": 1 / 60, "سا": 1.0, "يو": 24.0, "اي": 24.0, "اس": 168.0}
_NAMED_DAY = re.compile(r"^\W*(?P<day>اليوم|امس|اول امس|الامس)(?!\w)")
_CLOCK = re.compile(r"(?<![\d:/.-])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:])")
_HALF = re.compile(r"\s*(?P<half>صباحا|مساء|ظهرا|بعد الظهر|عصرا|ليلا|[صم]|am|pm)(?!\w)")
_UPDATED = re.compile(r"(?:تحديث|تعديل|حدثت?|updated)\W*(?:\w+\W+){0,2}$")
NEAR_CLOCK = 30
"""Characters between a date and its time of day, at most."""


@dataclass(frozen=True)
class Published:
    """A time of publication and how well it is known: of a day, its midnight in UTC."""

    at: datetime
    precision: Precision


@dataclass(frozen=True)
class WrittenDate:
    """A date in a text.

    Attributes:
        value: the date.
        of_update: the text says that it is that of a change.
    """

    value: Published
    of_update: bool


def iso_date(text: str, zone: ZoneInfo) -> Published | None:
    """A machine's date: ``2025-03-10`` or ``2025-03-10T14:30:00+01:00``; without an offset it is local."""
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
    return next((each.value for each in written_dates(text, zone)), None)


def written_dates(text: str, zone: ZoneInfo) -> Iterator[WrittenDate]:
    """The dates written in a text; of a day in both calendars, the Gregorian one."""
    view = normalise(text)
    found = sorted(_days(view), key=lambda each: each[0])
    for start, end, day in found:
        before = view[max(0, start - 40) : start]
        yield WrittenDate(_with_clock(day, view, start, end, zone), bool(_UPDATED.search(before)))


def relative_date(text: str, zone: ZoneInfo, now: datetime) -> Published | None:
    """The day that «منذ ساعتين» or «أمس» means at a time; None where a text says no such thing."""
    view = normalise(text)
    if match := _RELATIVE.search(view):
        unit = match["unit"]
        count = int(match["count"] or (2 if unit.endswith("ين") else 1))
        local = (now - timedelta(hours=count * _HOURS_OF_UNITS[unit[:2]])).astimezone(zone)
    elif match := _NAMED_DAY.search(view):
        back = {"اليوم": 0, "اول امس": 2}.get(match["day"], 1)
        local = (now - timedelta(days=back)).astimezone(zone)
        if clock := _CLOCK.search(view, match.end()):
            return _with_clock(local.date(), view, match.start(), clock.start(), zone)
    else:
        return None
    return Published(datetime.combine(local.date(), time(), UTC), "day")


def mentioned_days(text: str, published: datetime) -> tuple[date, ...]:
    """The days that a text names, in order of time, each once.

    A day without a year, «22 يناير/كانون الثاني الماضي», is the one nearest to the publication, or the nearest before
    or after it where the text says «الماضي» or «المقبل».
    """
    view = normalise(text)
    found = {day for _, _, day in _days(view)}
    for match in _WITHOUT_YEAR.finditer(view):
        around = [_date(published.year + turn, MONTHS[match["month"]], int(match["day"])) for turn in (-1, 0, 1)]
        days = [day for day in around if day]
        if match["side"] in {"الماضي", "الفايت", "المنصرم"}:
            days = [day for day in days if day <= published.date()]
        elif match["side"]:
            days = [day for day in days if day >= published.date()]
        if days:
            found.add(min(days, key=lambda day: abs(day - published.date())))
    return tuple(sorted(found))


def is_date(text: str) -> bool:
    """Whether a date is written in a text, or one such as «منذ ساعتين»."""
    utc = ZoneInfo("UTC")
    return any(True for _ in written_dates(text, utc)) or relative_date(text, utc, datetime.now(UTC)) is not None


def _days(view: str) -> Iterator[tuple[int, int, date]]:
    """Where days stand in a normalised text, and which; one in the Hijri calendar only where no other is."""
    taken = bytearray(len(view))
    gregorian = False
    for pattern, read in _READINGS:
        for match in pattern.finditer(view):
            start, end = match.span()
            if any(taken[start:end]) or (pattern is _HIJRI and gregorian):
                continue
            if day := read(match):
                taken[start:end] = b"\x01" * (end - start)
                gregorian = gregorian or pattern is not _HIJRI
                yield start, end, day


def _worded(match: re.Match[str]) -> date | None:
    return _date(int(match["year"]), MONTHS[match["month"]], int(match["day"]))


def _in_digits(match: re.Match[str]) -> date | None:
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    if 1300 <= year < 1500:
        return _hijri_date(year, month, day)
    return _date(year, month, day)


def _hijri(match: re.Match[str]) -> date | None:
    return _hijri_date(int(match["year"]), HIJRI_MONTHS[match["month"]], int(match["day"]))


_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], date | None]], ...] = (
    (_DAY_FIRST, _worded),
    (_MONTH_FIRST, _worded),
    (_YEAR_FIRST, _in_digits),
    (_DIGITS, _in_digits),
    (_HIJRI, _hijri),
)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1990 <= year < 2100 else None
    except ValueError:
        return None


def _hijri_date(year: int, month: int, day: int) -> date | None:
    """By the Umm al-Qura calendar; None of a day that is not in it."""
    try:
        return date(*Hijri(year, month, day).to_gregorian().datetuple())
    except (ValueError, OverflowError):
        return None


def _with_clock(day: date, view: str, start: int, end: int, zone: ZoneInfo) -> Published:
    clock = _CLOCK.search(view, end, end + NEAR_CLOCK) or _CLOCK.search(view, max(0, start - NEAR_CLOCK), start)
    if not clock:
        return Published(datetime.combine(day, time(), UTC), "day")
    hour = int(clock["hour"])
    if (half := _HALF.match(view, clock.end())) and 1 <= hour <= 12:
        hour = hour % 12 + (0 if half["half"] in {"ص", "صباحا", "am"} else 12)
    local = datetime.combine(day, time(hour, int(clock["minute"])), zone)
    return Published(local.astimezone(UTC), "second")
