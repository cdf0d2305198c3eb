"""An analyst teaches a topic: which articles to label, what is learned of the labels, and whether it is better."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from upath import UPath

from processing.figures import Figures
from processing.topics.labels import GRADES, Grade, Label, Verdict, keep, kept_labels, label_of, text_digest, verdicts
from processing.topics.model import Model, load_models, save
from processing.topics.passages import LEAD
from processing.topics.tagger import Judgement, Tagger
from rasid.configuration import SHIPPED, topic_models
from rasid.errors import RasidError
from rasid.records import Article, TextField
from rasid.settings import Settings
from rasid.storage import Storage

if TYPE_CHECKING:
    from processing.topics.learning import Example

NEWEST = 5_000
"""Articles among which those to be labelled are looked for: reading them takes some seconds."""
LEAST = 30
"""Labels from which a topic learns: of fewer nothing can be said."""
LEAST_EACH = 5
"""Of them, those of articles that are about it, and of articles that are not."""
EXAMPLE_WEIGHT = 3.0
"""What an example of ``topics.yaml`` weighs beside a labelled article: it says in a sentence what must hold."""
ABOUT, TOUCHES = 2, 1


@dataclass(frozen=True)
class Question:
    """An article to be labelled.

    Attributes:
        article: as it is kept.
        lead: offset in its body where its first words end.
        marks: what speaks for the topic: field, and offsets in it.
    """

    article: Article
    lead: int
    marks: tuple[tuple[TextField, int, int], ...]


def known_topic(tagger: Tagger, topic: str) -> str:
    """The topic's id.

    Raises:
        RasidError: there is no such topic.
    """
    if topic not in tagger.topics:
        raise RasidError(f"no topic {topic}: there are {', '.join(tagger.topics)}")
    return topic


@dataclass(frozen=True)
class Judged:
    """What a topic makes of an article now."""

    article: Article
    digest: str
    judgement: Judgement


def judge(tagger: Tagger, topic: str, articles: Iterable[Article]) -> list[Judged]:
    """What a topic makes of articles: most of the work of asking about them, and the same whatever is labelled."""
    alone = tagger.alone(topic, tagger.models.get(topic))
    return [
        Judged(
            article,
            text_digest(article.title, article.body),
            alone.explain(article.title, article.body)[topic].judgement,
        )
        for article in articles
    ]


def worth_labelling(judged: Iterable[Judged], labels: Iterable[Label], by_words: bool) -> list[Article]:
    """The articles whose labels teach most, in this order. By a model: that it is least sure of, by turns one that
    has the topic now and one that has not. By words alone: by turns one with most of the topic's words, as only these
    are likely to be about it, and one where the words only just suffice or do not. Of several with one title there is
    one, and none whose text has one of the given labels.

    Args:
        judged: what the topic makes of articles.
        labels: those that are there.
        by_words: the topic has no model.
    """
    known = {label.digest for label in labels}
    by_title: dict[str, Judged] = {}
    for each in judged:
        if each.digest not in known:
            by_title.setdefault(" ".join(each.article.title.split()), each)
    near = sorted(by_title.values(), key=lambda each: (abs(each.judgement.score - each.judgement.needed), each.digest))
    if by_words:
        sides = sorted(near, key=lambda each: (-each.judgement.score, each.digest)), near
    else:
        sides = [each for each in near if each.judgement.tagged], [each for each in near if not each.judgement.tagged]
    by_turns = (each.article for each in chain.from_iterable(zip_longest(*sides)) if each)
    return list({article.id: article for article in by_turns}.values())


def question(tagger: Tagger, topic: str, article: Article) -> Question:
    """An article with what speaks for the topic: its evidence or, where it has not the topic, the topic's own words."""
    told = tagger.alone(topic, tagger.models.get(topic)).explain(article.title, article.body)[topic]
    spans = [(field, span) for field, span, _ in told.judgement.proof]
    spans = spans or [(each.field, each.span) for each in told.passages if each.level != "never"]
    marks = [(field, *told.fields[field].quote(span)[1:]) for field, span in spans]
    ends = told.fields["body"].words.ends
    return Question(article, ends[LEAD - 1] if len(ends) >= LEAD else len(article.body), tuple(sorted(marks)))


def label_by_list(
    storage: Storage, topic: str, articles: Iterable[Article], lines: Iterable[str], who: str
) -> list[str]:
    """Keeps labels that were written elsewhere.

    Args:
        storage: of the installation.
        topic: id of the topic.
        articles: that they may be of.
        lines: each the id of an article, a comma, and ``right``, ``wrong`` or ``touches`` (or 2, 0, 1).
        who: says so.

    Returns:
        what is wrong with single lines; those cost nothing but themselves.
    """
    wanted: dict[str, tuple[int, Grade]] = {}
    wrong = []
    for number, line in enumerate(lines, start=1):
        id_, _, word = (part.strip() for part in line.partition(","))
        if word in GRADES:
            wanted[id_] = number, GRADES[word]
        elif line.strip():
            wrong.append(f"line {number}: expected an article's id, a comma, and one of {', '.join(GRADES)}")
    at = datetime.now(UTC)
    labels = [
        label_of(article, topic, wanted.pop(article.id)[1], who, at) for article in articles if article.id in wanted
    ]
    keep(storage, topic, labels)
    wrong += [
        f"line {number}: no article {id_} is kept of that time: --since takes more"
        for id_, (number, _) in wanted.items()
    ]
    return wrong


@dataclass(frozen=True)
class Lesson:
    """What a topic has learned.

    Attributes:
        model: that it would go by.
        texts: labelled texts that it learned from.
        about: of these, those that have the topic.
        touched: labelled texts that taught nothing, as they only touch the topic.
        differ: texts of which two people say different things; they taught nothing.
        by_words: whether it had no model, and began with its words.
        before: how right the shipped model is about these texts, or the topic's words alone.
        after: the same of the new one, by cross-validation.
        forgotten: examples of ``topics.yaml`` that were right before, and would not be.
    """

    model: Model
    texts: int
    about: int
    touched: int
    differ: int
    by_words: bool
    before: Figures
    after: Figures
    forgotten: tuple[str, ...]

    @property
    def is_better(self) -> bool:
        """Whether it is worth to be installed: more is right than before, and no example is forgotten."""
        return self.after.f1 > self.before.f1 and not self.forgotten


def learn_topic(settings: Settings, tagger: Tagger, topic: str) -> Lesson:
    """Learns a topic from the installation's labels and the examples of ``topics.yaml``, beginning with the model that
    it comes with or, for one that has none, with its words. The same labels give the same model.

    Raises:
        RasidError: scikit-learn is missing, or there are too few labels.
    """
    try:
        from processing.topics.adapting import (
            AROUND_MODEL,
            AROUND_WORDS,
            adapted,
            counted,
            cross_validated,
            finds,
            from_words,
        )
        from processing.topics.learning import Example
    except ModuleNotFoundError as error:
        told = f"learning needs scikit-learn ({error.name} is missing): pip install 'rasid[training]'"
        raise RasidError(told) from None
    found = list(verdicts(kept_labels(Storage(settings.data), topic).records))
    teaching = [each for each in found if each.grade != TOUCHES]
    _check_number(topic, teaching)
    begun = shipped_models(settings).get(topic)
    others = {id_: model for id_, model in load_models(topic_models(SHIPPED)).items() if id_ != topic}
    known, scatter = (begun, AROUND_MODEL) if begun else (from_words(topic, others), AROUND_WORDS)
    judge = tagger.alone(topic, begun)
    labelled = [
        Example(each.label.digest, judge.features(each.label.title, each.label.body)[topic], each.grade == ABOUT)
        for each in teaching
    ]
    examples = _examples(tagger, judge, topic)
    all_ = [*labelled, *examples.values()]
    model = adapted(known, all_, scatter)
    after = cross_validated(known, all_, scatter)
    before = counted((_is_tagged(judge, each.label), each.grade == ABOUT) for each in teaching)
    card = {
        "labels": len(teaching),
        "about": sum(each.about for each in labelled),
        "last_label": max(each.label.at for each in teaching).isoformat(),
        "begun_with": digest(begun) if begun else "words",
        "cross_validation": {"precision": round(after.precision, 3), "recall": round(after.recall, 3)},
    }
    return Lesson(
        replace(model, card=card),
        texts=len(teaching),
        about=sum(each.about for each in labelled),
        touched=sum(each.grade == TOUCHES and not each.differ for each in found),
        differ=sum(each.differ for each in found),
        by_words=begun is None,
        before=before,
        after=after,
        forgotten=tuple(
            text
            for text, each in examples.items()
            if finds(model, each.features) != each.about and bool(judge.tag("", text).topics) == each.about
        ),
    )


def _examples(tagger: Tagger, judge: Tagger, topic: str) -> "dict[str, Example]":
    """The examples of ``topics.yaml``, by their text."""
    from processing.topics.learning import Example

    written = tagger.topics[topic].examples
    return {
        text: Example(text, judge.features("", text)[topic], about, invented=True, weight=EXAMPLE_WEIGHT)
        for about, texts in ((True, written.match), (False, written.no_match))
        for text in texts
    }


def shipped_models(settings: Settings) -> dict[str, Model]:
    """The models that the installation's topics come with, without what was learned here."""
    return load_models(topic_models(settings.config))


def install(settings: Settings, lesson: Lesson) -> UPath:
    """Has a topic go by what it has learned, from now on. Returns the model's file."""
    file = Storage(settings.data).model(lesson.model.topic)
    save(lesson.model, file)
    return file


def forget(settings: Settings, topic: str) -> bool:
    """Has a topic go by what it came with again. The labels stay. Returns whether it had learned anything."""
    file = Storage(settings.data).model(topic)
    there = file.exists()
    file.unlink(missing_ok=True)
    return there


@dataclass(frozen=True)
class State:
    """By what a topic goes.

    Attributes:
        needed: score from which its model tags; None for one that goes by its words alone.
        taught: labelled articles that its model has learned from here; None for one that came with the topic.
        is_outdated: the model that this one began with has changed since.
        labels: how many are kept here.
        right: labelled texts that are about it.
        wrong: labelled texts that are not.
    """

    needed: float | None
    taught: int | None
    is_outdated: bool
    labels: int
    right: int
    wrong: int

    @property
    def can_learn(self) -> bool:
        """Whether there are enough labels to learn from."""
        return _suffice(self.right, self.wrong)

    @property
    def told(self) -> str:
        """The same in words."""
        told = "none" if self.needed is None else f"from {self.needed:.2g}"
        told += f", taught here by {self.taught} articles" if self.taught is not None else ""
        return told + ("; the model that it began with has changed: train it again" if self.is_outdated else "")


def state_of(settings: Settings, tagger: Tagger, topic: str) -> State:
    """By what a topic goes, and how many labels it has."""
    storage = Storage(settings.data)
    model, kept = tagger.models.get(topic), kept_labels(storage, topic).records
    teaching = [each.grade == ABOUT for each in verdicts(kept) if each.grade != TOUCHES]
    counts = len(kept), sum(teaching), len(teaching) - sum(teaching)
    if not (model and storage.model(topic).exists()):
        return State(model.threshold if model else None, None, False, *counts)
    begun = shipped_models(settings).get(topic)
    is_outdated = model.card.get("begun_with") != (digest(begun) if begun else "words")
    taught = model.card.get("labels")
    return State(model.threshold, taught if isinstance(taught, int) else 0, is_outdated, *counts)


def digest(model: Model) -> str:
    """Tells models apart."""
    told = json.dumps([model.bias, model.threshold, sorted(model.weights.items())]).encode()
    return sha256(told).hexdigest()[:12]


def _is_tagged(judge: Tagger, label: Label) -> bool:
    return bool(judge.tag(label.title, label.body).topics)


def _suffice(right: int, wrong: int) -> bool:
    return right + wrong >= LEAST and min(right, wrong) >= LEAST_EACH


def _check_number(topic: str, teaching: list[Verdict]) -> None:
    about = sum(each.grade == ABOUT for each in teaching)
    has = f"{topic} has {len(teaching)} articles that are right or wrong, {about} of them right"
    if not _suffice(about, len(teaching) - about):
        needs = f"it takes {LEAST}, and {LEAST_EACH} of each"
        raise RasidError(f"{has}; {needs}: go on with `rasid topics label {topic}`")
