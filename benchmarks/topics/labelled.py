"""The labelled passages and articles, in two parts, of which one is kept aside while rules are written."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.labels import read_labels
from rasid.outlets import load_outlets
from samples.server import OUTLETS_FILE
from samples.site import load_stories

HERE = Path(__file__).parent
CODES = {
    "A": "arms_deals",
    "C": "caatsa",
    "S": "sanctions",
    "M": "military_cooperation",
    "W": "western_sahara",
    "G": "wagner_africa_corps",
    "H": "sahel",
    "L": "libya",
    "T": "counterterrorism",
    "N": "nuclear",
    "I": "migration",
    "E": "energy",
}
PARTS = ("worked on", "kept aside")
WITHOUT_STORIES = {"tassili", "wadi"}


@dataclass(frozen=True)
class Labelled:
    """A text with what a reader finds in it.

    Attributes:
        title: may be empty.
        body: of the text.
        topics: ids.
        countries: ISO codes; None where nobody labelled them.
    """

    title: str
    body: str
    topics: frozenset[str]
    countries: frozenset[str] | None


def load(part: str) -> list[Labelled]:
    """The texts of one part."""
    if part == "kept aside":
        return _texts("kept_aside.jsonl")
    return [*_texts("passages.jsonl"), *_texts("articles.jsonl"), *_stories()]


def _texts(name: str) -> list[Labelled]:
    return [
        Labelled(
            row.get("title", ""),
            row["body"],
            frozenset(row["topics"]),
            frozenset(row["countries"]) if "countries" in row else None,
        )
        for row in read_labels(HERE / name)
    ]


def _stories() -> list[Labelled]:
    labels = {row["title"]: frozenset(row["topics"]) for row in read_labels(HERE / "stories.jsonl")}
    bodies = {}
    for outlet in load_outlets(OUTLETS_FILE).values():
        if outlet.id not in WITHOUT_STORIES:
            bodies.update({story.title: "\n".join(story.paragraphs) for story in load_stories(outlet)})
    if missing := set(bodies) ^ set(labels):
        raise SystemExit(f"stories.jsonl and the sample articles differ: {', '.join(missing)}")
    return [Labelled(title, body, labels[title], None) for title, body in bodies.items()]
