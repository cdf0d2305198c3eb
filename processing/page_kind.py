"""Pages that answer well and yet are no article: home and section pages, galleries, log-in walls, polite errors."""

from collections import Counter
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from processing.blocks import LINK, Block
from processing.body import Selection
from processing.language import why_not_arabic
from processing.teasers import Teasers
from rasid.letters import normalise, view_pattern
from rasid.records import RejectReason

MIN_WORDS = 20
"""Words of an article's body, at least."""
SHORT = 120
"""Words beyond which a text is no message of a wall or an error."""
CARDS = 4
"""Texts, each with the link to its article, that make a list of articles."""
IMAGES = 5
"""Images that with hardly a word make a gallery."""

_MISSING = view_pattern(
    r"^\W*(?:(?:خطأ\s*)?404|عذرا|عفوا)\b.*(?:404|غير موجود|لم يتم العثور|لا يمكن العثور|لم نعثر|لم نتمكن|حذف"
    r"|غير متوفر)"
    r"|الصفحة (?:المطلوبة |التي تبحث عنها |التي طلبتها )?(?:غير موجودة|غير متوفرة|لم تعد موجودة)|^\W*404\b"
    r"|page not found|not found$"
)
_WALL = view_pattern(
    r"(?:سجل|سجلوا|قم بتسجيل|يرجى تسجيل|يجب تسجيل|الرجاء تسجيل) (?:الدخول|دخولك)|تسجيل الدخول (?:لمتابعة"
    r"|للمتابعة|لقراءة)"
    r"|(?:اشترك|اشتركوا) (?:الآن )?(?:لمتابعة|لقراءة|لمواصلة|للاطلاع)|هذا المحتوى (?:متاح|مخصص"
    r"|حصري) ل?لمشتركين|للمشتركين فقط"
)


def why_no_article(  # noqa: PLR0911  one reason after the other
    url: str, tree: HtmlElement, blocks: list[Block], teasers: Teasers, found: Selection, title: str
) -> tuple[RejectReason, str] | None:
    """The reason for which a page has no article, and what was seen; None if it has one."""
    text = "\n".join(found.body)
    count = len(text.split())
    address = urlsplit(url)
    if address.scheme in {"http", "https"} and address.path in {"", "/"} and not address.query:
        return "listing", "the address is that of a home page"
    heading = [title, *(block.text for block in blocks if block.element.tag in {"h1", "h2"})]
    if count < SHORT and any(
        len(line) < 150 and _MISSING.search(normalise(line)) for line in [*heading, *found.body[:2]]
    ):
        return "soft_404", f"an error page: {title[:80]}"
    walls = (block.text for block in blocks if len(block.text) < 200 and _WALL.search(normalise(block.text)))
    if count < SHORT and (wall := next((text for text in walls if "تعليق" not in text), None)):
        return "login", wall[:100]
    body = set(found.body)
    own = [number for number, block in enumerate(blocks) if block.text in body]
    entries = Counter(item for number in own if (item := teasers.items.get(number)) is not None)
    if len(entries) >= CARDS and entries.total() >= 0.7 * len(own) and max(entries.values()) <= len(own) / 2:
        return "listing", f"{len(entries)} texts that open with the links to their articles"
    if count < 3 * MIN_WORDS and (reason := _why_too_little(tree, blocks, teasers, len(found.body), count)):
        return reason
    if told := why_not_arabic(text):
        return "language", told
    return None


def _why_too_little(
    tree: HtmlElement, blocks: list[Block], teasers: Teasers, lines: int, words: int
) -> tuple[RejectReason, str] | None:
    """What a page with few words is, if it is no short article."""
    links = sum(1 for block in blocks if block.link_share > LINK and len(block.text.split()) >= 4)
    images = sum(1 for image in tree.iter("img", "amp-img") if teasers.elements.isdisjoint(image.iterancestors()))
    if images >= max(IMAGES, links) and images > lines * 3:
        return "gallery", f"{images} images, {words} words"
    if words >= MIN_WORDS:
        return None
    if links >= 8:
        return "listing", f"{links} links to articles, {words} words of text"
    return ("short", f"{words} words, fewer than {MIN_WORDS}") if words else ("empty", "no text found on the page")
