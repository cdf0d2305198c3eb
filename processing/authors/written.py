"""Who wrote an article, by the lines around its text: bylines, marked elements, signatures.

A person is an author only where the page says so. What says it, the surest first: a label («بقلم»), an element or a
link that is marked as the author's, a place or a date beside a name, a signature.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from processing.authors.bylines import LABEL_WORDS, LISTED, MAX_BYLINE, UNLABELLED, is_list, readings
from processing.authors.credits import Byline, read_byline
from processing.authors.datelines import STRANGE_WORDS
from processing.authors.marked import links_to_author, marked_names
from processing.authors.name_words import Kind
from processing.authors.names import without_title
from processing.authors.openings import byline_head
from processing.authors.pieces import TOOK_PART
from processing.authors.signatures import is_editors, is_emphasised, is_role, is_signature, signed
from processing.dates.in_text import is_date
from processing.html.blocks import LINK, Block
from processing.html.characters import line_key, visible
from rasid.letters import normalise, view_pattern

_IMAGES = ("img", "picture", "amp-img", "video")
_HEAD_END = re.compile(r"[:|)–—]|\s[-ـ]|[-ـ]\s")
_OTHERS = frozenset({"navigation", "comments", "tags"})
_WRITES = view_pattern(r"^(?P<name>.{5,50}?)\s+[يت]كتب\s*[:.،-]")
_WRITTEN = view_pattern(r"[-–—|.(،:]\s*بقلم\s*[:/]?\s*(?P<name>[^:|]{5,50}?)\)?$")
REST_WORDS = 4
"""Words of a byline that are none of a name, a place and so on, at most."""


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
    closing = [block for block in after if not is_editors(block.text)]
    labelled = [*_labelled(before, outlets, above=True), *_labelled(closing, outlets, above=False)]
    others = _not_labelled(before, after, above, first, title, outlets)
    if labelled and all(TOOK_PART.search(block.text) for block, _ in labelled):  # beside whom who wrote is named
        writers = list(others)
        yield from (("byline", name) for source, name in writers if source == writers[0][0])
        others = iter(writers)
    elif all(found.by == "second label" for _, found in labelled):  # who translated, if nobody is named who wrote
        yield from others
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
        for name in marked_names(block, outlets)
    )
    yield from (("above the title", name) for name in _on_card(above, title, outlets))
    yield from (("first line", name) for name in _leading_names(first, title, outlets))
    yield from _unlabelled(before, after, title, outlets)
    signatures = (name for block in takewhile(is_signature, after[:UNLABELLED]) for name in signed(block, outlets))
    yield from (("signature", name) for name in signatures)
    yield from (
        ("bold above", block.text)
        for block in before
        if not block.roles and is_emphasised(block) and _is_name(block.text, outlets)
    )
    marked = [names for block in above if (names := tuple(marked_names(block, outlets, said=False)))]
    if len(set(marked)) == 1 and len(marked[0]) < UNLABELLED:  # not a row of columnists
        yield from (("author element above", name) for name in marked[0])
    yield from (("author's page", name) for block in after if links_to_author(block) for name in block.parts[:1])
    yield from (("title", name) for name in _of_title(title, outlets))


def _labelled(lines: list[Block], outlets: frozenset[str], above: bool) -> Iterator[tuple[Block, Byline]]:
    """The lines that say that they name the author; the label may be a line of its own, of several names below it."""
    label = ""
    for block in lines:
        for text in (*readings(block), f"{label}:\n{block.text}" if label else ""):
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
    if not found.known or not (beside or found.by) or len(found.authors) > (LISTED if is_list(found) else 2):
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
        most = LISTED if is_list(found) else UNLABELLED
        if not 0 < len(names) <= most or pictured or strange or found.by == "second label":
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


def _names_others(label: Block, outlets: frozenset[str]) -> bool:
    """Whether a line is a label of those who are no authors, to whom the next line belongs: «رسوم», «المترجم»."""
    kinds = _kinds_of_label(label, outlets)
    return (
        bool(kinds)
        and len(label.parts) == 1
        and not _is_elsewhere(label)
        and kinds <= {"other label", "photo label"}
        and "مصدر" not in label.text
    )


def _of_lines(block: Block, outlets: frozenset[str]) -> Byline:
    """What a line says, by the first reading that names somebody."""
    found = [read_byline(text, outlets) for text in readings(block)]
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
