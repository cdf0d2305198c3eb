"""What stands within an article's text and is not the text's by where it stands: lists of links, boxes, comments…"""

import re
from itertools import takewhile

from lxml.html import HtmlElement

from processing.extract.calls import calls
from processing.extract.furniture import Dropped, ends_text, heads_comments
from processing.extract.teasers import Teasers
from processing.html.blocks import LINK, Block
from processing.html.characters import line_key
from rasid.letters import normalise, view_pattern
from rasid.words.patterns import pattern

BOX_WORDS = 80
"""Words of a box that readers are told how to skip, at most."""

_SKIP = view_pattern(rf"^\W*تخط[ىي]\b.{{0,40}}\b{pattern('furniture', 'go_on')}\b")
_REPLY = re.compile(rf"\s*{pattern('furniture', 'replies')}\s*:\s*", re.IGNORECASE)


def of_other_parts(
    blocks: list[Block],
    own: list[int],
    teasers: Teasers,
    outer: set[HtmlElement],
    titles: set[str],
    outlets: frozenset[str],
    title_at: int | None,
) -> dict[int, Dropped]:
    """The numbers of lines within the text's element that are not the text's by where they stand, and why."""
    lines = [blocks[number] for number in own]
    lists = _lists_of_links(lines, outer)
    boxes, asking = _skipped(lines, outer), calls(lines, outer, outlets)
    comments, end = _comments_from(blocks, own, titles), _end(blocks, own)
    above = title_at if title_at is not None and _is_top(blocks, own, title_at) else 0
    apart: dict[int, Dropped] = {}
    for number, block in zip(own, lines, strict=True):
        if number >= comments:
            apart[number] = "comments"
        elif number in teasers.lines or not (lists | boxes).isdisjoint(block.path):
            apart[number] = "related"
        elif number >= end or block in asking:
            apart[number] = "notice"
        elif number < above:
            apart[number] = "label"
    return apart


def _lists_of_links(own: list[Block], outer: set[HtmlElement]) -> set[HtmlElement]:
    """Elements within the text that hold several links and not much else."""
    letters: dict[HtmlElement, list[float]] = {}
    for block in own:
        linked = len(block.key) * block.link_share
        for element in takewhile(lambda each: each not in outer, reversed(block.path)):
            held = letters.setdefault(element, [0, 0, 0])
            held[0] += len(block.key)
            held[1] += linked
            held[2] += block.link_share > LINK
    return {element for element, (all_, linked, links) in letters.items() if links > 1 and linked > all_ / 2}


def _skipped(own: list[Block], outer: set[HtmlElement]) -> set[HtmlElement]:
    """The boxes within the text that open with a link to pass them by: «تخطى البودكاست وواصل القراءة»."""
    found: dict[HtmlElement, int] = {}
    for block in own:
        if _SKIP.search(normalise(block.text)):
            found |= {each: block.words for each in block.path if each not in outer}
    return {each for each, words in found.items() if words < len(str(each.text_content()).split()) <= BOX_WORDS}


def _comments_from(blocks: list[Block], own: list[int], titles: set[str]) -> int:
    """The number of the line from which on readers write: a heading that says so, with most of the text above it, or
    the title of a reply, «رد: …».
    """
    weights = [len(blocks[number].key) for number in own]
    for position, number in enumerate(own):
        text = blocks[number].text
        if position and (reply := _REPLY.match(text)) and line_key(text[reply.end() :]) in titles:
            return number
        if heads_comments(text) and sum(weights[:position]) > sum(weights[position:]):
            return number
    return len(blocks)


def _is_top(blocks: list[Block], own: list[int], number: int) -> bool:
    """Whether most of the text stands below a line."""
    below = sum(len(blocks[each].key) for each in own if each > number)
    return 2 * below > sum(len(blocks[each].key) for each in own)


def _end(blocks: list[Block], own: list[int]) -> int:
    """The number of the line with which an agency ends the text, with most of it above."""
    weights = [len(blocks[number].key) for number in own]
    for position, number in enumerate(own):
        if ends_text(blocks[number].text) and sum(weights[:position]) > sum(weights[position:]):
            return number
    return len(blocks)
