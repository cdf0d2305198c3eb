"""What a person's name looks like.

A name is a matter of form: two to five words, of which particles such as «بن» and «أبو» count with the next, none of
them a word of grammar, an office, a month or a verb. One that begins with a given name, or whose letters are those of
names and not of the words of news, is known to be a name; any other is one only where the page says that it is.
"""

import re
from typing import Literal

from processing.authors.name_score import COMMON, name_score
from processing.authors.name_words import (
    AMBIGUOUS,
    GIVEN,
    KEPT_TITLES,
    NO_NAMES,
    OF_NAMES,
    PARTICLES,
    PLACES,
    TITLES,
    bare,
)
from rasid.letters import normalise

Form = Literal["known", "possible", "vouched"]
"""Of a name: it is known to be one; nothing speaks against it; it needs a label or others of its list."""

GIVEN_SCORE = -8.0
"""By `name_score`, of what begins with a given name and is more than the sentence about a person: «محمد يفوز»."""
_DOUBTFUL = -16.0
"""The same, of what begins with one and is none without a label."""
_LEAST: dict[Form, float] = {"known": 4.5, "possible": -4.0, "vouched": -9.0}
_NAME_PARTS = 5
_NAME_WORDS = 9
_ANY_WORDS = 4

_ARABIC = re.compile(
    r"[\u0621-\u064a\u066e-\u06d3\u0300-\u036f\u064b-\u065f\u0670\ufb50-\ufdfd\ufe70-\ufefc'’\u0640.]+"
)
_LATIN = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’\-])*")
_ARABIC_LETTER = re.compile(r"[\u0621-\u064a\u066e-\u06d3\ufb50-\ufdfd\ufe70-\ufefc]")
_PRESENT_TENSE = re.compile(r"ي[ء-ي]{2,}(?<!ي)(?<!ان)")
_FAMILY = re.compile(r"ال(?:[ء-ي]{2,}يه?|دين|له|اسلام)")
_COMPOUND = re.compile(r"(?:عبد|ابو)[ء-ي]{3,}|ام$")
_JOINED = re.compile(r"(?:لل|كال|فال|وال|بال)[ء-ي]{3,}")
_FUSED_TITLE = re.compile(r"(?:[أا]\.\s?)?[دأام]\.(?=[^\W\d_]{3})")
_HYPHEN = re.compile(r"(?<=[ء-ي])[-–](?=[ء-ي])")
_INITIAL = re.compile(r"(?<=^[ء-ي])\.(?=[ء-ي]{3})")
_CHILD = frozenset({"ولد", "بن", "ابن", "بنت", "منت", "ود"})
EDGES = " \t:.-–—،,؛;*_ـ!|"


def name_form(words: list[str]) -> Form | None:
    """Whether words have the form of a person's name, and how sure that is."""
    views = [bare(word) for word in words]
    arabic = _are_arabic(words)
    latin = all(_LATIN.fullmatch(word) and not _ARABIC_LETTER.search(word) for word in words)
    parts = sum(view not in PARTICLES for view in views)
    if (
        not (arabic or latin)
        or not (2 <= parts <= _NAME_PARTS and len(words) <= _NAME_WORDS)
        or views[-1] in PARTICLES
        or any(is_no_part(view, word, later=at > 0) for at, (view, word) in enumerate(zip(views, words, strict=True)))
        or any(view in PLACES and view not in GIVEN for view in (views[0], *(views[1:] if len(words) == 2 else [])))
    ):  # the last: «القاهرة الجديدة», «ملك المغرب»
        return None
    if arabic:
        return _arabic_form(words, views)
    if views[0] in GIVEN or views[0] in PARTICLES:
        return "known"
    capital = all(word[0].isupper() or view in PARTICLES for word, view in zip(words, views, strict=True))
    return "possible" if capital else None


def _arabic_form(words: list[str], views: list[str]) -> Form | None:
    """The form of words in Arabic letters, by the given name that they begin with and by their score."""
    first = views[0]
    score = name_score(views, given=first in GIVEN)
    given = len(first) == 1 or first in PARTICLES or bool(_COMPOUND.match(first)) or first in GIVEN
    if words[0] == "على":  # as «علي» is written in Egypt
        return "known" if views[1] in OF_NAMES and score > GIVEN_SCORE else None
    if first in AMBIGUOUS:
        given = views[1] in OF_NAMES or bool(_FAMILY.fullmatch(views[1]) or _COMPOUND.match(views[1]))
    if any(map(_is_child_of, views[:-2], views[1:])):
        return "known"
    if given and score > _DOUBTFUL:
        return "known" if score > GIVEN_SCORE else "possible"
    strange = not COMMON.issuperset(views)  # «صيف ساخن» is none, however much it looks like one
    return next((form for form, least in _LEAST.items() if score > least and (strange or form != "known")), None)


def could_be_name(words: list[str]) -> bool:
    """Whether words in Arabic letters may be a name of any form, where a page says so: two to four, none of them a word
    of grammar, an office, a month or a verb.
    """
    short = 2 <= len(words) <= _ANY_WORDS
    return short and _are_arabic(words) and not any(is_no_part(bare(word), word) for word in words)


def _are_arabic(words: list[str]) -> bool:
    return all(_ARABIC.fullmatch(word) and _ARABIC_LETTER.search(word) for word in words)


def _is_child_of(first: str, particle: str) -> bool:
    """Whether «بن» or «ولد» follows a name; after what looks like a noun, «جائزة بن زايد», none but a woman's does."""
    return particle in _CHILD and (not first.endswith("ه") or particle in {"بنت", "منت"})


def is_no_part(view: str, word: str, later: bool = False) -> bool:
    """Whether a word is never part of a name."""
    if view in GIVEN or view in PARTICLES or view in AMBIGUOUS:
        return False
    if view in NO_NAMES or not view or (len(view) == 1 and not word.endswith(".")):
        return True
    if view.startswith("و") and view[1:] in NO_NAMES:
        return True
    return bool(_JOINED.fullmatch(view) or (later and view in COMMON and _PRESENT_TENSE.fullmatch(view)))


def person_form(words: list[str]) -> Form | None:
    """The form of a name, its titles aside."""
    words = _initials_parted(words)
    if len(words) < 2:
        return None
    words = [each for word in words for each in _HYPHEN.split(word)]  # «ماري-تيريز»
    untitled = _untitled(words)
    form = name_form(untitled)
    titled = len(untitled) < len(words) and _plain_title(words[: _title(words)]) not in KEPT_TITLES
    return "known" if form and titled else form


def written(words: list[str]) -> str:
    """A name as it is written, without the titles that are no part of it."""
    while (count := _title(words)) and _plain_title(words[:count]) not in KEPT_TITLES:
        words = words[count:]
    return " ".join(words).strip(EDGES)


def without_title(name: str) -> str:
    """A name without any title."""
    return " ".join(_untitled(_initials_parted(name.split())))


def _initials_parted(words: list[str]) -> list[str]:
    """«أ.محمد» as two words."""
    return [each for word in words for each in _INITIAL.sub(". ", word).split()]


def _untitled(words: list[str]) -> list[str]:
    words = [_FUSED_TITLE.sub("", words[0]), *words[1:]]
    for _ in range(3):
        count = _title(words)
        if not count:
            break
        words = [_FUSED_TITLE.sub("", words[count]), *words[count + 1 :]]
    return words


def _title(words: list[str]) -> int:
    """How many words are a title before a name."""
    for count in (3, 2, 1):
        if len(words) > count + 1 and _plain_title(words[:count]) in TITLES:
            return 0 if bare(words[count]) in _CHILD else count  # «الشيخ ولد الخياط» is called so
    return 0


def _plain_title(words: list[str]) -> str:
    return " ".join(" ".join(normalise(word).replace(".", " ") for word in words).split())
