"""Real articles with labels. The labels are the project's, by id; the texts are other people's and stay outside of it,
in a folder that holds ``labelled.jsonl.gz`` and ``unlabelled.jsonl.gz``.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.labels import read_labels
from benchmarks.topics.labelled import CODES, HERE
from rasid.settings import ROOT

NEWS = ROOT.parent / "shared" / "real" / "news"
LABELS = HERE / "real.jsonl"
Part = Literal["learn", "test"]
ABOUT, TOUCHES = 2, 1
"""Grades: the text is about the topic; it only touches it, and then counts neither way. 0: neither."""


@dataclass(frozen=True)
class Real:
    """A real article.

    Attributes:
        id: of the article.
        outlet: that published it; may be unknown.
        title: the article's.
        body: the article's.
        grades: by topic, of those that are not 0. Where two readers differ, 1.
    """

    id: str
    outlet: str | None
    title: str
    body: str
    grades: dict[str, int]


def load_real(part: Part, folder: Path = NEWS) -> list[Real]:
    """The articles of a part, by id; those to learn from include the ones that came with labels.

    Raises:
        SystemExit: the folder is not there.
    """
    if not (folder / "unlabelled.jsonl.gz").is_file():
        raise SystemExit(f"there are no real articles: {folder} has no unlabelled.jsonl.gz")
    labels = {label["id"]: label for label in read_labels(LABELS)}
    found = [
        _real(each, _agreed(_grades(label["a"]), _grades(label["b"])))
        for each in _lines(folder / "unlabelled.jsonl.gz")
        if (label := labels.get(each["id"])) and label["part"] == part
    ]
    if part == "learn":
        found += [_real(each, each["grades"]) for each in _lines(folder / "labelled.jsonl.gz")]
    return sorted(found, key=lambda each: each.id)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _real(article: dict[str, Any], grades: dict[str, int]) -> Real:
    return Real(article["id"], article["outlet"], article["title"] or "", article["body"] or "", grades)


def _grades(codes: str) -> dict[str, int]:
    return {CODES[code[0]]: int(code[1]) for code in codes.split()}


def _agreed(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    grades = {topic: (one.get(topic, 0), other.get(topic, 0)) for topic in one | other}
    return {topic: a if a == b else TOUCHES for topic, (a, b) in grades.items()}
