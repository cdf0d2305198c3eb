"""When a rule's alerts may go out: after each run or as a daily digest, and not in quiet hours."""

from datetime import datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from rasid.outlets import TimeZone
from rasid.yaml_file import Written


def _hour(text: str) -> str:
    try:
        time.fromisoformat(text)
    except ValueError:
        raise ValueError("expected an hour such as 07:00, in quotes") from None
    return text


Hour = Annotated[str, AfterValidator(_hour)]


class Digest(Written):
    """Once a day, with all that came since the last time.

    Attributes:
        at: hour and minute, in quotes. It goes out with the first run after it.
        timezone: time zone of the hour.
    """

    at: Hour
    timezone: TimeZone


class Quiet(Written):
    """Hours in which nothing is sent; what comes in them waits for their end.

    Attributes:
        from_: hour and minute.
        to: hour and minute, of the next day if it is the earlier one.
        timezone: time zone of both hours.
    """

    from_: Hour = Field(alias="from")
    to: Hour
    timezone: TimeZone


def is_due(digest: Digest | None, quiet: Quiet | None, created_at: datetime, now: datetime) -> bool:
    """Whether a delivery may be made now.

    Args:
        digest: digest of the rule; None if it has none.
        quiet: quiet hours of the rule; None if it has none.
        created_at: when the delivery was recorded, aware; not believed if that is still to come.
        now: aware.
    """
    if digest and _last(digest, now) < created_at <= now:
        return False
    return not (quiet and _is_quiet(quiet, now))


def zone_of(digest: Digest | None, quiet: Quiet | None, otherwise: str = "UTC") -> ZoneInfo:
    """The zone by whose days a rule's alerts are counted: that which it names, else another."""
    named = digest or quiet
    return ZoneInfo(named.timezone if named else otherwise)


def _last(digest: Digest, now: datetime) -> datetime:
    """The last time before `now` at which the digest goes out."""
    zone = ZoneInfo(digest.timezone)
    today = now.astimezone(zone).date()
    at = datetime.combine(today, _time(digest.at), zone)
    return at if at <= now else datetime.combine(today - timedelta(days=1), _time(digest.at), zone)


def _is_quiet(quiet: Quiet, now: datetime) -> bool:
    start, end = _time(quiet.from_), _time(quiet.to)
    clock = now.astimezone(ZoneInfo(quiet.timezone)).time()
    return start <= clock < end if start <= end else clock >= start or clock < end


def _time(text: str) -> time:
    return time.fromisoformat(text)
