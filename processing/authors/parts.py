"""What a line is made of that may name an author: labels, persons, places, outlets…"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, takewhile

from processing.authors.agencies import AGENCIES
from processing.authors.labels import label_by_sense, label_of
from processing.authors.name_score import COMMON
from processing.authors.name_words import (
    GIVEN,
    MEDIA,
    NEUTRAL,
    NO_NAMES,
    OF_NAMES,
    PARTICLES,
    PLACES,
    ROLE_HEADS,
    ROLES,
    SURE,
    WORKS,
    Kind,
    bare,
)
from processing.authors.names import EDGES, could_be_name, name_form, person_form, written
from processing.authors.pieces import pieces
from processing.html.characters import line_key

_TAIL_LABEL = 3
_JOINED_WORDS = 16
_ROLE_WORDS = 10
_OUTLET_WORDS = 5

_CONTACT = re.compile(r"@|https?:|www\.|\.(?:com|net|org)\b")
_AFTER_LABELS = frozenset({":", "/"})
_QUOTES = '«“"'


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line.

    Attributes:
        kind: what it is.
        text: as it is written.
        known: of a person, that the name begins with a given name.
        before: what parts it from the one before: a mark, ``-`` for any dash, ``و``, a preposition, or nothing.
    """

    kind: Kind
    text: str
    known: bool = False
    before: str = ""


def line_parts(line: str, outlets: Collection[str]) -> Iterator[Part]:
    """A line's parts, in their order.

    Args:
        line: of a page, or what metadata states.
        outlets: `line_key` of the outlet's names and what else looks like a name and is none.
    """
    segments = list(pieces(line))
    for number, (before, text) in enumerate(segments):
        after = segments[number + 1][0] if number + 1 < len(segments) else line.rstrip()[-1:]
        if after == "\n" and number:  # what stands in a line of its own below a name is the person's role
            after = ""
        joined = _joined(text) if number else ""
        for place, part in enumerate(_read(joined or text, after, outlets)):
            yield part if place else Part(part.kind, part.text, part.known, "و" if joined else before)


def _joined(text: str) -> str:
    """The next of a list, without the «و» that joins it: «(حلب) ومازن حداد», «، وتصوير»; nothing if it is no next."""
    words = text.split()
    if not _is_joined(words[0]):
        return ""
    rest = [words[0][1:], *words[1:]]
    return " ".join(rest) if person_form(rest) or _persons(rest) or label_of(rest)[0] else ""


def _is_joined(word: str) -> bool:
    """Whether a word may begin with «and»: it is no name, no particle and no common word itself, as «وليد», «ولد» and
    «ولاء» are.
    """
    view = bare(word)
    whole = view in OF_NAMES or (view in COMMON and view[1:] not in COMMON and view[1:] not in OF_NAMES)
    return len(word) > 2 and word.startswith("و") and not whole


def _read(text: str, after: str, outlets: Collection[str]) -> Iterable[Part]:
    """What one piece of a line is made of."""
    key = line_key(text)
    words = text.strip(EDGES).split()
    if not key or not words or _CONTACT.search(text):
        return ()
    label, rest = label_of(words)
    if label and not rest and (after in _AFTER_LABELS or key not in PLACES):  # «صور» is a town as well
        return [Part(label, text)]
    if whole := _whole(text, key, outlets):
        return [Part(whole, text)]
    if after in _AFTER_LABELS and (two := _before_label(words)):
        return two
    found = _after_label(label, words, rest) or _persons(words) or _beside_place(words) or _after_role(words)
    return found or [Part(_rest_kind(words, after), text)]


def _after_label(label: Kind | None, words: list[str], rest: list[str]) -> list[Part]:
    """A label and the persons right after it, or after what they made: «أعد النشرة فلان»."""
    found = _persons(rest) if label else []
    if found and not found[0].known and not " ".join(map(bare, words)).startswith(SURE):
        found = []
    if not found and label == "author label":
        found = _after_work(rest)
    return [Part(label, ""), *found] if label and found else []


def _before_label(words: list[str]) -> list[Part]:
    """Persons and the label of those who follow: «… فلان وتصوير: …»."""
    for count in range(1, min(_TAIL_LABEL + 1, len(words) - 1)):
        name, tail = words[:-count], words[-count:]
        label, rest = label_of([tail[0].removeprefix("و"), *tail[1:]])
        first, of_first = label_of(name)
        if label and not rest and (found := _persons(of_first)):
            said = [Part(first, "")] if first else []
            return [*said, *found, Part(label, " ".join(tail), before="-")]
    return []


def _whole(text: str, key: str, outlets: Collection[str]) -> Kind | None:
    """What a piece is that is known as a whole."""
    kind: Kind | None = None
    within = len(key) > 4 and any(key in outlet for outlet in outlets)
    if key in outlets or ((within or _holds(text.split(), outlets)) and person_form(text.split()) != "known"):
        kind = "outlet"
    elif key in AGENCIES:
        kind = "agency"
    elif key in NEUTRAL:
        kind = "neutral"
    elif key in PLACES or (key.startswith("ب") and len(key) > 4 and key[1:] in PLACES):
        kind = "place"
    elif any(map(str.isdigit, key)):
        kind = "date"
    elif text[0] in _QUOTES:
        kind = "outlet" if len(text.split()) <= _OUTLET_WORDS else "other"
    return kind


def _holds(words: list[str], outlets: Collection[str]) -> bool:
    """Whether some of the words are an outlet's name: «محررو مرآة الساحل»."""
    spans = combinations(range(len(words) + 1), 2) if len(words) <= _OUTLET_WORDS else ()
    return any(line_key(" ".join(words[start:end])) in outlets for start, end in spans)


def _rest_kind(words: list[str], after: str) -> Kind:
    """What a piece is by its words: a label of no known wording, a desk, a role."""
    if (after in _AFTER_LABELS or after == "\n") and (label := label_by_sense(words)):
        return label
    views = [bare(word) for word in words]
    if any(view in MEDIA for view in views):
        return "outlet" if len(words) <= _OUTLET_WORDS else "other"
    if (views[0] in ROLES or views[0] in ROLE_HEADS) and len(words) <= _ROLE_WORDS:
        return "role"
    return "other"


def _after_role(words: list[str]) -> list[Part]:
    """The person named after a role or «من»: «مراسل الجزيرة نت منى الشاذلي»."""
    first = bare(words[0])
    last = len(words) - 1
    for start in range(1, min(last, _ROLE_WORDS) if first in ROLE_HEADS else min(last, 2) if first == "من" else 0):
        found = _persons(words[start:])
        if found and found[0].known:
            return [Part("author label", ""), *found]
    return []


def _after_work(words: list[str]) -> list[Part]:
    """The person who, by a verb before these words, made something: «(أعد) النشرة الراصد الجوي فلان»."""
    if not words or bare(words[0]).removeprefix("ال") not in WORKS:
        return []
    described = len(list(takewhile(_describes, words)))
    for start in range(described, 0, -1):
        if found := _persons(words[start:]):
            return [replace(found[0], before=":"), *found[1:]]
    return []


def _describes(word: str) -> bool:
    """Whether a word may stand between what was made and who made it: «الراصد الجوي», «لكم»."""
    return word.startswith("ال") or bare(word) in ROLES


def _beside_place(words: list[str]) -> list[Part]:
    """A place and a person of whom nothing parts it."""
    for count in range(1, min(3, len(words) - 1)):
        place, rest = " ".join(words[:count]), words[count:]
        if line_key(place) in PLACES and bare(words[0]) not in GIVEN and name_form(rest) == "known":
            return [Part("place", place), Part("person", " ".join(rest), True, "-")]
    return []


def _persons(words: list[str]) -> list[Part]:
    """The persons whom words name, and nothing else; none if there are other words."""
    if two := _two(words):
        return two
    form = person_form(words)
    if form in {None, "vouched"}:
        return []
    last = words[-1]
    if (
        len(words) > 2
        and bare(words[-2]) not in PARTICLES
        and line_key(last) in PLACES
        and bare(last) not in GIVEN
        and person_form(words[:-1]) in {"known", "possible"}
    ):
        return [Part("person", written(words[:-1]), form == "known"), Part("place", last, before="-")]
    return [Part("person", written(words), form == "known")]


def _is_word(word: str) -> bool:
    """Whether a word with «و» is one by itself that no name has, «وزير»."""
    return bare(word) in NO_NAMES


def _two(words: list[str]) -> list[Part]:
    """Two persons or more that «و» joins to one run of words, if each of them has the form of a name."""
    for at in range(2, len(words) - 1 if len(words) <= _JOINED_WORDS else 0):
        if not _is_joined(words[at]) or bare(words[at - 1]) in PARTICLES:  # «آيت واعراب»
            continue
        first = person_form(words[:at])
        rest = [words[at][1:], *words[at + 1 :]]
        others = _persons(rest) if first else []
        if not others and first == "known" and (person_form(rest) or (could_be_name(rest) and not _is_word(words[at]))):
            others = [Part("person", written(rest))]
        if others and (first != "vouched" or others[0].known):
            return [
                Part("person", written(words[:at]), first == "known"),
                Part("person", others[0].text, others[0].known, "و"),
                *others[1:],
            ]
    return []
