"""The objects of a page's JSON-LD, in whatever dress it comes: comments, CDATA, entities, several values, broken."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml.html import HtmlElement

MAX_OBJECTS = 200
"""Objects that are looked at on one page."""

_DRESS = re.compile(r"^(?:\s|//|/\*|\*/|<!--|<!\[CDATA\[)+|(?:\s|;|//|/\*|\*/|-->|\]\]>)+$")
_HELD_IN = ("@graph", "mainEntity", "mainEntityOfPage")
_KEYS_OF_BROKEN = ("headline", "datePublished", "dateModified", "articleSection", "author")
_DECODER = json.JSONDecoder(strict=False)


def json_ld(tree: HtmlElement) -> list[dict[str, Any]]:
    """The objects in their order; of broken JSON, an article with what can be read."""
    return [thing for script in tree.iter("script") if "ld+json" in script.get("type", "") for thing in _things(script)]


def _things(script: HtmlElement) -> Iterator[dict[str, Any]]:
    waiting = _values(_DRESS.sub("", script.text or ""))
    for _ in range(MAX_OBJECTS):
        if not waiting:
            break
        thing = waiting.pop(0)
        if isinstance(thing, list):
            waiting = [*thing, *waiting]
        elif isinstance(thing, dict):
            yield thing
            waiting += [thing[key] for key in _HELD_IN if key in thing]


def _values(text: str) -> list[Any]:
    """The values of a script: one, or several one after the other."""
    for written in (text, unescape(text)):
        values, at = [], 0
        try:
            while at < len(written):
                value, at = _DECODER.raw_decode(written, at)
                values.append(value)
                at += len(written[at:]) - len(written[at:].lstrip(" \t\r\n,;"))
        except (ValueError, RecursionError):  # a number of too many digits is a plain ValueError
            continue
        return values
    found = {key: value for key in _KEYS_OF_BROKEN if (value := _value_of(key, text)) is not None}
    return [{"@type": "Article", **found}] if found else []


def _value_of(key: str, text: str) -> Any:
    """The first value of a key in broken JSON that can be read."""
    for match in re.finditer(rf'"{key}"\s*:\s*(?=["\[{{])', text):
        try:
            return _DECODER.raw_decode(text, match.end())[0]
        except (ValueError, RecursionError):  # a number of too many digits is a plain ValueError
            continue
    return None
