"""The line that opens a text: who wrote it, where and when may stand before its first words."""

import re
from itertools import pairwise, takewhile

from processing.authors.credits import read_byline
from rasid.dates.written import written_days
from rasid.letters import normalise

MAX_HEAD = 130
"""Characters before the first words, at most."""
MAX_PLACE = 60
"""Characters of the place, and of the day by another calendar, before a date, at most."""
NAME_WORDS = 4
"""Words of a name among others, at most."""
LEAST_WORDS = 6
"""Words that follow, at least."""

_END = re.compile(r"\s*(?::|[-–—]{1,2}|/|\||\))[\s\u200e\u200f]+|\s+[-–—]{1,2}\s*|\)[:،]?\s+")
_NUMBERED_DAY = re.compile(
    r"^[ء-ي ]{2,30}\s*[-–—،,]?\s*\d{1,2}\s*[-–—/]\s*\d{1,2}\s*(?:[-–—/]\s*\d{2,4}\s*)?(?=[(-–—])"
)
_OF_AGENCY = re.compile(r"\(\s*[ء-ي. ]{1,20}\s*\)\s*[-–—:]{0,3}$|[/-]\s*[ء-ي. ]{2,12}\s*[/:-]?\s*$|--\s*$")
_LISTING = frozenset({"،", ",", "و", "/"})
_IN_HEADS = frozenset(
    {"author label", "second label", "photo label", "other label"}
    | {"person", "place", "outlet", "agency", "role", "date", "neutral"}
)


def without_head(line: str, outlets: frozenset[str] = frozenset()) -> str:
    """A text's first line without a byline, with its place, or a dateline that gives the day, before its first words.

    A dateline of a place, an outlet or an agency alone stays.

    Args:
        line: as the page has it.
        outlets: `line_key` of the outlet's names.
    """
    ends = list(takewhile(lambda end: end.end() <= MAX_HEAD, _END.finditer(line)))
    for end in reversed(ends):
        rest, head = line[end.end() :], line[: end.end()].strip()
        named = _is_byline(line[: end.start()], outlets)
        if len(rest.split()) >= LEAST_WORDS and (named or _is_dated(head)):
            return rest
    return line


def is_dateline(line: str, outlets: frozenset[str]) -> bool:
    """Whether a line is a place with an outlet or an agency, parted by a dash, and nothing else."""
    parts = read_byline(line, outlets).parts
    kinds = {part.kind for part in parts}
    dashed = all(part.before == "-" for part in parts[1:])
    return dashed and "place" in kinds and bool(kinds & {"outlet", "agency"}) and kinds <= {"place", "outlet", "agency"}


def byline_head(line: str, outlets: frozenset[str] = frozenset()) -> str:
    """The byline before a text's first words; empty where none is.

    Args:
        line: as the page has it.
        outlets: `line_key` of the outlet's names.
    """
    for end in takewhile(lambda end: end.end() <= MAX_HEAD, _END.finditer(line)):
        rest = line[end.end() :]
        if len(rest.split()) >= LEAST_WORDS and _is_byline(line[: end.start()], outlets) and not _is_list(rest):
            return line[: end.start()]
    return ""


def _is_byline(head: str, outlets: frozenset[str]) -> bool:
    """Whether a head names persons, and they are labelled or stand beside a place or an outlet, and says nothing else.
    In a row of persons a name of unknown form is one.
    """
    found = read_byline(head, outlets)
    if not found.authors:
        return False
    for previous, part in pairwise((None, *found.parts)):
        listed = previous and part and part.before in _LISTING and len(part.text.split()) <= NAME_WORDS
        if part and part.kind not in _IN_HEADS and not (listed and found.known):
            return False
    return found.by is not None or (found.known and bool(found.beside & {"place", "outlet", "neutral"}))


def _is_list(rest: str) -> bool:
    """Whether what follows a name begins with another: a list of names, and no text."""
    parts = read_byline(rest[:MAX_HEAD]).parts
    return len(parts) > 1 and all(part.kind == "person" and part.known for part in parts[:2])


def _is_dated(head: str) -> bool:
    """Whether a head is an agency's, of a place and a whole date; «عمان 13 أيلول (بترا)-» is read as a place's."""
    view = normalise(head)
    if not _OF_AGENCY.search(view):
        return False
    return bool(_NUMBERED_DAY.match(view)) or any(start <= MAX_PLACE for start, _, _ in written_days(view))
