"""How well extractors read pages: precision, recall and F1 of bodies by 4-word shingles, exact titles, days, authors.

The measure of bodies is that of Zyte's article-extraction-benchmark: shingles of a page's text and of the gold text
are compared as multisets; precision and recall are means over the pages, F1 is their harmonic mean.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

PAGES = Path(__file__).parent / "pages"
MEASURED = ("worked_on", "kept_aside", "sixth")
"""Those that the benchmark prints: one that the rules were written for, one that was kept aside, and the last that
others wrote when the rules were there, which was not worked on.
"""
WORKED_ON = ("worked_on", "earlier", "dirty", "dirty_names", "aside", "third", "fourth", "fifth")
"""Pages that rules were written for; a test holds the rules to them."""
SHINGLE = 4


@dataclass(frozen=True)
class GoldPage:
    """A page and what a careful reader takes from it.

    Attributes:
        name: layout and number.
        html: as served.
        url: of the page.
        timezone: the outlet's.
        fetched_at: when the page was asked for.
        outlet: names of the outlet by language.
        title: the article's.
        day: of publication, at the outlet's place; None where the page does not tell.
        authors: persons.
        body: paragraphs.
    """

    name: str
    html: bytes
    url: str
    timezone: str
    fetched_at: datetime
    outlet: dict[str, str]
    title: str
    day: date | None
    authors: tuple[str, ...]
    body: tuple[str, ...]


@dataclass(frozen=True)
class Extracted:
    """What an extractor takes from a page."""

    title: str
    body: str
    day: date | None
    authors: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """Of one extractor on one page, each from 0 to 1."""

    precision: float
    recall: float
    title: bool
    day: bool
    author: bool


def load_pages(half: str) -> list[GoldPage]:
    """The pages of one set, with their gold files."""
    return [_page(file) for file in sorted((PAGES / half).glob("*.html"))]


def _page(file: Path) -> GoldPage:
    gold = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    return GoldPage(
        name=file.stem,
        html=file.read_bytes(),
        url=gold["url"],
        timezone=gold["timezone"],
        fetched_at=datetime.fromisoformat(gold["fetched_at"]),
        outlet=gold["outlet"],
        title=gold["title"],
        day=date.fromisoformat(gold["day"]) if gold["day"] else None,
        authors=tuple(gold["authors"]),
        body=tuple(gold["body"]),
    )


def score(page: GoldPage, found: Extracted) -> Score:
    """Compares what was found with the gold."""
    gold, text = _shingles(" ".join(page.body)), _shingles(found.body)
    shared = sum((gold & text).values())
    return Score(
        precision=shared / text.total() if text else 0.0,
        recall=shared / gold.total(),
        title=_plain(found.title) == _plain(page.title),
        day=found.day == page.day,
        author={_plain(name) for name in found.authors} == {_plain(name) for name in page.authors},
    )


def _plain(text: str) -> str:
    return " ".join(text.split())


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[n : n + SHINGLE]) for n in range(max(1, len(words) - SHINGLE + 1)) if words)
