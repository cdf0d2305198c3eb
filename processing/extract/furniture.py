"""What stands in or above an article's text and is not the article's: captions, links to others, bylines, notices…"""

from collections.abc import Container
from typing import Literal

from lxml.html import HtmlElement

from processing.authors.agencies import is_source
from processing.authors.bylines import MAX_BYLINE, is_byline
from processing.authors.openings import is_dateline
from processing.dates.claims import MAX_LABEL, PUBLISHED
from processing.dates.in_text import is_date
from processing.extract.notices import is_notice
from processing.html.blocks import HEADINGS, LINK, Block
from processing.html.characters import visible
from rasid.letters import normalise, view_pattern
from rasid.words.patterns import pattern

Dropped = Literal[
    "title", "name", "byline", "date", "source", "caption", "link", "read also", "list of links", "share",
    "related", "comments", "newsletter", "tags", "author", "ad", "navigation", "hashtags", "notice", "repeated",
    "label", "widget", "out of bounds",
]  # fmt: skip

CAPTION_WORDS = 25
"""Words beside an image that are its caption, at most; also of a line that sends the reader elsewhere."""
LABEL_WORDS = 6
"""Words of a line that names what follows it, at most."""
NOTICE_WORDS = 80
PHRASE_WORDS = 40
"""Words of a notice to readers, at most; of one that is recognised by how it begins."""
DATE_WORDS = 14
"""Words of a line that is there to give the date, at most."""

_SPARING = HEADINGS | {"li"}
"""Elements of which one word does not make a notice."""
ENDED = (".", "؟", "?", "!", "»", "”", "…")
"""How a sentence ends."""
_READ_ALSO = view_pattern(
    rf"^\W*{pattern('furniture', 'read_also')}(?:\s+{pattern('furniture', 'read_also_what')})*\s*(?:[:.…/|«\"-]|$)"
)
_CREDITS = view_pattern(
    rf"^\W*(?:{pattern('bylines', 'credits')}\s*[:/]|{pattern('bylines', 'credited_verbs')}\s+(?:معه\s+)?في\s+"
    rf"(?:ال)?{pattern('bylines', 'credited_work')}\b[^.:/]{{0,40}}[:/])"
)
_NETWORKS, _FOLLOW = pattern("furniture", "networks"), pattern("furniture", "follow")
_NOTICE = view_pattern(
    rf"^\W*(?:{pattern('furniture', 'notices')}"
    rf"|{pattern('furniture', 'notice_words')}\b"
    rf"|{pattern('furniture', 'whole_notices')}\W*$"
    rf"|{_FOLLOW}\b.*(?:{_NETWORKS}|https?://)|{_NETWORKS}\W*$"
    rf"|(?:{_FOLLOW}|{pattern('furniture', 'register')})(?: الآن)? (?:إلى|في|على|عبر)? ?[بل]?"
    rf"{pattern('furniture', 'ours')}"
    r"|(?:(?:ال)?رابط(?: ال)?(?:مختصر|قصير|دائم)?\W*)?https?://\S+(?:\s+(?:انسخ|نسخ)(?: ال)?رابط?)?$"
    rf"|\d+ {pattern('furniture', 'counted_comments')}$|{pattern('furniture', 'visits')}\W*\d+$"
    rf"|{pattern('furniture', 'tag_heads')}\s*(?:[:|]|$)|{pattern('furniture', 'picture_heads')}\s*:"
    rf"|{pattern('furniture', 'copied')}(?: (?:من|عن) .{{2,40}})?$"
    rf"|.{{0,40}}{pattern('furniture', 'may_show')}|تخطى? .{{1,20}}(?:مشاركة|نهاية)"
    rf"|{pattern('furniture', 'ended')}\W*\d*$|\d{{1,3}} ?/ ?\d{{1,3}}$|© )"
)


_GREETS = view_pattern(pattern("furniture", "greets"))
SURE = 12
"""Letters of a title by which it is recognised in a line, at least."""
_COMMENTS = view_pattern(
    rf"^\W*(?:{pattern('furniture', 'comment_heads')}\W*\d*|\d+ {pattern('furniture', 'counted_comments')}"
    rf"|{pattern('furniture', 'comment_calls')})\W*$"
)
_END = view_pattern(rf"^[^\w\s]+\s*{pattern('furniture', 'ends')}\b.{{0,30}}$|^{pattern('furniture', 'ended')}\W*\d*$")
_TEXT = pattern("furniture", "texts")
_ORIGINAL = view_pattern(
    rf"^\W*(?:{_TEXT} (?:ال)?أصلي|{pattern('furniture', 'texts_of')} {_TEXT}"
    rf"|{pattern('furniture', 'read_text')} (?:{pattern('furniture', 'rest_of_text')} )?{_TEXT}"
    rf"|{pattern('furniture', 'source_words')}\b|{pattern('furniture', 'sources')})"
)


def why_dropped(  # noqa: PLR0911  one reason after the other
    block: Block,
    following: list[Block],
    outer: set[HtmlElement],
    repeated: set[str],
    outlets: frozenset[str],
    above: bool,
) -> Dropped | None:
    """Why a line is not the article's; None if it is.

    Args:
        block: the line.
        following: the next lines of the text's element.
        outer: elements that hold all of the text, so what they say they are is not said of the line.
        repeated: `line_key` of the titles and the outlet's names, alone and together.
        outlets: `line_key` of the outlet's names.
        above: no line of the text has come yet.
    """
    text = block.text
    words = block.words
    ended = text.endswith(ENDED)
    signs = block.element.tag == "li" and block.key in outlets and not above  # in a list of those who do
    if (block.key in repeated and not signs) or _greets_with_title(block, repeated):
        return "title"
    role = next((role for element, role in block.roles if element not in outer), None)
    dated = role == "date" and not above and not is_date(text)  # in a row of a timeline: «آذار 2022»
    if role and not dated and (role not in {"author", "date"} or words <= CAPTION_WORDS):
        return role
    if credits_source(block, repeated) and not signs:
        return "source"
    if block.link_share > LINK:
        return "link"
    if words <= CAPTION_WORDS and _sends_elsewhere(block, ended):
        return "read also"
    if words <= NOTICE_WORDS and (
        (words <= PHRASE_WORDS and _NOTICE.match(normalise(text))) or is_notice(text, _is_heading(block))
    ):
        return "notice"
    is_one = len(text) <= MAX_BYLINE and any(is_byline(each, above, outlets) for each in {text, "\n".join(block.parts)})
    if is_one or (len(text) <= MAX_BYLINE and not ended and _CREDITS.match(normalise(text))):
        return "byline"
    if words <= LABEL_WORDS and not ended and _heads_links(block, following):
        return "list of links"
    if words <= CAPTION_WORDS and _beside_image(block, outer):
        return "caption"
    if block.element.tag not in HEADINGS:
        most = CAPTION_WORDS if PUBLISHED.search(normalise(text)[:MAX_LABEL]) else DATE_WORDS
        if words <= most and not ended and is_date(" ".join(block.parts)):
            return "date"
        if above and is_label(text):
            begins = bool(following) and following[0].element is block.element and is_dateline(text, outlets)
            return None if begins else "label"
    return None


def _greets_with_title(block: Block, repeated: set[str]) -> bool:
    """Whether a line announces the article by its title: «زوار مدونتنا الكرام نقدم لكم اليوم خبر …»."""
    titles = [title for title in repeated if len(title) >= SURE]
    if any(block.key.count(title) > 1 for title in titles):  # words for search engines
        return True
    greets = block.words <= PHRASE_WORDS and bool(_GREETS.search(normalise(block.text)))
    return greets and any(title in block.key for title in titles)


def credits_source(block: Block, names: Container[str]) -> bool:
    """Whether a line is there to name, or to lead to, the source of the text: «المصدر: رويترز», «رابط الخبر الأصلي».

    Args:
        names: of the outlet.
    """
    if len(block.text) <= MAX_BYLINE and is_source(block.text.lstrip("*•-–— "), names):
        return True
    return bool(block.links) and block.words <= DATE_WORDS and bool(_ORIGINAL.search(normalise(block.text)))


def is_label(text: str) -> bool:
    """Whether a line is too short for a sentence, and does not end like one."""
    return len(text.split()) <= LABEL_WORDS and not text.endswith(ENDED)


def ends_text(text: str) -> bool:
    """Whether a line is the mark with which an agency ends a text: «// انتهى //», «(النهاية) خ م / ر ج»."""
    return bool(_END.match(normalise(text)))


def heads_comments(text: str) -> bool:
    """Whether a line is the heading of readers' comments."""
    return len(text) < 60 and bool(_COMMENTS.match(normalise(text)))


def _is_heading(block: Block) -> bool:
    """Whether a line is a heading, an item of a list, or set in bold as a whole."""
    bold = (each for each in block.element.iter("strong", "b") if each.text_content())
    return block.element.tag in _SPARING or any(visible(str(each.text_content())) == block.text for each in bold)


def _sends_elsewhere(block: Block, ended: bool) -> bool:
    """«اقرأ أيضا: …», or a linked headline behind a label of any wording."""
    if any(_READ_ALSO.match(normalise(part)) for part in (block.text, block.parts[0])):
        return True
    label = block.parts[0]
    return block.link_share > 0.5 and len(label.split()) <= LABEL_WORDS and not ended and len(block.parts) > 1


def _heads_links(block: Block, following: list[Block]) -> bool:
    """Whether nothing but links follows: at least one, after a heading two, for it may be the text's own."""
    least = 2 if block.element.tag in HEADINGS else 1
    return len(following) >= least and all(each.link_share > LINK for each in following[:least])


def _beside_image(block: Block, outer: set[HtmlElement]) -> bool:
    """Whether an image stands in the largest element that shows nothing but this line."""
    element = block.element
    alone = None
    while element is not None and element not in outer and len(_shown(element)) <= len(block.text) + 3:
        alone, element = element, element.getparent()
    if alone is None or (alone.tag == "p" and block.text.endswith(".")):
        return False
    return next(alone.iter("img", "amp-img", "picture", "video"), None) is not None


def _shown(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())
