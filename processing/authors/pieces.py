"""A line's pieces, and what parts them: marks, dashes, prepositions."""

import re
from collections.abc import Iterator

from processing.authors.agencies import AGENCIES
from processing.authors.name_words import NEUTRAL, PLACES, bare
from processing.authors.names import is_no_part
from processing.html.characters import line_key
from rasid.words.patterns import pattern

_SPLIT = re.compile(
    r"(?P<quoted>[«“\"][^«»“”\"]*[»”\"])"
    r"|(?P<mark>\s*(?:[|¦·•●:：/\\،,؛;()\[\]\n+&>]|\.{2,}|…|(?<=\s)(?:and|et|AND)(?=\s)|\sو(?=\s))\s*)"
    r"|(?P<dash>(?<=\s)[-–—‒―ـ_*~]+\s*|\s*[-–—‒―]+(?=\s|$)|\s*[–—―]\s*|ـ+(?=\s)|^[-–—‒―*]+|(?<=[ء-ي])-(?=[ء-ي]))"
    r"|(?P<preposition>\s+(?:في|بتاريخ|يوم|من|منذ|قبل|للنشرة|on|from|at|in)(?=\s))"
)
_INITIAL_TITLE = re.compile(r"(?<!\w)((?:[أا]\.?\s?)?[دأام])\s*/\s*(?=[^\W\d_]{2})")
_SLASHED_TITLE = re.compile(rf"(?<!\w)({pattern('names', 'slashed_titles')})\s*/\s*(?=[ء-ي]{{2}})")
TOOK_PART = re.compile(
    rf"(?<!\w)و?{pattern('bylines', 'took_part')}(?:ت|وا|ا|تا)?\s+(?:في\s+|ب)"
    rf"(?:ال)?{pattern('bylines', 'took_part_in')}"
    rf"(?:\s+{pattern('bylines', 'took_part_in_what')}){{0,3}}(?:\s+كل\s+من)?(?!\w)"
)
_PEN = re.compile("[✍✎✏✒🖊🖋📝]\ufe0f?[^\\w\\s]*")
_HYPHENS = frozenset("-–")


def pieces(line: str) -> Iterator[tuple[str, str]]:
    """A line's pieces, each with what stands before it. «شارك في إعداد التقرير» is one label, «د/» a title."""
    line = _PEN.sub("بقلم: ", line)
    line = _SLASHED_TITLE.sub(r"\1 ", _INITIAL_TITLE.sub(r"\1. ", TOOK_PART.sub("إعداد", line)))
    before, at = "", 0
    for match in _SPLIT.finditer(line):
        if match[0] in _HYPHENS and _is_hyphenated(line[at : match.start()], line[match.end() :]):
            continue
        text = line[at : match.start()].strip()
        if text and text != "و":
            yield before, text
        before = "و" if text == "و" else "" if text else before
        at = match.end()
        if match["quoted"]:
            yield before, match["quoted"]
            before = ""
        elif before == "و":
            continue
        elif mark := (match["mark"] or "").strip():
            before = "\n" if mark == "\n" else mark
        elif match["mark"]:
            before = "\n"
        elif match["preposition"]:
            before = match["preposition"].strip()
        elif not before:
            before = "-"
    if text := line[at:].strip():
        yield before, text


def _is_hyphenated(before: str, after: str) -> bool:
    """Whether a hyphen is within a name, «ماري-تيريز» or «خوري-حداد», and parts nothing."""
    left = before.split()
    right = _SPLIT.split(after, maxsplit=1)[0].split()
    if not left or not right or min(len(left), len(right)) > 1:
        return False
    keys = [line_key(" ".join(side)) for side in (left, right)]
    strange = any(key in PLACES or key in AGENCIES or key in NEUTRAL for key in keys)
    return not strange and not any(is_no_part(bare(word), word) for word in (left[-1], right[0]))
