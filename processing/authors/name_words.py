"""The word lists of names, bylines and places, as a line's words are looked up in them."""

from collections.abc import Iterable
from typing import Literal

from babel import Locale

from processing.html.characters import line_key
from rasid.letters import normalise
from rasid.words import phrase_list, word_list

Kind = Literal[
    "author label", "second label", "photo label", "other label", "person", "place", "agency", "outlet", "role", "date",
    "neutral", "other",
]  # fmt: skip


def _views(*lists: Iterable[str]) -> frozenset[str]:
    return frozenset(normalise(each) for listed in lists for each in listed)


GIVEN = _views(word_list("names", "given"), word_list("names", "latin_given"))
AMBIGUOUS = _views(word_list("names", "ambiguous"))
PARTICLES = _views(word_list("names", "particles"), word_list("names", "latin_particles"))
OF_NAMES = GIVEN | AMBIGUOUS | PARTICLES
TITLES = _views(phrase_list("names", "titles"))
KEPT_TITLES = _views(phrase_list("names", "kept_titles"))
LABELS: dict[str, Kind] = {
    **dict.fromkeys(_views(phrase_list("bylines", "other_labels")), "other label"),
    **dict.fromkeys(_views(phrase_list("bylines", "photo_labels")), "photo label"),
    **dict.fromkeys(_views(phrase_list("bylines", "second_labels")), "second label"),
    **dict.fromkeys(_views(phrase_list("bylines", "labels")), "author label"),
}
WRITING = _views(word_list("bylines", "writing"))
OTHER_WORK = _views(word_list("bylines", "other_work"))
WORKS = _views(word_list("bylines", "works"))
SURE = tuple(f"{normalise(label)} " for label in phrase_list("bylines", "sure_labels"))
NEUTRAL = frozenset(map(line_key, phrase_list("bylines", "neutral")))
ROLES = _views(word_list("bylines", "roles"))
ROLE_HEADS = _views(word_list("bylines", "role_heads"))
MEDIA = _views(word_list("bylines", "media"))
NO_NAMES = (
    _views(word_list("names", "not_names"), word_list("names", "verbs"), MEDIA, ROLES)
    | {label for label in LABELS if " " not in label and not label.startswith("ال")}  # «هدى الكاتب»
)
PLACE_NAMES = _views(phrase_list("places", "places"))
PLACES = frozenset(
    line_key(place)
    for place in (*PLACE_NAMES, *phrase_list("places", "latin_places"), *Locale("ar").territories.values())
    if line_key(place)
)
"""Letters of places from which articles are written, and of countries."""


def bare(word: str) -> str:
    """A word as the lists have it, without a mark at its edges."""
    return normalise(word).strip(".'’")
