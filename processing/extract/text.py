"""The text of a page: its title and its lines, sorted into the article's own and others."""

from dataclasses import dataclass, replace

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document, Extractor

from processing.extract.body import Selection, select_body
from processing.extract.forum import first_post
from processing.extract.headline import headline
from processing.extract.page import NotAnArticleError
from processing.extract.page_kind import MIN_WORDS
from processing.extract.teasers import Teasers, find_teasers
from processing.extract.text_elements import text_elements
from processing.extract.title import find_title, without_names
from processing.extract.titles import stated_titles
from processing.extract.unshown import show, texts_instead
from processing.html import hints
from processing.html.blocks import LINK, Block, page_blocks
from processing.html.characters import line_key
from processing.html.metadata import Metadata
from rasid.outlets import Outlet
from rasid.records import Capture

_ENGINE = Extractor(output_format="python", fast=True, comments=False)


@dataclass(frozen=True)
class Text:
    """A page's text, as far as it has one.

    Attributes:
        title: of the article, without the outlet's name.
        titles: where the page's titles stand, and their texts, the likeliest first.
        stated: titles as the page may repeat them.
        names: of the outlet, as the page may repeat them.
        blocks: the lines of the whole page.
        teasers: of other articles.
        elements: that hold the text; none where no text is.
        selection: the lines, sorted.
        source: by what the elements were found.
    """

    title: str
    titles: list[tuple[str, str]]
    stated: tuple[str, ...]
    names: tuple[str, ...]
    blocks: list[Block]
    teasers: Teasers
    elements: list[HtmlElement]
    selection: Selection
    source: str

    @property
    def named(self) -> str:
        """The title, if the page says which of its lines it is; else an empty string."""
        return self.title if self.titles[:1] != [("text", self.title)] else ""

    @property
    def body(self) -> str:
        """The article's body: its paragraphs, one a line."""
        return "\n".join(self.selection.body)

    @property
    def whole(self) -> str:
        """The title and the body, a paragraph a line."""
        return f"{self.title}\n{self.body}"


def find_text(tree: HtmlElement, metadata: Metadata, capture: Capture, outlet: Outlet) -> Text:
    """The text of a page. What the page holds without showing it is put into the tree, where it is the text.

    Args:
        tree: of the page.
        metadata: of the page.
        capture: of the page.
        outlet: that published it.

    Raises:
        NotAnArticleError: trafilatura cannot read the page.
    """
    elements, source = hints.text_holders(tree, outlet.hints.body), "hint"
    blocks = page_blocks(tree, capture.url)
    teasers = find_teasers(blocks, capture.url)
    known = tuple(filter(None, (outlet.name.ar, outlet.name.en, *metadata.sites)))
    titles = stated_titles(tree, blocks, outlet, metadata, capture, known)
    if not elements and (post := first_post(tree, capture.url)) is not None:
        elements, source = [post], "first post"
    if not elements:
        engine = _engine_text(tree)
        elements = text_elements(blocks, teasers, engine, (text for _, text in titles))
        source = "trafilatura" if engine else "longest text"
    hinted = any(source == "hint" for source, _ in titles)
    stated_only = (text for source, text in titles if source != "h1")
    if not hinted and (seen := headline(blocks, elements, stated_only, known)):
        titles.insert(0, ("headline" if seen.is_said else "text", seen.block.text))
    alone = (block.key for block in blocks if block.link_share < LINK or block.element.tag == "h1")
    found = find_title((text for _, text in titles), alone)
    title = without_names(found.text, known)
    names = tuple(dict.fromkeys((*known, *found.names)))
    stated = (found.text, title, *(text for _, text in titles))
    selection = select_body(blocks, teasers, elements, stated, names)
    shown = Text(title, titles, stated, names, blocks, teasers, elements, selection, source)
    return _unshown(tree, shown, {line_key(found.text), line_key(title)}, capture.url) or shown


def _engine_text(tree: HtmlElement) -> str:
    try:
        document = trafilatura.bare_extraction(tree, options=_ENGINE)
    except Exception as error:  # whatever a strange page makes it raise: the others of the day must not suffer
        raise NotAnArticleError("extractor", repr(error)) from error
    return (document.text or "") if isinstance(document, Document) else ""


def _unshown(tree: HtmlElement, shown: Text, titles: set[str], url: str) -> Text | None:
    """The text that a page holds without showing it, if it is the article's."""
    for element in texts_instead(tree, shown.selection.body, titles):
        show(tree, element)
        blocks = page_blocks(tree, url)
        teasers = find_teasers(blocks, url)
        selection = select_body(blocks, teasers, [element], shown.stated, shown.names)
        if sum(len(line.split()) for line in selection.body) >= MIN_WORDS:
            return replace(
                shown, blocks=blocks, teasers=teasers, elements=[element], selection=selection, source="unshown"
            )
        element.drop_tree()
    return None
