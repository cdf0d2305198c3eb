"""What a topic's rule makes of a text: the passages in which its conditions hold, and whether they suffice."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Literal

from processing.arabic import Words
from processing.matcher import Span
from processing.topic_rules import Condition, Topic

MAX_PASSAGES = 1_000
"""Passages of one condition in one field that are looked at."""
CLOSEST = 10
"""Passages that are followed up at a time on the way to the shortest one."""
SENTENCE = 50
"""Words that «the same sentence» may have: some writers need no full stop."""

TextField = Literal["title", "body"]
Spans = Mapping[str, list[Span]]


@dataclass(frozen=True)
class Passage:
    """Where a condition holds.

    Attributes:
        field: of the text.
        span: its words, the first to the last.
        parts: those of them that the condition names.
        score: with the weight of the field.
        condition: key and number in the topic, such as ``any.0``.
    """

    field: TextField
    span: Span
    parts: tuple[Span, ...]
    score: float
    condition: str


@dataclass(frozen=True)
class Judgement:
    """What a topic's rule makes of a text.

    Attributes:
        tagged: whether it is one of the text's topics.
        score: sum of the passages that count; those of a condition together at most its `at_most`.
        passages: that count.
        excluded: that overlap an exclusion.
        reason: why it is not tagged although it has passages, or an empty text.
    """

    tagged: bool
    score: float
    passages: tuple[Passage, ...]
    excluded: tuple[Passage, ...]
    reason: str


@dataclass(frozen=True)
class Field:
    """A field of a text with what was found in it.

    Attributes:
        text: of the field.
        words: of the text.
        spans: of each word list that has any.
    """

    text: str
    words: Words
    spans: Spans
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
"""The words that a condition names; they stand near each other."""


@dataclass(frozen=True)
class _Where:
    """A condition as it is looked up.

    Attributes:
        name: key and number in the topic, such as ``any.0``.
        score: of a passage.
        at_most: of all of its passages together.
        field: where alone it is looked for; None for both.
        lists: a name of each list whose spans it wants: one alone, or several near each other; of either of a tuple.
        within: most words that they may span.
    """

    name: str
    score: float
    at_most: float
    field: TextField | None
    lists: tuple[str | tuple[str, ...], ...]
    within: int


@dataclass(frozen=True)
class Rule:
    """A topic with its conditions as they are looked up."""

    topic: Topic
    counting: tuple[_Where, ...]
    exclude: tuple[_Where, ...]
    none: tuple[_Where, ...]


def compiled(topic: Topic) -> Rule:
    """A topic made ready for `judge`."""
    found: dict[str, list[_Where]] = {"any": [], "all": [], "none": [], "exclude": []}
    for key, number, condition in topic.conditions():
        if condition.near:
            lists = tuple(
                f"list:{names}" if isinstance(names, str) else tuple(f"list:{name}" for name in names)
                for names in condition.near
            )
        else:
            lists = (list_name(condition),)
        within = SENTENCE if condition.within == "sentence" else condition.within
        found[key].append(
            _Where(f"{key}.{number}", condition.score, condition.at_most or inf, condition.in_, lists, within)
        )
    return Rule(topic, (*found["any"], *found["all"]), tuple(found["exclude"]), tuple(found["none"]))


def list_name(condition: Condition) -> str:
    """Of a condition's words, among those that the matcher looks for."""
    return f"list:{condition.list}" if condition.list else f"phrases:{'/'.join(condition.phrases)}"


def judge(rule: Rule, fields: Mapping[TextField, Field]) -> Judgement:
    """What a rule makes of a text."""
    counted: list[Passage] = []
    excluded: list[Passage] = []
    for name, read in fields.items():
        if candidates := _candidates(rule, name, read):
            cancelled = {
                word
                for where in rule.exclude
                for match in _matches(where, name, read)
                for part in match
                for word in part.words()
            }
            taken: set[int] = set()
            kept: list[Passage] = []
            for passage in candidates[:MAX_PASSAGES]:
                if any(not cancelled.isdisjoint(part.words()) for part in passage.parts):
                    excluded.append(passage)
                elif taken.isdisjoint(passage.span.words()):
                    taken.update(passage.span.words())
                    kept.append(passage)
            counted += sorted(kept, key=lambda passage: passage.span)
    sums: dict[str, float] = defaultdict(float)
    for passage in counted:
        sums[passage.condition] += passage.score
    score = round(sum(min(sums[where.name], where.at_most) for where in rule.counting if where.name in sums), 3)
    reason = _why_not(rule, fields, counted, score) if counted else ""
    return Judgement(bool(counted) and not reason, score, tuple(counted), tuple(excluded), reason)


def _candidates(rule: Rule, name: TextField, read: Field) -> list[Passage]:
    """What the topic's conditions find in a field. Of passages that overlap, the first one is to count."""
    weight = rule.topic.title_weight if name == "title" else 1.0
    found = [
        Passage(
            name,
            Span(min(match).first, max(part.last for part in match)),
            match,
            min(where.score * weight, where.at_most),
            where.name,
        )
        for where in rule.counting
        for match in _matches(where, name, read)
    ]
    return sorted(found, key=lambda passage: (-passage.score, passage.span.last - passage.span.first, passage.span))


def _why_not(rule: Rule, fields: Mapping[TextField, Field], counted: list[Passage], score: float) -> str:
    """Why a topic with passages is not tagged; an empty text if it is."""
    there = {passage.condition for passage in counted}
    for number in range(len(rule.topic.all)):
        if f"all.{number}" not in there:
            return f"nothing of all.{number}"
    if score < rule.topic.min_score:
        return f"score {score:g} is below {rule.topic.min_score:g}"
    for where in rule.none:
        if any(_matches(where, name, read) for name, read in fields.items()):
            return f"a passage of {where.name}"
    return ""


def _matches(where: _Where, name: TextField, read: Field) -> Sequence[_Match]:
    if where.field not in {None, name}:
        return ()
    groups = []
    for names in where.lists:
        spans = read.group(names)
        if not spans:
            return ()
        groups.append(spans)
    if len(groups) == 1:
        return [(span,) for span in groups[0]]
    # The rarest first: each of its spans is looked around.
    return list(_near(sorted(groups, key=len), where.within, read.words.sentences))


def _near(groups: list[list[Span]], within: int, sentences: list[int]) -> Iterator[_Match]:
    """For each span of the first group, the shortest passage that holds one of each group, in one sentence and without
    overlap between them.
    """
    heads, *rest = groups
    for head in heads[:MAX_PASSAGES]:
        sentence = sentences[head.first]
        partial: list[tuple[int, int, _Match]] = [(head.first, head.last, (head,))]
        for group in rest:
            start = bisect_left(group, Span(head.last - within + 1, 0))
            end = bisect_left(group, Span(head.first + within, 0), start)
            nearby = [span for span in group[start:end] if sentences[span.first] == sentence]
            joined = [
                (first, last, (*known, span))
                for known_first, known_last, known in partial
                for span in nearby
                if (last := max(known_last, span.last)) - (first := min(known_first, span.first)) < within
                and not any(span.first <= other.last and other.first <= span.last for other in known)
            ]
            partial = sorted(joined, key=_length)[:CLOSEST]
            if not partial:
                break
        if partial:
            yield partial[0][2]


def _length(found: tuple[int, int, _Match]) -> int:
    return found[1] - found[0]
