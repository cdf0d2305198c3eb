"""A capture → the article on the page, or why there is none. Trafilatura finds the body; the rest is around it."""

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from itertools import dropwhile, islice, takewhile

import trafilatura
from lxml.etree import Element
from lxml.html import HtmlElement

from processing.authors.agencies import agencies
from processing.dates.in_text import mentioned_days
from processing.dates.published import Lines, find_date
from processing.extract.authorship import find_authors, lines_of_credit, officers
from processing.extract.bounds import within_bounds
from processing.extract.links import links_elsewhere, section
from processing.extract.page import NotAnArticleError, Page
from processing.extract.page_kind import why_no_article
from processing.extract.picture import find_picture
from processing.extract.text import Text, find_text
from processing.html import hidden, hints
from processing.html.address import stated_address
from processing.html.blocks import Block
from processing.html.characters import escaped_once, line_key
from processing.html.metadata import Metadata, read_metadata
from rasid.decoding import mime_type, page_text
from rasid.errors import UndecodableError
from rasid.outlets import Outlet
from rasid.records import Capture
from rasid.urls import shown_url

LONG_LINE = 25
"""Words of a line that is a paragraph of a text and not about it."""
LINES_UNDER_TITLE = 12
"""Lines under a title that may say something of the article."""
VERSIONS = {"rasid": version("rasid"), "trafilatura": version("trafilatura")}
"""What an article was extracted with."""


def extract(capture: Capture, outlet: Outlet) -> Page:
    """The article of a capture.

    Args:
        capture: what a server answered.
        outlet: that published it: its hints, its names and its time zone count.

    Raises:
        NotAnArticleError: there is none.
    """
    tree, metadata, text = _read(capture, outlet)
    selection = text.selection
    metadata = metadata.about(text.whole)
    in_section, section_source = section(metadata, text.blocks)
    strangers = (*text.names, *filter(None, [in_section]))
    hinted = hints.texts(tree, outlet.hints.author)
    authors, author_source = find_authors(hinted, metadata, selection, text.title, strangers, officers(text.blocks))
    head = tuple(_head(tree, text))
    image, image_source = find_picture(metadata.images, (*head, *text.elements), capture.url)
    dates = hints.texts(tree, outlet.hints.date)
    dating = find_date(dates, metadata, _lines(text), head, capture, outlet.zone)
    key = line_key(text.title)
    sources = {
        "title": next((source for source, title in text.titles if key in line_key(title)), "text"),
        "body": text.source,
        "published_at": dating.source,
        "authors": author_source,
        "section": section_source,
        "summary": "meta" if metadata.summary else "",
        "image": image_source,
    }
    page = Page(
        url=shown_url(stated_address(tree, capture.url)),
        title=text.title,
        body=text.body,
        language="ar",
        published_at=dating.published.at,
        published_precision=dating.published.precision,
        published_source=dating.source,
        section=in_section,
        summary=metadata.summary,
        authors=authors,
        credited_to=agencies(selection.opening, lines_of_credit(metadata, selection)),
        hashtags=selection.hashtags,
        image=image,
        mentioned_dates=mentioned_days(text.whole, dating.published.at),
        links=links_elsewhere(selection.linking, capture.url),
        sources={name: source for name, source in sources.items() if source},
        dropped=selection.dropped,
    )
    return within_bounds(page, capture.fetched_at)


def _read(capture: Capture, outlet: Outlet) -> tuple[HtmlElement, Metadata, Text]:
    """A page with an article: its tree, what it states, its text."""
    tree = _load(capture, outlet)
    metadata = read_metadata(tree)
    if not hidden.take_out(tree, hints.holders(tree, outlet.hints)):
        return tree, metadata, _article(tree, metadata, capture, outlet)
    try:
        return tree, metadata, _article(tree, metadata, capture, outlet)
    except NotAnArticleError:  # what it hides may be what a script shows
        tree = _load(capture, outlet)
        return tree, metadata, replace(_article(tree, metadata, capture, outlet), source="unshown")


def _article(tree: HtmlElement, metadata: Metadata, capture: Capture, outlet: Outlet) -> Text:
    """The text of a page, which is an article's."""
    text = find_text(tree, metadata, capture, outlet)
    dated = bool(metadata.dates)
    if reason := why_no_article(capture.url, tree, text.blocks, text.teasers, text.selection, text.named, dated):
        raise NotAnArticleError(*reason)
    return text


def _load(capture: Capture, outlet: Outlet) -> HtmlElement:
    if capture.status != 200:
        raise NotAnArticleError("http_status", str(capture.status))
    if (kind := mime_type(capture.header("Content-Type"))) not in {"", "text/html", "application/xhtml+xml"}:
        raise NotAnArticleError("not_html", kind)
    try:
        html, _ = page_text(capture)
    except UndecodableError as error:
        raise NotAnArticleError("undecodable", str(error)) from None
    # Trafilatura gives None also for a page in which it finds no element at all.
    tree = trafilatura.load_html(escaped_once(html)) if html.strip() else None
    if tree is None:
        raise NotAnArticleError("empty", "no text found on the page")
    for template in tree.iter("template"):
        if template.get("shadowrootmode"):
            template.tag = "div"  # which a browser shows
    hints.remove(tree, outlet.hints.remove)
    return tree


def _lines(text: Text) -> Lines:
    """Where on the page dates are looked for."""
    key, before = line_key(text.title), text.selection.before
    return Lines(
        before=(*_above_post(text.blocks, text.elements), *before) if text.source == "first post" else before,
        after=text.selection.after,
        above=text.selection.above,
        under_title=_under_title(text.blocks, key),
        title=key,
        outlets=frozenset(map(line_key, text.names)),
    )


def _above_post(blocks: list[Block], elements: list[HtmlElement]) -> list[Block]:
    """The lines above the first post of a thread, where its writer and its day stand."""
    first = next((number for number, block in enumerate(blocks) if elements[0] in block.path), 0)
    return blocks[max(0, first - LINES_UNDER_TITLE) : first]


def _head(tree: HtmlElement, text: Text) -> Iterator[HtmlElement]:
    """The elements from the title, or from where the element of the text begins, to the first line of the text."""
    number = next((n for n, block in enumerate(text.blocks) if text.selection.body[0] in block.text), 0)
    keys = set(map(line_key, text.stated))
    top = next((block.element for block in reversed(text.blocks[:number]) if block.key in keys), text.elements[0])
    below = dropwhile(lambda each: each is not top, tree.iter(Element))
    return takewhile(lambda each: each is not text.blocks[number].element, below)


def _under_title(blocks: list[Block], key: str) -> tuple[Block, ...]:
    """The lines from the title to the first one that is long, also those that were taken for the text's."""
    titles = [block for block in blocks if block.key == key]
    first = next((block for block in titles if block.element.tag == "h1"), next(iter(titles), None))
    below = dropwhile(lambda block: block is not first, blocks)
    return tuple(islice(takewhile(lambda block: block.words < LONG_LINE, below), LINES_UNDER_TITLE))
