"""Topics by the rules of ``topics.yaml``, each tag with the passages that prove it.

A rule's condition gives passages; a topic's score is their sum (a passage in the title counts twice), and the topic
is tagged from its `min_score` on. All words of all rules are looked up in one table, word by word of the text, so the
cost does not grow with their number.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from processing.arabic import Word, inflected, normalise, stripped, words
from rasid.outlets import Name
from rasid.records import Evidence
from rasid.yaml_file import Id, MisplacedError, Written, load_yaml, with_ids

MAX_EVIDENCE = 20
"""Passages kept of one topic in one article; the score counts all."""

TITLE_WEIGHT = 2.0

TopicField = Literal["title", "body"]


class Condition(Written):
    """What gives a passage: one of `phrases` or of a word list, or words of several lists near each other.

    Attributes:
        phrases: words or sequences of words, each matched with joined prefixes and endings.
        list: name of a word list, used as `phrases`.
        near: names of word lists; one phrase of each, in any order.
        within: most words that `near` may span, both ends counted.
        score: of each passage.
    """

    phrases: tuple[str, ...] = ()
    list: str | None = None
    near: tuple[str, ...] = ()
    within: int = Field(6, ge=2, le=50)
    score: float = Field(1.0, gt=0)

    @model_validator(mode="after")
    def _one(self) -> "Condition":
        if bool(self.phrases) + bool(self.list) + bool(self.near) != 1:
            raise ValueError("expected one of phrases:, list: or near:")
        if len(self.near) == 1:
            raise ValueError("expected at least two word lists in near:")
        return self


class Topic(Written):
    """A topic: tagged where the passages of `any` reach `min_score`, less those that overlap one of `none`."""

    id: str
    label: Name
    description: str = Field(min_length=1)
    any: tuple[Condition, ...] = Field(min_length=1)
    none: tuple[Condition, ...] = ()
    min_score: float = Field(1.0, gt=0)


class TopicsFile(Written):
    """The whole file: word lists by name, topics by id."""

    lists: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    topics: Annotated[dict[Annotated[str, StringConstraints(pattern=Id)], Topic], BeforeValidator(with_ids)] = Field(
        min_length=1
    )

    @model_validator(mode="after")
    def _lists_exist(self) -> "TopicsFile":
        for topic in self.topics.values():
            for key, conditions in (("any", topic.any), ("none", topic.none)):
                for number, condition in enumerate(conditions):
                    for name in filter(None, (condition.list, *condition.near)):
                        if name not in self.lists:
                            where = ("topics", topic.id, key, number, "near" if condition.near else "list")
                            raise MisplacedError(where, f"no word list {name} under lists:")
        return self


@dataclass(frozen=True)
class Span:
    """Words `first` to `last` of a text, both included."""

    first: int
    last: int

    def overlaps(self, other: "Span") -> bool:
        """Whether they share a word."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class _Phrase:
    key: str
    """The word list or condition that the phrase belongs to."""
    rest: tuple[frozenset[str], ...]
    """The forms of each word after the first."""


class Tagger:
    """The compiled rules of a file.

    Args:
        file: its content.
        version: stands in each article's ``versions.rules``.
    """

    def __init__(self, file: TopicsFile, version: str) -> None:
        self.version = version
        self.topics = file.topics
        self._by_first_form: dict[str, list[_Phrase]] = defaultdict(list)
        for name, phrases in file.lists.items():
            self._compile(f"list:{name}", phrases)
        for topic in file.topics.values():
            for condition in chain(topic.any, topic.none):
                self._compile(_key(condition), condition.phrases)

    def tag(self, title: str, body: str) -> tuple[Evidence, ...]:
        """The evidence of all topics found, by topic and then by place. A topic without evidence cannot be tagged."""
        texts: dict[TopicField, str] = {"title": title, "body": body}
        fields = {name: list(words(text)) for name, text in texts.items()}
        spans = {name: self._spans(found) for name, found in fields.items()}
        evidence: list[Evidence] = []
        for topic in self.topics.values():
            passages = [
                (name, span, score * (TITLE_WEIGHT if name == "title" else 1.0))
                for name in fields
                for span, score in _passages(topic, spans[name])
            ]
            total = round(sum(score for *_, score in passages), 3)
            if not passages or total < topic.min_score:
                continue
            for name, span, _ in passages[:MAX_EVIDENCE]:
                start, end = fields[name][span.first].start, fields[name][span.last].end
                evidence.append(Evidence(topic.id, total, texts[name][start:end], name, start, end))
        return tuple(evidence)

    def _compile(self, key: str, phrases: tuple[str, ...]) -> None:
        for phrase in phrases:
            forms = [inflected(part) for written in phrase.split() for part in _parts(written)]
            if not forms:
                continue
            for form in forms[0]:
                self._by_first_form[form].append(_Phrase(key, tuple(forms[1:])))

    def _spans(self, text: list[Word]) -> dict[str, list[Span]]:
        """Where the phrases of each list and condition stand, in the order of the text."""
        found: dict[str, dict[Span, None]] = defaultdict(dict)
        for index, word in enumerate(text):
            for form in stripped(word.form):
                for phrase in self._by_first_form.get(form, ()):
                    if _follows(phrase, text, index):
                        found[phrase.key][Span(index, index + len(phrase.rest))] = None
        return {key: list(spans) for key, spans in found.items()}


def load_tagger(file: Path) -> Tagger:
    """The rules of a file.

    Raises:
        ConfigError: the file has a mistake.
    """
    content = load_yaml(file, TopicsFile)
    return Tagger(content, hashlib.sha256(file.read_bytes()).hexdigest()[:12])


def _parts(written: str) -> Iterator[str]:
    """A written word as the text's words are cut: ``إس-400`` is two. The ة at the end decides its endings: keep it."""
    found = list(words(written))
    for word in found:
        yield written[word.start : word.end]


def _follows(phrase: _Phrase, text: list[Word], index: int) -> bool:
    if index + len(phrase.rest) >= len(text):
        return False
    return all(
        not forms.isdisjoint(stripped(text[index + offset].form)) for offset, forms in enumerate(phrase.rest, start=1)
    )


def _key(condition: Condition) -> str:
    return f"list:{condition.list}" if condition.list else f"phrases:{'|'.join(map(normalise, condition.phrases))}"


def _passages(topic: Topic, spans: dict[str, list[Span]]) -> Iterator[tuple[Span, float]]:
    """The topic's passages in one field, each with its score: overlapping ones once, as the shortest of them."""
    cancelled = [span for condition in topic.none for span in _matches(condition, spans)]
    candidates = [(span, condition.score) for condition in topic.any for span in _matches(condition, spans)]
    candidates.sort(key=lambda found: (found[0].last - found[0].first, found[0].first))
    taken: list[tuple[Span, float]] = []
    for span, score in candidates:
        if not any(map(span.overlaps, cancelled)) and not any(span.overlaps(other) for other, _ in taken):
            taken.append((span, score))
    yield from sorted(taken, key=lambda found: found[0].first)


def _matches(condition: Condition, spans: dict[str, list[Span]]) -> Iterator[Span]:
    if not condition.near:
        yield from spans.get(_key(condition), ())
        return
    groups = [spans.get(f"list:{name}", []) for name in condition.near]
    yield from _near(groups, condition.within)


def _near(groups: list[list[Span]], within: int) -> Iterator[Span]:
    """The spans that hold one of each group without overlap between them, at most `within` words long."""
    heads, *rest = groups
    for head in heads:
        partial = [head]
        for group in rest:
            partial = [
                joined
                for known in partial
                for span in group
                if not span.overlaps(known)
                and (joined := Span(min(known.first, span.first), max(known.last, span.last)))
                and joined.last - joined.first < within
            ]
        yield from partial
