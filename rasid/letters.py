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
CONTROLS = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What hides inside words, as a character class: Unicode's Default_Ignorable_Code_Point (zero width, soft hyphen,
directions, variation selectors, tags, fillers), and the anchors and the object replacement of U+FFF9 to U+FFFC."""

_HIDDEN = re.compile(f"[{CONTROLS}]")


def _fold(char: str) -> str:
    """A character as matching sees it: nothing for marks and controls, several letters for a ligature."""
    folded = "".join(
        c
        for c in unicodedata.normalize("NFKD", char)
        if unicodedata.category(c) not in {"Mn", "Cf"} and c != TATWEEL and not _HIDDEN.match(c)
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
