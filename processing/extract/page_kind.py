"""Pages that answer well and yet are no article: home and section pages, galleries, log-in walls, polite errors."""

from collections import Counter
from itertools import pairwise
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from processing.extract.body import Selection
from processing.extract.furniture import ENDED
from processing.extract.language import why_not_arabic
from processing.extract.teasers import Teasers, leads_to_article
from processing.html.blocks import Block
from processing.html.characters import line_key
from rasid.letters import normalise, view_pattern
from rasid.records import RejectReason
from rasid.words.patterns import pattern

MIN_WORDS = 20
"""Words of an article's body, at least."""
SHORT = 120
"""Words beyond which a text is no message of a wall or an error."""
CARDS = 4
"""Texts, each with the link to its article, that make a list of articles."""
LINKS = 8
"""Links to articles that make a page with hardly a text a list."""
PAIRS = 6
"""Headlines, each with a text below, that make a list without links."""
TITLE_WORDS = 4
"""Words of an article's title, at least, unless its text is long."""
IN_SENTENCES = 2 * MIN_WORDS
"""Words of sentences with which a page of many images is an article."""
IMAGES = 5
"""Images that with hardly a word make a gallery."""

_MISSING = view_pattern(
    rf"^\W*(?:(?:خطأ\s*)?404|{pattern('pages', 'sorry')})\b.*(?:404|{pattern('pages', 'missing')})"
    rf"|{pattern('pages', 'missing_page')}|^\W*404\b|not found$"
)
_WALL = view_pattern(pattern("pages", "walls"))


def why_no_article(
    url: str, tree: HtmlElement, blocks: list[Block], teasers: Teasers, found: Selection, title: str, dated: bool
) -> tuple[RejectReason, str] | None:
    """The reason for which a page has no article, and what was seen; None if it has one.

    Args:
        url: of the page.
        tree: of the page.
        blocks: the lines of the page.
        teasers: of other articles.
        found: its lines, sorted.
        title: as the page gives it; empty where it gives none.
        dated: the page states when its article was published.
    """
    text = "\n".join(found.body)
    count = len(text.split())
    address = urlsplit(url)
    if address.scheme in {"http", "https"} and address.path in {"", "/"} and not address.query:
        return "listing", "the address is that of a home page"
    if count < SHORT and (message := _message(blocks, found, title)):
        return message
    if listed := _why_listing(url, blocks, teasers, found, title, dated):
        return "listing", listed
    if count < 3 * MIN_WORDS and (reason := _why_too_little(url, tree, blocks, teasers, found.body)):
        return reason
    if foreign := why_not_arabic(text):
        return "language", foreign
    return None


def _message(blocks: list[Block], found: Selection, title: str) -> tuple[RejectReason, str] | None:
    """What a page says instead of an article: that there is none, or who may read it."""
    headings = (block.text for block in blocks if block.element.tag in {"h1", "h2"})
    if any(len(line) < 150 and _MISSING.search(normalise(line)) for line in (title, *headings, *found.body[:2])):
        return "soft_404", f"an error page: {title[:80]}"
    walls = (block.text for block in blocks if len(block.text) < 200 and _WALL.search(normalise(block.text)))
    wall = next((text for text in walls if "تعليق" not in text), None)
    return ("login", wall[:100]) if wall else None


def _why_listing(
    url: str, blocks: list[Block], teasers: Teasers, found: Selection, title: str, dated: bool
) -> str | None:
    """What makes the lines that were found a list: each text has a headline or a link of its own."""
    body = set(found.body)
    own = [number for number, block in enumerate(blocks) if block.text in body]
    entries = Counter(item for number in own if (item := teasers.items.get(number)) is not None)
    if len(entries) >= CARDS and entries.total() >= 0.7 * len(own) and max(entries.values()) <= len(own) / 2:
        return f"{len(entries)} texts that open with the links to their articles"
    heads = [number - 1 for number in own if number and leads_to_article(blocks[number - 1], url)]
    below = len({blocks[number].links[0].get("href") for number in heads})
    if below >= CARDS and below >= 0.9 * len(own) and heads[0] == own[0] - 1:
        return f"{below} texts below the links to their articles"
    lines = [(len(line.split()), line.endswith(ENDED)) for line in found.body]
    pairs = sum(not ended and TITLE_WORDS <= words < longer for (words, ended), (longer, _) in pairwise(lines))
    above = (block.key for block in blocks[: own[0]]) if own else ()
    if pairs >= PAIRS and pairs >= 0.4 * len(lines) and line_key(title) not in above:
        return f"{pairs} headlines, each with a text"
    if len(title.split()) >= TITLE_WORDS or dated or sum(words for words, _ in lines) >= 3 * MIN_WORDS:
        return None
    links = sum(leads_to_article(block, url) for block in blocks)
    return f"{links} links to articles below «{title}»" if links >= LINKS else None


def _why_too_little(
    url: str, tree: HtmlElement, blocks: list[Block], teasers: Teasers, body: tuple[str, ...]
) -> tuple[RejectReason, str] | None:
    """What a page with few words is, if it is no short article."""
    words = sum(len(line.split()) for line in body)
    last = max((number for number, line in enumerate(body, 1) if line.endswith(".")), default=0)
    in_sentences = sum(len(line.split()) for line in body[:last])  # a page may break the lines of its sentences
    links = max(
        sum(leads_to_article(block, url) for block in blocks), len(teasers.elements), len(set(teasers.items.values()))
    )
    images = sum(1 for image in tree.iter("img", "amp-img") if teasers.elements.isdisjoint(image.iterancestors()))
    if images >= max(IMAGES, links) and images > len(body) * 3 and in_sentences < IN_SENTENCES:
        return "gallery", f"{images} images, {words} words"
    if words >= MIN_WORDS:
        return None
    if links >= LINKS:
        return "listing", f"{links} links to articles, {words} words of text"
    return ("short", f"{words} words, fewer than {MIN_WORDS}") if words else ("empty", "no text found on the page")
