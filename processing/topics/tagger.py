"""Topics and entities of a text, each with its proof.

All words of all topics and entities are looked up in one pass over the text. A topic's model says how sure it is that
the text is about the topic; a topic without a model goes by its words alone. Either way it is tagged only with passages
that prove it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from struct import Struct
from typing import Literal

from processing.arabic import words
from processing.deals.file import DealsFile
from processing.deals.mentions import Deals
from processing.entities.recogniser import EntitiesFile, Named, Recogniser
from processing.matcher import Matcher, Span
from processing.topics.evidence import enough, heaviest, meeting
from processing.topics.features import Run, names_of, occurrences, of_text, of_topic
from processing.topics.file import Topic, TopicsFile
from processing.topics.model import Model
from processing.topics.passages import Field, Passage, compiled, passages, phrases
from rasid.outlets import Name
from rasid.records import EntityKind, Evidence, Mention, TextField

MAX_EVIDENCE = 20
"""Passages kept of one topic in one article."""
MAX_MENTIONS = 50
"""Passages kept of one entity in one article."""
WORTH = {"proof": 1.0, "support": 0.5, "hint": 0.25}
"""Of a passage of a level, where a topic has no model. A topic is tagged from 1 on."""
IN_TITLE = 2.0
"""Times that a passage in a title is worth more."""
NEAR = 0.02
"""Least score of a topic to which a text is near, if none of its words stand in the text."""
SPOKE = 8
"""Features told that spoke for a topic, and against it."""

_WEIGHT = Struct("=Hd")
"""A model's number, and its weight of a feature."""


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
class Judgement:
    """Whether a text has a topic.

    Attributes:
        tagged: whether it is one of the text's topics.
        score: by a model: how sure it is, from 0 to 1; without one: the sum of its words, 1 and more if it is tagged.
        needed: the least score.
        proof: spans that prove it, with their weight, the strongest first.
    """

    tagged: bool
    score: float
    needed: float
    proof: tuple[tuple[TextField, Span, float], ...]


@dataclass(frozen=True)
class Explanation:
    """Why a text has a topic, or not.

    Attributes:
        judgement: on the topic.
        passages: of the topic's own words; those of the level `never` do not count.
        spoke: by a model: the features that spoke for and against it, with the weight of each, the heaviest first.
        fields: of the text, whose words the spans count.
    """

    judgement: Judgement
    passages: tuple[Passage, ...]
    spoke: tuple[tuple[str, float], ...]
    fields: Mapping[TextField, Field]

    @property
    def is_near(self) -> bool:
        """Whether the text is so near to the topic that somebody may ask why."""
        return bool(self.passages) or self.judgement.score >= NEAR

    def heaviest(self, sign: Literal[1, -1]) -> tuple[tuple[str, float], ...]:
        """The first of `spoke` that spoke for the topic (1), or against it (-1)."""
        return tuple(each for each in self.spoke if each[1] * sign > 0)[:SPOKE]


@dataclass(frozen=True)
class _Heard:
    """A text as all topics' models hear it.

    Attributes:
        fields: of the text.
        shared: the features that all topics share.
        distinct: their names, each once, in the order of the text: sums of floats hang on their order.
        sums: of each model's weights over these.
    """

    fields: Mapping[TextField, Field]
    shared: list[Run]
    distinct: dict[str, None]
    sums: Mapping[str, float]


class Tagger:
    """The compiled words and models of an installation.

    Args:
        file: of the topics.
        entities: countries, weapons, organisations and people.
        models: by topic; a topic may have none.
        version: stands in each article's ``versions.rules``.
        matcher: of all words of these, if they are compiled already.
        deals: the words by which deals are read; none is read without.

    Attributes:
        matcher: of all their words.
        topics: by id.
        models: by topic, of those that have one.
        names: field of an article, such as ``weapons`` → id → its label, for all that have one.
    """

    def __init__(
        self,
        file: TopicsFile,
        entities: EntitiesFile,
        models: Mapping[str, Model],
        version: str,
        matcher: Matcher | None = None,
        deals: DealsFile | None = None,
    ) -> None:
        self.version = version
        self.topics: Mapping[str, Topic] = file.topics
        self.models = {id_: model for id_, model in models.items() if id_ in file.topics}
        self.names: Mapping[str, Mapping[str, Name]] = {
            "topics": {id_: topic.label for id_, topic in file.topics.items()},
            **{
                kind: {id_: entity.label for id_, entity in known.items() if isinstance(entity, Named)}
                for kind, known in entities.kinds()
            },
        }
        self._words = {id_: compiled(topic) for id_, topic in file.topics.items()}
        self._recogniser = Recogniser(entities)
        self._deals_words = deals, entities
        self.matcher = matcher or Matcher({**_lists(file), **self._recogniser.lists})

    @cached_property
    def deals(self) -> Deals | None:
        """What reads the deals of a text that is about them."""
        file, entities = self._deals_words
        return Deals(file, entities) if file else None

    @cached_property
    def _weights(self) -> dict[str, bytes]:
        return _by_feature(self.models.values())

    def tag(self, title: str, body: str) -> Tags:
        """The topics and entities of a text."""
        fields, mentions = self.read(title, body)
        heard = self._heard(fields)
        evidence: list[Evidence] = []
        for id_, wheres in self._words.items():
            model = self.models.get(id_)
            if model and not model.within_reach(heard.sums[id_], len(heard.distinct)):
                continue
            own = passages(wheres, fields)
            judged = _by_model(model, heard, own) if model else _by_words(own)
            if judged.tagged:
                told = judged.proof[:MAX_EVIDENCE]
                for field, span, _ in sorted(told, key=lambda each: (each[0] != "title", each[1])):
                    quote, start, end = fields[field].quote(span)
                    evidence.append(Evidence(id_, round(judged.score, 3), quote, field, start, end))
        seen: Counter[tuple[str, str]] = Counter()
        kept = []
        for mention in mentions:
            seen[mention.kind, mention.entity] += 1
            if seen[mention.kind, mention.entity] <= MAX_MENTIONS:
                kept.append(mention)
        return Tags(tuple(evidence), tuple(kept))

    def alone(self, topic: str, model: Model | None) -> "Tagger":
        """A tagger for one of the topics only, by a model or, without one, by the topic's words."""
        other = copy(self)
        other.__dict__.pop("_weights", None)
        other.topics = {topic: self.topics[topic]}
        other.models = {topic: model} if model else {}
        other._words = {topic: self._words[topic]}
        return other

    def explain(self, title: str, body: str) -> dict[str, Explanation]:
        """What was made of a text for each topic, and why."""
        fields, _ = self.read(title, body)
        heard = self._heard(fields)
        told = {}
        for id_, wheres in self._words.items():
            own = passages(wheres, fields)
            model = self.models.get(id_)
            spoke: list[tuple[str, float]] = []
            judged = _by_model(model, heard, own) if model else _by_words(own)
            if model:
                names = heard.distinct | names_of(of_topic(own))
                spoke = [(name, model.weights[name]) for name in names if name in model.weights]
                spoke.sort(key=lambda each: (-abs(each[1]), each[0]))
            told[id_] = Explanation(judged, tuple(own), tuple(spoke), fields)
        return told

    def features(self, title: str, body: str) -> dict[str, frozenset[str]]:
        """What models weigh in a text, by topic."""
        fields, _ = self.read(title, body)
        shared = frozenset(names_of(of_text(fields)))
        return {id_: shared.union(names_of(of_topic(passages(wheres, fields)))) for id_, wheres in self._words.items()}

    def read(self, title: str, body: str) -> tuple[dict[TextField, Field], tuple[Mention, ...]]:
        """A text's fields with what was found in them, and the entities that it mentions."""
        texts: dict[TextField, str] = {"title": title, "body": body}
        cut = {name: words(text) for name, text in texts.items()}
        spans = {name: self.matcher.find(found) for name, found in cut.items()}
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

    def _heard(self, fields: Mapping[TextField, Field]) -> _Heard:
        shared = of_text(fields)
        distinct = names_of(shared)
        sums = [0.0] * len(self.models)
        weights = b"".join(filter(None, map(self._weights.get, distinct)))
        for model, weight in _WEIGHT.iter_unpack(weights):
            sums[model] += weight
        return _Heard(fields, shared, distinct, dict(zip(self.models, sums, strict=True)))


def _lists(file: TopicsFile) -> dict[str, Iterable[str]]:
    lists: dict[str, Iterable[str]] = {f"list:{name}": written for name, written in file.lists.items()}
    for topic in file.topics.values():
        lists |= phrases(topic)
    return lists


def _by_feature(models: Iterable[Model]) -> dict[str, bytes]:
    """The weights of each feature, packed: a text asks for hundreds of them, which as objects would lie all over the
    memory.
    """
    found: dict[str, bytes] = defaultdict(bytes)
    for number, model in enumerate(models):
        for feature, weight in model.weights.items():
            found[feature] += _WEIGHT.pack(number, weight)
    return dict(found)


def _by_words(found: list[Passage]) -> Judgement:
    counting = [each for each in found if each.level != "never"]
    worth = [
        (each.field, each.span, WORTH[each.level] * (IN_TITLE if each.field == "title" else 1)) for each in counting
    ]
    score = sum(each for _, _, each in worth)
    strongest = sorted(worth, key=lambda each: -each[2])
    proof, told = [], 0.0
    for field, span, each in strongest:
        if told >= 1 and each < 1:
            break
        proof.append((field, span, each))
        told += each
    return Judgement(score >= 1, score, 1.0, tuple(proof))


def _by_model(model: Model, heard: _Heard, found: list[Passage]) -> Judgement:
    own = of_topic(found)
    names = names_of(own)
    weights = model.weights
    weighed = heard.sums[model.topic] + sum(weights.get(name, 0.0) for name in names)
    score = model.probability(weighed, len(heard.distinct) + len(names))
    if score < model.threshold:
        return Judgement(False, score, model.threshold, ())
    heavy = heaviest(occurrences([*heard.shared, *own]), weights, heard.fields)
    # A model may be right by words that prove nothing to a reader: passages with the topic's own words come first.
    by_words = _by_words([each for each in found if each.level in {"proof", "support"}]).proof
    proof = enough(meeting(heavy, by_words)) or by_words or enough(heavy)
    return Judgement(bool(proof), score, model.threshold, proof)
