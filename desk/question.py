"""What is asked for in a search. The address has it all, so that it can be kept and sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from rasid.errors import RasidError
from search.hits import Facet
from search.query import any_of, between

PARAMETERS: Mapping[str, Facet] = {
    "topic": "topics",
    "outlet": "outlet",
    "country": "countries",
    "weapon": "weapons",
    "organisation": "organisations",
    "person": "people",
}
"""Name in the address → field of the index."""
Span = Literal["day", "week", "month"]
SPANS: Mapping[Span, timedelta] = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
SIZE = 20
"""Hits of a page."""


@dataclass(frozen=True)
class Question:
    """A search.

    Attributes:
        query: in the syntax of `rasid search`; all articles when empty.
        chosen: name of a parameter → values, of which an article has any.
        span: how far back from now.
        since: first day.
        until: last day.
        newest: the newest first. Else the best.
        copies: each copy is a hit of its own.
        page: from 1.
    """

    query: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    span: Span | None = None
    since: date | None = None
    until: date | None = None
    newest: bool = False
    copies: bool = False
    page: int = 1

    @classmethod
    def of(cls, parameters: QueryParams) -> "Question":
        """The question of an address. Days that are named count, and not a span beside them.

        Raises:
            RasidError: a value is not allowed; names it.
        """
        given = parameters.get("span") or None
        span = next((each for each in SPANS if each == given), None)
        if span != given:
            raise RasidError(f"span: expected one of {', '.join(SPANS)} (it is {given!r})")
        since, until = day_in(parameters, "since"), day_in(parameters, "until")
        chosen = {name: tuple(dict.fromkeys(filter(None, parameters.getlist(name)))) for name in PARAMETERS}
        return cls(
            query=parameters.get("q", "").strip(),
            chosen={name: values for name, values in chosen.items() if values},
            span=None if since or until else span,
            since=since,
            until=until,
            newest=parameters.get("sort") == "time",
            copies=bool(parameters.get("copies")),
            page=page_in(parameters),
        )

    @property
    def is_open(self) -> bool:
        """Whether nothing is asked for but all articles."""
        return not (self.query or self.chosen or self.span or self.since or self.until)

    def where(self, now: datetime, zone: ZoneInfo) -> list[dict[str, Any]]:
        """The clauses of the search.

        Args:
            now: the clock's time.
            zone: whose days are meant.
        """
        named = [(PARAMETERS[name], values) for name, values in self.chosen.items()]
        since = now - SPANS[self.span] if self.span else None
        return [*any_of(named), *between("published_at", since, None), *days(self.since, self.until, zone)]

    def has(self, name: str, value: str) -> bool:
        """Whether a value is chosen."""
        return value in self.chosen.get(name, ())

    def toggled(self, name: str, value: str) -> str:
        """The address of the same search with a value chosen, or without it if it is."""
        values = self.chosen.get(name, ())
        others = tuple(each for each in values if each != value)
        chosen = {**self.chosen, name: others if value in values else (*values, value)}
        return self.address(chosen={key: some for key, some in chosen.items() if some})

    def address(self, path: str = "/", **changes: Any) -> str:
        """The address of the same search with changes, on its first page.

        Args:
            path: of the page that is to answer.
            changes: attributes that differ.
        """
        other = replace(self, **{"page": 1, **changes})
        pairs: list[tuple[str, str]] = [("q", other.query)] if other.query else []
        pairs += [(name, value) for name, values in other.chosen.items() for value in values]
        given = {"span": other.span, "since": other.since, "until": other.until}
        pairs += [(name, str(value)) for name, value in given.items() if value]
        pairs += [("sort", "time")] * other.newest + [("copies", "1")] * other.copies
        pairs += [("page", str(other.page))] * (other.page > 1)
        return f"{path}?{'&'.join(_encoded(*pair) for pair in pairs)}" if pairs else path


@lru_cache(maxsize=4096)
def _encoded(name: str, value: str) -> str:
    """A pair as it stands in an address: most of the hundred addresses of a page have the same ones."""
    return urlencode([(name, value)])


def days(since: date | None, until: date | None, zone: ZoneInfo) -> list[dict[str, Any]]:
    """The clause for what was published on some days of a time zone."""
    bounds = {}
    if since:
        bounds["gte"] = datetime.combine(since, time(), zone).isoformat()
    if until and until < date.max:
        bounds["lt"] = datetime.combine(until + timedelta(days=1), time(), zone).isoformat()
    return [{"range": {"published_at": bounds}}] if bounds else []


def page_in(parameters: QueryParams) -> int:
    """The number of the page that is wanted, from 1.

    Raises:
        RasidError: it is none.
    """
    text = parameters.get("page") or "1"
    if not (text.isdecimal() and len(text) < 5 and int(text)):
        raise RasidError(f"page: expected a number from 1 to 9999 (it is {text!r})")
    return int(text)


def day_in(parameters: QueryParams, name: str) -> date | None:
    """The day that a parameter has; None if it is empty.

    Raises:
        RasidError: it is none.
    """
    text = parameters.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RasidError(f"{name}: expected a day such as 2026-11-24 (it is {text!r})") from None
