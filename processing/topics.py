"""Topics and entities of a text by the rules of ``topics.yaml`` and ``entities.yaml``, each tag with its proof.

A topic's conditions give passages; its score is the sum of theirs, and it is tagged from its `min_score` on. All words
of all rules and entities are looked up in one pass over the text.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from processing.arabic import Words, words
from processing.entities import EntitiesFile, Recogniser
from processing.matcher import Matcher, Span
from processing.topic_rules import Condition, Topic, TopicsFile
from rasid.records import EntityKind, Evidence, Mention
from rasid.yaml_file import load_yaml

MAX_EVIDENCE = 20
"""Passages kept of one topic in one article; the score counts all."""
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
        score: sum of the passages that count.
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
class Tags:
    """What was found in a text.

    Attributes:
        evidence: of its topics, by topic and then by place; there is no topic without.
        mentions: of entities, by place.
    """

    evidence: tuple[Evidence, ...]
    mentions: tuple[Mention, ...]

    @property
    def topics(self) -> tuple[str, ...]:
        """Ids, each once."""
        return tuple(dict.fromkeys(each.topic for each in self.evidence))

    def entities(self, kind: EntityKind) -> tuple[str, ...]:
        """Of one kind, each once."""
        return tuple(dict.fromkeys(each.entity for each in self.mentions if each.kind == kind))


@dataclass(frozen=True)
class _Read:
    """A field of a text with what was found in it."""

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
        start, end = self.words.starts[span.first], self.words.ends[span.last]
        return self.text[start:end], start, end


class Tagger:
    """The compiled rules of an installation.

    Args:
        rules: of the topics.
        entities: countries, weapons, organisations and people.
        version: stands in each article's ``versions.rules``.
    """

    def __init__(self, rules: TopicsFile, entities: EntitiesFile, version: str) -> None:
        self.version = version
        self.topics = rules.topics
        self._rules = [_compiled(topic) for topic in rules.topics.values()]
        self._recogniser = Recogniser(entities)
        lists: dict[str, Iterable[str]] = {f"list:{name}": phrases for name, phrases in rules.lists.items()}
        for topic in rules.topics.values():
            for _, _, condition in topic.conditions():
                if condition.phrases:
                    lists[_list_name(condition)] = condition.phrases
        self._matcher = Matcher({**lists, **self._recogniser.lists})

    def tag(self, title: str, body: str) -> Tags:
        """The topics and entities of a text."""
        fields, mentions = self._read(title, body)
        evidence: list[Evidence] = []
        for rule in self._rules:
            found = _judge(rule, fields)
            if found.tagged:
                for passage in found.passages[:MAX_EVIDENCE]:
                    quote, start, end = fields[passage.field].quote(passage.span)
                    evidence.append(Evidence(rule.topic.id, found.score, quote, passage.field, start, end))
        return Tags(tuple(evidence), mentions)

    def explain(self, title: str, body: str) -> dict[str, tuple[Judgement, dict[Passage, str]]]:
        """What each topic's rule makes of a text, with the quote of each passage."""
        fields, _ = self._read(title, body)
        told = {}
        for rule in self._rules:
            found = _judge(rule, fields)
            quotes = {each: fields[each.field].quote(each.span)[0] for each in (*found.passages, *found.excluded)}
            told[rule.topic.id] = found, quotes
        return told

    def _read(self, title: str, body: str) -> tuple[dict[TextField, _Read], tuple[Mention, ...]]:
        texts: dict[TextField, str] = {"title": title, "body": body}
        cut = {name: words(text) for name, text in texts.items()}
        spans = {name: self._matcher.find(found) for name, found in cut.items()}
        entities = self._recogniser.recognise(spans, cut)
        fields = {name: _Read(texts[name], cut[name], spans[name]) for name in texts}
        mentions = []
        for name, found in entities.items():
            for kind, id_, span in found:
                mentions.append(Mention(kind, id_, *fields[name].quote(span)[:1], name, *fields[name].quote(span)[1:]))
                for key in (f"list:entities.{kind}", f"list:entities.{kind}.{id_}"):
                    spans[name].setdefault(key, []).append(span)
        return fields, tuple(mentions)


def load_tagger(topics: Path) -> Tagger:
    """The rules of a file, and of ``entities.yaml`` beside it.

    Raises:
        ConfigError: a file has a mistake.
    """
    entities = topics.with_name("entities.yaml")
    known = load_yaml(entities, EntitiesFile)
    rules = load_yaml(topics, TopicsFile, {"entity_lists": known.list_names()})
    version = hashlib.sha256(topics.read_bytes() + entities.read_bytes()).hexdigest()[:12]
    return Tagger(rules, known, version)


_Match = tuple[Span, ...]
"""The words that a condition names; they stand near each other."""


@dataclass(frozen=True)
class _Where:
    """A condition as it is looked up.

    Attributes:
        name: key and number in the topic, such as ``any.0``.
        score: of a passage.
        lists: a name of each list whose spans it wants: one alone, or several near each other; of either of a tuple.
        within: most words that they may span.
    """

    name: str
    score: float
    lists: tuple[str | tuple[str, ...], ...]
    within: int


@dataclass(frozen=True)
class _Rule:
    """A topic with its conditions as they are looked up."""

    topic: Topic
    counting: tuple[_Where, ...]
    exclude: tuple[_Where, ...]
    none: tuple[_Where, ...]


def _compiled(topic: Topic) -> _Rule:
    found: dict[str, list[_Where]] = {"any": [], "all": [], "none": [], "exclude": []}
    for key, number, condition in topic.conditions():
        if condition.near:
            lists = tuple(
                f"list:{names}" if isinstance(names, str) else tuple(f"list:{name}" for name in names)
                for names in condition.near
            )
        else:
            lists = (_list_name(condition),)
        within = SENTENCE if condition.within == "sentence" else condition.within
        found[key].append(_Where(f"{key}.{number}", condition.score, lists, within))
    return _Rule(topic, (*found["any"], *found["all"]), tuple(found["exclude"]), tuple(found["none"]))


def _list_name(condition: Condition) -> str:
    """Of a condition's words, among those that the matcher looks for."""
    return f"list:{condition.list}" if condition.list else f"phrases:{'/'.join(condition.phrases)}"


def _judge(rule: _Rule, fields: Mapping[TextField, _Read]) -> Judgement:
    counted: list[Passage] = []
    excluded: list[Passage] = []
    for name, read in fields.items():
        if candidates := _candidates(rule, name, read):
            cancelled = [part for where in rule.exclude for match in _matches(where, read) for part in match]
            kept: list[Passage] = []
            for passage in candidates[:MAX_PASSAGES]:
                if any(part.overlaps(other) for part in passage.parts for other in cancelled):
                    excluded.append(passage)
                elif not any(passage.span.overlaps(other.span) for other in kept):
                    kept.append(passage)
            counted += sorted(kept, key=lambda passage: passage.span)
    score = round(sum(each.score for each in counted), 3)
    reason = _why_not(rule, fields, counted, score) if counted else ""
    return Judgement(bool(counted) and not reason, score, tuple(counted), tuple(excluded), reason)


def _candidates(rule: _Rule, name: TextField, read: _Read) -> list[Passage]:
    """What the topic's conditions find in a field. Of passages that overlap, the first one is to count."""
    weight = rule.topic.title_weight if name == "title" else 1.0
    found = [
        Passage(name, Span(min(match).first, max(match).last), match, where.score * weight, where.name)
        for where in rule.counting
        for match in _matches(where, read)
    ]
    return sorted(found, key=lambda passage: (-passage.score, passage.span.last - passage.span.first, passage.span))


def _why_not(rule: _Rule, fields: Mapping[TextField, _Read], counted: list[Passage], score: float) -> str:
    """Why a topic with passages is not tagged; an empty text if it is."""
    there = {passage.condition for passage in counted}
    for number in range(len(rule.topic.all)):
        if f"all.{number}" not in there:
            return f"nothing of all.{number}"
    if score < rule.topic.min_score:
        return f"score {score:g} is below {rule.topic.min_score:g}"
    for where in rule.none:
        if any(_matches(where, read) for read in fields.values()):
            return f"a passage of {where.name}"
    return ""


def _matches(where: _Where, read: _Read) -> Sequence[_Match]:
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
