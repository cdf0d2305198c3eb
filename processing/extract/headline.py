"""The line that readers see as an article's headline: what a page states for machines is often shorter, or another.

Every line above the text is scored by what headlines have in common: their element, their words, where they stand, how
much of what the page states and of the text's first lines is in them. The weights were learned by
`benchmarks/extraction/headlines.py` and say nothing of any outlet.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from processing.authors.bylines import is_byline
from processing.dates.in_text import is_date
from processing.extract.title import TITLE_WORDS, is_bold, is_called_title
from processing.html.blocks import HEADINGS, LINK, Block
from processing.html.characters import line_key
from rasid.letters import normalise

LEAST = -3.7
"""The log-odds above which a line is taken for the headline."""
MAX_WORDS = 32
"""Words of a headline, at most."""
TEXT_WORDS = 18
"""A line of the text with more words, or of half of them that ends as a sentence does, is where the text begins."""
FIRST_LINES = 6
"""Lines of the text with whose words a headline shares some."""
LINES_BELOW = 3
"""Lines below a headline among which the day stands."""
DATE_WORDS = 25
"""Words of such a line, at most."""
SHORT = 8
"""Letters of a title or a line of which another says something, at least."""
BRANCHES = 6
"""Elements that are around a line and not around the text, at most, by which lines differ."""

WEIGHTS = {
    "bias": -4.75,
    "h1": 4.56, "h2 or h3": 1.74, "called title": 2.7, "bold": 2.82,
    "short": -3.95, "sentence or label": -4.03, "byline or date": -2.86, "link": -0.87, "role": -1.79,
    "shared with the text": 3.92, "shared with a stated title": 3.79, "within a stated title": 1.94,
    "day below": 1.74, "branches": -3.14, "in the text": -0.37,
}  # fmt: skip
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Candidate:
    """A line that may be the headline.

    Attributes:
        block: the line.
        below: the next lines.
        features: what is seen of it, each from 0 to 1, as `WEIGHTS` weighs it; without what is dear to know.
    """

    block: Block
    below: list[Block]
    features: dict[str, float]

    @property
    def is_said(self) -> bool:
        """Whether the page says that the line is a title; a line of the text may be one of a list."""
        said = ("h1", "h2 or h3", "called title", "within a stated title")
        return not self.features["in the text"] or any(self.features[name] for name in said)

    def dear(self) -> dict[str, float]:
        """The features that cost more to know."""
        text = self.block.text
        days = (block.text for block in self.below if block.words < DATE_WORDS)
        return {"byline or date": is_date(text) or is_byline(text, above=True), "day below": any(map(is_date, days))}


def headline(
    blocks: list[Block], elements: list[HtmlElement], stated: Iterable[str], names: Iterable[str]
) -> Candidate | None:
    """The line of a page that is most likely its article's headline; None where none is likely.

    Args:
        blocks: of the whole page.
        elements: that hold the text.
        stated: titles that the page states and does not show.
        names: of the outlet, which are no headlines.
    """
    best: tuple[float, Candidate | None] = (LEAST, None)
    scored = [(score(each.features), each) for each in candidates(blocks, elements, stated, names)]
    for cheap, each in sorted(scored, key=lambda pair: -pair[0]):
        if WEIGHTS["bias"] + cheap + WEIGHTS["day below"] <= best[0]:
            break
        best = max(best, (WEIGHTS["bias"] + cheap + score(each.dear()), each), key=lambda pair: pair[0])
    return best[1]


def score(features: dict[str, float]) -> float:
    """The sum of weighed features."""
    return sum(WEIGHTS[name] * value for name, value in features.items())


def candidates(
    blocks: list[Block], elements: list[HtmlElement], stated: Iterable[str], names: Iterable[str]
) -> Iterator[Candidate]:
    """The lines down to the first of the text that are in Arabic letters and no links; arguments as of `headline`."""
    holders = set(elements)
    own = [number for number, block in enumerate(blocks) if not holders.isdisjoint(block.path)]
    if not own:
        return
    begin = next((number for number in own if _is_text(blocks[number])), own[0])
    lead = [blocks[number] for number in own if blocks[number].words >= TEXT_WORDS // 2][:FIRST_LINES]
    of_text = {block.key: _words(block.text) for block in lead}
    whole = set().union(*of_text.values())
    around = set(blocks[begin].path)
    titles = [(_words(text), line_key(text)) for text in stated]
    outlets = {line_key(name) for name in names}
    for number, block in enumerate(blocks[: begin + 1]):
        heading = next((str(each.tag) for each in block.path[:-4:-1] if each.tag in HEADINGS), "")
        linked = block.link_share > LINK and block.element.tag != "h1"
        if not 2 <= block.words <= MAX_WORDS or linked or block.key in outlets or not _is_arabic(block.text):
            continue
        words = _words(block.text)
        others = (found for key, found in of_text.items() if key != block.key)
        in_text = set().union(*others) if block.key in of_text else whole
        yield Candidate(
            block,
            blocks[number + 1 : number + 1 + LINES_BELOW],
            {
                "h1": heading == "h1",
                "h2 or h3": heading in {"h2", "h3"},
                "called title": is_called_title(block),
                "bold": is_bold(block),
                "short": len(block.text.split()) < TITLE_WORDS,
                "sentence or label": block.text.endswith((".", ":")),
                "link": block.link_share > 0.5,
                "role": bool(block.roles),
                "shared with the text": len(words & in_text) / max(1, len(words)),
                "shared with a stated title": max((_alike(words, title) for title, _ in titles), default=0.0),
                "within a stated title": any(_holds(key, block.key) for _, key in titles),
                "branches": min(sum(each not in around for each in block.path), BRANCHES) / BRANCHES,
                "in the text": number >= own[0],
            },
        )


def _is_text(block: Block) -> bool:
    long = block.words > TEXT_WORDS or (block.words > TEXT_WORDS // 2 and block.text.endswith("."))
    return long and block.link_share < 0.5


def _is_arabic(text: str) -> bool:
    return any("ء" <= letter <= "ي" for letter in text)


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(normalise(text)) if len(word) > 1}


def _alike(words: Collection[str], others: Collection[str]) -> float:
    """Twice the words that two titles share, of all that they have."""
    return 2 * len(set(words) & set(others)) / max(1, len(words) + len(others))


def _holds(title: str, line: str) -> bool:
    """Whether a stated title is a line, or one is a part of the other."""
    short, long = sorted((title, line), key=len)
    return title == line or (len(short) >= SHORT and short in long)
