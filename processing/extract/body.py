"""An article's own lines among those of its page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile

from lxml.html import HtmlElement

from processing.authors.bylines import is_byline
from processing.authors.marked import links_to_author
from processing.authors.openings import without_head
from processing.authors.signatures import is_role, is_signature
from processing.dates.in_text import is_date
from processing.extract.furniture import (
    CAPTION_WORDS,
    DATE_WORDS,
    ENDED,
    Dropped,
    credits_source,
    is_label,
    why_dropped,
)
from processing.extract.other_parts import of_other_parts
from processing.extract.sorter import Sorter
from processing.extract.teasers import Teasers
from processing.extract.text_elements import TEXT_LINKS, TEXT_WORDS, is_sentence
from processing.html.blocks import HEADINGS, Block
from processing.html.characters import line_key
from processing.html.hashtags import footer_hashtags

LEAD_WORDS = 8
"""A line between title and text with fewer words is no lead."""
LATE_LEAD_WORDS = 15
"""The same, where other lines stand between it and the title and it does not end as a sentence."""
PULLED_LETTERS = 20
"""Letters of a quotation that is pulled from the text, at least."""
MAX_PULLED = 100
"""Short lines that are looked at for it, at most."""
HEAD_LINES = 15
"""Lines above the text that are looked at where no title is."""
LINES_ABOVE = 4
"""Lines above the title that are looked at."""
SIGNATURES = 5
"""Names that sign a text, at most."""
TAIL_LINES = 6
"""Lines below the text that are looked at."""

_QUOTES = frozenset({"p", "div", "blockquote", "q", "span"})


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
    outlets = frozenset(map(line_key, names))
    wanted = {line_key(title) for title in titles}
    repeated = {f"{name}{title}" for title in ("", *wanted) for name in ("", *outlets)}
    title_at = next((n for n in range(min(own[0] + 2, len(blocks) - 1), -1, -1) if _is_title(blocks[n], wanted)), None)
    start = max(0, own[0] - HEAD_LINES) if title_at is None else title_at + 1
    between = [number for number in range(start, own[0]) if number not in teasers.lines]
    leads = [] if title_at is None else _leads(blocks, between, outer, repeated, outlets)

    long = [block for block in (blocks[number] for number in own) if block.words >= TEXT_WORDS]
    lines = Sorter(
        blocks=blocks,
        teasers=teasers,
        own=own,
        outer=outer,
        repeated=repeated,
        outlets=outlets,
        apart=of_other_parts(blocks, own, teasers, outer, repeated, outlets, title_at),
        in_paragraphs=sum(block.element.tag == "p" for block in long) > len(long) / 2,
    )
    for number in (*leads, *own):
        lines.sort(number)
    kept, dropped = lines.kept, lines.dropped
    dropped.extend((why, kept.pop(number)) for why, number in _seen_from_the_whole(blocks, kept, leads))
    before, after, above = _surroundings(blocks, own, kept, start, title_at, outer)
    opening, *following_lines = [*kept.values()] or [""]
    return Selection(
        body=(without_head(opening, outlets), *following_lines) if kept else (),
        opening=opening,
        hashtags=tuple(lines.hashtags) or footer_hashtags(blocks),
        dropped=tuple(dropped),
        before=before,
        after=after,
        above=above,
        linking=(*(blocks[number] for number in kept), *_sources(blocks[start : own[-1] + 1 + TAIL_LINES], repeated)),
    )


def _seen_from_the_whole(blocks: list[Block], kept: dict[int, str], leads: list[int]) -> Iterator[tuple[Dropped, int]]:
    """The numbers of lines that are none of the text's by the lines around them, and why; each is dropped before the
    next is looked for.
    """
    yield from (("repeated", number) for number in _pulled(blocks, kept))
    again = [n for n in leads if n in kept and any(blocks[n].key in blocks[other].key for other in kept if other != n)]
    yield from (("repeated", number) for number in again)
    yield from (("label", number) for number in _heads_nothing(blocks, kept))
    yield from (("byline", number) for number in _signature(blocks, kept))


def _heads_nothing(blocks: list[Block], kept: dict[int, str]) -> list[int]:
    """The last lines that are headings of what is not the text's: «مواد أخرى», «أعداد سابقة:»."""

    def heads(number: int) -> bool:
        is_heading = blocks[number].element.tag in HEADINGS or kept[number].endswith(":")
        return is_heading and is_label(kept[number])

    return list(takewhile(heads, reversed(list(kept)[1:])))


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
    sentence = next((number for number in own if number in kept and is_sentence(blocks[number])), first)
    # Also below a deck, or below highlights.
    before = [blocks[number] for number in range(start, max(second, sentence)) if number not in kept]

    last = max(kept, default=own[-1])
    after = blocks[last + 1 : own[-1] + 1 + TAIL_LINES]
    links = next((number for number, block in enumerate(after) if _leads_on(block)), None)
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


def _leads_on(block: Block) -> bool:
    """Whether a line links to other things; the date of an article may link to the article."""
    dated = any(role == "date" for _, role in block.roles) and is_date(block.text)
    return block.link_share > TEXT_LINKS and not dated


def _shared(one: Block, other: Block) -> HtmlElement | None:
    """The smallest element that holds both lines."""
    return next((each for each in reversed(one.path) if each in other.path), None)


def _is_title(block: Block, titles: set[str]) -> bool:
    return block.key in titles and all(role != "navigation" for _, role in block.roles)


def _leads(
    blocks: list[Block],
    between: Iterable[int],
    outer: set[HtmlElement],
    repeated: set[str],
    outlets: frozenset[str],
) -> list[int]:
    """The lines between title and text that belong to the text: right under the title, or long."""
    leads = []
    least = LEAD_WORDS
    for number in between:
        block = blocks[number]
        if block.key in repeated:
            continue
        plain = not block.roles and block.link_share <= TEXT_LINKS
        enough = LEAD_WORDS if block.text.endswith(".") or block.element.tag == "li" else least
        if _tells_date(block):
            continue
        if block.words >= enough and plain and not why_dropped(block, [], outer, repeated, outlets, above=True):
            leads.append(number)
        else:
            least = LATE_LEAD_WORDS
    return leads


def _tells_date(block: Block) -> bool:
    """Whether a line has a date in a part of its own, as one of authors and day does."""
    return not block.text.endswith(".") and any(
        len(part.split()) <= DATE_WORDS and is_date(part) for part in block.parts[1:]
    )


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
