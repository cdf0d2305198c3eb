"""The word lists of ``names.yaml``, as a line's words are looked up in them."""

from pathlib import Path
from typing import Literal

from babel import Locale
from ruamel.yaml import YAML

from processing.html.characters import line_key
from rasid.letters import normalise

Kind = Literal[
    "author label", "second label", "photo label", "other label", "person", "place", "agency", "outlet", "role", "date",
    "neutral", "other",
]  # fmt: skip
_LISTS: dict[str, str] = YAML(typ="safe").load(Path(__file__).with_name("names.yaml"))


def _words(*lists: str) -> frozenset[str]:
    return frozenset(word for name in lists for word in normalise(_LISTS[name]).split())


def _phrases(name: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in normalise(_LISTS[name]).split(","))


GIVEN = _words("given", "latin_given")
AMBIGUOUS = _words("ambiguous")
PARTICLES = _words("particles", "latin_particles")
OF_NAMES = GIVEN | AMBIGUOUS | PARTICLES
TITLES = _phrases("titles")
KEPT_TITLES = _phrases("kept_titles")
LABELS: dict[str, Kind] = {
    **dict.fromkeys(_phrases("other_labels"), "other label"),
    **dict.fromkeys(_phrases("photo_labels"), "photo label"),
    **dict.fromkeys(_phrases("second_labels"), "second label"),
    **dict.fromkeys(_phrases("labels"), "author label"),
}
WRITING, OTHER_WORK, WORKS = _words("writing"), _words("other_work"), _words("works")
SURE = tuple(f"{phrase} " for phrase in _phrases("sure_labels"))
NEUTRAL = frozenset(map(line_key, _phrases("neutral")))
ROLES, ROLE_HEADS, MEDIA = _words("roles"), _words("role_heads"), _words("media")
NO_NAMES = _words("not_names", "verbs", "media", "roles") | frozenset(
    each
    for each in LABELS
    if " " not in each and not each.startswith("ال")  # «هدى الكاتب»
)
PLACE_NAMES = _phrases("places")
PLACES = frozenset(
    line_key(place)
    for place in (*PLACE_NAMES, *_phrases("latin_places"), *Locale("ar").territories.values())
    if line_key(place)
)
"""Letters of places from which articles are written, and of countries."""


def bare(word: str) -> str:
    """A word as the lists have it, without a mark at its edges."""
    return normalise(word).strip(".'’")
