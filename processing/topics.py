"""Topics and entities of a text by the rules of ``topics.yaml`` and ``entities.yaml``, each tag with its proof.

A topic's conditions give passages; its score is the sum of theirs, and it is tagged from its `min_score` on. All words
of all rules and entities are looked up in one pass over the text.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from processing.arabic import words
from processing.entities import EntitiesFile, Named, Recogniser
from processing.judging import (
    Field,
    Judgement,
    Passage,
    TextField,
    compiled,
    judge,
    phrases_name,
    proof,
    within_reach,
)
from processing.matcher import Matcher
from processing.topic_rules import TopicsFile
from rasid.outlets import Name
from rasid.records import EntityKind, Evidence, Mention
from rasid.yaml_file import load_yaml

MAX_EVIDENCE = 20
"""Passages kept of one topic in one article; the score counts all."""
MAX_MENTIONS = 50
"""Passages kept of one entity in one article."""


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


class Tagger:
    """The compiled rules of an installation.

    Args:
        rules: of the topics.
        entities: countries, weapons, organisations and people.
        version: stands in each article's ``versions.rules``.

    Attributes:
        topics: by id.
        rules: the topics made ready to judge, by id.
        names: field of an article, such as ``weapons`` → id → its label, for all that have one.
    """

    def __init__(self, rules: TopicsFile, entities: EntitiesFile, version: str) -> None:
        self.version = version
        self.topics = rules.topics
        self.names: Mapping[str, Mapping[str, Name]] = {
            "topics": {id_: topic.label for id_, topic in rules.topics.items()},
            **{
                kind: {id_: entity.label for id_, entity in known.items() if isinstance(entity, Named)}
                for kind, known in entities.kinds()
            },
        }
        self.rules = {id_: compiled(topic) for id_, topic in rules.topics.items()}
        self._recogniser = Recogniser(entities)
        lists: dict[str, Iterable[str]] = {f"list:{name}": phrases for name, phrases in rules.lists.items()}
        for topic in rules.topics.values():
            for _, _, condition in topic.conditions():
                if condition.phrases:
                    lists[phrases_name(condition)] = condition.phrases
        self._matcher = Matcher({**lists, **self._recogniser.lists})

    def tag(self, title: str, body: str) -> Tags:
        """The topics and entities of a text."""
        fields, mentions = self.read(title, body)
        evidence: list[Evidence] = []
        counts: Counter[str] = Counter()
        for read in fields.values():
            counts.update({name: len(spans) for name, spans in read.spans.items()})
        for rule in self.rules.values():
            if within_reach(rule, counts) and (found := judge(rule, fields)).tagged:
                for passage in proof(rule, found)[:MAX_EVIDENCE]:
                    quote, start, end = fields[passage.field].quote(passage.span)
                    evidence.append(Evidence(rule.topic.id, found.score, quote, passage.field, start, end))
        seen: Counter[tuple[str, str]] = Counter()
        kept = []
        for mention in mentions:
            seen[mention.kind, mention.entity] += 1
            if seen[mention.kind, mention.entity] <= MAX_MENTIONS:
                kept.append(mention)
        return Tags(tuple(evidence), tuple(kept))

    def explain(self, title: str, body: str) -> dict[str, tuple[Judgement, dict[Passage, str]]]:
        """What each topic's rule makes of a text, with the quote of each passage."""
        fields, _ = self.read(title, body)
        told = {}
        for id_, rule in self.rules.items():
            found = judge(rule, fields)
            passages = (*found.passages, *found.against, *found.excluded)
            quotes = {each: fields[each.field].quote(each.span)[0] for each in passages}
            told[id_] = found, quotes
        return told

    def read(self, title: str, body: str) -> tuple[dict[TextField, Field], tuple[Mention, ...]]:
        """A text's fields with what was found in them, and the entities that it mentions."""
        texts: dict[TextField, str] = {"title": title, "body": body}
        cut = {name: words(text) for name, text in texts.items()}
        spans = {name: self._matcher.find(found) for name, found in cut.items()}
        entities = self._recogniser.recognise(spans, cut)
        named = {name: {span: f"{kind}.{id_}" for kind, id_, span in found} for name, found in entities.items()}
        fields = {name: Field(texts[name], cut[name], spans[name], named[name]) for name in texts}
        mentions = []
        for name, found in entities.items():
            for kind, id_, span in found:
                quote, start, end = fields[name].quote(span)
                mentions.append(Mention(kind, id_, quote, name, start, end))
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
