"""Whom structured data and meta elements state as an article's author: in all shapes that are met."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from processing.html.characters import visible
from rasid.words.patterns import pattern

META_NAMES = (
    "author", "article:author", "article.author", "article:author_name", "og:author",
    "og:article:author", "byl", "author_name",
    "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "cxenseparse:author", "citation_author",
    "vr:author", "dable:author", "twitter:creator",
)  # fmt: skip
"""Names of meta elements, the surest first."""

_PARTS = ("givenName", "additionalName", "familyName")
_TAG = re.compile(r"<[^<>]*>")
_LABELLED_AS_AUTHOR = re.compile(rf"^{pattern('bylines', 'stated_labels')}\W*$", re.IGNORECASE)
_DEPTH = 4


def authors_of(article: Mapping[str, Any], things: Mapping[str, Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """The names of persons and of organisations that an article's JSON-LD gives as its authors.

    Args:
        article: the object.
        things: the page's objects by their ``@id``, to which an author may refer.
    """
    persons: list[str] = []
    organisations: list[str] = []
    stated = [article.get("author"), article.get("creator")]
    for names in map(list, (_named(each, things, _DEPTH) for each in stated)):
        for is_person, name in names:
            (persons if is_person else organisations).append(name)
        if persons:
            break
    return persons, organisations


def meta_authors(metas: Mapping[str, list[str]]) -> list[str]:
    """What meta elements give as the author, by their names in small letters."""
    found = [text for name in META_NAMES for text in metas.get(name, ())]
    for number in ("1", "2"):
        if any(map(_LABELLED_AS_AUTHOR.match, metas.get(f"twitter:label{number}", ()))):
            found += metas.get(f"twitter:data{number}", ())
    return found


def _named(value: object, things: Mapping[str, Mapping[str, Any]], depth: int) -> Iterator[tuple[bool, str]]:
    """The names in a value, each with whether it may be a person's."""
    if depth == 0:
        return
    if isinstance(value, str):
        if value in things:
            yield from _named(things[value], things, depth - 1)
        elif text := visible(_TAG.sub(" ", unescape(unescape(value)))):
            yield True, text
    elif isinstance(value, list):
        for each in value:
            yield from _named(each, things, depth)
    elif isinstance(value, Mapping):
        known = things.get(str(value.get("@id")), {})
        thing = {**known, **value}
        parts = [part.strip() for key in _PARTS if isinstance(part := thing.get(key), str) and part.strip()]
        kinds = " ".join(map(str, kind)) if isinstance(kind := thing.get("@type"), list) else str(kind)
        name = thing.get("name") or thing.get("@value") or " ".join(parts) or thing.get("@list") or thing.get("author")
        is_person = "Organization" not in kinds
        for _, text in _named(name, things, depth - 1):
            yield is_person, text
