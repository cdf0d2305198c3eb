"""Where an article's text stands on its page: the element that holds it."""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from processing.extract.furniture import CAPTION_WORDS, ENDED
from processing.extract.teasers import Teasers
from processing.html.blocks import Block, Role
from processing.html.characters import line_key

HELD = 0.85
"""Share of the engine's text that the element of the text holds at least."""
HELD_BELOW = 0.5
"""The same, where the rest stands above it: a lead, which is found by its place."""
LEADS = 2
"""Lines of such a lead, at most."""
ENGINE = 0.2
"""Share of a page's text that the engine finds, at least: if it finds less, it took something else for the text."""
LETTERS = 100
"""Letters of a page's text, at least: if it has fewer, parts that say that they are something else are looked at."""
SENTENCES = 0.9
"""Share of long lines that are sentences, from which on the other long lines count as text too."""
TEXT_WORDS = 8
"""A line with fewer words does not show where the text is."""
TEXT_LINKS = 0.3
"""Share of a paragraph's letters in links, at most."""


def text_elements(blocks: list[Block], teasers: Teasers, engine_text: str, titles: Iterable[str]) -> list[HtmlElement]:
    """The smallest element that holds the text that the engine found, nearly all of it or all but what comes before.

    Where the engine found none, the same of all long lines without links.

    Args:
        blocks: of the whole page.
        teasers: of other articles.
        engine_text: may be empty.
        titles: they are not text, wherever they stand.

    Returns:
        the element, and those in it that say that they are something else, such as tags or comments, while most of the
        text stands in their like; none where no line is text.
    """
    seen = {line_key(title) for title in titles}
    lines: dict[int, int] = {}
    for number, block in enumerate(blocks):
        if block.words < TEXT_WORDS or block.link_share > TEXT_LINKS or number in teasers.lines:
            continue
        if block.key not in seen:
            lines[number] = len(block.key)
            seen.add(block.key)
    sentences = {number: weight for number, weight in lines.items() if is_sentence(blocks[number])}
    if LETTERS <= sum(sentences.values()) < SENTENCES * sum(lines.values()):
        lines = sentences
    engine = line_key(engine_text)
    weights = {number: weight for number, weight in lines.items() if blocks[number].key in engine}
    plain = {number: weight for number, weight in lines.items() if not blocks[number].roles}
    stated = _stated(blocks, lines)
    if sum(weights.values()) < ENGINE * sum(plain.values()):
        weights = plain
    if 2 * sum(weight for number, weight in weights.items() if number in stated) < sum(stated.values()):
        weights = stated
    if sum(weights.values()) < LETTERS:
        weights = {number: weight for number, weight in lines.items() if not _apart(blocks[number])}
    held: dict[HtmlElement, _Held] = {}
    total = 0
    for number, weight in weights.items():
        total += weight
        for holder in blocks[number].path:
            before = held.get(holder, _Held(0, 0, 0))
            held[holder] = _Held(before.lines + 1, before.weight + weight, total)
    enough = [
        element
        for element, has in held.items()
        if has.weight >= HELD * total
        or (
            len(weights) - LEADS <= has.lines > 1
            and has.weight >= HELD_BELOW * total
            and total - has.up_to <= (1 - HELD) * total
        )
    ]
    # Those that hold as much are one in the other; of them, the innermost comes last on the way down.
    least = min((held[element].lines for element in enough), default=0)
    innermost = [element for element in enough if held[element].lines == least]
    smallest = sorted(innermost, key=lambda element: sum(1 for _ in element.iterancestors()))[-1:]
    return [*smallest, *_misnamed(blocks, weights)] if smallest else []


def is_sentence(block: Block) -> bool:
    """Whether a line ends as a sentence does, with a footnote or not, or is too long for a headline or a teaser."""
    return block.words > CAPTION_WORDS or block.text.rstrip("0123456789[]() ").endswith(ENDED)


def _stated(blocks: list[Block], lines: dict[int, int]) -> dict[int, int]:
    """The lines of the first element that says that it is the article's body; none if they are few."""
    stated: dict[HtmlElement, dict[int, int]] = {}
    for number, weight in lines.items():
        for element in blocks[number].path:
            if "articleBody" in (element.get("itemprop") or "").split():
                stated.setdefault(element, {})[number] = weight
                break
    return next((found for found in stated.values() if sum(found.values()) >= LETTERS), {})


def _apart(block: Block) -> bool:
    """Whether a line is of a part that holds no article on any page."""
    return any(role in {"navigation", "comments"} for _, role in block.roles)


def _misnamed(blocks: list[Block], weights: dict[int, int]) -> list[HtmlElement]:
    """The elements of roles in which most of the text stands."""
    of_roles: dict[Role, int] = {}
    for number, weight in weights.items():
        for role in {role for _, role in blocks[number].roles}:
            of_roles[role] = of_roles.get(role, 0) + weight
    most = {role for role, weight in of_roles.items() if weight > sum(weights.values()) / 2}
    return list({each: None for number in weights for each, role in blocks[number].roles if role in most})


@dataclass(frozen=True, slots=True)
class _Held:
    """What an element holds: lines, their weight, and the weight of all lines up to its last one."""

    lines: int
    weight: int
    up_to: int
