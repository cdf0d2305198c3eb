"""Options that several commands have, and the panels of ``rasid --help``."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli.completion import outlet_ids

DAILY, ANALYST, OPERATOR = "The daily job", "For analysts", "For operators"
"""Panels of the help."""

YEARS = range(1900, 2200)
"""Years of days that are asked for; weeks are counted from them in both directions."""


def day_of(text: str) -> date:
    """The day that a text such as ``2026-11-24`` names.

    Raises:
        BadParameter: it names none.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year not in YEARS or day.isoformat() != text:  # Python reads numbers of weeks, too
        raise typer.BadParameter("expected a day such as 2026-11-24")
    return day


def _ago(text: str) -> timedelta:
    unit = {"d": "days", "h": "hours"}.get(text[-1:])
    if not unit or not text[:-1].isdecimal() or len(text) > 6:
        raise typer.BadParameter("expected days or hours such as 7d or 12h")
    return timedelta(**{unit: int(text[:-1])})


def moment_of(text: str) -> datetime:
    """The time that a text names: the begin of a day such as ``2026-11-24``, or ``7d`` and ``12h`` ago.

    Raises:
        BadParameter: it names none.
    """
    if text[-1:] in {"d", "h"}:
        return datetime.now(UTC) - _ago(text)
    return datetime.combine(day_of(text), time(), UTC)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


Day = Annotated[
    date,
    typer.Option(
        "--date", parser=day_of, metavar="DAY", help="the day, in UTC", default_factory=_today, show_default="today"
    ),
]
Since = Annotated[
    timedelta | None, typer.Option("--since", parser=_ago, metavar="7d", help="days (d) or hours (h) back from now")
]
Back = Annotated[
    timedelta,
    typer.Option(
        "--since",
        parser=_ago,
        metavar="7d",
        help="articles crawled so many days (d) or hours (h) back from now",
        default_factory=lambda: "30d",
        show_default="30d",
    ),
]
OutletsFile = Annotated[Path | None, typer.Option("--outlets", help="a file other than config/outlets.yaml")]
OutletIds = Annotated[
    list[str] | None, typer.Option("--outlet", help="only this one; may be given again", autocompletion=outlet_ids)
]
Json = Annotated[bool, typer.Option("--json", help="for machines")]
