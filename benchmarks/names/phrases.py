"""Phrases of two words and more from news that are names, and such that are none, as far as the lists tell.

What stands after given names and seldom elsewhere is a family's name; a given name, or what titles stand before, begins
a name; any other run of words is none, nor are a name with the word before or after it.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from processing.authors.name_words import (
    AMBIGUOUS,
    GIVEN,
    MEDIA,
    NO_NAMES,
    PARTICLES,
    PLACE_NAMES,
    PLACES,
    ROLE_HEADS,
    ROLES,
    TITLES,
)
from rasid.letters import normalise

FAMILY_SHARE = 0.35
"""Of a family name's occurrences those that follow a name, at least."""
FREQUENT = 50
"""Occurrences of a word that beside a name is none, at least."""
MOST_NAME_WORDS = 6
NAMES_OF_GIVEN = 12
"""Names that are put together with each given name of the list."""
OF_TITLE, OF_BODY = 4, 10
"""Phrases that are taken from a title, and from a body."""

_WORD = re.compile(r"[ء-ي]+|\S")
_ON = re.compile(r"(?<![ء-ي])على(?![ء-ي])")
"""Which folds to «علي»."""
_WHOLE = re.compile(r"[ء-ي]{2,}")
_NO_NAMES = sorted(filter(_WHOLE.fullmatch, NO_NAMES | ROLES))


@dataclass(frozen=True)
class Phrase:
    """Words, whether they are a name, and how much that counts."""

    words: tuple[str, ...]
    is_name: bool
    weight: float


def words_of(text: str) -> list[str]:
    """The words of a text, normalised, and its marks."""
    return _WORD.findall(normalise(_ON.sub("%", text)))


def phrases(texts: Sequence[list[str]], authors: Iterable[str], without: frozenset[str], seed: int) -> Iterator[Phrase]:
    """All phrases to learn from.

    Args:
        texts: words of titles and bodies.
        authors: names that are known to be ones.
        without: first words of names of which nothing is to be learned.
        seed: of the choice.
    """
    chosen = random.Random(seed)
    counts = Counter(word for text in texts for word in text)
    families = _families(texts, counts)
    given = sorted((GIVEN | AMBIGUOUS) - without)
    arabic = [word for word in given if _WHOLE.fullmatch(word)]
    surnames = sorted(families)
    found = Counter(tuple(name) for text in texts for name in _names(text, families))
    yield from (Phrase(name, True, min(times, 3)) for name, times in found.items() if name[0] not in without)
    for first in arabic:
        for _ in range(NAMES_OF_GIVEN):
            middle = [chosen.choice(arabic)] if chosen.random() < 0.3 else []
            yield Phrase((first, *middle, chosen.choice(surnames)), True, 1)
    yield from (Phrase(tuple(words), True, 2) for name in authors if all(map(_WHOLE.fullmatch, words := name.split())))
    nothing = {phrase for text in texts for phrase in _beside_names(text, families, counts)}
    for number, text in enumerate(texts):
        nothing.update(_windows(text, families, chosen, OF_TITLE if number % 2 == 0 else OF_BODY))
    yield from (Phrase(phrase, False, 1) for phrase in sorted(nothing))
    yield from (Phrase(tuple(place.split()), False, 3) for place in sorted(PLACE_NAMES) if " " in place)
    for words in (NO_NAMES, ROLES | ROLE_HEADS, MEDIA):
        for word in sorted(filter(_WHOLE.fullmatch, words)):
            yield from (Phrase((word, chosen.choice(_NO_NAMES)), False, 1) for _ in range(4))
            if not word.startswith("ال"):  # «هدى الكاتب»
                yield Phrase((chosen.choice(arabic), word), False, 1)


def _families(texts: Iterable[list[str]], counts: Counter[str]) -> frozenset[str]:
    families: frozenset[str] = frozenset()
    others = NO_NAMES | PLACES | GIVEN
    for _ in range(2):
        before = GIVEN | families | {"بن", "ابو", "عبد"}
        after = Counter(word for text in texts for first, word in pairwise(text) if first in before)
        families = frozenset(
            word
            for word, times in after.items()
            if _WHOLE.fullmatch(word) and (times - 0.7) / (counts[word] + 0.5) > FAMILY_SHARE and word not in others
        )
    return families


def _spans(text: list[str], families: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where names stand: a given name and what follows it of names."""
    begins, goes_on = GIVEN | {"عبد", "ابو"}, GIVEN | families | PARTICLES
    at = 0
    while at < len(text) - 1:
        end = at + 1
        if text[at] in begins and _WHOLE.fullmatch(text[at]):
            while end < len(text) and end - at < MOST_NAME_WORDS and text[end] in goes_on:
                end += 1
            while end > at + 1 and text[end - 1] in PARTICLES:
                end -= 1
            yield at, end
        at = end


def _names(text: list[str], families: frozenset[str]) -> Iterator[list[str]]:
    return (text[at:end] for at, end in _spans(text, families) if end - at > 1)


def _beside_names(text: list[str], families: frozenset[str], counts: Counter[str]) -> Iterator[tuple[str, ...]]:
    """Names with one word more, before them or after them; a given name alone, with the word before it."""
    name_words = GIVEN | AMBIGUOUS | families | PARTICLES
    titles = {word for title in TITLES for word in title.split()}

    def is_other(at: int) -> bool:
        inside = 0 <= at < len(text) and bool(_WHOLE.fullmatch(text[at]))
        return inside and text[at] not in name_words and counts[text[at]] > FREQUENT

    for at, end in _spans(text, families):
        if end - at > 1 and is_other(end):
            yield tuple(text[at : end + 1])
        if is_other(at - 1) and text[at - 1] not in titles:
            yield tuple(text[at - 1 : end])


def _windows(text: list[str], families: frozenset[str], chosen: random.Random, times: int) -> Iterator[tuple[str, ...]]:
    """Runs of words without a name, some of them from the start."""
    for _ in range(times if len(text) > MOST_NAME_WORDS else 0):
        size = chosen.choice((2, 2, 3, 3, 4))
        at = 0 if chosen.random() < 0.1 else chosen.randrange(len(text) - size)
        words = text[at : at + size]
        if all(_WHOLE.fullmatch(word) and word not in GIVEN and word not in families for word in words):
            yield tuple(words)
