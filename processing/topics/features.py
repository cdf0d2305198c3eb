"""What a topic's model weighs in a text: stems, pairs of neighbours, word lists and entities, and where they stand.

Names of features are words, so that a model can be read: ``سلاح``, ``صفق سلاح``, ``title: سلاح``,
``lead: list:hardware``.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from processing.topics.passages import LEAD, Field, Passage
from rasid.records import TextField

READ = 300
"""Words of a body that are read: a news text says what it is about before its background begins."""

_PREFIXES = ("وال", "بال", "كال", "فال", "ال", "لل")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")


class Occurrence(NamedTuple):
    """A feature at a place of a text.

    Attributes:
        feature: its name.
        field: of the text.
        first: number of its first word there.
        last: of its last one.
    """

    feature: str
    field: TextField
    first: int
    last: int


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


def of_text(fields: Mapping[TextField, Field]) -> Iterator[Occurrence]:
    """The features that all topics share."""
    for name, read in fields.items():
        title = name == "title"
        stems = [stem(form) for form in read.words.forms[:READ]]
        for number, here in enumerate(stems):
            yield Occurrence(here, name, number, number)
            if title:
                yield Occurrence(f"title: {here}", name, number, number)
            elif number < LEAD:
                yield Occurrence(f"lead: {here}", name, number, number)
            if number:
                yield Occurrence(f"{stems[number - 1]} {here}", name, number - 1, number)
        for listed, spans in read.spans.items():
            if listed.startswith("list:"):
                for span in spans:
                    yield from _placed(listed, name, span.first, span.last)


def of_topic(passages: Iterable[Passage]) -> Iterator[Occurrence]:
    """The features that a topic's own words give: of which level they are."""
    for each in passages:
        yield from _placed(f"({each.level})", each.field, each.span.first, each.span.last)


def _placed(feature: str, field: TextField, first: int, last: int) -> Iterator[Occurrence]:
    if field == "title":
        yield Occurrence(feature, field, first, last)
        yield Occurrence(f"title: {feature}", field, first, last)
    elif first < READ:
        yield Occurrence(feature, field, first, last)
        if first < LEAD:
            yield Occurrence(f"lead: {feature}", field, first, last)
