"""Spans of days."""

from datetime import date, timedelta

from rasid.errors import RasidError


def days_between(since: date, until: date) -> list[date]:
    """Both days and those between.

    Raises:
        RasidError: the second is before the first.
    """
    if since > until:
        raise RasidError(f"expected days in their order, not {since} and then {until}")
    return [since + timedelta(days=offset) for offset in range((until - since).days + 1)]
