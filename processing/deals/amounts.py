"""Amounts in figures and words: «24», «أربعا وعشرين», «2.5 مليار», «مليارين ونصف المليار»."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from processing.arabic import Words
from processing.matcher import Span

_POINTS = {".", "٫"}
_COMMAS = {",", "٬", "،"}
_HALF, _QUARTER = 0.5, 0.25
_TEN, _HUNDRED = 10, 100


class Amount(NamedTuple):
    """A number in a text.

    Attributes:
        value: of it.
        span: its words.
    """

    value: float
    span: Span


@dataclass(frozen=True)
class _Part:
    kind: str
    value: float
    first: int
    last: int


def amounts(text: str, words: Words, spans: Mapping[str, list[Span]]) -> list[Amount]:
    """The numbers of a text by place, each as long as it is written.

    Args:
        text: as it stands.
        words: of the text.
        spans: of the lists ``number:*``, ``scale:*``, ``dual:*``, ``halves`` and ``quarters``.
    """
    parts = _parts(text, words, spans)
    found: list[Amount] = []
    for first in sorted(parts):
        if not found or first > found[-1].span.last:
            amount = _amount(first, parts, words)
            if amount:
                found.append(amount)
    return found


def _parts(text: str, words: Words, spans: Mapping[str, list[Span]]) -> dict[int, _Part]:
    parts: dict[int, _Part] = {}
    for name, places in spans.items():
        kind, _, key = name.partition(":")
        if kind in {"number", "scale", "dual"}:
            for span in places:
                if span.first not in parts or parts[span.first].last < span.last:
                    parts[span.first] = _Part(kind, float(key), *span)
        elif name in {"halves", "quarters"}:
            share = _HALF if name == "halves" else _QUARTER
            parts.update((span.first, _Part("share", share, *span)) for span in places)
    number, end = 0, len(words.forms)
    while number < end:
        if words.forms[number].isdecimal():
            part = _figures(number, text, words)
            parts[number] = part
            number = part.last
        number += 1
    return parts


def _figures(first: int, text: str, words: Words) -> _Part:
    """A number in figures, with what a comma or a point parts of it."""
    written, last = words.forms[first], first
    while last + 1 < len(words.forms) and words.forms[last + 1].isdecimal():
        between, more = text[words.ends[last] : words.starts[last + 1]], words.forms[last + 1]
        if between in _COMMAS and len(more) == 3:
            written += more
        elif (between in _POINTS or between in _COMMAS) and "." not in written:
            written += f".{more}"
        else:
            break
        last += 1
    return _Part("number", float(written[:30]), first, last)


def _amount(first: int, parts: Mapping[int, _Part], words: Words) -> Amount | None:
    total = group = scale = 0.0
    pending = False
    number, last = first, first - 1
    while part := _next(number, parts, words):
        if part.kind == "number":
            is_teen = number > first and part.value == _TEN and 0 < group % _HUNDRED < _TEN
            if number > first and not (is_teen or _is_joined(part, words)):
                break
            group, pending = group + part.value, True
        elif part.kind == "scale":
            if scale and not pending:
                break
            total, group, scale, pending = total + (group if pending else 1) * part.value, 0, part.value, False
        elif part.kind == "dual":
            total, scale = total + 2 * part.value, part.value
        else:
            after = parts.get(part.last + 1)
            if after and after.kind == "scale":
                total, scale, part = total + part.value * after.value, after.value, after
            elif scale:
                total += part.value * scale
            elif pending:
                group += part.value
            else:
                return None
        last = part.last
        number = last + 1
    return Amount(total + group, Span(first, last)) if last >= first else None


def _next(number: int, parts: Mapping[int, _Part], words: Words) -> _Part | None:
    """The part at a word, or after an «and» that stands alone there, as before figures."""
    if number not in parts and number < len(words.forms) and words.forms[number] == "و":
        number += 1
    return parts.get(number)


def _is_joined(part: _Part, words: Words) -> bool:
    first = part.first
    return (words.forms[first].startswith("و") and words.forms[first] != "واحد") or words.forms[first - 1] == "و"
