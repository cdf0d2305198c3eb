"""What a name is, and what a line is made of that may name an author: labels, persons, places, outlets…

A name is a matter of form: two to five words, of which particles such as «بن» and «أبو» count with the next, none of
them a word of grammar, an office, a month or a verb. One that begins with a given name is known to be a name; any other
is one only where the page says that it is. The words are those of ``names.yaml``.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from babel import Locale
from ruamel.yaml import YAML

from processing.agencies import AGENCIES
from processing.characters import line_key
from rasid.letters import normalise

Kind = Literal[
    "author label", "second label", "photo label", "other label", "person", "place", "agency", "outlet", "role", "date",
    "neutral", "other",
]  # fmt: skip

Form = Literal["known", "possible", "vouched"]
"""Of a name: it begins with a given name; nothing speaks against it; it needs a label or others of its list."""

_LISTS: dict[str, str] = YAML(typ="safe").load(Path(__file__).with_name("names.yaml"))


def _words(*lists: str) -> frozenset[str]:
    return frozenset(word for name in lists for word in normalise(_LISTS[name]).split())


def _phrases(name: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in normalise(_LISTS[name]).split(","))


GIVEN = _words("given", "latin_given")
AMBIGUOUS = _words("ambiguous")
_PARTICLES = _words("particles", "latin_particles")
_OF_NAMES = GIVEN | AMBIGUOUS | _PARTICLES
_TITLES = _phrases("titles")
_KEPT_TITLES = _phrases("kept_titles")
_LABELS: dict[str, Kind] = {
    **dict.fromkeys(_phrases("other_labels"), "other label"),
    **dict.fromkeys(_phrases("photo_labels"), "photo label"),
    **dict.fromkeys(_phrases("second_labels"), "second label"),
    **dict.fromkeys(_phrases("labels"), "author label"),
}
_SURE = tuple(f"{phrase} " for phrase in _phrases("sure_labels"))
_NEUTRAL = frozenset(map(line_key, _phrases("neutral")))
_ROLES, _ROLE_HEADS, _MEDIA = _words("roles"), _words("role_heads"), _words("media")
NO_NAMES = _words("not_names", "verbs", "media", "roles") | frozenset(
    each
    for each in _LABELS
    if " " not in each and not each.startswith("ال")  # «هدى الكاتب»
)
PLACES = frozenset(
    line_key(place)
    for place in (*_phrases("places"), *_phrases("latin_places"), *Locale("ar").territories.values())
    if line_key(place)
)
"""Letters of places from which articles are written, and of countries."""

_LONGEST_PHRASE = 4
_NAME_PARTS = 5
_UNKNOWN_PARTS = 3
_NAME_WORDS = 9
_JOINED_WORDS = 16
_ROLE_WORDS = 10
_OUTLET_WORDS = 5

_ARABIC = re.compile(
    r"[\u0621-\u064a\u066e-\u06d3\u0300-\u036f\u064b-\u065f\u0670\ufb50-\ufdfd\ufe70-\ufefc'’\u0640.]+"
)
_LATIN = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’\-])*")
_ARABIC_LETTER = re.compile(r"[\u0621-\u064a\u066e-\u06d3\ufb50-\ufdfd\ufe70-\ufefc]")
_PRESENT_TENSE = re.compile(r"ي[ء-ي]{2,}(?<!ي)(?<!ان)")
_FAMILY = re.compile(r"ال(?:[ء-ي]{2,}يه?|دين|له|اسلام)")
_VERBAL = re.compile(r"ت[ء-ي]{3,}(?<!ي)|ي[ء-ي]{2,}ي")
_NOMINAL = re.compile(r"ال[ء-ي]+|[ء-ي]{2,}(?:ه|ات|ون)")
_ADJECTIVE = re.compile(r"[ء-ي]{3,}(?:يه|ات)|[ء-ي]{4,}ين")
_COMPOUND = re.compile(r"(?:عبد|ابو)[ء-ي]{3,}|ام$")
_JOINED = re.compile(r"(?:لل|كال|فال|وال|بال)[ء-ي]{3,}")
_SPLIT = re.compile(
    r"(?P<quoted>[«“\"][^«»“”\"]*[»”\"])"
    r"|(?P<mark>\s*(?:[|¦·•●:：/\\،,؛;()\[\]\n+&>]|\.{2,}|…|(?<=\s)(?:and|et|AND)(?=\s)|\sو(?=\s))\s*)"
    r"|(?P<dash>(?<=\s)[-–—‒―ـ_*~]+\s*|\s*[-–—‒―]+(?=\s|$)|\s*[–—―]\s*|ـ+(?=\s)|^[-–—‒―*]+|(?<=[ء-ي])-(?=[ء-ي]))"
    r"|(?P<preposition>\s+(?:في|بتاريخ|يوم|من|منذ|قبل|للنشرة|on|from|at|in)(?=\s))"
)
_INITIAL_TITLE = re.compile(r"(?<!\w)((?:[أا]\.?\s?)?[دأام])\s*/\s*(?=[^\W\d_]{2})")
_SPELT_TITLE = re.compile(
    r"(?<!\w)((?:ال)?(?:مهندسة?|دكتورة?|محامية?|[أا]ستاذة?|مستشارة?|بروف[يـ]?سورة?|لواء|عميد|عقيد|سفيرة?|شيخ))\s*/\s*(?=[ء-ي]{2})"
)
_TOOK_PART = re.compile(
    r"(?<!\w)و?(?:شارك|ساهم|[أا]سهم)(?:ت|وا|ا|تا)?\s+(?:في\s+|ب)"
    r"(?:ال)?(?:تغطية|[إا]عداد|تحرير|كتابة|تقرير|تحقيق|ملف|متابعة|بحث|حوار|مادة|رصد)"
    r"(?:\s+(?:هذا|هذه|التقرير|التحقيق|الملف|المادة|القصة|الحوار|التغطية|المقابلة|المقال|الصحفية?|الصحافية?|ال[إا]خبارية?)){0,3}"
    r"(?:\s+كل\s+من)?(?!\w)"
)
_FUSED_TITLE = re.compile(r"(?:[أا]\.\s?)?[دأام]\.(?=[^\W\d_]{3})")
_HYPHEN = re.compile(r"(?<=[ء-ي])[-–](?=[ء-ي])")
_INITIAL = re.compile(r"(?<=^[ء-ي])\.(?=[ء-ي]{3})")
_CONTACT = re.compile(r"@|https?:|www\.|\.(?:com|net|org)\b")
_AND = frozenset({"و", "&", "+", "and", "et"})
LISTING = _AND | {"،", ",", "/", "\\", "؛", ";"}
"""What parts the members of a list; a dash or a bar may part anything."""
_CHILD = frozenset({"ولد", "بن", "ابن", "بنت", "منت", "ود"})
_HYPHENS = frozenset("-–")
_QUOTES = '«“"'
_EDGES = " \t:.-–—،,؛;*_ـ!|"


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


def name_form(words: list[str]) -> Form | None:
    """Whether words have the form of a person's name, and how sure that is."""
    views = [_view(word) for word in words]
    arabic = all(_ARABIC.fullmatch(word) and _ARABIC_LETTER.search(word) for word in words)
    latin = all(_LATIN.fullmatch(word) and not _ARABIC_LETTER.search(word) for word in words)
    parts = sum(view not in _PARTICLES for view in views)
    if (
        not (arabic or latin)
        or not (2 <= parts <= _NAME_PARTS and len(words) <= _NAME_WORDS)
        or views[-1] in _PARTICLES
        or any(_is_no_part(view, word, later=at > 0) for at, (view, word) in enumerate(zip(views, words, strict=True)))
        or any(view in PLACES and view not in GIVEN for view in (views[0], *(views[1:] if len(words) == 2 else [])))
    ):  # the last: «القاهرة الجديدة», «ملك المغرب»
        return None
    first = views[0]
    is_given = len(first) == 1 or first in _PARTICLES or bool(_COMPOUND.match(first)) or first in GIVEN
    if first in AMBIGUOUS or words[0] == "على":  # as «علي» is written in Egypt
        is_given = views[1] in _OF_NAMES or bool(_FAMILY.fullmatch(views[1]) or _COMPOUND.match(views[1]))
    verbal = any(_VERBAL.fullmatch(view) and view not in GIVEN for view in views[1:] if arabic)
    if is_given and not verbal:
        return "known"
    if arabic:
        # A name that is not known has nothing of a headline.
        nominal = _NOMINAL.fullmatch(first) or any(map(_ADJECTIVE.fullmatch, views[1:])) or parts > _UNKNOWN_PARTS
        nominal = nominal or (views[-1].startswith("ال") and not views[-1].endswith("ي"))
        if is_given or not (verbal or nominal or words[0] == "على"):
            return "possible"
        return "vouched" if not verbal and not words[0].startswith("ال") and _is_vouchable(views) else None
    capital = all(word[0].isupper() or view in _PARTICLES for word, view in zip(words, views, strict=True))
    return "possible" if capital else None


def _is_vouchable(views: list[str]) -> bool:
    """Whether a name of «نسيمة عجاج»'s form is no noun with its adjective: «طائرة حديثة», «الرياح النشطة»."""
    first, last = views[0], views[-1]
    ends = last.endswith(("يه", "ات", "ون", "ين")) or (first.endswith("ه") and last.endswith("ه"))
    return not first.endswith(("ات", "ون")) and not ends and len(views) <= _NAME_PARTS


def _view(word: str) -> str:
    return normalise(word).strip(".'’")


def _is_no_part(view: str, word: str, later: bool = False) -> bool:
    """Whether a word is never part of a name."""
    if view in GIVEN or view in _PARTICLES or view in AMBIGUOUS:
        return False
    if view in NO_NAMES or not view or (len(view) == 1 and not word.endswith(".")):
        return True
    if view.startswith("و") and view[1:] in NO_NAMES:
        return True
    return bool(_JOINED.fullmatch(view) or (later and _PRESENT_TENSE.fullmatch(view)))


def _parts(line: str, outlets: Collection[str]) -> Iterator[Part]:
    line = _TOOK_PART.sub("إعداد", line)
    segments = list(_segments(_SPELT_TITLE.sub(r"\1 ", _INITIAL_TITLE.sub(r"\1. ", line))))
    for number, (before, text) in enumerate(segments):
        after = segments[number + 1][0] if number + 1 < len(segments) else ""
        joined = _joined(text) if number else ""
        for place, part in enumerate(_read(joined or text, after, outlets)):
            yield part if place else Part(part.kind, part.text, part.known, "و" if joined else before)


def _joined(text: str) -> str:
    """The next of a list, without the «و» that joins it: «(حلب) ومازن حداد», «، وتصوير»; nothing if it is no next."""
    words = text.split()
    if not _is_joined(words[0]):
        return ""
    rest = [words[0][1:], *words[1:]]
    return " ".join(rest) if _person(rest) or _persons(rest) or _labelled(rest)[0] else ""


def _is_joined(word: str) -> bool:
    """Whether a word may begin with «and»: it is no name and no particle itself, as «وليد» and «ولد» are."""
    return len(word) > 2 and word.startswith("و") and _view(word) not in _OF_NAMES


def _segments(line: str) -> Iterator[tuple[str, str]]:
    """A line's pieces, each with what stands before it."""
    before, at = "", 0
    for match in _SPLIT.finditer(line):
        if match[0] in _HYPHENS and _is_hyphenated(line[at : match.start()], line[match.end() :]):
            continue
        if text := line[at : match.start()].strip():
            yield before, text
            before = ""
        at = match.end()
        if match["quoted"]:
            yield before, match["quoted"]
            before = ""
        elif mark := (match["mark"] or "").strip():
            before = "\n" if mark == "\n" else mark
        elif match["mark"]:
            before = "\n"
        elif match["preposition"]:
            before = match["preposition"].strip()
        elif not before:
            before = "-"
    if text := line[at:].strip():
        yield before, text


def _is_hyphenated(before: str, after: str) -> bool:
    """Whether a hyphen is within a name, «ماري-تيريز» or «خوري-حداد», and parts nothing."""
    left = before.split()
    right = _SPLIT.split(after, maxsplit=1)[0].split()
    if not left or not right or min(len(left), len(right)) > 1:
        return False
    keys = [line_key(" ".join(side)) for side in (left, right)]
    strange = any(key in PLACES or key in AGENCIES or key in _NEUTRAL for key in keys)
    return not strange and not any(_is_no_part(_view(word), word) for word in (left[-1], right[0]))


def _read(text: str, after: str, outlets: Collection[str]) -> Iterable[Part]:
    """What one piece of a line is made of."""
    key = line_key(text)
    words = text.strip(_EDGES).split()
    if not key or not words or _CONTACT.search(text):
        return ()
    label, rest = _labelled(words)
    if label and not rest and (after in {":", "/"} or key not in PLACES):  # «صور» is a town as well
        return [Part(label, text)]
    if whole := _whole(text, key, outlets):
        return [Part(whole, text)]
    if after in {":", "/"} and (two := _before_label(words)):
        return two
    if label and (found := _persons(rest)) and (found[0].known or " ".join(map(_view, words)).startswith(_SURE)):
        return [Part(label, ""), *found]
    return _persons(words) or _beside_place(words) or _after_role(words) or [Part(_rest_kind(words), text)]


def _before_label(words: list[str]) -> list[Part]:
    """Persons and the label of those who follow: «… فلان وتصوير: …»."""
    for count in range(1, min(_LONGEST_PHRASE, len(words) - 1)):
        name, tail = words[:-count], words[-count:]
        label, rest = _labelled([tail[0].removeprefix("و"), *tail[1:]])
        first, of_first = _labelled(name)
        if label and not rest and (found := _persons(of_first)):
            said = [Part(first, "")] if first else []
            return [*said, *found, Part(label, " ".join(tail), before="-")]
    return []


def _labelled(words: list[str]) -> tuple[Kind | None, list[str]]:
    """The label at the start of a piece and the words after it; of several, «تغطية وصور», the first counts."""
    views = [normalise(word).strip(".") for word in words]
    first: Kind | None = None
    at = 0
    while at < len(words):
        for count in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
            phrase = " ".join(views[at : at + count])
            kind = _LABELS.get(phrase) or (_LABELS.get(phrase.removeprefix("و")) if first else None)
            if kind:
                first = first or kind
                at += count
                break
        else:
            break
    return first, words[at:]


def _whole(text: str, key: str, outlets: Collection[str]) -> Kind | None:
    """What a piece is that is known as a whole."""
    kind: Kind | None = None
    within = len(key) > 4 and any(key in outlet for outlet in outlets)
    if key in outlets or (within and _person(text.split()) != "known"):
        kind = "outlet"
    elif key in AGENCIES:
        kind = "agency"
    elif key in _NEUTRAL:
        kind = "neutral"
    elif key in PLACES or (key.startswith("ب") and len(key) > 4 and key[1:] in PLACES):
        kind = "place"
    elif any(map(str.isdigit, key)):
        kind = "date"
    elif text[0] in _QUOTES:
        kind = "outlet" if len(text.split()) <= _OUTLET_WORDS else "other"
    return kind


def _rest_kind(words: list[str]) -> Kind:
    views = [_view(word) for word in words]
    if any(view in _MEDIA for view in views):
        return "outlet" if len(words) <= _OUTLET_WORDS else "other"
    if (views[0] in _ROLES or views[0] in _ROLE_HEADS) and len(words) <= _ROLE_WORDS:
        return "role"
    return "other"


def _after_role(words: list[str]) -> list[Part]:
    """The person named after a role or «من»: «مراسل الجزيرة نت منى الشاذلي»."""
    first = _view(words[0])
    last = len(words) - 1
    for start in range(1, min(last, _ROLE_WORDS) if first in _ROLE_HEADS else min(last, 2) if first == "من" else 0):
        found = _persons(words[start:])
        if found and found[0].known:
            return [Part("author label", ""), *found]
    return []


def _beside_place(words: list[str]) -> list[Part]:
    """A place and a person of whom nothing parts it."""
    for count in range(1, min(3, len(words) - 1)):
        place, rest = " ".join(words[:count]), words[count:]
        if line_key(place) in PLACES and _view(words[0]) not in GIVEN and name_form(rest) == "known":
            return [Part("place", place), Part("person", " ".join(rest), True, "-")]
    return []


def _persons(words: list[str]) -> list[Part]:
    """The persons whom words name, and nothing else; none if there are other words."""
    if two := _two(words):
        return two
    form = _person(words)
    if form in {None, "vouched"}:
        return []
    last = words[-1]
    if (
        len(words) > 2
        and _view(words[-2]) not in _PARTICLES
        and line_key(last) in PLACES
        and _view(last) not in GIVEN
        and _person(words[:-1]) in {"known", "possible"}
    ):
        return [Part("person", _written(words[:-1]), form == "known"), Part("place", last, before="-")]
    return [Part("person", _written(words), form == "known")]


def _two(words: list[str]) -> list[Part]:
    """Two persons or more that «و» joins to one run of words, if each of them has the form of a name."""
    for at in range(2, len(words) - 1 if len(words) <= _JOINED_WORDS else 0):
        if not _is_joined(words[at]) or _view(words[at - 1]) in _PARTICLES:  # «آيت واعراب»
            continue
        first = _person(words[:at])
        rest = [words[at][1:], *words[at + 1 :]]
        others = _persons(rest) if first else []
        if not others and first == "known" and _person(rest):
            others = [Part("person", _written(rest))]
        if others and (first != "vouched" or others[0].known):
            return [
                Part("person", _written(words[:at]), first == "known"),
                Part("person", others[0].text, others[0].known, "و"),
                *others[1:],
            ]
    return []


def _person(words: list[str]) -> Form | None:
    """The form of a name, its titles aside."""
    words = [each for word in words for each in _INITIAL.sub(". ", word).split()]
    if len(words) < 2:
        return None
    words = [each for word in words for each in _HYPHEN.split(word)]  # «ماري-تيريز»
    untitled = _untitled(words)
    form = name_form(untitled)
    titled = len(untitled) < len(words) and _plain_title(words[: _title(words)]) not in _KEPT_TITLES
    return "known" if form and titled else form


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
        if len(words) > count + 1 and _plain_title(words[:count]) in _TITLES:
            return 0 if _view(words[count]) in _CHILD else count  # «الشيخ ولد الخياط» is called so
    return 0


def _plain_title(words: list[str]) -> str:
    return " ".join(" ".join(normalise(word).replace(".", " ") for word in words).split())


def _written(words: list[str]) -> str:
    """A name as it is written, without the titles that are no part of it."""
    while (count := _title(words)) and _plain_title(words[:count]) not in _KEPT_TITLES:
        words = words[count:]
    return " ".join(words).strip(_EDGES)


def without_title(name: str) -> str:
    """A name without any title."""
    words = [each for word in name.split() for each in _INITIAL.sub(". ", word).split()]
    return " ".join(_untitled(words))


@dataclass(frozen=True, slots=True)
class Byline:
    """What a line says of authors.

    Attributes:
        authors: the names of which it says that they are the author's, or of which it says nothing.
        labelled: it says so.
        sure: it says so, and not with a word that may begin a sentence as well: «كتب فلان».
        known: at least one of them begins with a given name.
        beside: kinds of what stands beside them.
        parts: all that the line is made of.
    """

    authors: tuple[str, ...]
    labelled: bool
    sure: bool
    known: bool
    beside: frozenset[Kind]
    parts: tuple[Part, ...]


@lru_cache(maxsize=2000)
def read_byline(line: str, outlets: frozenset[str] = frozenset(), said: bool = False) -> Byline:
    """Reads a line. A name of unknown form counts where no known one stands, or in one list with one that counts.

    Args:
        line: of a page, or what metadata states.
        outlets: `line_key` of the outlet's names and what else looks like a name and is none.
        said: whether the page says that the line names an author, as by a label.
    """
    parts = tuple(_with_vouched(list(_parts(line, outlets)), said))
    groups: dict[Kind | None, list[Part]] = {}
    label: Kind | None = None
    sure, labels = False, 0
    for number, part in enumerate(parts):
        previous = parts[number - 1] if number else None
        if part.kind.endswith(" label"):
            labels += part.kind == "author label"
            if previous and previous.kind == "person" and part.before == "(":  # «فلان (تصوير)»
                groups[label] = groups.get(label, [])[:-1]
            if not (previous and previous.kind == "author label" and part.before in _AND):
                label = part.kind
        elif label is None and number + 1 < len(parts) and parts[number + 1].before == ":":
            label = _said_by(part)
            if part.kind == "person":
                groups.setdefault(None, []).append(part)
        elif part.kind == "person":
            groups.setdefault(label, []).append(part)
            sure = sure or (label in {"author label", "second label"} and bool(part.before))
    order: tuple[Kind | None, ...] = ("author label", None, "second label")
    of, named = next(((kind, groups[kind]) for kind in order if groups.get(kind)), (None, []))
    known = any(part.known for part in named)
    taken = _vouched(named, of == "author label")
    return Byline(
        authors=tuple(dict.fromkeys(part.text for part in taken)),
        labelled=of is not None and bool(taken),
        sure=sure or line.startswith("(") or _is_sure(line) or labels > 1 or _is_whole(parts, line),
        known=known,
        beside=frozenset(part.kind for part in parts if part.kind != "person"),
        parts=parts,
    )


def _with_vouched(parts: list[Part], said: bool) -> Iterator[Part]:
    """The parts, those as persons that a label or others of their list say to be ones.

    Of a person beside a place the mark before the place counts: «سبها - فلان، درنة - فلان».
    """
    persons = any(part.kind == "person" for part in parts)
    for number, part in enumerate(parts):
        before = parts[number - 1] if number else None
        after = parts[number + 1] if number + 1 < len(parts) else None
        of_place = before.before if before and before.kind == "place" and part.before == "-" else part.before
        if part.kind == "person":
            yield replace(part, before=of_place)
            continue
        vouched = part.kind == "other" and _person(part.text.split()) == "vouched"
        listed = part.before in LISTING or bool(after and after.before in LISTING)
        placed = any(each is not None and each.kind == "place" for each in (before, after))
        label = bool(before and before.kind == "author label") and part.before in {":", "/", "|", "\n"}
        labelled = part.before == "-" and any(each.kind == "author label" for each in parts[:number])
        if vouched and (label or (said and not number) or (persons and (listed or placed or labelled))):
            yield Part("person", _written(part.text.split()), False, of_place)
        else:
            yield part


def _vouched(named: list[Part], labelled: bool) -> list[Part]:
    """Those of some persons that count: known ones, those who stand with one in a list, and of others the first."""
    taken = [part.known or (not number and not any(each.known for each in named)) for number, part in enumerate(named)]
    pairs = [(n, n + 1) for n in range(len(named) - 1) if labelled or named[n + 1].before in LISTING]
    for one, other in (*pairs, *((other, one) for one, other in reversed(pairs))):
        taken[other] = taken[other] or taken[one]
    return [part for part, counts in zip(named, taken, strict=True) if counts]


def _said_by(part: Part) -> Kind | None:
    """What a part that is no label says of the names after its colon: «مدير الموقع: فلان», «Powered by: …»."""
    views = [_view(word) for word in part.text.split()]
    if part.kind == "role":
        return "author label" if views[0] in _ROLE_HEADS else "other label"
    return "other label" if part.kind == "other" and not NO_NAMES.isdisjoint(views) else None


def _is_whole(parts: tuple[Part, ...], line: str) -> bool:
    """Whether a line is one label and known names, and announces nothing."""
    named = all(part.kind == "person" and part.known for part in parts[1:])
    return len(parts) > 1 and parts[0].kind == "author label" and named and not line.endswith(":")


def _is_sure(line: str) -> bool:
    return " ".join(map(_view, line.split())).startswith(_SURE)
