"""Learns what headlines have in common: ``python -m benchmarks.extraction.headlines``.

It reads all sets of pages, and prints how many headlines are found on pages of layouts that were left out, for each
set, and the weights of all pages, as `processing.extract.headline.WEIGHTS` has them.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from unittest.mock import patch

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.extraction.__main__ import by_rasid
from benchmarks.extraction.score import PAGES, GoldPage, load_pages
from processing.extract import headline, text
from processing.html.characters import line_key

PARTS = 10
"""In which layouts are left out."""
STRENGTH = 3.0
"""Of what the pages say against small weights."""
KICKER = 14
"""Letters of a section before a headline in its line, at most."""


@dataclass(frozen=True)
class Line:
    """A line that may be a headline.

    Attributes:
        page: its set, layout and number.
        layout: its set and layout.
        is_headline: whether it is the one.
        features: what is seen of it.
    """

    page: tuple[str, str]
    layout: tuple[str, str]
    is_headline: bool
    features: dict[str, float]


def main() -> None:
    """Prints what was found, and the weights."""
    lines = [
        line
        for folder in sorted(PAGES.iterdir())
        for page in load_pages(folder.name)
        for line in _lines(folder.name, page)
    ]
    layouts = sorted({line.layout for line in lines})
    random.Random(0).shuffle(layouts)
    right: dict[str, list[bool]] = defaultdict(list)
    for part in range(PARTS):
        left_out = set(layouts[part::PARTS])
        weights = learned(line for line in lines if line.layout not in left_out)
        rest = (line for line in lines if line.layout in left_out)
        for (folder, _), of_page in groupby(rest, key=lambda line: line.page):
            right[folder].append(max(of_page, key=lambda line: _sum(weights, line)).is_headline)
    for folder, found in sorted(right.items()):
        print(f"{folder}: {sum(found)} of {len(found)} headlines")
    print({name: round(weight, 2) for name, weight in learned(lines).items()})


def learned(lines: Iterable[Line]) -> dict[str, float]:
    """The weights of features, by logistic regression."""
    lines = list(lines)
    names = list(lines[0].features)
    seen = np.array([[float(line.features[name]) for name in names] for line in lines])
    model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(seen, [line.is_headline for line in lines])
    return {"bias": float(model.intercept_[0]), **dict(zip(names, map(float, model.coef_[0]), strict=True))}


def _sum(weights: dict[str, float], line: Line) -> float:
    return sum(weights[name] * value for name, value in line.features.items())


def _lines(folder: str, page: GoldPage) -> Iterator[Line]:
    """The lines that `processing.extract.headline` weighs on a page."""
    found: list[headline.Candidate] = []

    def watched(*arguments: object) -> None:
        found.extend(headline.candidates(*arguments))  # type: ignore[arg-type]

    with patch.object(text, "headline", watched):
        by_rasid(page)
    key = line_key(page.title)
    for each in found:
        line = each.block.key
        is_headline = line == key or (line.endswith(key) and len(line) < len(key) + KICKER)
        layout = page.name.rpartition("-")[0]
        yield Line((folder, page.name), (folder, layout), is_headline, {**each.features, **each.dear()})


if __name__ == "__main__":
    main()
