"""How much of one text stands in another, and whether that makes it a copy of it."""

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from processing.arabic import words
from processing.reposts.signature import SHINGLE, shingles
from rasid.dates.words import HIJRI_MONTHS, MONTHS
from rasid.letters import normalise
from rasid.records import Mention
from rasid.words import word_list

COPIED = 0.5
"""Share of a text's words that stand in the other one, from which on they are the same story."""
CHANGED_FACTS = 0.35
"""Share of the facts in the common passages that differ, from which on two texts are of one series: the weather of two
days, congratulations to two presidents."""
ALIGNED = 12
"""Words of a replaced passage, at most, whose facts are compared; a longer one is another passage."""

_FACT_WORDS = frozenset(
    normalise(word)
    for word in (*word_list("stories", "numbers"), *word_list("stories", "weekdays"), *MONTHS, *HIJRI_MONTHS)
    if " " not in word
)
_TITLE_WORDS = frozenset(map(normalise, word_list("stories", "titles")))
"""After one of these stands a name."""


@dataclass(frozen=True, eq=False)
class Text:
    """An article's body, ready to be compared. It equals itself alone, so that what comes of comparing it can be kept.

    Attributes:
        forms: its words, normalised.
        facts: place of a word → what it says that sets this text apart from similar ones: a number, a day, an entity.
        names: place of a word → the word, where it follows a title: a name, perhaps.
    """

    forms: tuple[str, ...]
    facts: dict[int, str]
    names: dict[int, str]

    @cached_property
    def shingles(self) -> dict[str, list[int]]:
        """Shingle of the text → the words that it begins at."""
        found: dict[str, list[int]] = {}
        for start, shingle in enumerate(shingles(self.forms)):
            found.setdefault(shingle, []).append(start)
        return found


@dataclass(frozen=True)
class Overlap:
    """What two texts have in common.

    Attributes:
        similarity: shingles of both, as a share of all shingles (Jaccard).
        first_share: share of the first text's words that stand in shingles of the second.
        second_share: the reverse.
        serial: where they are the same, they speak of other things: they are two of a series.
    """

    similarity: float
    first_share: float
    second_share: float
    serial: bool

    @property
    def is_copy(self) -> bool:
        """One of the two has its text from the other, or both from a third."""
        return not self.serial and max(self.first_share, self.second_share) >= COPIED

    def reversed(self) -> "Overlap":
        """The same, seen from the second text."""
        return Overlap(self.similarity, self.second_share, self.first_share, self.serial)


def prepared(body: str, mentions: Iterable[Mention] = ()) -> Text:
    """A body with its facts.

    Args:
        body: as the article has it.
        mentions: of entities in it; those of other fields are passed over.
    """
    found = words(body)
    forms = found.forms
    facts = {place: form for place, form in enumerate(forms) if form.isdigit() or form in _FACT_WORDS}
    for mention in mentions:
        if mention.field == "body":
            facts[bisect(found.starts, mention.start) - 1] = mention.entity
    names = {
        place: form
        for place, (title, form) in enumerate(pairwise(forms), start=1)
        if title in _TITLE_WORDS and form not in _TITLE_WORDS
    }
    return Text(tuple(forms), facts, names)


def copied(first: Text, second: Text) -> Overlap | None:
    """The overlap of two texts of which one is a copy; None where neither is. Most pairs share so few shingles that
    no more need be known of them.
    """
    common = first.shingles.keys() & second.shingles.keys()
    for text in (first, second):
        if SHINGLE * sum(map(len, map(text.shingles.__getitem__, common))) >= COPIED * len(text.forms):
            overlap = _overlap(first, second, common)
            return overlap if overlap.is_copy else None
    return None


def compare(first: Text, second: Text) -> Overlap:
    """The overlap of two texts."""
    return _overlap(first, second, first.shingles.keys() & second.shingles.keys())


def _overlap(first: Text, second: Text, common: Set[str]) -> Overlap:
    union = len(first.shingles) + len(second.shingles) - len(common)
    first_share, second_share = _share(first, common), _share(second, common)
    serial = max(first_share, second_share) >= COPIED and _changed_facts(first, second) > CHANGED_FACTS
    return Overlap(len(common) / union if union else 0.0, first_share, second_share, serial)


def _share(text: Text, common: Set[str]) -> float:
    covered, end = 0, 0
    for start in sorted(start for shingle in common for start in text.shingles[shingle]):
        covered += start + SHINGLE - max(start, end)
        end = start + SHINGLE
    return min(covered / len(text.forms), 1.0) if text.forms else 0.0


def _changed_facts(first: Text, second: Text) -> float:
    """Share of the facts that differ, among those in passages that both texts have."""
    if first.forms == second.forms:
        return 0.0
    kept = changed = 0
    for kind, start, end, other_start, other_end in differences(first.forms, second.forms):
        ours, theirs = _within(first.facts, start, end), _within(second.facts, other_start, other_end)
        kept += len(ours & theirs)
        if kind == "replace" and max(end - start, other_end - other_start) <= ALIGNED:
            ours |= _within(first.names, start, end)
            theirs |= _within(second.names, other_start, other_end)
            changed += min(len(ours - theirs), len(theirs - ours))
    return changed / (kept + changed) if changed else 0.0


def _within(facts: Mapping[int, str], start: int, end: int) -> set[str]:
    return {facts[place] for place in range(start, end) if place in facts}


def differences(first: Sequence[str], second: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """How to make the second text of the first, in the form of `difflib.SequenceMatcher.get_opcodes`."""
    return SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
