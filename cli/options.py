"""Options that several commands have, and the panels of ``rasid --help``."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

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
    if day.year not in YEARS:
        raise typer.BadParameter("expected a day such as 2026-11-24")
    return day


def _ago(text: str) -> timedelta:
    unit = {"d": "days", "h": "hours"}.get(text[-1:])
    if not unit or not text[:-1].isdigit():
        raise typer.BadParameter("expected days or hours such as 7d or 12h")
    return timedelta(**{unit: int(text[:-1])})


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
OutletsFile = Annotated[Path | None, typer.Option("--outlets", help="a file other than config/outlets.yaml")]
OutletIds = Annotated[list[str] | None, typer.Option("--outlet", help="only this one; may be given again")]
Json = Annotated[bool, typer.Option("--json", help="for machines")]
