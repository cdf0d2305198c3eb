"""Days as the text of an article names them, seen from the day on which it was published or read."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rasid.dates.clocks import clock_beside
from rasid.dates.stated import Published
from rasid.dates.words import COUNTS, MONTHS, NAMED_DAYS, UNITS
from rasid.dates.written import DAY_AND_MONTH, gregorian_day, written_days
from rasid.letters import normalise, view_pattern
from rasid.words.patterns import pattern

_WITHOUT_YEAR = view_pattern(
    rf"{DAY_AND_MONTH}(?![\s،,./-]*\d{{4}})"
    rf"(?:\s+(?:(?P<last>{pattern('dates', 'last')})|(?P<next>{pattern('dates', 'next')})))?"
)
_UNIT = rf"(?P<unit>{'|'.join(UNITS)})(?!\w)"
_RELATIVE = re.compile(rf"(?:منذ|قبل)\s+(?:حوالي\s+)?(?:(?P<count>\d{{1,2}})\s+)?{_UNIT}")
_RELATIVE_ALONE = re.compile(
    rf"\W*(?:(?:نشر\w*\s+)?(?:منذ|قبل)\s+(?P<word>{'|'.join(COUNTS)})ه?|(?P<count>\d{{1,2}}))\s+{_UNIT}(?(count)\s+مضت)\W*"
)
"""What in a sentence would be of something else."""
_HOURS = {"second": 0.0, "minute": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0}
_NAMED_DAY = re.compile(rf"^\W*(?:قديم|جديد)?\W*(?P<day>{'|'.join(NAMED_DAYS)})(?!\w)")


def relative_date(text: str, zone: ZoneInfo, now: datetime) -> Published | None:
    """The day that «منذ ساعتين» or «أمس» means at a time; None where a text says no such thing."""
    view = normalise(text)
    if match := _RELATIVE_ALONE.fullmatch(view) or _RELATIVE.search(view):
        unit, word = match["unit"], match.groupdict().get("word")
        count = COUNTS[word] if word else int(match["count"] or (2 if unit.endswith("ين") else 1))
        local = (now - timedelta(hours=count * _HOURS[UNITS[unit]])).astimezone(zone)
    elif match := _NAMED_DAY.search(view):
        local = (now - timedelta(days=NAMED_DAYS[match["day"]])).astimezone(zone)
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
        if match["last"]:
            days = [day for day in days if day <= published.date()]
        elif match["next"]:
            days = [day for day in days if day >= published.date()]
        if days:
            found.add(min(days, key=lambda day: abs(day - published.date())))
    return tuple(sorted(found))


def is_date(text: str) -> bool:
    """Whether a date is written in a text, or one such as «منذ ساعتين»."""
    utc, now = ZoneInfo("UTC"), datetime.now(UTC)
    view = normalise(text)
    return any(True for _ in written_days(view, short_years=True)) or relative_date(text, utc, now) is not None
