"""A line's characters, with and without those that nobody sees."""

import re
from functools import lru_cache
from html import unescape
from html.entities import html5

from rasid.letters import CONTROLS, SHORT, normalise

_CONTROLS = re.compile(f"[{CONTROLS}]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,30});")
_ESCAPED_AGAIN = re.compile(r"&(?:amp;)+(?P<name>#\d{1,7};|#[xX][\da-fA-F]{1,6};|[A-Za-z][A-Za-z\d]{1,30};)")
_BREAK = re.compile(r"<(?:br|/?p|/?div)\b[^<>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|<!\[CDATA\[|\]\]>")


class _LettersAndDigits(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = "".join(filter(str.isalnum, normalise(chr(code)))).replace("ı", "i")
        return self[code]


_KEY = _LettersAndDigits()


def visible(text: str) -> str:
    """A text without invisible controls and with single blanks; nothing else is altered."""
    return " ".join(_CONTROLS.sub("", text).split())


def plain(text: str) -> str:
    """A text as it was meant, of one that was escaped too often or holds markup: ``&lt;b&gt;نص&lt;/b&gt;`` → نص."""
    for _ in range(3):
        if "&" in text:
            text = _ENTITY.sub(lambda entity: unescape(entity[0]), text)
    return visible(_MARKUP.sub("", _BREAK.sub(" ", text)) if "<" in text or "]]>" in text else text)


def escaped_once(html: str) -> str:
    """A page without what was escaped twice: ``&amp;quot;`` → ``&quot;``, which a browser shows as it was meant."""
    return _ESCAPED_AGAIN.sub(_as_meant, html) if "&amp;" in html else html


def _as_meant(found: re.Match[str]) -> str:
    name = found["name"]
    return f"&{name}" if name.startswith("#") or name in html5 else found[0]


def line_key(line: str) -> str:
    """A line's letters and digits alone, to compare by."""
    return _short_key(line) if len(line) <= SHORT else line.translate(_KEY)


@lru_cache(maxsize=500)
def _short_key(line: str) -> str:
    return line.translate(_KEY)
