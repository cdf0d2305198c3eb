"""What a page calls itself: in its metadata, its headings, the browser's title, the feed."""

from collections.abc import Iterable

from lxml.html import HtmlElement

from processing.extract.title import whole_title
from processing.html import hints
from processing.html.blocks import Block
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
    if titles and (whole := whole_title(titles[0][1], (text for _, text in titles))) != titles[0][1]:
        titles.insert(0, (next(source for source, text in titles if line_key(whole) in line_key(text)), whole))
    return titles
