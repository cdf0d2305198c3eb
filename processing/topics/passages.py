"""Where a topic's words stand in a text: the passages of each level, less those that never count."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from processing.arabic import Words as TextWords
from processing.matcher import Span
from processing.topics.file import LEVELS, ListNames, MarkLevel, Topic
from rasid.records import TextField

MAX_PASSAGES = 1_000
"""Passages of some words in one field that are looked at."""
CLOSEST = 10
"""Passages that are followed up at a time on the way to the shortest one."""
SENTENCE = 50
"""Words that «the same sentence» may have: some writers need no full stop."""
LEAD = 80
"""Words at the beginning of a body that are its lead: a news text says first what it is about."""

Spans = Mapping[str, list[Span]]


class Passage(NamedTuple):
    """Where a topic's words stand.

    Attributes:
        field: of the text.
        span: its words, the first to the last.
        parts: those of them that are the topic's.
        level: of the topic's words.
        number: of the words within their level, in the file.
    """

    field: TextField
    span: Span
    parts: tuple[Span, ...]
    level: MarkLevel
    number: int


@dataclass(frozen=True)
class Field:
    """A field of a text with what was found in it.

    Attributes:
        text: of the field.
        words: of the text.
        spans: of each word list that has any.
        named: the entity, such as `countries.TN`, that a span names, if it names one.
    """

    text: str
    words: TextWords
    spans: Spans
    named: Mapping[Span, str]
    _groups: dict[tuple[str, ...], list[Span]] = field(default_factory=dict)

    def group(self, names: str | tuple[str, ...]) -> list[Span]:
        """The spans of a word list, or of several together, by place."""
        if isinstance(names, str):
            return self.spans.get(names, [])
        if names not in self._groups:
            self._groups[names] = sorted({span for name in names for span in self.spans.get(name, ())})
        return self._groups[names]

    def quote(self, span: Span) -> tuple[str, int, int]:
        """The passage of a span as it stands in the text, and its offsets there."""
        start, end = self.words.starts[span.first], self.words.ends[span.last]
        return self.text[start:end], start, end


_Match = tuple[Span, ...]
"""The words that were asked for; they stand near each other."""


@dataclass(frozen=True)
class Where:
    """A topic's words as they are looked up.

    Attributes:
        level: that they stand under.
        number: there, from 0 on; of phrases, which are looked up together, the first one's.
        lists: a name of each list whose spans are wanted: one alone, or several near each other; of either of a tuple.
        within: most words that they may span.
        different: whether a list is wanted twice: then its entities must differ, since two names of one state are no
            second state.
    """

    level: MarkLevel
    number: int
    lists: tuple[str | tuple[str, ...], ...]
    within: int
    different: bool


def compiled(topic: Topic) -> tuple[Where, ...]:
    """A topic's words made ready to be looked up."""
    found = []
    with_phrases: set[str] = set()
    for level, number, written in topic.words():
        if written.phrase and level in with_phrases:
            continue
        if written.phrase:
            with_phrases.add(level)
        lists = tuple(_looked_up(names) for names in written.groups()) or (phrases_name(topic.id, level),)
        within = SENTENCE if written.within == "sentence" else written.within
        found.append(Where(level, number, lists, within, len(set(lists)) < len(lists)))
    return tuple(found)


def _looked_up(names: ListNames) -> str | tuple[str, ...]:
    return f"list:{names}" if isinstance(names, str) else tuple(f"list:{name}" for name in names)


def phrases_name(topic: str, level: MarkLevel) -> str:
    """Of the phrases that a topic has under a level, among what the matcher looks for."""
    return f"phrases:{topic}.{level}"


def phrases(topic: Topic) -> dict[str, list[str]]:
    """A topic's phrases by that name."""
    found: dict[str, list[str]] = defaultdict(list)
    for level, _, written in topic.words():
        if written.phrase:
            found[phrases_name(topic.id, level)].append(written.phrase)
    return found


def passages(wheres: Sequence[Where], fields: Mapping[TextField, Field]) -> list[Passage]:
    """Where a topic's words stand, by field and place; a word counts once, for the highest level, in the shortest
    passage that it is in. Passages that share a word with what never counts are of the level `never`.
    """
    found = []
    for name, read in fields.items():
        if not read.spans:
            continue
        candidates = [
            Passage(name, _whole(match), match, where.level, where.number)
            for where in wheres
            if where.level != "never"
            for match in _matches(where, read)
        ]
        if not candidates:
            continue
        never = {
            word
            for where in wheres
            if where.level == "never"
            for match in _matches(where, read)
            for word in _words(match)
        }
        found += _each_word_once(candidates, never)
    return found


def _whole(match: _Match) -> Span:
    return match[0] if len(match) == 1 else Span(min(match).first, max(part.last for part in match))


def _words(match: _Match) -> Iterable[int]:
    return match[0].words() if len(match) == 1 else [word for part in match for word in part.words()]


def _each_word_once(candidates: list[Passage], never: set[int]) -> list[Passage]:
    candidates.sort(key=lambda each: (LEVELS.index(each.level), each.span.last - each.span.first, each.span))
    taken: set[int] = set()
    kept = []
    for passage in candidates[:MAX_PASSAGES]:
        words = _words(passage.parts)
        if not never.isdisjoint(words):
            kept.append(passage._replace(level="never"))
        elif taken.isdisjoint(words):
            taken.update(words)
            kept.append(passage)
    return sorted(kept, key=lambda passage: passage.span)


def _matches(where: Where, read: Field) -> Sequence[_Match]:
    groups = []
    for names in where.lists:
        spans = read.group(names)
        if not spans:
            return ()
        groups.append(spans)
    if len(groups) == 1:
        return [(span,) for span in groups[0]]
    # The rarest first: each of its spans is looked around.
    named = read.named if where.different else {}
    return list(_near(sorted(groups, key=len), where.within, read.words.sentences, named))


def _near(groups: list[list[Span]], within: int, sentences: list[int], named: Mapping[Span, str]) -> Iterator[_Match]:
    """For each span of the first group, the shortest passage that holds one of each group, in one sentence and without
    overlap between them, and naming no entity of `named` twice.
    """
    heads, *rest = groups
    for head in heads[:MAX_PASSAGES]:
        sentence = sentences[head.first]
        partial: list[tuple[int, int, _Match]] = [(head.first, head.last, (head,))]
        for group in rest:
            start = bisect_left(group, (head.last - within + 1,))
            end = bisect_left(group, (head.first + within,), start)
            joined = []
            for span in group[start:end]:
                if sentences[span.first] == sentence:
                    for known_first, known_last, known in partial:
                        first = span.first if span.first < known_first else known_first
                        last = span.last if span.last > known_last else known_last
                        if last - first < within and _apart(span, known, named):
                            joined.append((first, last, (*known, span)))
            if not joined:
                break
            partial = sorted(joined, key=_length)[:CLOSEST] if len(joined) > 1 else joined
        else:
            yield partial[0][2]


def _apart(span: Span, others: _Match, named: Mapping[Span, str]) -> bool:
    if any(span.first <= other.last and other.first <= span.last for other in others):
        return False
    return span not in named or all(named.get(other) != named[span] for other in others)


def _length(found: tuple[int, int, _Match]) -> int:
    return found[1] - found[0]
