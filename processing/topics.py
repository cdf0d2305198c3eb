"""Topics and entities of a text by the rules of ``topics.yaml`` and ``entities.yaml``, each tag with its proof.

A topic's conditions give passages; its score is the sum of theirs, and it is tagged from its `min_score` on. All words
of all rules and entities are looked up in one pass over the text.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from processing.arabic import Words, words
from processing.entities import EntitiesFile, Recogniser
from processing.matcher import Matcher, Span
from processing.topic_rules import Condition, Topic, TopicsFile
from rasid.records import Evidence, Mention
from rasid.yaml_file import load_yaml

MAX_EVIDENCE = 20
"""Passages kept of one topic in one article; the score counts all."""
MAX_PASSAGES = 1_000
"""Passages of one condition in one field that are looked at."""
SENTENCE = 50
"""Words that «the same sentence» may have: some writers need no full stop."""

TextField = Literal["title", "body"]
Spans = Mapping[str, list[Span]]


@dataclass(frozen=True)
class Passage:
    """Where a condition holds.

    Attributes:
        field: of the text.
        span: its words.
        score: with the weight of the field.
        condition: key and number in the topic, such as ``any.0``.
    """

    field: TextField
    span: Span
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


@dataclass(frozen=True)
class _Read:
    """A field of a text with what was found in it."""

    text: str
    words: Words
    spans: Spans

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
        self._recogniser = Recogniser(entities)
        lists: dict[str, Iterable[str]] = {f"list:{name}": phrases for name, phrases in rules.lists.items()}
        for topic in rules.topics.values():
            for key, number, condition in topic.conditions():
                if condition.phrases:
                    lists[f"{topic.id}.{key}.{number}"] = condition.phrases
        self._matcher = Matcher({**lists, **self._recogniser.lists})

    def tag(self, title: str, body: str) -> Tags:
        """The topics and entities of a text."""
        fields, mentions = self._read(title, body)
        evidence: list[Evidence] = []
        for topic in self.topics.values():
            found = _judge(topic, fields)
            if found.tagged:
                for passage in found.passages[:MAX_EVIDENCE]:
                    quote, start, end = fields[passage.field].quote(passage.span)
                    evidence.append(Evidence(topic.id, found.score, quote, passage.field, start, end))
        return Tags(tuple(evidence), mentions)

    def explain(self, title: str, body: str) -> dict[str, tuple[Judgement, dict[Passage, str]]]:
        """What each topic's rule makes of a text, with the quote of each passage."""
        fields, _ = self._read(title, body)
        told = {}
        for topic in self.topics.values():
            found = _judge(topic, fields)
            quotes = {each: fields[each.field].quote(each.span)[0] for each in (*found.passages, *found.excluded)}
            told[topic.id] = found, quotes
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


def load_tagger(topics: Path, entities: Path | None = None) -> Tagger:
    """The rules of two files.

    Args:
        topics: the file of the topics.
        entities: that of the entities; ``entities.yaml`` beside the other when absent.

    Raises:
        ConfigError: a file has a mistake.
    """
    entities = entities or topics.with_name("entities.yaml")
    version = (
        hashlib.sha256(topics.read_bytes() + entities.read_bytes()) if topics.exists() and entities.exists() else None
    )
    known = load_yaml(entities, EntitiesFile)
    rules = load_yaml(topics, TopicsFile, {"entity_lists": known.list_names()})
    assert version
    return Tagger(rules, known, version.hexdigest()[:12])


def _judge(topic: Topic, fields: Mapping[TextField, _Read]) -> Judgement:
    counted: list[Passage] = []
    excluded: list[Passage] = []
    missing = set(range(len(topic.all)))
    for name, read in fields.items():
        if not read.spans:
            continue
        candidates: list[tuple[Span, float, str]] = []
        for key, number, condition in topic.conditions():
            if key not in {"any", "all"}:
                continue
            for span in _matches(topic, key, number, condition, read):
                candidates.append((span, condition.score, f"{key}.{number}"))
        if not candidates:
            continue
        cancelled = [
            span for number, each in enumerate(topic.exclude) for span in _matches(topic, "exclude", number, each, read)
        ]
        weight = topic.title_weight if name == "title" else 1.0
        # Overlapping passages count once: the highest score, then the shortest.
        candidates.sort(key=lambda found: (-found[1], found[0].last - found[0].first, found[0].first))
        taken: list[Passage] = []
        for span, score, condition_name in candidates[:MAX_PASSAGES]:
            passage = Passage(name, span, score * weight, condition_name)
            if any(map(span.overlaps, cancelled)):
                excluded.append(passage)
                continue
            if condition_name.startswith("all."):
                missing.discard(int(condition_name[4:]))
            if not any(span.overlaps(other.span) for other in taken):
                taken.append(passage)
        counted += sorted(taken, key=lambda found: found.span)
    score = round(sum(each.score for each in counted), 3)
    reason = ""
    if counted and missing:
        reason = f"nothing of all.{min(missing)}"
    elif counted and score < topic.min_score:
        reason = f"score {score:g} is below {topic.min_score:g}"
    elif counted:
        for number, condition in enumerate(topic.none):
            if any(True for read in fields.values() for _ in _matches(topic, "none", number, condition, read)):
                reason = f"a passage of none.{number}"
                break
    return Judgement(bool(counted) and not reason, score, tuple(counted), tuple(excluded), reason)


def _matches(topic: Topic, key: str, number: int, condition: Condition, read: _Read) -> Iterator[Span]:
    spans = read.spans
    if condition.phrases:
        yield from spans.get(f"{topic.id}.{key}.{number}", ())
    elif condition.list:
        yield from spans.get(f"list:{condition.list}", ())
    else:
        groups = []
        for names in condition.near:
            group = [
                span
                for name in ([names] if isinstance(names, str) else names)
                for span in spans.get(f"list:{name}", ())
            ]
            if not group:
                return
            groups.append(sorted(set(group)))
        within = SENTENCE if condition.within == "sentence" else condition.within
        yield from _near(groups, within, read.words.sentences)


def _near(groups: list[list[Span]], within: int, sentences: list[int]) -> Iterator[Span]:
    """The shortest passages around each span of the first group that hold one of each group, in one sentence, without
    overlap between them.
    """
    heads, *rest = groups
    for head in heads[:MAX_PASSAGES]:
        partial = [head]
        for group in rest:
            joined = []
            for known in partial:
                low = bisect_left(group, Span(known.last - within, 0))
                for span in group[low:]:
                    if span.first > known.first + within:
                        break
                    first, last = min(known.first, span.first), max(known.last, span.last)
                    if last - first < within and not span.overlaps(known) and sentences[first] == sentences[last]:
                        joined.append(Span(first, last))
            partial = sorted(joined, key=lambda found: found.last - found.first)[:10]
        yield from partial[:1]
