"""Labels before names, «بقلم», «إعداد الطالبتين:»: phrases that are known, any other by what its words are about."""

from functools import lru_cache

from processing.authors.name_words import LABELS, OTHER_WORK, WRITING, Kind, bare
from rasid.letters import normalise
from rasid.words import word_list

LABEL_WORDS = 5
"""Words of a label that is recognised by what they are about, at most."""

_LONGEST_PHRASE = 4
_ISSUES = frozenset(word_list("bylines", "issues"))
"""Of a paper; folded, they are «إعداد»."""
_SENTENCE = frozenset(map(bare, word_list("bylines", "no_labels")))
"""Words that no label has."""
_PREFIXES = ("", "و", "ب", "ال", "وال", "بال", "وب")
_SUFFIXES = (
    "",
    *"هتاو",
    "ها",
    "هم",
    "هما",
    "ته",
    "تها",
    "تهم",
    "تا",
    "تان",
    "تين",
    "ات",
    "وا",
    "ون",
    "ين",
    "ان",
    "نا",
    "ونا",
)


def label_of(words: list[str]) -> tuple[Kind | None, list[str]]:
    """The label at the start of a piece and the words after it; of several, «تغطية وصور», the first counts."""
    views = [normalise(word).strip(".") for word in words]
    first: Kind | None = None
    at = 0
    while at < len(words):
        for count in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
            phrase = " ".join(views[at : at + count])
            kind = LABELS.get(phrase) or (LABELS.get(phrase.removeprefix("و")) if first else None)
            if kind:
                first = first or kind
                at += count
                break
        else:
            break
    return first, words[at:]


def label_by_sense(words: list[str]) -> Kind | None:
    """What words before a mark say of the names after it: that they wrote, or that they did something else, whichever
    the first of them does that is about either; None where none is.
    """
    if len(words) > LABEL_WORDS or not _SENTENCE.isdisjoint(map(bare, words)):
        return None
    return next((kind for word in words if word not in _ISSUES and (kind := _sense(bare(word)))), None)


@lru_cache(maxsize=2000)
def _sense(view: str) -> Kind | None:
    """What one word, without what Arabic puts before and after it, is about."""
    bodies = {view.removeprefix(prefix) for prefix in _PREFIXES}
    stems = {body.removesuffix(suffix) for body in bodies for suffix in _SUFFIXES}
    return "author label" if stems & WRITING else "other label" if stems & OTHER_WORK else None
