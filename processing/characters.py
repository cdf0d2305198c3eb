"""A line's characters, with and without those that nobody sees."""

import re
from functools import lru_cache

from rasid.letters import CONTROLS, SHORT, normalise

_CONTROLS = re.compile(f"[{CONTROLS}]+")


class _LettersAndDigits(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = "".join(filter(str.isalnum, normalise(chr(code))))
        return self[code]


_KEY = _LettersAndDigits()


def visible(text: str) -> str:
    """A text without invisible controls and with single blanks; nothing else is altered."""
    return " ".join(_CONTROLS.sub("", text).split())


def line_key(line: str) -> str:
    """A line's letters and digits alone, to compare by."""
    return _short_key(line) if len(line) <= SHORT else line.translate(_KEY)


@lru_cache(maxsize=500)
def _short_key(line: str) -> str:
    return line.translate(_KEY)
