"""What a topic's model weighs in a text: stems, pairs of neighbours, word lists and entities, and where they stand.

Names of features are words, so that a model can be read: ``سلاح``, ``صفق سلاح``, ``title: سلاح``,
``lead: list:hardware``.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise

from processing.topics.passages import LEAD, Field, Passage
from rasid.records import TextField

READ = 300
"""Words of a body that are read: a news text says what it is about before its background begins."""

_PREFIXES = ("وال", "بال", "كال", "فال", "ال", "لل")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")


Occurrence = tuple[str, TextField, int, int]
"""A feature at a place of a text: its name, the field, and the numbers of its first and its last word there."""


@lru_cache(maxsize=100_000)
def stem(form: str) -> str:
    """A normalised word without what may be joined to it, by the light10 stemmer (Larkey, Ballesteros and Connell,
    2007): one prefix, one ending. Digits are one word.
    """
    if form.isdigit():
        return "0"
    if form.startswith("و") and len(form) > 4 and not form.startswith("وال"):
        form = form[1:]
    for prefix in _PREFIXES:
        if form.startswith(prefix) and len(form) - len(prefix) >= 2:
            form = form[len(prefix) :]
            break
    for ending in _ENDINGS:
        if form.endswith(ending) and len(form) - len(ending) >= 3:
            return form[: -len(ending)]
    return form


def of_text(fields: Mapping[TextField, Field]) -> list[Occurrence]:
    """The features that all topics share."""
    found: list[Occurrence] = []
    for field, read in fields.items():
        zone, length = ("title", READ) if field == "title" else ("lead", LEAD)
        stems = [stem(form) for form in read.words.forms[:READ]]
        found += [(here, field, number, number) for number, here in enumerate(stems)]
        found += [(f"{zone}: {here}", field, number, number) for number, here in enumerate(stems[:length])]
        found += [
            (f"{before} {here}", field, number, number + 1) for number, (before, here) in enumerate(pairwise(stems))
        ]
        for listed, spans in read.spans.items():
            if listed.startswith("list:"):
                for span in spans:
                    found += _placed(listed, field, span.first, span.last)
    return found


def of_topic(passages: Iterable[Passage]) -> list[Occurrence]:
    """The features that a topic's own words give: of which level they are."""
    found: list[Occurrence] = []
    for each in passages:
        found += _placed(f"({each.level})", each.field, each.span.first, each.span.last)
    return found


def _placed(feature: str, field: TextField, first: int, last: int) -> list[Occurrence]:
    if field == "title":
        return [(feature, field, first, last), (f"title: {feature}", field, first, last)]
    if first < LEAD:
        return [(feature, field, first, last), (f"lead: {feature}", field, first, last)]
    return [(feature, field, first, last)] if first < READ else []
