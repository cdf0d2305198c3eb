"""The lines of a page one after the other: which are the text's, and why the others are not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from processing.authors.bylines import MAX_BYLINE, is_byline
from processing.extract.furniture import Dropped, is_label, why_dropped
from processing.extract.teasers import Teasers
from processing.extract.text_elements import is_sentence
from processing.html.blocks import Block
from processing.html.characters import line_key
from processing.html.hashtags import hashtags_in, hashtags_parted


@dataclass
class Sorter:
    """Sorts lines one after the other, in the page's order, into the text's and others.

    Attributes:
        blocks: the lines of the whole page.
        teasers: of other articles.
        own: numbers of the lines in the text's elements.
        outer: elements that hold all of the text.
        repeated: `line_key` of the titles and the outlet's names, alone and together.
        outlets: `line_key` of the outlet's names.
        apart: numbers of lines that are not the text's by where they stand, and why.
        in_paragraphs: most of the text's long lines are paragraphs.
        kept: numbers of the text's lines so far, and their texts.
        dropped: the others: why, and the line.
        hashtags: each once.
    """

    blocks: list[Block]
    teasers: Teasers
    own: list[int]
    outer: set[HtmlElement]
    repeated: set[str]
    outlets: frozenset[str]
    apart: Mapping[int, Dropped]
    in_paragraphs: bool
    kept: dict[int, str] = field(default_factory=dict)
    dropped: list[tuple[Dropped, str]] = field(default_factory=list)
    hashtags: dict[str, None] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _began: bool = False
    _spoken: bool = False
    _last: Dropped | None = None

    def sort(self, number: int) -> None:
        """Puts the line of a number among the text's or the dropped ones."""
        block = self.blocks[number]
        self.hashtags.update(dict.fromkeys(hashtags_in(block.text)))
        text, _ = hashtags_parted(block.text)
        self._last = reason = self._why(number, block, text)
        if reason:
            self.dropped.append((reason, block.text))
            return
        self.kept[number] = text
        self._seen.add(text)
        self._began = number >= self.own[0]
        self._spoken = self._spoken or (self._began and is_sentence(block))

    def _why(self, number: int, block: Block, text: str) -> Dropped | None:
        """Why a line is not the text's; None if it is.

        Args:
            number: of the line.
            block: the line.
            text: without the hashtags that end it.
        """
        following = [self.blocks[other] for other in (number + 1, number + 2) if other <= self.own[-1]]
        above = number < self.own[0] or not self._began
        reason = why_dropped(block, following, self.outer, self.repeated, self.outlets, above=above)
        reason = reason or self.apart.get(number)
        if not reason and not self._spoken and len(text) <= MAX_BYLINE and is_byline(text, True, self.outlets):
            reason = "byline"  # also below highlights
        if not reason and self._last == "read also" and block.element.tag == "li":
            reason = "read also"  # what the label above sends to
        if not reason and self.in_paragraphs and block.element.tag == "div" and is_label(text):
            reason = None if self._began and _is_of_row(self.blocks, number) else "label"
        if not reason and number + 1 in self.teasers.lines and is_label(text):
            reason = "list of links"
        if not reason and text != block.text and line_key(text) in self.repeated:
            reason = "hashtags"
        if not reason and len(text) > 30 and text in self._seen:
            reason = "repeated"
        return reason


def _is_of_row(blocks: list[Block], number: int) -> bool:
    """Whether a line is the date, or what was then, in a row of a timeline."""
    pairs = ((number, number + 1), (number - 1, number))
    return any(
        after < len(blocks)
        and blocks[date].path[:-1] == blocks[after].path[:-1]
        and any(role == "date" for _, role in blocks[date].roles)
        for date, after in pairs
    )
