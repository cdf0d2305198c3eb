"""Fields and their values by the names that a reader has for them: ``بلد:الجزائر`` asks for ``countries:"DZ"``."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from desk.work import Desk
from rasid.errors import RasidError
from rasid.letters import normalise
from search.hits import FACETS

NAMES: Mapping[str, str] = {
    "بلد": "countries", "دولة": "countries", "موضوع": "topics", "منفذ": "outlet", "سلاح": "weapons",
    "منظمة": "organisations", "شخص": "people", "عنوان": "title", "نص": "body",
}  # fmt: skip
"""Arabic name of a field → its name in the index."""
_FIELDS = {normalise(name): field for name, field in NAMES.items()} | {field: field for field in FACETS}
_ARTICLE = "ال"
_GIVEN = re.compile(r'(?<![\w:])(?P<name>[^\W\d]+):(?P<value>"[^"]*"|[^\s()"\[\]{}/*?]+(?=[\s)]|$))|"[^"]*"')
"""A field with its value; or a phrase, in which a colon is one."""


class UnknownNameError(RasidError):
    """Nothing is called so, among what a field may have."""


def by_ids(query: str, desk: Desk) -> str:
    """A query with the index's own names of fields, and ids where a reader has written what they are of.

    Args:
        query: as she wrote it.
        desk: which knows the names.

    Raises:
        UnknownNameError: nothing of a field that has an Arabic name is called so.
    """
    return _GIVEN.sub(lambda found: _by_id(found, lambda field, value: id_called(desk, field, value)), query)


def _by_id(found: re.Match[str], id_of: Callable[[str, str], str | None]) -> str:
    if not found["name"]:
        return found[0]
    name, value = normalise(found["name"]), found["value"].strip('"')
    field = _FIELDS.get(name) or _FIELDS.get(name.removeprefix(_ARTICLE))
    if not field:
        return found[0]
    if field not in FACETS:
        return f"{field}:{found['value']}"
    id_ = id_of(field, value)
    if id_ is None and field != found["name"]:
        raise UnknownNameError(f"{found[0]}: nothing is called {value}")
    is_plain = field == found["name"] and id_ in {None, value}
    return found[0] if is_plain else f'{field}:"{id_}"'


def id_called(desk: Desk, field: str, value: str) -> str | None:
    """The id of what is called so in either language, in any spelling that texts are read in."""
    wanted = plain(value)
    labels: Iterable[tuple[str, str]] = [
        each for language in ("ar", "en") for each in desk.names(language).get(field, {}).items()
    ]
    for id_, label in labels:
        if wanted in {plain(id_), plain(label)}:
            return id_
    return next((each.entity for each in desk.last_tagger.read(value, "")[1] if each.kind == field), None)


@lru_cache(maxsize=5_000)  # each name that is asked for is compared with all that there are
def plain(name: str) -> str:
    """A name as names are compared: in any spelling, without articles."""
    return " ".join(word.removeprefix(_ARTICLE) for word in normalise(name).split())
