"""Boxes in which a site asks its readers for something, or says whom to ask: for donations, for the press."""

import re
from collections.abc import Iterable
from itertools import takewhile

from lxml.html import HtmlElement

from processing.html.blocks import HEADINGS, Block
from processing.html.characters import line_key
from rasid.letters import normalise, view_pattern
from rasid.words.patterns import pattern

HEAD_WORDS = 8
"""Words of the line that opens a box, at most."""
BOX_WORDS = 60
"""Words of a box, at most."""
LINES = 3
"""Lines below its heading that are a box's, where no element holds it, at most."""

_ASKS = view_pattern(rf"^\W*{pattern('furniture', 'asks')}\b")
_OURS = view_pattern(
    rf"\b(?:و?ال|ب|ل|لل)?{pattern('furniture', 'asks_for')}\w*"
    rf"|\b(?:\w{{3,}}تنا|شركا\w+|{pattern('furniture', 'asks_for_ours')})\b"
)
_CONTACT = view_pattern(rf"^\W*{pattern('furniture', 'contacts')}\b")
_REACHED = re.compile(r"[\w.+-]+@[\w-]+\.\w|(?<!\d)(?:\+|00)?\d[\d\s().-]{7,}\d(?!\d)")


def calls(lines: list[Block], outer: set[HtmlElement], outlets: Iterable[str]) -> set[Block]:
    """Those of a text's lines that are such boxes'.

    Args:
        lines: of the text's element.
        outer: elements that hold all of the text.
        outlets: `line_key` of the outlet's names.
    """
    found: set[Block] = set()
    names = [name for name in outlets if name]
    for number, block in enumerate(lines):
        if block.words > HEAD_WORDS or block in found:
            continue
        below = lines[number + 1 :]
        if _asks(block, names) or (_CONTACT.search(normalise(block.text)) and _reaches((block, *below[:LINES]))):
            found.update((block, *_box(block, below, outer)))
    return found


def _asks(block: Block, names: list[str]) -> bool:
    """Whether a line asks for something, and for the outlet."""
    view = normalise(block.text)
    if block.text.endswith(".") or not _ASKS.search(view):
        return False
    return bool(_OURS.search(view)) or any(name in block.key for name in names)


def _reaches(lines: Iterable[Block]) -> bool:
    return any(_REACHED.search(line.text) for line in lines)


def _box(head: Block, below: list[Block], outer: set[HtmlElement]) -> Iterable[Block]:
    """The lines below the first one of a box: those of the largest small element that it opens, or, where it has none,
    those to the next heading that are short.
    """
    small = (each for each in head.path[:-1] if each not in outer)
    opened = [each for each in small if len(str(each.text_content()).split()) <= BOX_WORDS]
    if opened and line_key(str(opened[0].text_content())).startswith(head.key):
        return takewhile(lambda line: opened[0] in line.path, below)
    if head.element.tag not in HEADINGS:
        return ()
    return takewhile(lambda line: line.element.tag not in HEADINGS and line.words <= BOX_WORDS / 2, below[:LINES])
