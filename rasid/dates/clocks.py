"""Times of day as people write them beside a date, and whose time it is."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from rasid.dates.words import ABBREVIATIONS, HALVES, HOURS, MINUTES, ZONES, any_of
from rasid.letters import view_pattern
from rasid.words.patterns import pattern

NEAR = 30
"""Characters between a date and its time of day, at most."""
MAX_OFFSET = timedelta(hours=14)
"""Of a zone from UTC."""

_HALF = any_of(HALVES)
_PARTS = any_of(MINUTES)
_AT = view_pattern(pattern("dates", "at")).pattern
_CLOCK = re.compile(
    rf"""
    (?<![\d:.])(?<!\d[/-])(?:
        (?P<hour>[01]?\d|2[0-3])\s?(?::|h|سا|س(?=\s?\d))\s?(?P<minute>[0-5]\d)
        (?::(?P<second>[0-5]\d)(?:[.,]\d+)?)?(?![\d:])
      | (?P<beside>
          (?P<dotted>(?:[01]?\d|2[0-3])\.[0-5]\d)(?![\d.%])
        | (?<!\w)(?:{_AT}\s+)?(?P<worded>{any_of(HOURS)})
        | (?<!\w){_AT}\s+(?P<said>[01]?\d|2[0-3])(?!\s?(?:[\d:.h]|سا|س\s?\d))
        | (?P<full>[01]?\d|2[0-3])(?:h(?!\w)|(?=\s*(?:{_PARTS}\s*)?{_HALF}))
        )
    )
    """,
    re.VERBOSE,
)
"""In the group ``beside``, what is a time only right beside a date."""
_BETWEEN = re.compile(
    rf"(?:[\W_]|{view_pattern(pattern('dates', 'beside')).pattern}(?!\w)"
    rf"|{_PARTS}|{_HALF})*+"
)
"""What may part a date from a time that is one only by its place."""
_PARTS_AFTER = re.compile(rf"\s*(?P<parts>{_PARTS})")
_HALF_AFTER = re.compile(rf"\s*\(?(?P<half>{_HALF})\)?\.?")
# After a year, «م» is that of the calendar.
_HALF_BEFORE = re.compile(rf"(?<!\w)(?!(?<=\d\s)م\b)(?P<half>{_HALF})\s*[:،,-]?\s*$")
_UTC_NAMES = [name for name, zone in ZONES.items() if zone == "UTC" or name.isascii()]
_ZONE = (
    rf"(?:(?:ب|بال|حسب\s+|بحسب\s+|وفق\s+)?(?:ال)?توقيت\s+(?:مدينه\s+)?(?P<place>{any_of([*ZONES, 'المحلي'])})"
    rf"|(?<!\w)(?P<name>{any_of(_UTC_NAMES)}))"
)
_ZONE_AFTER = re.compile(
    rf"\s*[(\[،,-]*\s*(?:{_ZONE}(?:\s*[(]?(?P<sign>[+-])\s?(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?(?!\d))?"
    rf"|(?P<iana>[a-z]+(?:/[a-z_-]+){{1,2}}(?:[+]?\d+)?)|(?P<abbreviation>{any_of(ABBREVIATIONS)})(?!\w))"
)
_ZONE_BEFORE = re.compile(rf"{_ZONE}\s*[:،,-]?\s*$")
_IANA = {name.lower(): name for name in available_timezones()}
"""As programs print it: 2025-03-10T14:30:00 Africa/Cairo."""
_OFFSET = re.compile(r"\s?(?P<sign>[+-])(?P<hours>\d\d)(?::?(?P<minutes>\d\d))?(?!\d)")


@dataclass(frozen=True)
class Clock:
    """A time of day.

    Attributes:
        at: on the clock.
        zone: that stands beside it; None where none does.
        abbreviation: of a zone, such as ``ast``, that means one here and another there.
    """

    at: time
    zone: tzinfo | None
    abbreviation: str | None = None

    def on(self, day: date, zone: ZoneInfo) -> datetime:
        """The point in time, in UTC.

        Args:
            day: where the clock hangs.
            zone: the outlet's, in which times are that state none.
        """
        local = datetime.combine(day, self.at)
        if self.zone:
            return local.replace(tzinfo=self.zone).astimezone(UTC)
        if self.abbreviation:
            return (local - timedelta(hours=_hours_from_utc(self.abbreviation, local, zone))).replace(tzinfo=UTC)
        return local.replace(tzinfo=zone).astimezone(UTC)


def clock_beside(view: str, start: int, end: int) -> Clock | None:
    """The time of day that stands with a date.

    Args:
        view: the text, normalised.
        start: of the date.
        end: of the date, exclusive.
    """
    inside = [match for match in _CLOCK.finditer(view, start, end) if not match["beside"]]
    after = [
        match
        for match in _CLOCK.finditer(view, end, end + 2 * NEAR)
        if match.start() <= end + NEAR and (not match["beside"] or _BETWEEN.fullmatch(view, end, match.start()))
    ]
    before = [
        match
        for match in _CLOCK.finditer(view, max(0, start - NEAR), start)
        if not match["beside"] or _BETWEEN.fullmatch(view, match.end(), start)
    ]
    for match in (*inside, *after[:1], *before[-1:]):
        # Of «15:48-11 مارس» the 11 is of the date, and no offset.
        return _read(match, view[:start] if match.end() <= start else view)
    return None


def _read(match: re.Match[str], view: str) -> Clock:
    end = match.end()
    hour, minute = _hour_and_minute(match)
    if parts := _PARTS_AFTER.match(view, end):
        end = parts.end()
        minute += MINUTES[parts["parts"]]
    half = _HALF_AFTER.match(view, end)
    end = half.end() if half else end
    before = view[max(0, match.start() - NEAR) : match.start()]
    if half or (half := _HALF_BEFORE.search(before)):
        hour = _of_24(hour, HALVES[half["half"]])
    hour, minute = divmod((hour * 60 + minute) % (24 * 60), 60)
    at = time(hour, minute, int(match["second"] or 0))
    if (stated := _OFFSET.match(view, end)) and (zone := _fixed(stated)):
        return Clock(at, zone)
    if stated := _ZONE_AFTER.match(view, end):
        if stated["abbreviation"]:
            return Clock(at, None, stated["abbreviation"])
        return Clock(at, (_fixed(stated) if stated["sign"] else None) or _zone(stated))
    if stated := _ZONE_BEFORE.search(before):
        return Clock(at, _zone(stated))
    return Clock(at, None)


def _hour_and_minute(match: re.Match[str]) -> tuple[int, int]:
    if match["hour"]:
        return int(match["hour"]), int(match["minute"])
    if match["dotted"]:
        hour, minute = match["dotted"].split(".")
        return int(hour), int(minute)
    return HOURS[match["worded"]] if match["worded"] else int(match["said"] or match["full"]), 0


def _of_24(hour: int, half: str) -> int:
    """An hour by the part of the day: 12 at night is 0, and 3 at noon is 15."""
    if not 1 <= hour <= 12:
        return hour
    begins = {"am": 0, "pm": 12, "noon": 12 if hour == 12 or hour < 6 else 0, "night": 12 if 6 <= hour < 12 else 0}
    return hour % 12 + begins[half]


def _fixed(offset: re.Match[str]) -> tzinfo | None:
    ahead = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
    if ahead > MAX_OFFSET:
        return None
    return timezone(-ahead if offset["sign"] == "-" else ahead)


def _zone(stated: re.Match[str]) -> tzinfo | None:
    named = stated.groupdict()
    iana = named.get("iana")
    name = _IANA.get(iana) if iana else ZONES.get(named["place"] or named["name"])
    return ZoneInfo(name) if name else None


def _hours_from_utc(abbreviation: str, local: datetime, zone: ZoneInfo) -> float:
    """What an abbreviation means to an outlet: its own time if it is one of its zone's names or has such an offset."""
    own = zone.utcoffset(local)
    hours = own.total_seconds() / 3600 if own else 0.0
    names = {str(local.replace(month=month, day=1).replace(tzinfo=zone).tzname()).lower() for month in (1, 7)}
    meanings = ABBREVIATIONS[abbreviation]
    return hours if abbreviation in names or hours in meanings else meanings[0]
