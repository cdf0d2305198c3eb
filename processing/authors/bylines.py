"""Who wrote an article, by the lines around its text: bylines, marked elements, signatures.

A person is an author only where the page says so. What says it, the surest first: a label («بقلم»), an element or a
link that is marked as the author's, a place or a date beside a name, a signature.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from lxml.html import HtmlElement

from processing.authors.credits import LISTING, Byline, read_byline
from processing.authors.datelines import STRANGE_WORDS
from processing.authors.name_words import Kind
from processing.authors.names import without_title
from processing.authors.openings import byline_head
from processing.authors.pieces import TOOK_PART
from processing.dates.in_text import is_date
from processing.html.blocks import LINK, Block, role_of
from processing.html.characters import line_key, visible
from rasid.letters import normalise, view_pattern
from rasid.words.patterns import pattern

_POINTED = r"[ء-ي](?:\s?\.\s?[ء-ي]){1,2}\.?"
_PAIR = r"[ء-ي] [ء-ي]"
_INITIALS = re.compile(
    rf"[=*_~\s-]*(?:{pattern('bylines', 'initials')}\s*[:/]\s*)?"
    rf"(?:(?:{_POINTED}|{_PAIR})(?:\s*/\s*(?:{_POINTED}|{_PAIR}))*\s*(?:\([^)]*\))?$|[ء-ي]/[ء-ي]$)"
)
_ROLE = view_pattern(rf"^\W*{pattern('bylines', 'signing_roles')} ")
_AUTHORS_PAGE = re.compile(
    r"/(?:authors?|auteurs?|writers?|columnists?|editors?|journalists?|reporters?|profiles?|experts?|people|staff|contributors?|researchers?|كاتب|كتاب|الكتاب)[/=?]",
    re.IGNORECASE,
)
_EDITED = view_pattern(rf"^\({pattern('bylines', 'editors')}\b[^()]*\)$")
"""How an agency's editor signs."""
_OF_CREDITS = frozenset({"author label", "second label", "other label", "photo label", "person", "place", "role"})
_IMAGES = ("img", "picture", "amp-img", "video")
_HEAD_END = re.compile(r"[:|)–—]|\s[-ـ]|[-ـ]\s")
_OTHERS = frozenset({"navigation", "comments", "tags"})
_MARKS = ("rel", "itemprop")
_WRITES = view_pattern(r"^(?P<name>.{5,50}?)\s+[يت]كتب\s*[:.،-]")
_WRITTEN = view_pattern(r"[-–—|.(،:]\s*بقلم\s*[:/]?\s*(?P<name>[^:|]{5,50}?)\)?$")
LABEL_WORDS = 6
SIGNATURE_WORDS = 8
ROLE_WORDS = 10
MAX_BYLINE = 240
"""Characters of a line that may name the author."""
MAX_STATEMENT = 300
"""The same, of what metadata states."""
LISTED = 6
"""Names of one list at the head of a text, at most."""
UNLABELLED = 3
"""Names in a line that does not say whose they are, at most: more are a list."""
REST_WORDS = 4
"""Words of a byline that are none of a name, a place and so on, at most."""


def is_byline(line: str, above: bool = False, outlets: frozenset[str] = frozenset()) -> bool:
    """Whether a line is nothing but «بقلم: فلان» or such; above a text «كتب فلان» and «فلان - نجران» are enough."""
    if len(line) > MAX_BYLINE or (line.endswith((".", "؟", "!")) and not line.endswith((")", ")."))):
        return bool(_INITIALS.match(line))
    found = read_byline(line, outlets)
    kinds = [part.kind for part in found.parts]
    if "other" in kinds or not kinds:
        is_one = False
    elif found.authors and found.by:
        is_one = above or found.sure
    elif above and "person" in kinds and kinds[0].endswith("label") and set(kinds) <= _OF_CREDITS:
        is_one = not found.authors  # «ترجمة: فلان», of whom nothing is said that he wrote
    elif kinds[0] in {"author label", "second label"}:  # «تحرير: قسم الأخبار»
        is_one = not found.authors and set(kinds[1:]) == {"outlet"} and len(line.split()) <= LABEL_WORDS
    elif kinds[0] == "photo label":
        is_one = "person" in kinds and bool(found.parts[1].before)
    else:
        beside = not found.beside.isdisjoint({"place", "outlet", "role", "date"})
        several = len(found.authors) > 1 and found.beside <= {"place", "outlet"}
        most = LISTED if _is_list(found) else UNLABELLED
        is_one = above and found.known and len(found.authors) <= most and (beside or several)
    return is_one or bool(_INITIALS.match(line))


def written_authors(
    before: Iterable[Block],
    after: Iterable[Block],
    above: Iterable[Block],
    first: str,
    title: str,
    strangers: Iterable[str],
) -> Iterator[tuple[str, str]]:
    """The authors that the lines around a text name, and how each was recognised, the surest first.

    Args:
        before: lines between the title and the text.
        after: lines that close the text. Strangers' names may stand there, so only a byline counts.
        above: lines above the title.
        first: the text's first line.
        title: whom it names is written about, if nothing surer says that he writes.
        strangers: what looks like a name and is none: the outlet's names, the section.
    """
    outlets = frozenset(filter(None, map(line_key, strangers)))
    before, after, above = (
        [block for block in blocks if len(block.text) <= MAX_BYLINE] for blocks in (before, after, above)
    )
    closing = [block for block in after if not _EDITED.match(normalise(block.text))]
    labelled = [*_labelled(before, outlets, above=True), *_labelled(closing, outlets, above=False)]
    others = _not_labelled(before, after, above, first, title, outlets)
    if labelled and all(TOOK_PART.search(block.text) for block, _ in labelled):  # beside whom who wrote is named
        writers = list(others)
        yield from (("byline", name) for source, name in writers if source == writers[0][0])
        others = iter(writers)
    first_label = min((found.by or "" for _, found in labelled), default="")  # of an author, before of a translator
    yield from (("byline", name) for _, found in labelled if found.by == first_label for name in found.authors)
    yield from others


def _not_labelled(
    before: list[Block], after: list[Block], above: list[Block], first: str, title: str, outlets: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """What `written_authors` finds without a label."""
    yield from (
        ("author element", name)
        for block in before
        if not _is_elsewhere(block)
        for name in _marked_names(block, outlets)
    )
    yield from (("above the title", name) for name in _on_card(above, title, outlets))
    yield from (("first line", name) for name in _leading_names(first, title, outlets))
    yield from _unlabelled(before, after, title, outlets)
    signed = takewhile(is_signature, after[:UNLABELLED])
    signatures = (name for block in signed for name in _signed(block, outlets))
    yield from (("signature", name) for name in signatures)
    yield from (("bold above", block.text) for block in before if not block.roles and _is_bold_name(block, outlets))
    marked = [names for block in above if (names := tuple(_marked_names(block, outlets, said=False)))]
    if len(set(marked)) == 1 and len(marked[0]) < UNLABELLED:  # not a row of columnists
        yield from (("author element above", name) for name in marked[0])
    yield from (("author's page", name) for block in after if links_to_author(block) for name in block.parts[:1])
    yield from (("title", name) for name in _of_title(title, outlets))


def names_of_statement(stated: str, strangers: Iterable[str]) -> tuple[str, ...]:
    """The persons that a statement of metadata names; none if it names the outlet, its staff, a tool or an agency."""
    if len(stated) > MAX_STATEMENT:
        return ()
    found = read_byline(stated, frozenset(filter(None, map(line_key, strangers))), said=True)
    return found.authors if "other" not in found.beside or found.known else ()


def links_to_author(block: Block) -> bool:
    """Whether a line is the name of a person, linked to the person's page."""
    return (
        len(block.text) <= MAX_BYLINE
        and bool(read_byline(block.text).authors)
        and any(map(_is_authors, block.element.iter("a")))
    )


def is_signature(block: Block) -> bool:
    """Whether a text's last line is its author's name, emphasised or a paragraph of its own, with his place or not;
    or what he is: «كاتب من الجزائر».
    """
    alone = block.element.tag in {"p", "div"} or _is_emphasised(block)
    if not alone or len(block.text.split()) > SIGNATURE_WORDS:
        return False
    return bool(_signed(block, frozenset())) or is_role(block.text)


def is_role(line: str) -> bool:
    """Whether a line tells what somebody is, as under a signature: «كاتب وباحث من الجزائر»."""
    return len(line.split()) <= ROLE_WORDS and bool(_ROLE.match(normalise(line)))


def _labelled(lines: list[Block], outlets: frozenset[str], above: bool) -> Iterator[tuple[Block, Byline]]:
    """The lines that say that they name the author; the label may be a line of its own, of several names below it."""
    label = ""
    for block in lines:
        for text in (*_readings(block), f"{label}:\n{block.text}" if label else ""):
            found = read_byline(text, outlets)
            if found.by and (above or found.sure) and _is_short(found):
                yield block, found
                break
        else:
            label = ""
        if _kinds_of_label(block, outlets) == {"author label"} and not _is_elsewhere(block):
            label = block.text


def _kinds_of_label(block: Block, outlets: frozenset[str]) -> set[Kind]:
    """What a line is made of, if it is the label of the next; nothing of a long one, a link or one with digits."""
    if block.words > LABEL_WORDS or block.link_share > LINK or any(map(str.isdigit, block.text)):
        return set()
    return {part.kind for part in read_byline(f"{block.text}:", outlets).parts}


def _is_elsewhere(block: Block) -> bool:
    """Whether a line belongs to a menu, to the tags or to readers' comments."""
    return not _OTHERS.isdisjoint(role for _, role in block.roles)


def _is_short(found: Byline) -> bool:
    return sum(len(part.text.split()) for part in found.parts if part.kind == "other") <= REST_WORDS


def _marked_names(block: Block, outlets: frozenset[str], said: bool = True) -> Iterator[str]:
    """The names in a line of which the page says that it names an author, or that it links to an author's page."""
    element = block.element
    around = (element, *element.iter("a"), *(each for _, each in zip(range(2), element.iterancestors(), strict=False)))
    marked = any(role == "author" for _, role in block.roles) or any(
        _is_marked(each) or (each.tag == "a" and _is_authors(each)) for each in around
    )
    texts: Iterable[str]
    if marked:
        texts = _readings(block)
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


def _is_marked(element: HtmlElement) -> bool:
    return any("author" in (element.get(name) or "").lower().split() for name in _MARKS)


def _is_authors(link: HtmlElement) -> bool:
    return bool(_AUTHORS_PAGE.search(link.get("href") or ""))


def _on_card(above: list[Block], title: str, outlets: frozenset[str]) -> tuple[str, ...]:
    """The persons right above a title, as over a column: lines of known names and what they are, and no links."""
    names: list[str] = []
    for block in reversed(above[-UNLABELLED:]):
        found = _of_lines(block, outlets)
        kinds = {part.kind for part in found.parts}
        if block.roles and any(role != "author" for _, role in block.roles):
            break
        linked = block.link_share > LINK and (
            block is not above[-1] or len(found.authors) > 1
        )  # as a row of columnists
        if found.known and kinds <= {"person", "place", "role", "author label"} and not linked:
            names = [*map(without_title, found.authors), *names]
        elif not is_role(block.text):
            break
    return tuple(name for name in names if not _is_in(name, title))


def _leading_names(first: str, title: str, outlets: frozenset[str]) -> tuple[str, ...]:
    """The persons before a text's first words: «الرياض – محمد الأحمد: قالت…», «كتب فلان: …»."""
    head = first[:MAX_BYLINE]
    if not _HEAD_END.search(head):
        return ()
    if before := byline_head(first, outlets):
        return tuple(name for name in read_byline(before, outlets).authors if not _is_in(name, title))
    parts = list(read_byline(head, outlets).parts)
    end = next((n for n, part in enumerate(parts) if part.kind in {"other", "date", "role"}), len(parts) - 1)
    if not 0 < end < len(parts) or parts[end].kind == "date" or parts[end].before not in {":", "-", ")", "\n", "|"}:
        return ()
    if parts[end - 1].kind == "person" and parts[end].before not in {":", "-", "|"}:
        return ()
    before = head[: head.find(parts[end].text)] if parts[end].text in head else ""
    found = read_byline(before, outlets)
    beside = bool(found.beside & {"place", "outlet"}) and "agency" not in found.beside
    if not found.known or not (beside or found.by) or len(found.authors) > (LISTED if _is_list(found) else 2):
        return ()
    return tuple(name for name in found.authors if not _is_in(name, title))


def _unlabelled(before: list[Block], after: list[Block], title: str, outlets: frozenset[str]) -> list[tuple[str, str]]:
    """Names that stand beside a place, or else beside or above a date, or else alone. One of unknown form is a name
    where a line below the text begins with it as well, as a note on the author does.
    """
    beside_places: list[tuple[str, str]] = []
    beside_dates: list[tuple[str, str]] = []
    alone: list[list[tuple[str, str]]] = []
    for number, block in enumerate(before):
        if any(role not in {"author", "date", "share"} for _, role in block.roles):
            continue
        if number and _names_others(before[number - 1], outlets):
            continue
        found = _of_lines(block, outlets)
        noted = any(line.key.startswith(line_key(name)) for name in found.authors for line in after)
        names = [name for name in found.authors if not _is_in(name, title)] if found.known or noted else []
        rest = [part for part in found.parts if part.kind == "other"]
        pictured = any(part.kind == "agency" and part.before == "(" for part in found.parts)
        strange = len(rest) > 1 or any(len(part.text.split()) > STRANGE_WORDS for part in rest)
        most = LISTED if _is_list(found) else UNLABELLED
        if not 0 < len(names) <= most or pictured or strange:
            continue
        if found.beside & {"place", "outlet", "agency", "role", "neutral", "author label"}:
            beside_places += [("beside the place", name) for name in names]
        elif is_date(" ".join(block.parts)):
            beside_dates += [("beside the date", name) for name in names]
        elif rest:
            continue
        elif any(_together(block, other) for other in before[max(0, number - 2) : number + 3]):
            beside_dates += [("above the date", name) for name in names]
        elif block.link_share < LINK and not _is_caption(block):
            alone.append([("alone", name) for name in names])
    return beside_places or beside_dates or (alone[0] if len(alone) == 1 else [])


def _is_list(found: Byline) -> bool:
    """Whether nothing but the marks of a list parts the persons of a line: «،», «/», «و»."""
    persons = [part for part in found.parts if part.kind == "person"]
    return all(part.before in LISTING for part in persons[1:])


def _names_others(label: Block, outlets: frozenset[str]) -> bool:
    """Whether a line is a label of those who are no authors, to whom the next line belongs: «رسوم», «المترجم»."""
    kinds = _kinds_of_label(label, outlets)
    return (
        bool(kinds)
        and not _is_elsewhere(label)
        and kinds <= {"other label", "photo label"}
        and "مصدر" not in label.text
    )


def _readings(block: Block) -> tuple[str, ...]:
    """A line by its parts, of which style alone may part a name and a date, and as a whole."""
    return (block.text,) if len(block.parts) == 1 else ("\n".join(block.parts), block.text)


def _of_lines(block: Block, outlets: frozenset[str]) -> Byline:
    """What a line says, by the first reading that names somebody."""
    found = [read_byline(text, outlets) for text in _readings(block)]
    return next((each for each in found if each.authors), found[0])


def _together(block: Block, dated: Block) -> bool:
    """Whether a line stands in one small element with a date."""
    near = block.element is dated.element or block.element.getparent() is dated.element.getparent()
    return near and block is not dated and len(block.text.split()) <= LABEL_WORDS and is_date(" ".join(dated.parts))


def _is_caption(block: Block) -> bool:
    """Whether a line stands right below an image, or alone with one in an element."""
    element = block.element
    above = element.getprevious()
    if above is not None and (above.tag in _IMAGES or next(above.iter(*_IMAGES), None) is not None):
        return True
    holders = (each for _, each in zip(range(2), element.iterancestors(), strict=False))
    alone = (each for each in (element, *holders) if len(visible(str(each.text_content()))) <= len(block.text) + 3)
    return any(next(each.iter(*_IMAGES), None) is not None for each in alone)


def _is_emphasised(block: Block) -> bool:
    styled = block.element.iter("strong", "b", "em", "i")
    return any(visible(each.text_content()) == block.text for each in styled)


def _signed(block: Block, outlets: frozenset[str]) -> tuple[str, ...]:
    """The names of a line that holds nothing but known names and places."""
    found = read_byline(block.text, outlets)
    is_one = found.known and len(found.authors) <= UNLABELLED and found.beside <= {"place", "outlet"}
    return found.authors if is_one and not _is_of_reader(block) else ()


def _is_of_reader(block: Block) -> bool:
    return any("Comment" in (each.get("itemtype") or "") for each in (block.element, *block.element.iterancestors()))


def _is_bold_name(block: Block, outlets: frozenset[str]) -> bool:
    return _is_emphasised(block) and _is_name(block.text, outlets)


def _is_name(text: str, outlets: frozenset[str]) -> bool:
    """Whether a text is one name that is known to be one."""
    found = read_byline(text, outlets)
    return found.known and not found.beside and found.authors == (text,)


def _of_title(title: str, outlets: frozenset[str]) -> tuple[str, ...]:
    """Who writes by the title: «فلان يكتب: …», «… - بقلم فلان»."""
    view = normalise(title)
    match = _WRITES.search(view) or _WRITTEN.search(view)
    if not match or len(view) != len(title):
        return ()
    found = read_byline(title[slice(*match.span("name"))], outlets)
    return found.authors if found.known and "other" not in found.beside else ()


def _is_in(name: str, title: str) -> bool:
    """Whether a title is about a person: it names him, but not as its writer."""
    key, whole = line_key(name), line_key(title)
    return key in whole and f"{key}يكتب" not in whole and f"{key}تكتب" not in whole
