"""Texts whose stories are known: sample articles and what desks and content farms do to them, events told by several
hands, and series. In two parts, of which one is kept aside: other articles, other edits, other series.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks.labels import read_labels
from benchmarks.topics.labelled import WITHOUT_STORIES
from rasid.outlets import load_outlets
from samples.server import OUTLETS_FILE
from samples.site import load_stories

HERE = Path(__file__).parent
PARTS = ("worked on", "kept aside")
UNRELATED = 40
"""Pairs of different articles in each part."""


@dataclass(frozen=True)
class Labelled:
    """A text.

    Attributes:
        story: name of its story.
        kind: how it came about.
        body: paragraphs, one a line.
    """

    story: str
    kind: str
    body: str


@dataclass(frozen=True)
class Pair:
    """Two texts, by their places in the list of texts.

    Attributes:
        kind: what makes them hard to tell.
        copy: whether one has its text from the other, or both from a third.
    """

    first: int
    second: int
    kind: str
    copy: bool


def load(part: str) -> tuple[list[Labelled], list[Pair]]:
    """The texts of one part, and the pairs of them that are compared."""
    number = PARTS.index(part)
    rng = random.Random(number)
    texts: list[Labelled] = []
    pairs: list[Pair] = []
    articles = [body for place, body in enumerate(_articles()) if place % 2 == number]
    desk = _Desk(_of_part("edits.jsonl", part), articles, rng)
    for name, body in enumerate(articles):
        base = len(texts)
        texts.append(Labelled(f"article {name}", "original", body))
        for kind in rng.sample(sorted(desk.ways), 4):
            texts.append(Labelled(f"article {name}", kind, desk.ways[kind](body)))
            pairs.append(Pair(base, len(texts) - 1, kind, copy=True))
        one, other = rng.sample(range(base + 1, len(texts)), 2)
        if not {texts[one].kind, texts[other].kind} & {"cut", "middle"}:
            pairs.append(Pair(one, other, "two copies", copy=True))
    originals = [place for place, text in enumerate(texts) if text.kind == "original"]
    for one, other in zip(originals[::4], originals[1::4], strict=False):
        longer, shorter = sorted((one, other), key=lambda place: -len(texts[place].body.split()))
        merged = f"{texts[longer].body}\n{texts[shorter].body}"
        texts.append(Labelled(texts[longer].story, "merged", merged))
        pairs += [Pair(place, len(texts) - 1, "merged", copy=True) for place in (longer, shorter)]
    for one, other in rng.sample(list(combinations(originals, 2)), UNRELATED):
        pairs.append(Pair(one, other, "unrelated", copy=False))
    for kind, groups in (("hands", _hands(part)), ("series", _series(part))):
        for name, bodies in groups:
            places = range(len(texts), len(texts) + len(bodies))
            texts += [Labelled(f"{name} {place}", kind, body) for place, body in zip(places, bodies, strict=True)]
            pairs += [Pair(one, other, kind, copy=False) for one, other in combinations(places, 2)]
    return texts, pairs


class _Desk:
    """What is done to a text.

    Args:
        edits: of one part of ``edits.jsonl``.
        articles: from which foreign paragraphs are taken.
        rng: decides where.
    """

    def __init__(self, edits: list[dict[str, Any]], articles: list[str], rng: random.Random) -> None:
        self._words = {edit["word"]: edit["becomes"] for edit in edits if "word" in edit}
        self._spellings = {edit["letter"]: edit["becomes"] for edit in edits if "letter" in edit}
        self._insertions = [edit["insertion"] for edit in edits if "insertion" in edit]
        self._articles = articles
        self._rng = rng
        self.ways: dict[str, Callable[[str], str]] = {
            "same": self._same,
            "cut": self._cut,
            "middle": self._middle,
            "inserted": self._inserted,
            "respelled": self._respelled,
            "edited": self._edited,
            "edited and cut": lambda body: self._edited(self._cut(body)),
            "respelled, inserted": lambda body: self._respelled(self._inserted(body)),
        }

    def _same(self, body: str) -> str:
        """Another dateline, joined paragraphs."""
        return "وكالات – " + body.replace("\n", " ")

    def _cut(self, body: str) -> str:
        """The first third to two thirds."""
        words = body.split(" ")
        return " ".join(words[: max(20, round(len(words) * self._rng.uniform(0.34, 0.67)))])

    def _middle(self, body: str) -> str:
        """Without its beginning and its end."""
        words = body.split(" ")
        start = round(len(words) * self._rng.uniform(0.2, 0.4))
        return " ".join(words[start : start + max(20, len(words) // 2)])

    def _inserted(self, body: str) -> str:
        """A paragraph of another article and a sentence of the desk's own, anywhere."""
        paragraphs = body.splitlines()
        foreign = self._rng.choice([other for other in self._articles if other != body]).splitlines()
        for addition in (self._rng.choice(foreign), self._rng.choice(self._insertions)):
            paragraphs.insert(self._rng.randint(1, len(paragraphs)), addition)
        return "\n".join(paragraphs)

    def _respelled(self, body: str) -> str:
        """Letters as another desk has them, each word with a chance of a half."""
        table = str.maketrans(self._spellings)
        return re.sub(r"\w+", lambda word: word[0].translate(table) if self._rng.random() < 0.5 else word[0], body)

    def _edited(self, body: str) -> str:
        """Other words, a sentence put in, and of more than three paragraphs one dropped and two that change places."""
        edited = re.sub(
            r"\w+",
            lambda word: self._words.get(word[0], word[0]) if self._rng.random() < 0.8 else word[0],
            body,
        )
        paragraphs = edited.splitlines()
        if len(paragraphs) > 3:
            paragraphs.pop(self._rng.randrange(2, len(paragraphs)))
            place = self._rng.randrange(1, len(paragraphs) - 1)
            paragraphs[place : place + 2] = reversed(paragraphs[place : place + 2])
        paragraphs.insert(self._rng.randint(1, len(paragraphs)), self._rng.choice(self._insertions))
        return "\n".join(paragraphs)


def _articles() -> Iterator[str]:
    for outlet in load_outlets(OUTLETS_FILE).values():
        if outlet.id not in WITHOUT_STORIES | {"alsaleh"}:
            yield from ("\n".join(story.paragraphs) for story in load_stories(outlet))


def _of_part(name: str, part: str) -> list[dict[str, Any]]:
    return [row for row in read_labels(HERE / name) if row["part"] == part]


def _hands(part: str) -> list[tuple[str, list[str]]]:
    return [(row["event"], row["texts"]) for row in _of_part("hands.jsonl", part)]


def _series(part: str) -> list[tuple[str, list[str]]]:
    return [
        (row["series"], [_filled(row["text"], values) for values in row["values"]])
        for row in _of_part("series.jsonl", part)
    ]


def _filled(text: str, values: list[str]) -> str:
    return re.sub(r"\{(\d)\}", lambda slot: values[int(slot[1]) - 1], text)
