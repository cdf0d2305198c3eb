"""What people say of articles: which are about a topic. One file a topic, each label with the text that was read, as a
label without its text teaches nothing once the article is gone or has changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal, Protocol

from pydantic import AwareDatetime

from rasid.exclusive import exclusively
from rasid.json_lines import JsonLines, Lines
from rasid.storage import Storage, set_aside, write_whole

Grade = Literal[0, 1, 2]
"""2: the article is about the topic; 1: it only touches it, and teaches nothing; 0: it is not about it."""
GRADES: dict[str, Grade] = {"right": 2, "touches": 1, "wrong": 0, "2": 2, "1": 1, "0": 0}
"""The grades by the words that people use for them."""
PATIENCE = 30.0
"""Seconds that one who labels waits for another."""


@dataclass(frozen=True)
class Label:
    """What one person says of one article.

    Attributes:
        id: of the article.
        url: its address.
        topic: id of the topic.
        grade: whether the article is about it.
        who: the person.
        at: when.
        digest: of the text, so that copies and later revisions can be told.
        title: as it was read.
        body: as it was read.
    """

    id: str
    url: str
    topic: str
    grade: Grade
    who: str
    at: AwareDatetime
    digest: str
    title: str
    body: str


@dataclass(frozen=True)
class Verdict:
    """What all people together say of one text.

    Attributes:
        label: the last one.
        grade: what they agree on; 1 where they differ.
        differ: whether they do.
    """

    label: Label
    grade: Grade
    differ: bool


LABELS = JsonLines(Label)


def text_digest(title: str, body: str) -> str:
    """Of a text as a label states it."""
    return sha256(f"{title}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Readable(Protocol):
    """An article as far as a label states it."""

    @property
    def id(self) -> str:
        """Id of the article."""

    @property
    def url(self) -> str:
        """Its address."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def body(self) -> str:
        """Its text."""


def label_of(article: Readable, topic: str, grade: Grade, who: str, at: AwareDatetime) -> Label:
    """A person's label for an article as it is kept now."""
    digest = text_digest(article.title, article.body)
    return Label(article.id, article.url, topic, grade, who, at, digest, article.title, article.body)


def kept_labels(storage: Storage, topic: str) -> Lines[Label]:
    """The labels of a topic; of what one person said of an article, the last."""
    found = LABELS.read(storage.labels(topic))
    last = {(each.id, each.who): each for each in found.records}
    return replace(found, records=list(last.values()))


def keep(storage: Storage, topic: str, labels: Iterable[Label], gone: Iterable[Label] = ()) -> None:
    """Adds labels to those of a topic, in place of what the same persons said of the same articles, and takes others
    back. A file that is damaged is set aside, and what is whole of it goes on.

    Raises:
        RasidError: another process held the file all the time.
    """
    file = storage.labels(topic)
    with exclusively(file.with_suffix(".lock"), PATIENCE):
        found = kept_labels(storage, topic)
        if found.damage:
            set_aside(file)
        all_ = {(each.id, each.who): each for each in found.records}
        for each in gone:
            all_.pop((each.id, each.who), None)
        for each in labels:
            all_.pop((each.id, each.who), None)  # the last stands last
            all_[each.id, each.who] = each
        write_whole(file, LABELS.dumps(all_.values()))


def verdicts(labels: Sequence[Label]) -> Iterator[Verdict]:
    """What people say of each text; copies are one text."""
    by_text: dict[str, list[Label]] = {}
    for label in labels:
        by_text.setdefault(label.digest, []).append(label)
    for said in by_text.values():
        grades = {label.grade for label in said}
        yield Verdict(said[-1], said[0].grade if len(grades) == 1 else 1, len(grades) > 1)
