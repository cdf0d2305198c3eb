"""The news agencies that an article is credited to."""

import re
from collections.abc import Container, Iterable

from processing.html.characters import line_key
from rasid.words import phrase_lists
from rasid.words.patterns import pattern

AGENCIES = {
    line_key(spelling): name
    for name, spellings in phrase_lists("agencies", "agencies").items()
    for spelling in spellings
}
"""Letters of each spelling → the agency's usual name."""

JOINED_WORDS = 6
"""Words of a line of an outlet and agencies that are not all known, at most."""
_SOURCE = re.compile(rf"^{pattern('bylines', 'sources')}\s*[:/+-]?\s*(?P<names>.{{2,60}})$")
_DATELINE = re.compile(
    r"^[ء-ي][ء-ي \u0640]{1,30}?\s*(?:[،,]\s*[ء-ي \d]{2,30})?\s*[-–—/]?\s*\((?P<names>[^()]{2,40})\)"
    r"|^[ء-ي][ء-ي ]{1,20}\s*[-–—/]\s*(?P<agency>[ء-ي. ]{2,20}?)\s*[-–—/:]"
)
_CLAIMS = re.compile(r"[،,/+|:]|\s[-–—ـ]\s|\s+و\s*")
_OF_A_PICTURE = re.compile(
    rf"©|\((?:c|C)\)|^\W*{pattern('bylines', 'pictures')}\b|^\W*(?:photo|image|credit)", re.IGNORECASE
)


def agencies(first: str, others: Iterable[str]) -> tuple[str, ...]:
    """The agencies that an article credits: in its dateline, «واشنطن (رويترز) - », or in lines of their own.

    Args:
        first: its first paragraph.
        others: short lines around the text, and what the page states as its author. Credits of pictures count for
            nothing.
    """
    claims: list[str] = []
    if match := _DATELINE.match(first):
        claims += _CLAIMS.split(match["names"] or match["agency"])
    for line in others:
        if not _OF_A_PICTURE.search(line):
            credit = _SOURCE.match(line)
            claims += _CLAIMS.split(credit["names"] if credit else line)
    found = (AGENCIES.get(line_key(claim)) for claim in claims)
    return tuple(dict.fromkeys(name for name in found if name))


def is_source(line: str, names: Container[str]) -> bool:
    """Whether a line does nothing but credit a source: «المصدر: رويترز», or agencies and the outlet's names alone."""
    parts = [key for part in re.split(r"[،,/+|]|\s[-–—]\s", line) if (key := line_key(part))]
    known = [key in AGENCIES or key in names for key in parts]
    joined = "+" in line and len(line.split()) <= JOINED_WORDS and any(known)  # «مرآة الساحل + وما»
    return bool(_SOURCE.match(line)) or joined or (bool(parts) and all(known))
