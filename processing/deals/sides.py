"""Who may take part in a trade: the states and organisations that a text names, each with the words around it that tell
its role.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from processing.arabic import Words, inflected, parted
from processing.deals.file import DealsFile
from processing.entities.recogniser import EntitiesFile
from processing.matcher import Span
from processing.remembered import Remembered
from rasid.letters import normalise
from rasid.records import Mention

HEAD = 3
"""Words before an adjective, at most, in which what it belongs to begins: وزارة الدفاع الأميركية."""
_TOGETHER = {"و", "او", "ثم"}
_EACH = {"كل", "كلا", "كلتا"}


@dataclass(frozen=True)
class Party:
    """A state or an organisation, named.

    Attributes:
        code: of it.
        span: its words, with «الجيش» of «الجيش المغربي».
        name: the words that name it.
        before: the preposition before it; empty where there is none.
        joined: it goes on a list that another party begins.
        acts: it is named as one that acts, not as a place or a description.
        describes: it is an adjective, or stands after what is no party.
    """

    code: str
    span: Span
    name: Span
    before: str
    joined: bool
    acts: bool
    describes: bool


class Parties:
    """Finds the parties of a text.

    Args:
        file: of the words.
        entities: whose names are known.
    """

    def __init__(self, file: DealsFile, entities: EntitiesFile) -> None:
        self._organisations = file.organisations
        self._references = [frozenset(reference.countries) for reference in file.references]
        self._codes = {f"party:{code}": code for code in file.parties}
        self._known = frozenset(_first_words(file, entities))
        self._prefixes = Remembered(self._prefix, 50_000)

    def find(self, words: Words, spans: Mapping[str, list[Span]], mentions: Iterable[Mention]) -> list[Party]:
        """The parties of a text, by place.

        Args:
            words: of the text.
            spans: of the lists of `DealsFile.lists`.
            mentions: of entities in it.
        """
        named: dict[int, tuple[str, Span]] = {}
        for mention in mentions:
            code = self._code(mention)
            if code:
                span = span_of(mention, words)
                if span and (span.first not in named or named[span.first][1].last < span.last):
                    named[span.first] = code, span
        for name, code in self._codes.items():
            for span in spans.get(name, ()):
                named[span.first] = code, span
        places = {span.last for span in spans.get("places", ())}
        heads: dict[int, int] = {}
        weapons = {
            word for name in spans if name.startswith("weapon:") for span in spans[name] for word in span.words()
        }
        for span in sorted(spans.get("actors", ()), reverse=True):
            if span.last not in weapons:
                heads[span.last] = span.first
        nouns = {span.first for span in spans.get("names", ())}
        found: list[Party] = []
        for first in sorted(named):
            code, span = named[first]
            if found and first <= found[-1].span.last:
                continue
            found.append(self._party(code, span, words, heads, places, nouns))
        return self._with_references(found, words, spans)

    def _code(self, mention: Mention) -> str | None:
        if mention.kind == "countries":
            return mention.entity
        if mention.kind == "organisations":
            code = self._organisations.get(mention.entity, mention.entity)
            return None if code == "none" else code
        return None

    def _party(
        self, code: str, span: Span, words: Words, heads: Mapping[int, int], places: set[int], nouns: set[int]
    ) -> Party:
        form = words.forms[span.first]
        bare = form[len(self._prefixes[form]) :]
        is_adjective = span.first == span.last and bare.endswith(("ي", "يه")) and span.first not in nouns
        first = span.first
        for last in range(first - 1, max(first - HEAD, -1), -1):
            if (
                last in heads
                and words.sentences[last] == words.sentences[first]
                and (last == first - 1 or is_adjective)
            ):
                first = heads[last]
                while first - 1 in heads and words.sentences[first - 1] == words.sentences[first]:
                    first = heads[first - 1]
                break
        has_head = first < span.first
        before, joined = self._before(first, words)
        describes = is_adjective and not has_head
        is_place = first - 1 in places and words.sentences[first - 1] == words.sentences[first]
        acts = not describes and not is_place and before not in {"ب", "ك"}
        return Party(code, Span(first, span.last), span, before, joined, acts, describes)

    def _before(self, first: int, words: Words) -> tuple[str, bool]:
        """The preposition of the words at a place, and whether they go on a list."""
        prefix = self._prefixes[words.forms[first]]
        joined = prefix.startswith("و")
        kept = prefix.lstrip("وف").replace("ال", "")
        if kept:
            return kept[0], joined
        earlier = [
            words.forms[number]
            for number in range(max(first - 3, 0), first)
            if words.sentences[number] == words.sentences[first]
        ]
        if earlier and earlier[-1] in _TOGETHER:
            return "", True
        if len(earlier) > 1 and earlier[-1] == "من" and earlier[-2].lstrip("ل") in _EACH:  # «إلى كل من»
            if earlier[-2].startswith("ل"):
                return "ل", joined
            earlier = earlier[:-2]
        for length in (2, 1):
            if len(earlier) >= length:
                phrase = " ".join(earlier[-length:])
                for each in (phrase, phrase.removeprefix("و")):
                    if each in PREPOSITIONS:
                        return each, joined
        return "", joined

    def _prefix(self, form: str) -> str:
        return joined_before(form, self._known)

    def _with_references(self, found: list[Party], words: Words, spans: Mapping[str, list[Span]]) -> list[Party]:
        """With «بلاده» and the like, each as the party that it stands for."""
        more = []
        for number, countries in enumerate(self._references):
            for span in spans.get(f"reference:{number}", ()):
                meant = _meant(span, found, words, countries)
                if meant:
                    before, joined = self._before(span.first, words)
                    if not before and words.forms[span.first].startswith(("لب", "لل")):
                        before = "ل"
                    acts = before not in {"ب", "ك"}
                    more.append(Party(meant.code, span, meant.name, before, joined, acts, False))
        taken = {party.span.first for party in found}
        return sorted([*found, *(each for each in more if each.span.first not in taken)], key=lambda each: each.span)


def joined_before(form: str, known: Container[str]) -> str:
    """What is joined before a normalised word; the longest that leaves a known one."""
    return next((prefix for prefix, rest in reversed(parted(form)) if rest in known), "")


def first_words(phrases: Iterable[str]) -> Iterator[str]:
    """The normalised forms of the words with which phrases begin."""
    for phrase in phrases:
        word = phrase.split()[0]
        for each in word.lstrip("=~").split("|"):
            yield from {normalise(each)} if word.startswith("=") else inflected(each)


def _meant(span: Span, found: list[Party], words: Words, countries: frozenset[str]) -> Party | None:
    """The party last named before a reference, in its sentence or the one before."""
    for party in reversed(found):
        if party.span.first >= span.first or (countries and party.code not in countries):
            continue
        if party.describes and not countries:
            continue
        return party if words.sentences[span.first] - words.sentences[party.span.first] <= 1 else None
    return None


def span_of(mention: Mention, words: Words) -> Span | None:
    """The words of a mention."""
    first = bisect_right(words.starts, mention.start) - 1
    last = bisect_left(words.ends, mention.end)
    return Span(first, last) if 0 <= first <= last < len(words.forms) else None


def _first_words(file: DealsFile, entities: EntitiesFile) -> Iterable[str]:
    phrases = [*file.actors, *(phrase for each in file.parties.values() for phrase in each)]
    for kind, known in entities.kinds():
        if kind in {"countries", "organisations"}:
            for entity in known.values():
                phrases += entity.words
                phrases += (phrase for sense in entity.ambiguous for phrase in sense.words)
    return first_words(phrases)


PREPOSITIONS = frozenset(
    normalise(phrase)
    for phrase in [
        "إلى",
        "من",
        "مع",
        "على",
        "عن",
        "لدى",
        "بين",
        "لصالح",
        "لفائدة",
        "ضد",
        "من قبل",
        "من جانب",
        "من طرف",
        "من شركة",
        "في",
        "حول",
        "بشأن",
        "نحو",
        "تجاه",
        "عبر",
        "ضمن",
        "مثل",
        "لدعم",
    ]
)
"""What tells the role of the words after it, or that they have none."""
