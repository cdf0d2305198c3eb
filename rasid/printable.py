"""Text without the characters that no reader sees and that a terminal, XML or JSON trips over."""

import json
import re
from typing import Any

_NOTHING = re.compile(
    # C0 and C1 controls but white space (ECMA-48), halves of surrogate pairs, and what Unicode calls no characters.
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "\ue000\ue001]"  # what `search.hits` marks matches with
)
_BLANK = re.compile("[\t\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]")
_PLAIN = re.compile("[\x20-\x7e\n\xa0-\u2027\u202a-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd]*")
"""A text that has nothing of these: few ranges, so that nearly every text is known by a tenth of the work."""
ELLIPSIS = "…"


def printable(text: str) -> str:
    """A text of which every character can be shown and written anywhere: without control characters, lone surrogates,
    non-characters and the marks of search results. Line feeds stay; other white space that moves a cursor is a blank.
    """
    if _PLAIN.fullmatch(text):
        return text
    return _BLANK.sub(" ", _NOTHING.sub("", text.replace("\r\n", "\n")))


def shortened(text: str, most: int) -> str:
    """A text of at most so many characters: a longer one ends with a whole word, if it has one, and an ellipsis."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    whole = head.rsplit(maxsplit=1)[0] if " " in head[most // 2 :] else head
    return whole.rstrip() + ELLIPSIS


def json_text(value: Any, indent: int | None = None) -> str:
    """A value as JSON that any file and terminal takes, as `harmless_json` makes it."""
    return harmless_json(json.dumps(value, ensure_ascii=False, indent=indent))


def harmless_json(text: str) -> str:
    """JSON in which what `printable` leaves out stands by its number: the values are the same."""
    return _BLANK.sub(_by_number, _NOTHING.sub(_by_number, text))


def _by_number(found: re.Match[str]) -> str:
    return re.sub("....", r"\\u\g<0>", found[0].encode("utf-16-be", "surrogatepass").hex())
