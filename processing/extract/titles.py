"""What a page calls itself: in its metadata, its headings, the browser's title, the feed."""

from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from processing.extract.title import (
    MAX_TITLE_WORDS,
    SURE,
    TITLE_WORDS,
    is_called_title,
    whole_title,
    with_what_is_said,
    within_heading,
    without_names,
)
from processing.html import hints
from processing.html.blocks import HEADINGS, LINK, Block
from processing.html.characters import line_key, plain
from processing.html.metadata import Metadata
from rasid.outlets import Outlet
from rasid.records import Capture


def stated_titles(
    tree: HtmlElement,
    blocks: list[Block],
    outlet: Outlet,
    metadata: Metadata,
    capture: Capture,
    known: Iterable[str],
) -> list[tuple[str, str]]:
    """What the page calls itself and where, the likeliest first: to those who link to it, in its headings, in the
    browser. The outlet's name alone is no title. A line break in a heading stays one.
    """
    lines: dict[HtmlElement, list[str]] = {heading: [] for heading in tree.iter("h1")}
    for block in blocks if lines else ():
        for element in block.path:
            if element in lines:
                lines[element].append(plain(block.text))
                break
    headings = [("h1", "\n".join(texts)) for texts in lines.values()]
    only = len({line_key(text) for _, text in headings}) == 1  # of several, one may be the site's
    stated = [(source, text) for source, text in metadata.titles if source != "json-ld"]
    heading = headings[:1] if only else []
    if any(len(text.split()) >= TITLE_WORDS for _, text in heading) and stated and not _is_shown(stated[0][1], blocks):
        stated = [*heading, *stated]  # what readers see is surer than another title that they do not
    titles = [
        *(("hint", text) for text in hints.texts(tree, outlet.hints.title)),
        *stated,
        *heading,
        *(("title", plain(element.text or "")) for element in tree.iter("title")),
        *((source, text) for source, text in metadata.titles if source == "json-ld"),
        *headings,
        *([("feed", plain(capture.link.title))] if capture.link.title else []),
    ]
    names = {line_key(name) for name in known}
    titles = [(source, text) for source, text in titles if line_key(text) and line_key(text) not in names]
    if titles:
        first = without_names(titles[0][1], known)
        begins = line_key(first)[:SURE]
        alike = (block.text for block in blocks if block.key.startswith(begins))
        shown = (text for text in alike if len(text.split()) <= MAX_TITLE_WORDS)
        spoken = with_what_is_said(first, (text for _, text in headings)) if only else first
        spoken = within_heading(spoken, _headlines(blocks, headings if only else []))
        if (whole := whole_title(spoken, (*(text for _, text in titles), *shown))) != first:
            source = next((source for source, text in titles if line_key(whole) in line_key(text)), "text")
            titles.insert(0, (source, whole))
    return titles


def _headlines(blocks: Iterable[Block], headings: list[tuple[str, str]]) -> Iterator[str]:
    """What readers see as the page's headline: its one heading, or the lines that are called so."""
    yield from (text for _, text in headings)
    if not headings:
        yield from (block.text for block in blocks if block.link_share < LINK and is_called_title(block))


def _is_shown(title: str, blocks: Iterable[Block]) -> bool:
    """Whether a title, or a part of it that is long enough to be one, is a line of the page and no link to another."""
    key = line_key(title)
    lines = [block for block in blocks if block.link_share < LINK]
    if len(title.split()) < TITLE_WORDS:  # as a section's name, which stands in other lines as well
        return any(block.key == key and block.element.tag in HEADINGS for block in lines)
    return any(key in block.key or (len(block.key) >= SURE and block.key in key) for block in lines)
