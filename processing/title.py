"""The article's title among what a page calls itself: the outlet's name is often joined to it, in front or behind."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from processing.blocks import Block
from processing.bylines import is_byline
from processing.characters import line_key, visible
from processing.dates import is_date

TITLE_WORDS = 4
"""A shorter part of a page's title may be a heading or the site's name."""
MAX_TITLE_WORDS = 25

_SEPARATOR = r"[|:«»\-–—•/]+"
_BETWEEN = re.compile(rf"\s*\n\s*|\s+{_SEPARATOR}\s*|{_SEPARATOR}\s+")


# News agencies write the section before the title: «سياسة / …».
_KICKER = re.compile(
    r"^(?:عام|سياس[ةي]ة?|اقتصادي?ة?|رياض[ةي]ة?|ثقاف[ةي]ة?|محلي(?:ات|ة)?|وطنية?|دولية?|عربية?|مجتمع|اجتماعي|صحة|فن|علوم|تعليم|أمن|طقس"
    r"|منوعات|أخبار|محافظات)\s*[/|]\s*"
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


def find_title(titles: Iterable[str], keys: Iterable[str]) -> Title:
    """Parts titles into the article's and the names beside it, where the page shows which is which.

    A part of a title is the article's if it stands alone elsewhere, as a line or as another of the titles.

    Args:
        titles: the likeliest first; empty ones do not count.
        keys: `line_key` of the lines of the whole page.

    Returns:
        the first title as it is when nothing tells; an empty text without titles.
    """
    titles = [title for title in titles if visible(title)]
    if not titles:
        return Title("", ())
    alone = {*keys, *map(line_key, titles)}
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
    return _trimmed(_KICKER.sub("", title) or title)


def title_above(blocks: list[Block], text: HtmlElement) -> str | None:
    """The title of a page that names it nowhere: of the lines above the text, the one whose element is called so, or
    the last one that could be a headline.
    """
    inside = set(text.iter())
    start = next((number for number, block in enumerate(blocks) if block.element in inside), 0)
    above = [block for block in blocks[max(0, start - 15) : start] if block.link_share < 0.5 and not block.roles]
    likely = [
        block
        for block in above
        if TITLE_WORDS <= len(block.text.split()) <= MAX_TITLE_WORDS
        and not is_byline(block.text, above=True)
        and not is_date(block.text)
    ]
    named = (b for b in likely if re.search("title|headline", f"{b.element.get('class')} {b.element.get('id')}", re.I))
    return next((block.text for block in (*named, *reversed(likely))), None)


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
