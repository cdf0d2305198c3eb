"""The article's title among what a page calls itself: the outlet's name is often joined to it, in front or behind."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from processing.html.blocks import Block
from processing.html.characters import line_key, visible
from rasid.words.patterns import pattern

TITLE_WORDS = 4
"""A shorter part of a page's title may be a heading or the site's name."""
MAX_TITLE = 1_000
"""Characters of a title that is parted."""

_SEPARATOR = r"[|:«»\-–—•/]+"
_BETWEEN = re.compile(rf"\s*\n\s*|\s+{_SEPARATOR}\s*|{_SEPARATOR}\s+")

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


def is_called_title(block: Block) -> bool:
    """Whether a line's element is called a title."""
    elements = (block.element, *block.element.iterchildren())
    return any(re.search("title|headline|ttl", f"{e.get('class')} {e.get('id')}", re.I) for e in elements)


def is_bold(block: Block) -> bool:
    """Whether a line is set in bold as a whole."""
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
