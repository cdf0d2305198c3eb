"""Teasers of other articles on a page: like elements side by side, each with the link to its own article."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from processing.html.blocks import HEADINGS, LINK, Block
from processing.html.characters import line_key

LEAST = 3
"""Like elements side by side that are teasers, at least."""
WORDS = 60
"""Words of a teaser, at most."""
OPENED_WORDS = 150
"""The same, of one that opens with its link, among others that are small."""
LINK_WORDS = 3
"""Words of a headline, at least; fewer where all links say the same: «more»."""
HEADLINE_WORDS = 4
"""The same, of one that stands alone."""
LINKS = 2
"""Articles to which one teaser leads, at most: an element that leads to more holds teasers."""
LINES = 4
"""Lines of a teaser that no element of its own holds, at most."""
DEPTH = 4
"""Levels from a link up to its teaser."""
CLOCKED_WORDS = 40
"""Words of an entry of a playlist, at most."""

_DURATION = re.compile(r"\W*\d{1,3}:\d\d(?::\d\d)?\W*")
_PARTED = re.compile(r"^[-–—:|•]")
"""How a description begins that follows a name in one line."""

Group = tuple[HtmlElement, str, str | None]
"""Parent, tag and class: what like elements share."""


@dataclass(frozen=True)
class Teasers:
    """What leads to other articles.

    Attributes:
        lines: numbers of the lines of teasers.
        elements: that are a teaser each.
        items: number of a line → the element that holds it, of several side by side that each open with a link of
            their own, of any size: teasers, whole articles of a blog's front page, entries of a directory.
    """

    lines: frozenset[int]
    elements: frozenset[HtmlElement]
    items: dict[int, HtmlElement]


@dataclass(slots=True)
class _Like:
    """The links of one of several like elements: addresses of headlines, short labels, and the link that opens it."""

    headlines: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    opened_by: str | None = None


def find_teasers(blocks: list[Block], url: str) -> Teasers:
    """The teasers among the lines of the page at an address."""
    groups = _like_elements(blocks)
    host = urlsplit(url).netloc
    elements: set[HtmlElement] = set()
    items: set[HtmlElement] = set()
    for group in groups.values():
        if len(group) < LEAST:
            continue
        elements |= _teasers(group, host)
        opened = {element: like.opened_by for element, like in group.items() if like.opened_by}
        if len(set(opened.values())) > LEAST:
            items |= opened.keys()
    elements |= _clocked(blocks)
    of_items = {}
    lines = set(_below_headings(blocks, host))
    for number, block in enumerate(blocks) if elements or items else ():
        if not elements.isdisjoint(block.path):
            lines.add(number)
        if not items.isdisjoint(block.path):
            of_items[number] = next(each for each in reversed(block.path) if each in items)
    return Teasers(frozenset(lines), frozenset(elements), of_items)


def _clocked(blocks: list[Block]) -> set[HtmlElement]:
    """Entries of playlists, podcasts and cards that scripts make links of: like elements side by side, each a headline
    with its picture, or with its link and how long it takes. An entry of a text has sentences.
    """
    groups: dict[Group, dict[HtmlElement, None]] = {}
    for block in blocks:
        if block.element.tag in HEADINGS or any(map(_DURATION.fullmatch, (block.text, *block.parts))):
            for parent, element in pairwise(block.path[-DEPTH - 1 :]):
                groups.setdefault((parent, element.tag, element.get("class")), {})[element] = None
    alike = {element for group in groups.values() if len(group) >= LEAST for element in group}
    small = {each for each in alike if _words(each) <= CLOCKED_WORDS}
    shown = {each for each in small if next(each.iter("a", "img", "picture", "amp-img", "video"), None) is not None}
    for block in blocks if shown else ():
        if block.text.endswith("."):
            shown.difference_update(block.path)
    return shown


def leads_to_article(block: Block, url: str) -> bool:
    """Whether a line is nothing but a headline that leads to another page of the site."""
    headline = block.link_share >= LINK and block.words >= HEADLINE_WORDS
    return headline and _is_own(_address(block.links[0]), urlsplit(url).netloc)


def _like_elements(blocks: list[Block]) -> dict[Group, dict[HtmlElement, _Like]]:
    """The elements around each link, by what they share with their like."""
    groups: dict[Group, dict[HtmlElement, _Like]] = {}
    for before, block in pairwise((None, *blocks)):
        if not block or not block.links:
            continue
        whole = block.link_share >= LINK
        first = _address(block.links[0])
        headline = whole and block.words >= LINK_WORDS
        labels = {} if headline else {line_key(link.text_content()): _address(link) for link in block.links}
        opens = whole or (block.key.startswith(next(iter(labels))) and bool(_PARTED.search(" ".join(block.parts[1:2]))))
        for parent, element in pairwise(block.path[-DEPTH - 1 :]):
            like = groups.setdefault((parent, element.tag, element.get("class")), {}).setdefault(element, _Like())
            if opens and not (before and element in before.path):
                like.opened_by = first
            if headline:
                like.headlines.add(first)
            like.labels.update(labels)
    return groups


def _teasers(group: dict[HtmlElement, _Like], host: str) -> set[HtmlElement]:
    """Those of like elements that are teasers."""
    found: set[HtmlElement] = set()
    headed = {each: like for each, like in group.items() if 0 < len(like.headlines) <= LINKS}
    small = {each for each in headed if _words(each) <= WORDS}
    if len(small) >= LEAST and len({min(group[each].headlines) for each in small}) >= LEAST:
        found |= small
        opened = (each for each, like in group.items() if like.opened_by and len(like.headlines) <= LINKS)
        found.update(each for each in opened if _words(each) <= OPENED_WORDS)
    labelled: dict[str, dict[str, HtmlElement]] = {}
    for element, like in group.items():
        for label, address in like.labels.items():
            if _is_own(address, host):
                labelled.setdefault(label, {})[address] = element
    for alike in labelled.values():
        if len(alike) >= LEAST:
            found.update(each for each in alike.values() if _words(each) <= WORDS)
    return found


def _below_headings(blocks: list[Block], host: str) -> set[int]:
    """Lines of headings that are links, several side by side, and those below them."""
    headings: dict[Group, list[int]] = {}
    for number, block in enumerate(blocks):
        heading = block.element.tag in HEADINGS and len(block.path) > 1 and block.link_share >= LINK
        if heading and _is_own(_address(block.links[0]), host):
            group = block.path[-2], block.element.tag, block.element.get("class")
            headings.setdefault(group, []).append(number)
    found: set[int] = set()
    for numbers in headings.values():
        gaps = [after - before for before, after in pairwise(numbers)]
        if len(numbers) < LEAST or max(gaps) > LINES:
            continue
        for number, gap in zip(numbers, [*gaps, min(gaps)], strict=True):
            found.update(range(number, min(number + gap, len(blocks))))
    return found


def _is_own(address: str, host: str) -> bool:
    """Whether an address is of the page's site."""
    return "//" not in address or address.startswith((f"//{host}/", f"http://{host}/", f"https://{host}/"))


def _address(link: HtmlElement) -> str:
    return str(link.get("href")).partition("#")[0]


def _words(element: HtmlElement) -> int:
    return len(str(element.text_content()).split())
