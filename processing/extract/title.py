"""The article's title among what a page calls itself: the outlet's name is often joined to it, in front or behind."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from processing.authors.bylines import is_byline
from processing.dates.in_text import is_date
from processing.html.blocks import Block
from processing.html.characters import line_key, visible
from processing.html.likeness import shares_words
from rasid.letters import normalise
from rasid.words.patterns import pattern

TITLE_WORDS = 4
"""A shorter part of a page's title may be a heading or the site's name."""
MAX_TITLE_WORDS = 25
MAX_TITLE = 1_000
"""Characters of a title that is parted."""
LINES_ABOVE = 15
FIRST_LINES = 4
"""Lines above the text, and of the text, among which a title is looked for."""

_SEPARATOR = r"[|:«»\-–—•/]+"
_BETWEEN = re.compile(rf"\s*\n\s*|\s+{_SEPARATOR}\s*|{_SEPARATOR}\s+")

_PARTED = re.compile(r"\s[|»«•/]+\s|\s[-–—]\s")
_SAYS = re.compile(r":\s")

_ELLIPSIS = re.compile(r"\s*(?:…|\.{2,}|\[(?:…|\.{3})\])\s*")
_CUT = re.compile(f"[:،,]?{_ELLIPSIS.pattern}$")
_CUT_BEFORE_NAME = re.compile(rf"{_ELLIPSIS.pattern}{_SEPARATOR}")
SURE = 12
"""Letters in which the beginning of a title and the whole one agree; of one that an ellipsis cuts, fewer do."""
SURE_OF_CUT = 6

# News agencies write the section before the title: «سياسة / …».
_KICKER = re.compile(rf"^{pattern('pages', 'sections')}\s*[/|]\s*")


@dataclass(frozen=True)
class Title:
    """What follows from a page's titles.

    Attributes:
        text: the article's title.
        names: what stands beside it, such as the outlet's name.
    """

    text: str
    names: tuple[str, ...]


def find_title(titles: Iterable[str], keys: Iterable[str]) -> Title:
    """Parts titles into the article's and the names beside it, where the page shows which is which.

    A part of a title is the article's if it stands alone elsewhere, as a line or as another of the titles.

    Args:
        titles: the likeliest first; empty ones do not count.
        keys: `line_key` of the page's lines, without links to other articles.

    Returns:
        the first title as it is when nothing shows which part is which; an empty text without titles.
    """
    titles = [title for title in titles if visible(title)]
    if not titles:
        return Title("", ())
    keys = frozenset(keys)
    alone = {*keys, *map(line_key, titles)}
    readings = (part for part, _ in _readings(titles[0]) if len(part.split()) >= TITLE_WORDS)
    whole = visible(titles[0])
    if line_key(whole) in keys:  # so what stands before a colon is the title's own, «صور: …», and no outlet's name
        readings = (part for part in readings if not whole.endswith(f": {part}") or whole.endswith(f" : {part}"))
    text = next((part for part in readings if line_key(part) in alone), whole)
    beside = (names for title in titles for part, names in _readings(title) if line_key(part) == line_key(text))
    return Title(text, tuple(dict.fromkeys(name for names in beside for name in names)))


def whole_title(title: str, others: Iterable[str]) -> str:
    """A title, or where it is cut, within a word or with an ellipsis, the whole one among others or their parts."""
    start, is_cut = line_key(_CUT.sub("", title)), bool(_CUT.search(title))
    if len(start) < (SURE_OF_CUT if is_cut else SURE):
        return title
    parts = (
        part
        for other in others
        if start in line_key(other)
        for part in (visible(other), *(part for part, _ in _readings(other)))
        if line_key(part).startswith(start) and (is_cut or len(line_key(part)) > len(start))
    )
    rests = {
        part: _after(part, len(start)) for part in parts if not _CUT.search(part) and not _CUT_BEFORE_NAME.search(part)
    }
    whole = [part for part, rest in rests.items() if (not _ELLIPSIS.match(rest) if is_cut else rest[:1].isalnum())]
    longer = [part for part in whole if len(line_key(part)) > len(start)]
    return min(longer or whole, key=len, default=title)


def with_what_is_said(title: str, headings: Iterable[str]) -> str:
    """The heading that goes on after a colon where a title names only who speaks; else the title."""
    said = (visible(heading) for heading in headings)
    return next((each for each in said if each.startswith(title) and _SAYS.match(each, len(title))), title)


def within_heading(title: str, headings: Iterable[str]) -> str:
    """The heading that goes on before or after a title that is a part of it; else the title.

    Args:
        title: as stated.
        headings: that readers see. One that has a mark of another part, as of the outlet's name, is left as it is.
    """
    key = line_key(title)
    longer = (
        visible(heading)
        for heading in headings
        if key != line_key(heading) and key in line_key(heading) and len(heading.split()) <= MAX_TITLE_WORDS
    )
    parted = (each for each in longer if len(key) >= SURE and "\n" not in each and not _PARTED.search(each))
    return next(parted, title)


def _after(text: str, letters: int) -> str:
    """What follows the first letters and digits of a text, so many."""
    seen = 0
    for place, char in enumerate(text, start=1):
        seen += len(line_key(char))
        if seen >= letters:
            return text[place:]
    return ""


def without_names(title: str, names: Iterable[str]) -> str:
    """The title without a known name on either side: «الصالح نيوز : عنوان» → «عنوان»."""
    for name in names:
        title = _beside_name(name).sub("", title) or title
    return _trimmed(_KICKER.sub("", title) or title)


@lru_cache(maxsize=200)
def _beside_name(name: str) -> re.Pattern[str]:
    """The name on either side of a title, with what parts them."""
    pattern = re.escape(visible(name))
    return re.compile(rf"^{pattern}\s*{_SEPARATOR}\s*|\s*{_SEPARATOR}\s*{pattern}$", re.IGNORECASE)


def is_site_title(title: str, titles: list[tuple[str, str]], blocks: list[Block], text: HtmlElement) -> bool:
    """Whether a page names no article: not at all, or in the browser's title alone with words that it shows nowhere, or
    by the section alone.

    Args:
        title: as found, without the outlet's name.
        titles: where the page's titles stand, and their texts.
        blocks: of the whole page.
        text: the element of the text.
    """
    words = [word for word in title.split() if any(map(str.isalnum, word))]
    key = line_key(title)
    same = [block for block in blocks if block.key == key]
    if {source for source, _ in titles} - {"title"}:
        of_sections = any(role in {"tags", "navigation"} for block in same for _, role in block.roles)
        return len(words) < TITLE_WORDS and of_sections and all(block.element.tag != "h1" for block in same)
    if not words or (len(words) < TITLE_WORDS and not same):
        return True
    lines = (block for block in blocks if block.words >= TITLE_WORDS)
    shown = any(block.key in key or key in block.key for block in lines)
    return not shown and not shares_words(title, normalise(str(text.text_content())))


def unnamed_title(blocks: list[Block], text: HtmlElement) -> str | None:
    """The title of a page that names it nowhere, among the lines above the text and its first ones: one whose element
    is called so, or is a heading, or is set in bold; else the last line above the text that could be a headline.
    """
    inside = set(text.iter())
    start = next((number for number, block in enumerate(blocks) if block.element in inside and _is_sentence(block)), 0)
    likely = [
        (number, block)
        for number, block in enumerate(blocks[: start + FIRST_LINES])
        if number >= start - LINES_ABOVE
        and TITLE_WORDS <= len(block.text.split()) <= MAX_TITLE_WORDS
        and block.link_share < 0.5
        and not block.roles
        and not block.text.endswith(".")
        and not is_byline(block.text, above=True)
        and not is_date(block.text)
    ]
    for looks in (is_called_title, _is_heading, _is_bold):
        if found := next((block for _, block in likely if looks(block)), None):
            return found.text
    return next((block.text for number, block in reversed(likely) if number < start), None)


def _is_sentence(block: Block) -> bool:
    return block.link_share < 0.5 and (block.text.endswith(".") or len(block.text.split()) > MAX_TITLE_WORDS)


def is_called_title(block: Block) -> bool:
    """Whether a line's element is called a title."""
    elements = (block.element, *block.element.iterchildren())
    return any(re.search("title|headline|ttl", f"{e.get('class')} {e.get('id')}", re.I) for e in elements)


def _is_heading(block: Block) -> bool:
    return block.element.tag in {"h1", "h2", "h3", "h4"}


def _is_bold(block: Block) -> bool:
    styled = block.element.iter("b", "strong")
    return any(visible(each.text_content()) == block.text for each in styled)


def _readings(title: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The proper parts of a title between its separators, the longest first, each with what stands before and after.

    What somebody says after a colon, «الوزير: …», is the title's own.
    """
    if len(title) > MAX_TITLE:
        return
    separators = [(match.start(), match.end()) for match in _BETWEEN.finditer(title)]
    starts = [0, *(end for _, end in separators)]
    ends = [*(start for start, _ in separators), len(title)]
    for count in range(len(separators), 0, -1):
        for first in range(len(starts) - count + 1):
            last = first + count - 1
            if last < len(separators) and _SAYS.match(title, separators[last][0]):
                continue
            beside = (
                title[: ends[first - 1]] if first else "",
                title[starts[last + 1] :] if last + 1 < len(starts) else "",
            )
            yield _trimmed(title[starts[first] : ends[last]]), tuple(filter(None, map(_trimmed, beside)))


def _trimmed(text: str) -> str:
    return visible(text).strip(" |:-–—•")
