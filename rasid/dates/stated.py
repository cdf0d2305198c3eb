"""Dates that pages, feeds and sitemaps state, in a machine's form or a person's words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rasid.dates.clocks import clock_beside
from rasid.dates.written import FIRST_YEAR, LAST_YEAR, written_days
from rasid.letters import normalise, view_pattern
from rasid.records import Precision
from rasid.words.patterns import pattern

AHEAD = timedelta(days=1)
"""How far clocks may be wrong: what is later is not the date of anything that stands there now."""
MAX_STATED = 300
"""Characters of a date that is stated by itself."""

LABEL = 80
"""Characters before a date that may say which it is."""

_UPDATED = view_pattern(
    rf"{pattern('dates', 'updates')}\w*\W*"
    r"(?:(?!\w{,3}(?:نشر|publi|posted))[^\W\d]+\W+|\d\d?:\d\d\W+){0,4}$"
)
_EPOCH = re.compile(r"(?:/date\()?(\d{10})(\d{3}|\d{6})?(?:[.]\d+)?(?:[+-]\d{4})?(?:\)/)?")
_WITHOUT_MARKS = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?")
_LOST_PLUS = re.compile(r"(t\d\d:\d\d(?::\d\d)?(?:\.\d+)?) (?=\d\d:?\d\d$)")  # of +03:00, which a form took for a blank
# So .NET prints dates unless told otherwise: 3/10/2025 2:30:00 PM.
_AS_IN_THE_USA = re.compile(r"[1-9]\d?/[1-9]\d?/\d{4}[\s,]+[1-9]\d?:\d\d:\d\d\s*[ap]\.?m\.?")


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
        label: what stands before it and after the date before, normalised, its last `LABEL` characters.
    """

    value: Published
    of_update: bool
    label: str


def stated_date(text: str, zone: ZoneInfo, now: datetime) -> Published | None:
    """What a field that holds a date states, in any form: ISO 8601, RFC 822, a Unix time, in words.

    Args:
        text: such as ``2025-03-10T14:30:00+01:00``, ``Mon, 10 Mar 2025 14:30 AST`` or ``١٠ آذار ٢٠٢٥ ٢:٣٠ م``.
        zone: the outlet's, in which times are that state none, and whose abbreviations are meant.
        now: of the visit.

    Returns:
        None where it states none, or one that programs write for none: before the web, or in the future.
    """
    view = normalise(text[:MAX_STATED]).strip()
    american = bool(_AS_IN_THE_USA.fullmatch(view))
    written = (each.value for each in written_dates(view, zone, now, month_first=american))
    found = _of_a_machine(view, zone) or next(written, None)
    return found if found and is_possible(found.at, now) else None


def written_dates(text: str, zone: ZoneInfo, now: datetime, month_first: bool = False) -> Iterator[WrittenDate]:
    """The dates written in a text, such as «10 آذار/مارس 2025 - 14:30» or ١٠/٠٣/٢٠٢٥, day before month where both could
    be; of a day in both calendars, the Gregorian one. Precision is ``second`` where a time stands beside it.

    Args:
        text: any.
        zone: as in `stated_date`.
        now: dates after the next day are none.
        month_first: 3/10/2025 is in March.
    """
    view = normalise(text)
    latest = (now + AHEAD).astimezone(zone).date()
    days = written_days(view, latest, short_years=True, month_first=month_first)
    last = 0
    for start, end, day in sorted(days, key=lambda each: each[0]):
        clock = clock_beside(view, start, end)
        at = clock.on(day, zone) if clock else datetime.combine(day, time(), UTC)
        if is_possible(at, now):
            of_update = bool(_UPDATED.search(view[max(0, start - 40) : start]))
            label = view[max(last, start - LABEL) : start]
            yield WrittenDate(Published(at, "second" if clock else "day"), of_update, label)
            last = end


def _of_a_machine(view: str, zone: ZoneInfo) -> Published | None:
    if epoch := _EPOCH.fullmatch(view):
        return Published(datetime.fromtimestamp(int(epoch[1]), UTC), "second")
    text = _LOST_PLUS.sub(r"\1+", view).upper()
    if plain := _WITHOUT_MARKS.fullmatch(view):
        text = "{}{}{}T{}{}{}".format(*(part or "00" for part in plain.groups()))
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        return None
    if len(text) <= len("2025-03-10"):
        return Published(at.replace(tzinfo=UTC), "day")
    return Published((at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC), "second")


def is_possible(at: datetime, now: datetime) -> bool:
    """Whether something on the web can be of that time: not before the web, nor more than a day ahead."""
    return at.year >= FIRST_YEAR and at <= now + AHEAD
