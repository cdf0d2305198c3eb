"""Datelines with their writer: where a name stands, after the outlet and a place, shows that it is one."""

from dataclasses import replace

from processing.authors.name_words import NO_NAMES, bare
from processing.authors.names import could_be_name, person_form, written
from processing.authors.parts import Part

STRANGE_WORDS = 2
"""Words of a place that is not known, at most."""
DATELINE_PARTS = 5
"""Parts of a dateline, at most."""

_MARKS = frozenset("-/")
_BEFORE_NAMES = frozenset("-/:")


def read_dateline(parts: list[Part]) -> list[Part]:
    """The parts of a line, where it is a dateline: the name as a person who is known to be one, the rest as places.

    What stands after the outlet's name and a place, «مرآة الساحل – زعفورة: زوسنة عجام», is a person of any name; after
    one of them alone it may be a headline: «بيروت: صيف ساخن».
    """
    if not 1 < len(parts) <= DATELINE_PARTS:
        return parts
    *head, last = parts
    kinds = {part.kind for part in head}
    strange = [part for part in head if part.kind == "other" or (part.kind == "person" and not part.known)]
    if (
        kinds <= {"outlet", "place", "neutral", "other", "person"}
        and "outlet" in kinds
        and len(head) > 1
        and not any(part.known for part in head)
        and all(_is_strange(part) for part in strange)
        and last.kind in {"person", "other"}
        and last.before in _BEFORE_NAMES
        and could_be_name(last.text.split())
    ):
        places = [replace(part, kind="place", known=False) if part in strange else part for part in head]
        return [*places, Part("person", written(last.text.split()), True, last.before)]
    return [replace(part, kind="place") if _is_strange_place(parts, at) else part for at, part in enumerate(parts)]


def _is_strange(part: Part) -> bool:
    words = part.text.split()
    return len(words) <= STRANGE_WORDS and NO_NAMES.isdisjoint(map(bare, words))


def _is_strange_place(parts: list[Part], number: int) -> bool:
    """Whether a word or two of which nothing is known stand where a place or an agency does: before a dash or a slash
    and a known name, or after the name and a slash; after a colon where the outlet stands before the name.
    """
    part = parts[number]
    known = [at for at, each in enumerate(parts) if each.kind == "person" and each.known]
    if part.kind != "other" or not known or not _is_strange(part):
        return False
    mark = parts[number + 1].before if number + 1 < len(parts) else ""
    if (mark, number, known) == (":", 0, [1]) and len(parts) == len(known) + 1:
        return True  # «الدمازين: فلان», and nothing else
    listed = mark == "/" and person_form(part.text.split()) is not None  # «زوسنة عجام / نزار الخياط»
    below = mark in _MARKS and mark != "" and not listed
    after = "/:" if parts[0].kind == "outlet" else "/"
    return (below and number < known[0]) or (part.before in after and part.before != "" and number - 1 in known)
