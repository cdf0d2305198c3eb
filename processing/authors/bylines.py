"""Lines that are nothing but a byline, and what metadata states in the place of one."""

import re
from collections.abc import Iterable

from processing.authors.credits import LISTING, Byline, read_byline
from processing.html.blocks import Block
from processing.html.characters import line_key
from rasid.words.patterns import pattern

_POINTED = r"[ء-ي](?:\s?\.\s?[ء-ي]){1,2}\.?"
_PAIR = r"[ء-ي] [ء-ي]"
_INITIALS = re.compile(
    rf"[=*_~\s-]*(?:{pattern('bylines', 'initials')}\s*[:/]\s*)?"
    rf"(?:(?:{_POINTED}|{_PAIR})(?:\s*/\s*(?:{_POINTED}|{_PAIR}))*\s*(?:\([^)]*\))?$|[ء-ي]/[ء-ي]$)"
)
_OF_CREDITS = frozenset({"author label", "second label", "other label", "photo label", "person", "place", "role"})
LABEL_WORDS = 6
"""Words of a line that is a label of names, at most."""
MAX_BYLINE = 240
"""Characters of a line that may name the author."""
MAX_STATEMENT = 300
"""The same, of what metadata states."""
LISTED = 6
"""Names of one list at the head of a text, at most."""
UNLABELLED = 3
"""Names in a line that does not say whose they are, at most: more are a list."""


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
        most = LISTED if is_list(found) else UNLABELLED
        is_one = above and found.known and len(found.authors) <= most and (beside or several)
    return is_one or bool(_INITIALS.match(line))


def names_of_statement(stated: str, strangers: Iterable[str]) -> tuple[str, ...]:
    """The persons that a statement of metadata names; none if it names the outlet, its staff, a tool or an agency."""
    if len(stated) > MAX_STATEMENT:
        return ()
    found = read_byline(stated, frozenset(filter(None, map(line_key, strangers))), said=True)
    return found.authors if "other" not in found.beside or found.known else ()


def is_list(found: Byline) -> bool:
    """Whether nothing but the marks of a list parts the persons of a line: «،», «/», «و»."""
    persons = [part for part in found.parts if part.kind == "person"]
    return all(part.before in LISTING for part in persons[1:])


def readings(block: Block) -> tuple[str, ...]:
    """A line by its parts, of which style alone may part a name and a date, and as a whole."""
    parted = "\n".join(block.parts)
    return (parted, block.text) if len(block.parts) > 1 and " ".join(block.parts) == block.text else (parted,)
