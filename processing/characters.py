"""A page's characters: invisible ones, and text that was encoded twice."""

import re
from functools import lru_cache, partial

from processing.arabic import CONTROLS, SHORT, normalise

_CONTROLS = re.compile(f"[{CONTROLS}]+")
_TWICE_ENCODED = {"cp1252": re.compile("[ØÙ][\u0080-\u017f\u0192-\u2122]"), "cp1256": re.compile("[طظ][^ء-غف-ي\\s]")}
"""A charset that UTF-8 was taken for → how an Arabic letter looks then."""
_ARABIC = re.compile("[ء-غف-ي]")


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


def decoded_once(text: str) -> str:
    """The text that was meant, of one in UTF-8 that was read as windows-1252 or -1256 and written as UTF-8 again.

    ``Ø§Ù„`` and ``ط§ظ„`` are both ``ال``. A text that makes sense as it is stays as it is.
    """
    for charset, letter in _TWICE_ENCODED.items():
        spoilt = len(letter.findall(text))
        if spoilt < 20 or spoilt < 0.2 * len(_ARABIC.findall(text)):
            continue
        meant = re.sub(r"[^\x00-\x7f]+", partial(_once, charset), text)
        if len(letter.findall(meant)) < 0.1 * spoilt:
            return meant
    return text


def _once(charset: str, run: re.Match[str]) -> str:
    try:
        return b"".join(_byte(char, charset) for char in run[0]).decode("utf-8")
    except UnicodeError:
        return run[0]


def _byte(char: str, charset: str) -> bytes:
    try:
        return char.encode(charset)
    except UnicodeEncodeError:
        return char.encode("latin-1")  # browsers read the bytes that windows-1252 leaves undefined so
