"""Arabic words for matching: a normalised view of a text with a map back, and the forms in which a word appears.

Letters are folded as Lucene's ArabicNormalizationFilter does, and ؤ ئ and the Persian letters with them. Matching
uses the view; quotes and offsets always refer to the text as it stands.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

FOLDED = str.maketrans("أإآٱىةؤئکیے", "اااايهويكيي")
SHORT = 300
"""Characters of a text whose view is remembered: the lines of a page are looked at again and again."""
_TATWEEL = "ـ"
_WORD = re.compile(r"[^\W_]+")

# What may stand before a word: and/so, then with/like/for and the article, or the two joined in لل.
_PREFIX = re.compile(r"[وف]?(?:[بك]?ال|لل|[بكلس])?")
_PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "ك", "كم", "نا", "ي")
_ENDINGS = ("", "ا", "ان", "ين", "ون", "ات", "ي", "يه", "يا", *_PRONOUNS)
_FEMININE_ENDINGS = ("ه", "تان", "تين", "ات", *(f"{t}{pronoun}" for t in ("ت", "ات") for pronoun in _PRONOUNS))


def _fold(char: str) -> str:
    """A character as matching sees it: nothing for marks and controls, several letters for a ligature."""
    folded = "".join(
        c for c in unicodedata.normalize("NFKD", char) if unicodedata.category(c) not in {"Mn", "Cf"} and c != _TATWEEL
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


@dataclass(frozen=True)
class Word:
    """A word of a text.

    Attributes:
        form: normalised.
        start: in the text as it stands, in characters.
        end: exclusive.
    """

    form: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """The words of a text in order. Marks, tatweel and controls inside a word do not part it; ``_`` does."""
    folded: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        for letter in _FOLDING[ord(char)]:
            folded.append(letter)
            origin.append(index)
    for match in _WORD.finditer("".join(folded)):
        last = origin[match.end() - 1] + 1
        while last < len(text) and unicodedata.category(text[last]) == "Mn":
            last += 1  # a mark after the last letter belongs to the quote
        yield Word(match[0], origin[match.start()], last)


@lru_cache(maxsize=100_000)
def stripped(form: str) -> tuple[str, ...]:
    """A normalised word without each of the prefixes that may be joined to it, itself first: وبالاسلحه → …, اسلحه."""
    longest = _PREFIX.match(form)
    length = longest.end() if longest else 0
    candidates = [form]
    candidates += [form[n:] for n in range(1, length + 1) if _PREFIX.fullmatch(form[:n]) and len(form) - n > 1]
    return tuple(candidates)


def inflected(word: str) -> frozenset[str]:
    """The normalised forms of a word with the endings it may take, prefixes aside: صفقة → صفقه، صفقات، صفقتها…

    Broken plurals are other words: list them. A word without Arabic letters, such as ``CAATSA``, takes none.
    """
    form = normalise(word)
    if not re.search(r"[\u0621-\u064a]", form):
        return frozenset({form})
    if unicodedata.normalize("NFKD", word.strip()).endswith("ة"):
        return frozenset(form[:-1] + ending for ending in _FEMININE_ENDINGS)
    return frozenset(form + ending for ending in _ENDINGS)
