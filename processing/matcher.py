"""Finds the phrases of many lists in a text in one pass: a trie over words in all their forms.

    matcher = Matcher({"deals": ["صفقة|صفقات سلاح|أسلحة"], "law": ["كاتسا", "CAATSA"]})
    matcher.find(words("وبصفقات الأسلحة وعقوبات كاتسا"))   # {"deals": [Span(0, 1)], "law": [Span(3, 3)]}

A phrase is written as words with blanks between them; `|` parts alternatives of one word. Each word matches with what
Arabic joins to it and with its endings (`processing.arabic`); one written with ``=`` before it and its alternatives
take no endings and no article, only the joined و ف ب ك ل; ones with ``~`` are verbs, in all persons and with pronouns:
``~يشتري|اشترى`` finds ستشتريها and اشتروا. Words of a phrase stand side by side in one sentence.

Each different word of a text is looked up once and remembered, so the time does not grow with the number of phrases.
Aho-Corasick automata, the usual means, match strings; here words match by any of many forms, and the trie's depth, the
length of the longest phrase, is small.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, product
from math import prod
from typing import Any, NamedTuple

from processing.arabic import Words, conjugated, inflected, parted, words
from rasid.letters import normalise

MAX_ALTERNATIVES = 1_000
MAX_WORDS = 50
"""Phrases that one written phrase may stand for."""
REMEMBERED = 200_000
"""Different words of texts whose meaning is kept."""


class Span(NamedTuple):
    """Words `first` to `last` of a text, both included."""

    first: int
    last: int

    def words(self) -> range:
        """The numbers of the span's words, for slices and loops."""
        return range(self.first, self.last + 1)


@dataclass(slots=True)
class _Node:
    """A place in the trie: what may follow, by word, and the lists of which a phrase ends here."""

    below: dict[int, "_Node"] = field(default_factory=dict)
    ends: list[str] = field(default_factory=list)


_Meanings = tuple[tuple[str, ...], tuple[_Node, ...], tuple[int, ...]]
"""What a word of a text may be: lists of which it is a phrase, places in the trie where it begins longer ones, and
words of phrases further on, where no «and» or «so» may be joined to it.
"""
_NOTHING: _Meanings = (), (), ()


class PhraseError(ValueError):
    """A phrase that cannot be matched; the message says why."""


class Matcher:
    """The compiled phrases of named lists.

    Args:
        lists: name → phrases.

    Raises:
        PhraseError: a phrase has no word, or too many alternatives.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._slots: dict[str, int] = {}
        self._forms: dict[str, list[int]] = defaultdict(list)
        self._exact_forms: dict[str, list[int]] = defaultdict(list)
        self._root = _Node()
        self._known: dict[str, _Meanings] = {}
        for name, phrases in lists.items():
            for phrase in phrases:
                self._add(name, phrase)

    def tables(self) -> dict[str, Any]:
        """What was compiled, as JSON takes it: `restored` makes a matcher of it."""
        return {"forms": self._forms, "exact_forms": self._exact_forms, "trie": _table(self._root)}

    @classmethod
    def restored(cls, tables: Mapping[str, Any]) -> "Matcher":
        """The matcher whose `tables` these are."""
        matcher = cls({})
        matcher._forms.update(tables["forms"])
        matcher._exact_forms.update(tables["exact_forms"])
        matcher._root = _node(tables["trie"])
        return matcher

    def find(self, text: Words) -> dict[str, list[Span]]:
        """The spans of each list that has any, in the order of the text, each once."""
        found: dict[str, list[Span]] = defaultdict(list)
        unordered: set[str] = set()
        known = self._known
        looked_up = [known.get(form) or self._look_up(form) for form in text.forms]
        for first, ((ends, nodes, _), (_, _, following)) in enumerate(pairwise([*looked_up, _NOTHING])):
            if ends:
                span = Span(first, first)
                for name in ends:
                    found[name].append(span)
            if nodes and following:
                for node in nodes:
                    self._walk(node, looked_up, text.sentences, first, first, found, unordered)
        for name in unordered:
            found[name] = sorted(set(found[name]))
        return found

    def _walk(
        self,
        node: _Node,
        looked_up: list[_Meanings],
        sentences: list[int],
        first: int,
        last: int,
        found: dict[str, list[Span]],
        unordered: set[str],
    ) -> None:
        """Follows the phrases that go on after a node, which stands for the words `first` to `last`."""
        following = last + 1
        if following == len(looked_up) or sentences[following] != sentences[first]:
            return
        for slot in looked_up[following][2]:
            below = node.below.get(slot)
            if below is not None:
                if below.ends:
                    span = Span(first, following)
                    for name in below.ends:
                        found[name].append(span)
                    unordered.update(below.ends)
                if below.below:
                    self._walk(below, looked_up, sentences, first, following, found, unordered)

    def _look_up(self, form: str) -> _Meanings:
        starts: dict[int, None] = {}
        inner: dict[int, None] = {}
        for prefix, rest in parted(form):
            slots = self._forms.get(rest, ())
            if not prefix.endswith(("ال", "لل")):
                slots = (*slots, *self._exact_forms.get(rest, ()))
            starts.update(dict.fromkeys(slots))
            if not prefix.startswith(("و", "ف")):
                inner.update(dict.fromkeys(slots))
        nodes = [node for slot in starts if (node := self._root.below.get(slot))]
        ends = dict.fromkeys(name for node in nodes for name in node.ends)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        meanings = (tuple(ends), tuple(node for node in nodes if node.below), tuple(inner)) if starts else _NOTHING
        self._known[form] = meanings
        return meanings

    def _add(self, name: str, phrase: str) -> None:
        for sequence in product(*alternatives(phrase)):
            node = self._root
            for written in (part for parts in sequence for part in parts):
                node = node.below.setdefault(self._slot(written), _Node())
            if name not in node.ends:
                node.ends.append(name)

    def _slot(self, written: str) -> int:
        if written not in self._slots:
            slot = self._slots[written] = len(self._slots)
            if written.startswith("="):
                self._exact_forms[normalise(written[1:])].append(slot)
            elif written.startswith("~"):
                for form in conjugated(written[1:]):
                    self._exact_forms[form].append(slot)
            else:
                for form in inflected(written):
                    self._forms[form].append(slot)
        return self._slots[written]


def _table(node: _Node) -> list[Any]:
    return [node.ends, {str(slot): _table(below) for slot, below in node.below.items()}]


def _node(table: list[Any]) -> _Node:
    ends, below = table
    return _Node({int(slot): _node(each) for slot, each in below.items()}, ends)


def alternatives(phrase: str) -> list[list[list[str]]]:
    """A written phrase: for each of its words the alternatives, each cut into words as a text's are.

    Raises:
        PhraseError: it has no word, or too many of them or of alternatives.
    """
    choices = [[parts for written in word.split("|") if (parts := _parts(written, word))] for word in phrase.split()]
    number = prod(map(len, choices))
    if not choices or not number:
        raise PhraseError(f"expected words of letters or digits (it is {phrase!r})")
    if len(choices) > MAX_WORDS:
        raise PhraseError(f"expected at most {MAX_WORDS} words in one phrase")
    if number > MAX_ALTERNATIVES:
        raise PhraseError(f"expected at most {MAX_ALTERNATIVES} alternatives in one phrase ({phrase!r} has {number})")
    return choices


def _parts(written: str, word: str) -> list[str]:
    """An alternative of a word as the text's words are cut: ``إس-400`` is two. A mark before the first, as in ``=a|b``,
    is one of all.
    """
    mark = word[0] if word[0] in "=~" else ""
    found = words(written)
    return [mark + written[start:end] for start, end in zip(found.starts, found.ends, strict=True)]
