"""Arabic letters for matching: a view of a text in which spellings of one word are equal.

Letters are folded as Lucene's ArabicNormalizationFilter does, and ؤ ئ and the Persian letters with them.
"""

import re
import unicodedata
from functools import lru_cache

FOLDED = str.maketrans("أإآٱىةؤئکیے", "اااايهويكيي")
SHORT = 300
"""Characters of a text whose view is remembered: the lines of a page are looked at again and again."""
TATWEEL = "ـ"
CONTROLS = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""Zero-width, soft hyphen and direction controls, as a character class: they hide inside words."""


def _fold(char: str) -> str:
    """A character as matching sees it: nothing for marks and controls, several letters for a ligature."""
    folded = "".join(
        c for c in unicodedata.normalize("NFKD", char) if unicodedata.category(c) not in {"Mn", "Cf"} and c != TATWEEL
    )
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)
    return digits.translate(FOLDED).lower()


class _Folding(dict[int, str]):
    """`_fold` for `str.translate`, which looks each character up: known ones at the speed of C."""

    def __missing__(self, code: int) -> str:
        self[code] = _fold(chr(code))
        return self[code]


_FOLDING = _Folding()


def normalise(text: str) -> str:
    """The view of a text in which spellings of one word are equal."""
    return _short_view(text) if len(text) <= SHORT else text.translate(_FOLDING)


@lru_cache(maxsize=500)
def _short_view(text: str) -> str:
    return text.translate(_FOLDING)


def view_pattern(written: str) -> re.Pattern[str]:
    """A regular expression for normalised texts, from one in ordinary spelling."""
    return re.compile(re.sub("[\u0600-\u06ff]+", lambda run: normalise(run[0]), written))
