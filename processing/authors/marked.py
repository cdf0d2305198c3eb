"""Elements and links of which a page says that they are an author's."""

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from processing.authors.bylines import LABEL_WORDS, MAX_BYLINE, readings
from processing.authors.credits import read_byline
from processing.html.blocks import Block, role_of
from processing.html.characters import visible

_AUTHORS_PAGE = re.compile(
    r"/(?:authors?|auteurs?|writers?|columnists?|editors?|journalists?|reporters?|profiles?|experts?|people|staff|contributors?|researchers?|كاتب|كتاب|الكتاب)[/=?]",
    re.IGNORECASE,
)
_MARKS = ("rel", "itemprop")


def marked_names(block: Block, outlets: frozenset[str], said: bool = True) -> Iterator[str]:
    """The names in a line of which the page says that it names an author, or that it links to an author's page."""
    element = block.element
    around = (element, *element.iter("a"), *(each for _, each in zip(range(2), element.iterancestors(), strict=False)))
    marked = any(role == "author" for _, role in block.roles) or any(
        _is_marked(each) or (each.tag == "a" and _is_authors(each)) for each in around
    )
    texts: Iterable[str]
    if marked:
        texts = readings(block)
    else:
        inline = element.iter("span", "em", "b", "strong", "a", "i")
        texts = [visible(each.text_content()) for each in inline if _is_marked(each) or role_of(each) == "author"]
    for text in texts:
        found = read_byline(text, outlets, said)
        # Links to other articles of the author stand in such elements as well: a headline has words besides names.
        plain = "other" not in found.beside or found.known
        if found.authors and plain and len(text.split()) <= 2 * LABEL_WORDS:
            yield from found.authors
            return


def links_to_author(block: Block) -> bool:
    """Whether a line is the name of a person, linked to the person's page."""
    return (
        len(block.text) <= MAX_BYLINE
        and bool(read_byline(block.text).authors)
        and any(map(_is_authors, block.element.iter("a")))
    )


def _is_marked(element: HtmlElement) -> bool:
    return any("author" in (element.get(name) or "").lower().split() for name in _MARKS)


def _is_authors(link: HtmlElement) -> bool:
    return bool(_AUTHORS_PAGE.search(link.get("href") or ""))
