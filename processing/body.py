"""An article's own lines among those of its page: where the text stands, and which lines of it are the article's."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, takewhile

from lxml.html import HtmlElement

from processing.blocks import LINK, Block, Role
from processing.bylines import is_byline, is_role, is_signature, links_to_author
from processing.characters import line_key
from processing.dates import is_date
from processing.furniture import (
    CAPTION_WORDS,
    DATE_WORDS,
    ENDED,
    Dropped,
    credits_source,
    ends_text,
    heads_comments,
    is_label,
    why_dropped,
)
from processing.openings import without_head
from processing.teasers import Teasers
from rasid.letters import normalise, view_pattern

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
"""Share of long lines that are sentences, from which on the others need not be told from them."""
TEXT_WORDS = 8
"""A line with fewer words does not tell where the text is."""
TEXT_LINKS = 0.3
"""Share of a paragraph's letters in links, at most."""
LEAD_WORDS = 8
"""A line between title and text with fewer words is no lead."""
LATE_LEAD_WORDS = 15
"""The same, where other lines stand between it and the title and it does not end as a sentence."""
PULLED_LETTERS = 20
"""Letters of a quotation that is pulled from the text, at least."""
MAX_PULLED = 100
"""Short lines that are looked at for it, at most."""
BOX_WORDS = 80
"""Words of a box that readers are told how to skip, at most."""
HEAD_LINES = 15
"""Lines above the text that are looked at where no title is."""
LINES_ABOVE = 4
"""Lines above the title that are looked at."""
SIGNATURES = 5
"""Names that sign a text, at most."""
TAIL_LINES = 6
"""Lines below the text that are looked at."""

_QUOTES = frozenset({"p", "div", "blockquote", "q", "span"})
_SKIP = view_pattern(r"^\W*تخط[ىي]\b.{0,40}\bو?(?:واصل|تابع|أكمل)\b")
_REPLY = re.compile(r"\s*(?:رد|re)\s*:\s*", re.IGNORECASE)
_HASHTAG = re.compile(r"#(\w+)")
_AFTER_HASH = re.compile(r"\w+\W*")


@dataclass(frozen=True)
class Selection:
    """A page's lines, sorted.

    Attributes:
        body: the article's paragraphs.
        opening: the first of them as the page has it, with the byline that may open it.
        hashtags: without ``#``, each once, in their order.
        dropped: lines that are not the article's: why, and the line.
        before: lines between the title and the text, and those with the title, where author and date may stand.
        after: lines that close the text, and those that follow it up to the first link.
        above: other lines above the title.
        linking: the lines whose links are the article's: the text's and those that credit a source.
    """

    body: tuple[str, ...]
    opening: str
    hashtags: tuple[str, ...]
    dropped: tuple[tuple[Dropped, str], ...]
    before: tuple[Block, ...]
    after: tuple[Block, ...]
    above: tuple[Block, ...]
    linking: tuple[Block, ...]


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
    sentences = {number: weight for number, weight in lines.items() if _is_sentence(blocks[number])}
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


def _is_sentence(block: Block) -> bool:
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


def select_body(
    blocks: list[Block],
    teasers: Teasers,
    elements: list[HtmlElement],
    titles: tuple[str, ...],
    names: tuple[str, ...],
) -> Selection:
    """Sorts a page's lines by what they are.

    Args:
        blocks: of the whole page.
        teasers: of other articles.
        elements: that hold the text; none where no text is.
        titles: as the page may repeat them.
        names: of the outlet, as the page may repeat them.
    """
    outer = {each for element in elements for each in (element, *element.iterancestors())}
    chosen = set(elements)
    own = [number for number, block in enumerate(blocks) if not chosen.isdisjoint(block.path)]
    if not own:
        return Selection((), "", (), (), (), (), (), ())
    wanted = {line_key(title) for title in titles}
    repeated = {f"{name}{title}" for title in ("", *wanted) for name in ("", *map(line_key, names))}
    title_at = next((n for n in range(min(own[0] + 2, len(blocks) - 1), -1, -1) if _is_title(blocks[n], wanted)), None)
    start = max(0, own[0] - HEAD_LINES) if title_at is None else title_at + 1
    between = [number for number in range(start, own[0]) if number not in teasers.lines]
    leads = [] if title_at is None else _leads(blocks, between, outer, repeated)

    apart = _of_other_parts(blocks, own, teasers, outer, repeated, title_at)
    long = [block for block in (blocks[number] for number in own) if block.words >= TEXT_WORDS]
    in_paragraphs = sum(block.element.tag == "p" for block in long) > len(long) / 2
    kept: dict[int, str] = {}
    dropped: list[tuple[Dropped, str]] = []
    hashtags: dict[str, None] = {}
    seen: set[str] = set()
    body_began = False
    for number in (*leads, *own):
        block = blocks[number]
        hashtags.update(dict.fromkeys(_HASHTAG.findall(block.text)) if "#" in block.text else {})
        text, _ = _hashtags_parted(block.text)
        following = [blocks[other] for other in (number + 1, number + 2) if other <= own[-1]]
        reason = why_dropped(block, following, outer, repeated, above=number < own[0] or not body_began)
        reason = reason or apart.get(number)
        if not reason and in_paragraphs and block.element.tag == "div" and is_label(text):
            reason = "label"
        if not reason and number + 1 in teasers.lines and is_label(text):
            reason = "list of links"
        if not reason and text != block.text and line_key(text) in repeated:
            reason = "hashtags"
        if not reason and len(text) > 30 and text in seen:
            reason = "repeated"
        if reason:
            dropped.append((reason, block.text))
        else:
            kept[number] = text
            seen.add(text)
            body_began = number >= own[0]

    dropped.extend(("repeated", kept.pop(number)) for number in _pulled(blocks, kept))
    again = [n for n in leads if n in kept and any(blocks[n].key in blocks[other].key for other in kept if other != n)]
    dropped.extend(("repeated", kept.pop(number)) for number in again)
    signed = _signature(blocks, kept)
    dropped.extend(("byline", kept.pop(number)) for number in signed)

    before, after, above = _surroundings(blocks, own, kept, start, title_at, outer)
    opening, *following_lines = [*kept.values()] or [""]
    return Selection(
        body=(without_head(opening, frozenset(map(line_key, names))), *following_lines) if kept else (),
        opening=opening,
        hashtags=tuple(hashtags) or _footer_hashtags(blocks),
        dropped=tuple(dropped),
        before=before,
        after=after,
        above=above,
        linking=(*(blocks[number] for number in kept), *_sources(blocks[start : own[-1] + 1 + TAIL_LINES], repeated)),
    )


def _of_other_parts(
    blocks: list[Block],
    own: list[int],
    teasers: Teasers,
    outer: set[HtmlElement],
    titles: set[str],
    title_at: int | None,
) -> dict[int, Dropped]:
    """The numbers of lines within the text's element that are not the text's by where they stand, and why."""
    lines = [blocks[number] for number in own]
    lists = _lists_of_links(lines, outer)
    boxes = _skipped(lines, outer)
    comments, end = _comments_from(blocks, own, titles), _end(blocks, own)
    above = title_at if title_at is not None and _is_top(blocks, own, title_at) else 0
    apart: dict[int, Dropped] = {}
    for number, block in zip(own, lines, strict=True):
        if number >= comments:
            apart[number] = "comments"
        elif number in teasers.lines or not (lists | boxes).isdisjoint(block.path):
            apart[number] = "related"
        elif number >= end:
            apart[number] = "notice"
        elif number < above:
            apart[number] = "label"
    return apart


def _signature(blocks: list[Block], kept: dict[int, str]) -> list[int]:
    """The last lines of a text that are the names of those who wrote it, each with what he is, the last one first."""
    numbers = list(reversed(kept))
    signed = numbers[:1] if len(numbers) > 1 and is_role(kept[numbers[0]]) and is_signature(blocks[numbers[1]]) else []
    signed += takewhile(lambda number: is_signature(blocks[number]), numbers[len(signed) : SIGNATURES])
    text = numbers[len(signed) :]
    # A name under what is no sentence may be the last item of a list.
    return signed if text and kept[text[0]].endswith(ENDED) else []


def _sources(blocks: list[Block], names: set[str]) -> list[Block]:
    """The lines with links that credit a source."""
    return [each for each in blocks if each.links and credits_source(each, names)]


def _surroundings(
    blocks: list[Block],
    own: list[int],
    kept: dict[int, str],
    start: int,
    title_at: int | None,
    outer: set[HtmlElement],
) -> tuple[tuple[Block, ...], tuple[Block, ...], tuple[Block, ...]]:
    """The lines before, after and above the text, as `Selection` has them."""
    first = next((number for number in own if number in kept), own[-1])
    second = next((number for number in own if number in kept and number > first), first)
    before = [blocks[number] for number in range(start, second) if number not in kept]  # also below a deck

    last = max(kept, default=own[-1])
    after = blocks[last + 1 : own[-1] + 1 + TAIL_LINES]
    links = next((number for number, block in enumerate(after) if block.link_share > TEXT_LINKS), None)
    if links is not None:
        label = after[links - 1].text if links else ""
        if links_to_author(after[links]):
            links += 1
        else:
            links -= not (is_byline(label) or is_date(label))
        after = after[: max(0, links)]

    top = start if title_at is None else title_at
    above = blocks[max(0, top - LINES_ABOVE) : top]
    # What stands with the title in an element that leaves the text out is the article's as well.
    beside = [] if title_at is None else [block for block in above if _shared(block, blocks[title_at]) not in outer]
    return (*beside, *before), tuple(after), tuple(block for block in above if block not in beside)


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


def _shared(one: Block, other: Block) -> HtmlElement | None:
    """The smallest element that holds both lines."""
    return next((each for each in reversed(one.path) if each in other.path), None)


def _is_title(block: Block, titles: set[str]) -> bool:
    return block.key in titles and all(role != "navigation" for _, role in block.roles)


def _leads(blocks: list[Block], between: Iterable[int], outer: set[HtmlElement], repeated: set[str]) -> list[int]:
    """The lines between title and text that belong to the text: right under the title, or long."""
    leads = []
    least = LEAD_WORDS
    for number in between:
        block = blocks[number]
        if block.key in repeated:
            continue
        plain = not block.roles and block.link_share <= TEXT_LINKS
        enough = LEAD_WORDS if block.text.endswith(".") else least
        if _tells_date(block):
            continue
        if block.words >= enough and plain and not why_dropped(block, [], outer, repeated, above=True):
            leads.append(number)
        else:
            least = LATE_LEAD_WORDS
    return leads


def _tells_date(block: Block) -> bool:
    """Whether a line has a date in a part of its own, as one of authors and day does."""
    return not block.text.endswith(".") and any(
        len(part.split()) <= DATE_WORDS and is_date(part) for part in block.parts[1:]
    )


def _skipped(own: list[Block], outer: set[HtmlElement]) -> set[HtmlElement]:
    """The boxes within the text that open with a link to pass them by: «تخطى البودكاست وواصل القراءة»."""
    found: dict[HtmlElement, int] = {}
    for block in own:
        if _SKIP.search(normalise(block.text)):
            found |= {each: block.words for each in block.path if each not in outer}
    return {each for each, words in found.items() if words < len(str(each.text_content()).split()) <= BOX_WORDS}


def _pulled(blocks: list[Block], kept: Iterable[int]) -> list[int]:
    """The first quotations among lines that another line says in its course."""
    keys = {number: blocks[number].key for number in kept}
    short = (
        number
        for number, key in keys.items()
        if len(key) >= PULLED_LETTERS
        and blocks[number].words <= CAPTION_WORDS
        and blocks[number].element.tag in _QUOTES
        and not blocks[number].text.endswith(":")
    )
    first = list(islice(short, MAX_PULLED))
    return [n for n in first if any(keys[n] in other and len(keys[n]) < len(other) for other in keys.values())]


def _hashtags_parted(line: str) -> tuple[str, str]:
    """A line, and the hashtags that end it. One after a sentence may be its last word and stays; several, or a line
    of nothing else, are a footer.
    """
    before, *tags = line.split("#")
    first = len(tags)
    while first and _AFTER_HASH.fullmatch(tags[first - 1]):
        first -= 1
    if len(tags) - first < (1 if not first and not before.strip() else 2):
        return line, ""
    text = "#".join((before, *tags[:first]))
    return text.rstrip(), line[len(text) :]


def _footer_hashtags(blocks: Iterable[Block]) -> tuple[str, ...]:
    """The hashtags of lines that end in several of them, for pages whose footer stands apart from the text."""
    footers = (_hashtags_parted(block.text)[1] for block in blocks if "#" in block.text)
    return tuple(dict.fromkeys(tag for footer in footers for tag in _HASHTAG.findall(footer)))
