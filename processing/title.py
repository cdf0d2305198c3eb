"""The article's title among what a page calls itself: the outlet's name is often joined to it, in front or behind."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from processing.arabic import normalise

TITLE_WORDS = 4
"""A shorter part of a page's title may be a heading or the site's name."""

_CONTROLS = {
    ord(c): None for c in "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
}
_SEPARATOR = r"[|:«»\-–—•/]+"
_BETWEEN = re.compile(rf"\s*\n\s*|\s+{_SEPARATOR}\s*|{_SEPARATOR}\s+")
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "time", "u", "wbr"}
)


@dataclass(frozen=True)
class Title:
    """What a page's titles tell.

    Attributes:
        text: the article's title.
        names: what stands beside it, such as the outlet's name.
    """

    text: str
    names: tuple[str, ...]


def visible(text: str) -> str:
    """A text without invisible controls and with single blanks; nothing else is altered."""
    return " ".join(text.translate(_CONTROLS).split())


def line_key(line: str) -> str:
    """A line's letters and digits alone, to compare by."""
    return re.sub(r"[\W_]+", "", normalise(line))


def page_titles(tree: HtmlElement) -> Iterator[str]:
    """What the page calls itself, the likeliest first: to those who link to it, in its headings, in the browser.

    A line break in a heading stays one.
    """
    yield from tree.xpath("//meta[@property='og:title']/@content")
    headings = ["\n".join(text_lines(heading)) for heading in tree.xpath("//h1")]
    if len({line_key(heading) for heading in headings}) == 1:  # of several, one may be the site's
        yield headings[0]
    yield from tree.xpath("//title/text()")
    yield from headings


def find_title(titles: Iterable[str], lines: Iterable[str]) -> Title:
    """Parts titles into the article's and the names beside it, where the page shows which is which.

    A part of a title is the article's if it stands alone elsewhere, as a line or as another of the titles.

    Args:
        titles: the likeliest first; empty ones do not count.
        lines: of the whole page.

    Returns:
        the first title as it is when nothing tells; an empty text without titles.
    """
    titles = [title for title in titles if visible(title)]
    if not titles:
        return Title("", ())
    alone = {line_key(line) for line in (*lines, *titles)}
    readings = (part for part, _ in _readings(titles[0]) if len(part.split()) >= TITLE_WORDS)
    text = next((part for part in readings if line_key(part) in alone), visible(titles[0]))
    beside = (names for title in titles for part, names in _readings(title) if line_key(part) == line_key(text))
    return Title(text, tuple(dict.fromkeys(name for names in beside for name in names)))


def without_names(title: str, names: Iterable[str]) -> str:
    """The title without a known name on either side: «الصالح نيوز : عنوان» → «عنوان»."""
    for name in names:
        pattern = re.escape(visible(name))
        shorter = re.sub(rf"^{pattern}\s*{_SEPARATOR}\s*|\s*{_SEPARATOR}\s*{pattern}$", "", title, flags=re.IGNORECASE)
        title = shorter or title
    return _trimmed(title)


def text_lines(element: HtmlElement) -> list[str]:
    """The lines that a browser would show of an element, as far as its tags tell; without scripts and styles."""
    text: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if not isinstance(node.tag, str):
            text.append((node.tail or "") if event == "end" else "")
            continue
        if node.tag not in _INLINE:
            text.append("\n")
        own = (node.text if event == "start" and node.tag not in {"script", "style"} else None) or ""
        text.append(own if node.tag == "pre" else own.replace("\n", " "))
        if event == "end" and node is not element:
            text.append((node.tail or "").replace("\n", " "))
    return [line for raw in "".join(text).splitlines() if (line := visible(raw))]


def _readings(title: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The proper parts of a title between its separators, the longest first, each with what stands before and after."""
    separators = [(match.start(), match.end()) for match in _BETWEEN.finditer(title)]
    starts = [0, *(end for _, end in separators)]
    ends = [*(start for start, _ in separators), len(title)]
    for count in range(len(separators), 0, -1):
        for first in range(len(starts) - count + 1):
            last = first + count - 1
            beside = (
                title[: ends[first - 1]] if first else "",
                title[starts[last + 1] :] if last + 1 < len(starts) else "",
            )
            yield _trimmed(title[starts[first] : ends[last]]), tuple(filter(None, map(_trimmed, beside)))


def _trimmed(text: str) -> str:
    return visible(text).strip(" |:-–—•")
