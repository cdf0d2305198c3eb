"""Days as the text of an article names them, seen from the day on which it was published or read."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rasid.dates.clocks import clock_beside
from rasid.dates.stated import Published
from rasid.dates.words import MONTHS
from rasid.dates.written import DAY_AND_MONTH, gregorian_day, written_days
from rasid.letters import normalise

_WITHOUT_YEAR = re.compile(
    rf"{DAY_AND_MONTH}(?![\s،,./-]*\d{{4}})(?:\s+(?P<side>الماضي|الفايت|المنصرم|المقبل|القادم|الاتي))?"
)
_COUNTS = ["ثلاث", "اربع", "خمس", "ست", "سبع", "ثماني", "تسع", "عشر"]
"""From 3, without the ending of a count of men."""
_UNIT = (
    r"(?P<unit>ثانيه|ثواني|ثوان|لحظات|دقيقه|دقائق|دقيقتين|ساعه|ساعات|ساعتين|يوم|ايام|يومين|اسبوع|اسابيع|اسبوعين)(?!\w)"
)
_RELATIVE = re.compile(rf"(?:منذ|قبل)\s+(?:حوالي\s+)?(?:(?P<count>\d{{1,2}})\s+)?{_UNIT}")
_RELATIVE_ALONE = re.compile(
    rf"\W*(?:(?:نشر\w*\s+)?(?:منذ|قبل)\s+(?P<word>{'|'.join(_COUNTS)})ه?|(?P<count>\d{{1,2}}))\s+{_UNIT}(?(count)\s+مضت)\W*"
)
"""What in a sentence would be of something else."""
_HOURS_OF_UNITS = {"ثا": 0.0, "ثو": 0.0, "لح": 0.0, "دق": 1 / 60, "سا": 1.0, "يو": 24.0, "اي": 24.0, "اس": 168.0}
_NAMED_DAY = re.compile(r"^\W*(?:قديم|جديد)?\W*(?P<day>اليوم|امس|اول امس|الامس)(?!\w)")


def relative_date(text: str, zone: ZoneInfo, now: datetime) -> Published | None:
    """The day that «منذ ساعتين» or «أمس» means at a time; None where a text says no such thing."""
    view = normalise(text)
    if match := _RELATIVE_ALONE.fullmatch(view) or _RELATIVE.search(view):
        unit, word = match["unit"], match.groupdict().get("word")
        count = _COUNTS.index(word) + 3 if word else int(match["count"] or (2 if unit.endswith("ين") else 1))
        local = (now - timedelta(hours=count * _HOURS_OF_UNITS[unit[:2]])).astimezone(zone)
    elif match := _NAMED_DAY.search(view):
        back = {"اليوم": 0, "اول امس": 2}.get(match["day"], 1)
        local = (now - timedelta(days=back)).astimezone(zone)
        if clock := clock_beside(view, match.start(), match.end()):
            return Published(clock.on(local.date(), zone), "second")
    else:
        return None
    return Published(datetime.combine(local.date(), time(), UTC), "day")


def mentioned_days(text: str, published: datetime) -> tuple[date, ...]:
    """The days that a text names, in order of time, each once.

    A day without a year, «22 يناير/كانون الثاني الماضي», is the one nearest to the publication, or the nearest before
    or after it where the text says «الماضي» or «المقبل».
    """
    view = normalise(text)
    found = {day for _, _, day in written_days(view)}
    for match in _WITHOUT_YEAR.finditer(view):
        month, number = MONTHS[match["month"]], int(match["day"])
        around = [gregorian_day(published.year + turn, month, number) for turn in (-1, 0, 1)]
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
    utc, now = ZoneInfo("UTC"), datetime.now(UTC)
    view = normalise(text)
    return any(True for _ in written_days(view, short_years=True)) or relative_date(text, utc, now) is not None
