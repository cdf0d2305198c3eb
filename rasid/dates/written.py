"""Days as people write them: both calendars, both scripts, all names of the months, in any order."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from hijridate import Hijri

from rasid.dates.words import HIJRI_MONTHS, MONTHS, any_of

FIRST_YEAR = 1990
"""Of the web. What is said to be earlier is no date but what a program writes for none: 0001, 1900, 1970."""
LAST_YEAR = 2099

_MONTH = any_of(MONTHS)
_PAIRED = rf"(?:\s{{,2}}[/(\\|،-]?\s{{,2}}{_MONTH}(?:\s?\))?)"
"""The same month by another name: «مايو/أيار», «أيار (مايو)»."""
_DAY = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er)?(?!\d)"
_YEAR = r"(?:(?:من\s+)?(?:عام|سنه|لعام|لسنه)\s+)?(?P<year>\d{4})(?!\d)"
_ANY_MONTH = re.compile(rf"(?<![^\W\d_]){_MONTH}")
_ANY_YEAR = re.compile(r"\d{4}")
_ALONE = r"(?<!\d)(?<![a-z][/.–-])(?<!(?<!:\d)\d[/.–-])"
"""Before digits that are no part of a longer number or of an address; a day may hang on a word or a clock:
«الأحد-2025-05-18», «14:30-18/5/2025».
"""
_MARK = r"\s?[/.\\؍–-]\s?"

DAY_AND_MONTH = rf"{_DAY}\s*(?:(?:من|من\s+شهر|of|de)\s+|[-–/.،,]\s*)?(?P<month>{_MONTH})\.?{_PAIRED}?+{_PAIRED}?+"
"""«22 يناير/كانون الثاني», with its groups ``day`` and ``month``; of a normalised text."""
_DAY_FIRST = re.compile(rf"{DAY_AND_MONTH}[\s،,./)–-]*{_YEAR}")
_MONTH_FIRST = re.compile(rf"(?<!\w)(?P<month>{_MONTH})\.?{_PAIRED}?\s*{_DAY}(?:\s*[،,]\s*|\s+){_YEAR}")
_YEAR_FIRST = re.compile(rf"(?<!\d)(?P<year>\d{{4}})[\s،,/-]+(?P<month>{_MONTH})\.?{_PAIRED}?[\s،,/-]+{_DAY}")
_YEAR_LAST = re.compile(  # as C and Java print it: Tue Mar 10 14:30:00 AST 2026
    rf"(?<!\w)(?P<month>{_MONTH})\s+{_DAY}\s+\d\d?:\d\d(?::\d\d)?\s+(?:[ap]m\s+)?(?:[a-z]{{,5}}[\d:+-]*\s+)?{_YEAR}"
)
_DIGITS = re.compile(rf"{_ALONE}(?P<day>\d{{1,2}}){_MARK}(?P<month>\d{{1,2}}){_MARK}(?P<year>\d{{4}})(?!\d)")
_DIGITS_YEAR_FIRST = re.compile(rf"{_ALONE}(?P<year>\d{{4}}){_MARK}(?P<month>\d{{1,2}}){_MARK}(?P<day>\d{{1,2}})(?!\d)")
_HIJRI = re.compile(
    rf"{_DAY}\s*(?:من\s+)?(?P<month>{any_of(HIJRI_MONTHS)})[\s،,]+(?:عام\s+|سنه\s+)?(?P<year>1[34]\d\d)(?!\d)"
)
_SHORT_YEAR = re.compile(
    rf"{_ALONE}(?<!:)(?P<day>\d{{1,2}})(?P<mark>[/.-])(?P<month>\d{{1,2}})(?P=mark)(?P<year>\d\d)(?![\d/.:-])"
)
_SHORT_YEAR_WORDED = re.compile(  # of RFC 850 and RFC 822
    rf"{_DAY}(?:(?P<mark>-)|\s)(?P<month>{_MONTH})[\s-](?P<year>\d\d)(?![\d:])(?(mark)|(?=\s+\d\d?:\d\d))"
)


def written_days(
    view: str, latest: date | None = None, short_years: bool = False, month_first: bool = False
) -> Iterator[tuple[int, int, date]]:
    """Where days stand in a text, and which; one in the Hijri calendar only where no other is.

    Args:
        view: the text, normalised.
        latest: no day is after it; decides which of two numbers is the month, where both could be.
        short_years: 10/03/26 is a day too.
        month_first: 3/10/2026 is in March.
    """
    if not short_years and not _ANY_YEAR.search(view):
        return
    taken = bytearray(len(view))
    gregorian = False
    worded = _ANY_MONTH.search(view) is not None
    for pattern, read in _READINGS:
        if (pattern in _OF_SHORT_YEARS and not short_years) or (read is _worded and not worded):
            continue
        for match in pattern.finditer(view):
            start, end = match.span()
            if any(taken[start:end]) or (pattern is _HIJRI and gregorian):
                continue
            days = [day for day in read(match) if day and (not latest or day <= latest)]
            if days:
                taken[start:end] = b"\x01" * (end - start)
                gregorian = gregorian or pattern is not _HIJRI
                yield start, end, days[-1 if month_first else 0]


def gregorian_day(year: int, month: int, day: int) -> date | None:
    """None of a day that does not exist, or is too early or late for news."""
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def _worded(match: re.Match[str]) -> list[date | None]:
    return [gregorian_day(_full_year(match["year"]), MONTHS[match["month"]], int(match["day"]))]


def _in_digits(match: re.Match[str]) -> list[date | None]:
    """Day before month, and the other way."""
    year, month, day = _full_year(match["year"]), int(match["month"]), int(match["day"])
    if 1300 <= year < 1500:
        return [_hijri_day(year, month, day)]
    return [gregorian_day(year, month, day), gregorian_day(year, day, month)]


def _hijri(match: re.Match[str]) -> list[date | None]:
    return [_hijri_day(int(match["year"]), HIJRI_MONTHS[match["month"]], int(match["day"]))]


def _hijri_day(year: int, month: int, day: int) -> date | None:
    """By the Umm al-Qura calendar; None of a day that is not in it."""
    try:
        return date(*Hijri(year, month, day).to_gregorian().datetuple())
    except (ValueError, OverflowError):
        return None


def _full_year(year: str) -> int:
    return int(year) if len(year) > 2 else int(year) + (1900 if int(year) >= FIRST_YEAR % 100 else 2000)


_OF_SHORT_YEARS = (_SHORT_YEAR, _SHORT_YEAR_WORDED)
_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], list[date | None]]], ...] = (
    (_DAY_FIRST, _worded),
    (_YEAR_LAST, _worded),
    (_MONTH_FIRST, _worded),
    (_YEAR_FIRST, _worded),
    (_DIGITS_YEAR_FIRST, _in_digits),
    (_DIGITS, _in_digits),
    (_HIJRI, _hijri),
    (_SHORT_YEAR, _in_digits),
    (_SHORT_YEAR_WORDED, _worded),
)
