"""What a topic's rule makes of a text: the passages in which its conditions hold, and whether they suffice."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Literal, NamedTuple

from processing.arabic import Words
from processing.matcher import Span
from processing.topic_rules import Condition, ListNames, Topic

MAX_PASSAGES = 1_000
"""Passages of one condition in one field that are looked at."""
CLOSEST = 10
"""Passages that are followed up at a time on the way to the shortest one."""
SENTENCE = 50
"""Words that «the same sentence» may have: some writers need no full stop."""
LEAD = 80
"""Words at the beginning of a body that are its lead: a news text says first what it is about."""

TextField = Literal["title", "body"]
Spans = Mapping[str, list[Span]]


class Passage(NamedTuple):
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
        score: sum of the passages that count, less that of the passages against the topic; those of a condition
            together at most its `at_most`.
        passages: that count.
        against: that speak against the topic.
        excluded: with a word of an exclusion.
        reason: why it is not tagged although it has passages, or an empty text.
    """

    tagged: bool
    score: float
    passages: tuple[Passage, ...]
    against: tuple[Passage, ...]
    excluded: tuple[Passage, ...]
    reason: str


@dataclass(frozen=True)
class Field:
    """A field of a text with what was found in it.

    Attributes:
        text: of the field.
        words: of the text.
        spans: of each word list that has any.
        named: the entity, such as ``countries.TN``, that a span names, if it names one.
    """

    text: str
    words: Words
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
"""The words that a condition names; they stand near each other."""


@dataclass(frozen=True)
class Where:
    """A condition as it is looked up.

    Attributes:
        name: key and number in the topic, such as ``any.0``.
        score: of a passage.
        at_most: of all of its passages together.
        place: where alone it is looked for; None for everywhere.
        lists: a name of each list whose spans it wants: one alone, or several near each other; of either of a tuple.
        within: most words that they may span.
        different: whether a list is wanted twice: then its entities must differ, since two names of one state are no
            second state.
    """

    name: str
    score: float
    at_most: float
    place: Literal["title", "lead", "body"] | None
    lists: tuple[str | tuple[str, ...], ...]
    within: int
    different: bool


@dataclass(frozen=True)
class Rule:
    """A topic with its conditions as they are looked up."""

    topic: Topic
    counting: tuple[Where, ...]
    exclude: tuple[Where, ...]
    none: tuple[Where, ...]
    against: tuple[Where, ...]


def compiled(topic: Topic) -> Rule:
    """A topic made ready for `judge`."""
    found: dict[str, list[Where]] = defaultdict(list)
    for key, number, condition in topic.conditions():
        lists = tuple(_looked_up(names) for names in condition.groups()) or (phrases_name(condition),)
        within = SENTENCE if condition.within == "sentence" else condition.within
        found[key].append(
            Where(
                f"{key}.{number}",
                condition.score,
                condition.at_most or inf,
                condition.in_,
                lists,
                within,
                len(set(lists)) < len(lists),
            )
        )
    others = (tuple(found[key]) for key in ("exclude", "none", "against"))
    return Rule(topic, (*found["any"], *found["all"]), *others)


def _looked_up(names: ListNames) -> str | tuple[str, ...]:
    return f"list:{names}" if isinstance(names, str) else tuple(f"list:{name}" for name in names)


def phrases_name(condition: Condition) -> str:
    """Of a condition's own phrases, among what the matcher looks for."""
    return f"phrases:{'/'.join(condition.phrases)}"


def within_reach(rule: Rule, counts: Mapping[str, int]) -> bool:
    """Whether a text has enough words of a rule's lists for its topic to be tagged, wherever they stand: quick to say,
    and mostly no.

    Args:
        counts: spans of each word list, in title and body together.
    """
    weight = max(rule.topic.title_weight, rule.topic.rest_weight, 1.0)
    most = 0.0
    for where in rule.counting:
        fewest = inf
        for names in where.lists:
            there = counts.get(names, 0) if isinstance(names, str) else sum(counts.get(name, 0) for name in names)
            if there < fewest:
                fewest = there
                if not there:
                    break
        else:
            most += min(fewest * where.score * weight, where.at_most)
            if most >= rule.topic.min_score:
                return True
    return False


def judge(rule: Rule, fields: Mapping[TextField, Field]) -> Judgement:
    """What a rule makes of a text."""
    counted: list[Passage] = []
    against: list[Passage] = []
    excluded: list[Passage] = []
    there: set[str] = set()
    for name, read in fields.items():
        if not read.spans:
            continue
        if candidates := _candidates(rule.counting, rule.topic, name, read):
            cancelled = {
                word
                for where in rule.exclude
                for match in _matches(where, name, read)
                for part in match
                for word in part.words()
            }
            left = candidates
            if cancelled:
                left = []
                for passage in candidates:
                    (left if cancelled.isdisjoint(_words(passage)) else excluded).append(passage)
            there.update(passage.condition for passage in left)
            counted += _each_word_once(rule.counting, left)
        against += _each_word_once(rule.against, _candidates(rule.against, rule.topic, name, read))
    score = round(_sum(rule.counting, counted) - _sum(rule.against, against), 3)
    reason = _why_not(rule, fields, there, score) if counted else ""
    return Judgement(bool(counted) and not reason, score, tuple(counted), tuple(against), tuple(excluded), reason)


def proof(rule: Rule, found: Judgement) -> list[Passage]:
    """The strongest passages of a tagged topic, as many as suffice, and all others that are worth half of what is
    needed; by place. Words that prove little alone stand there only where they are needed.
    """
    half = rule.topic.min_score / 2
    needed = rule.topic.min_score + _sum(rule.against, found.against)
    told: list[Passage] = []
    for passage in sorted(found.passages, key=lambda passage: -passage.score):
        if passage.score < half and _sum(rule.counting, told) >= needed:
            break
        told.append(passage)
    return [passage for passage in found.passages if passage in told]


def _candidates(conditions: tuple[Where, ...], topic: Topic, name: TextField, read: Field) -> list[Passage]:
    """What conditions find in a field. Of passages that share a word, the first one is to count."""
    found: list[tuple[float, int, Span, Passage]] = []
    for where in conditions:
        for match in _matches(where, name, read):
            span = match[0] if len(match) == 1 else Span(min(match).first, max(part.last for part in match))
            weight = topic.title_weight if name == "title" else 1.0 if span.first < LEAD else topic.rest_weight
            score = min(where.score * weight, where.at_most)
            found.append((-score, span.last - span.first, span, Passage(name, span, match, score, where.name)))
    found.sort()
    return [passage for _, _, _, passage in found[:MAX_PASSAGES]]


def _words(passage: Passage) -> Sequence[int]:
    parts = passage.parts
    return parts[0].words() if len(parts) == 1 else [word for part in parts for word in part.words()]


def _each_word_once(conditions: tuple[Where, ...], passages: Iterable[Passage]) -> list[Passage]:
    """Those of which no word proves anything already, by place. A condition that has its `at_most` leaves its words to
    the others.
    """
    taken: set[int] = set()
    kept: list[Passage] = []
    room = {where.name: where.at_most for where in conditions}
    for passage in passages:
        words = _words(passage)
        if room[passage.condition] > 0 and taken.isdisjoint(words):
            taken.update(words)
            room[passage.condition] -= passage.score
            kept.append(passage)
    return sorted(kept, key=lambda passage: passage.span)


def _sum(conditions: tuple[Where, ...], passages: Iterable[Passage]) -> float:
    """Of the scores, of each condition no more than its `at_most`."""
    sums: dict[str, float] = defaultdict(float)
    for passage in passages:
        sums[passage.condition] += passage.score
    return sum(min(sums[where.name], where.at_most) for where in conditions if where.name in sums)


def _why_not(rule: Rule, fields: Mapping[TextField, Field], there: set[str], score: float) -> str:
    """Why a topic with passages of the conditions `there` is not tagged; an empty text if it is."""
    for number in range(len(rule.topic.all)):
        if f"all.{number}" not in there:
            return f"nothing of all.{number}"
    if score < rule.topic.min_score:
        return f"score {score:g} is below {rule.topic.min_score:g}"
    for where in rule.none:
        if any(_matches(where, name, read) for name, read in fields.items()):
            return f"a passage of {where.name}"
    return ""


def _matches(where: Where, name: TextField, read: Field) -> Sequence[_Match]:
    if where.place not in {None, name, "lead"}:
        return ()
    groups = []
    for names in where.lists:
        spans = read.group(names)
        if where.place == "lead" and name == "body":
            spans = spans[: bisect_left(spans, (LEAD,))]
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
