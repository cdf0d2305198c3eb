"""Whom a line credits: what its labels, marks and lists say of the persons in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from processing.authors.datelines import read_dateline
from processing.authors.name_words import NO_NAMES, ROLE_HEADS, SURE, Kind, bare
from processing.authors.names import could_be_name, person_form, written
from processing.authors.parts import Part, line_parts

AND = frozenset({"و", "&", "+", "and", "et"})
LISTING = AND | {"،", ",", "/", "\\", "؛", ";"}
"""What parts the members of a list; a dash or a bar may part anything."""
_BESIDE_TWO = frozenset({"person", "place", "author label"})
"""What a line holds in which a name without a label counts beside one with a label."""


@dataclass(frozen=True, slots=True)
class Byline:
    """What a line says of authors.

    Attributes:
        authors: the names of which it says that they are the author's, or of which it says nothing.
        by: the label that says so, if one does.
        sure: one does, and not with a word that may begin a sentence as well: «كتب فلان».
        known: at least one of them begins with a given name.
        beside: kinds of what stands beside them.
        parts: all that the line is made of.
    """

    authors: tuple[str, ...]
    by: Kind | None
    sure: bool
    known: bool
    beside: frozenset[Kind]
    parts: tuple[Part, ...]


@lru_cache(maxsize=2000)
def read_byline(line: str, outlets: frozenset[str] = frozenset(), said: bool = False) -> Byline:
    """Reads a line. A name of unknown form counts where no known one stands, or in one list with one that counts.

    Args:
        line: of a page, or what metadata states.
        outlets: `line_key` of the outlet's names and what else looks like a name and is none.
        said: whether the page says that the line names an author, as by a label.
    """
    parts = tuple(_with_vouched(read_dateline(list(line_parts(line, outlets))), said))
    groups: dict[Kind | None, list[Part]] = {}
    label: Kind | None = None
    sure, labels = False, 0
    for number, part in enumerate(parts):
        previous = parts[number - 1] if number else None
        if part.kind.endswith(" label"):
            labels += part.kind == "author label"
            names_next = number + 1 < len(parts) and parts[number + 1].before not in {"", ")"}
            if previous and previous.kind == "person" and part.before == "(" and not names_next:  # «فلان (تصوير)»
                groups[label] = groups.get(label, [])[:-1]
            if not (previous and previous.kind == "author label" and part.before in AND):
                label = part.kind
        elif label is None and number + 1 < len(parts) and parts[number + 1].before == ":":
            label = _said_by(part)
            if part.kind == "person" and part.known:
                groups.setdefault(None, []).append(part)
        elif part.kind == "person":
            groups.setdefault(label, []).append(part)
            sure = sure or (label in {"author label", "second label"} and bool(part.before))
    if "author label" in groups and None in groups and all(part.kind in _BESIDE_TWO for part in parts):
        groups["author label"] = [*groups[None], *groups["author label"]]  # «طنجة: فلان | متابعة: فلانة»
    order: tuple[Kind | None, ...] = ("author label", None, "second label")
    of, named = next(((kind, groups[kind]) for kind in order if groups.get(kind)), (None, []))
    known = any(part.known for part in named)
    taken = _vouched(named, of == "author label")
    return Byline(
        authors=tuple(dict.fromkeys(part.text for part in taken)),
        by=of if taken else None,
        sure=sure or line.startswith("(") or _is_sure(line) or labels > 1 or _is_whole(parts, line),
        known=known,
        beside=frozenset(part.kind for part in parts if part.kind != "person"),
        parts=parts,
    )


def _with_vouched(parts: list[Part], said: bool) -> Iterator[Part]:
    """The parts, those as persons that a label or others of their list say to be ones.

    Of a person beside a place the mark before the place counts: «سبها - فلان، درنة - فلان».
    """
    persons = any(part.kind == "person" for part in parts)
    for number, part in enumerate(parts):
        before = parts[number - 1] if number else None
        after = parts[number + 1] if number + 1 < len(parts) else None
        of_place = before.before if before and before.kind == "place" and part.before == "-" else part.before
        if part.kind == "person":
            yield replace(part, before=of_place)
            continue
        if part.kind in {"other", "outlet"} and part.before == "(" and before and before.kind == "person":
            yield replace(part, kind="role")  # «فلان (كلية الآداب)»
            continue
        vouched = part.kind == "other" and person_form(part.text.split()) == "vouched"
        if part.kind == "other" and part.before in LISTING and before and before.kind == "person":
            # After a label and one name the others of the list may be of any form: «بحث وكتابة: فلان، أبكر تيراب».
            labelled_list = any(each.kind == "author label" and each.text for each in parts[: number - 1])
            vouched = vouched or (labelled_list and could_be_name(part.text.split()))
        listed = part.before in LISTING or bool(after and after.before in LISTING)
        placed = any(each is not None and each.kind == "place" for each in (before, after))
        label = bool(before and before.kind == "author label") and part.before in {":", "/", "|", "\n"}
        labelled = part.before == "-" and any(each.kind == "author label" for each in parts[:number])
        if vouched and (label or (said and not number) or (persons and (listed or placed or labelled))):
            yield Part("person", written(part.text.split()), False, of_place)
        else:
            yield part


def _vouched(named: list[Part], labelled: bool) -> list[Part]:
    """Those of some persons that count: known ones, those who stand with one in a list, and of others the first."""
    taken = [part.known or (not number and not any(each.known for each in named)) for number, part in enumerate(named)]
    pairs = [(n, n + 1) for n in range(len(named) - 1) if labelled or named[n + 1].before in LISTING]
    for one, other in (*pairs, *((other, one) for one, other in reversed(pairs))):
        taken[other] = taken[other] or taken[one]
    return [part for part, counts in zip(named, taken, strict=True) if counts]


def _said_by(part: Part) -> Kind | None:
    """What a part that is no label says of the names after its colon: «مدير الموقع: فلان», «Powered by: …»."""
    views = [bare(word) for word in part.text.split()]
    if part.kind == "role":
        return "author label" if views[0] in ROLE_HEADS else "other label"
    return "other label" if part.kind == "other" and not NO_NAMES.isdisjoint(views) else None


def _is_whole(parts: tuple[Part, ...], line: str) -> bool:
    """Whether a line is one label and known names, and announces nothing."""
    named = all(part.kind == "person" and part.known for part in parts[1:])
    return len(parts) > 1 and parts[0].kind == "author label" and named and not line.endswith(":")


def _is_sure(line: str) -> bool:
    return " ".join(map(bare, line.split())).startswith(SURE)
