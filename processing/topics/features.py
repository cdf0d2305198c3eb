"""What a topic's model weighs in a text: stems, pairs of neighbours, word lists and entities, and where they stand.

Names of features are words, so that a model can be read: ``سلاح``, ``صفق سلاح``, ``title: سلاح``,
``lead: list:hardware``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise, repeat
from typing import NamedTuple

from processing.matcher import Span
from processing.remembered import Remembered
from processing.topics.passages import LEAD, Field, Passage
from rasid.records import TextField

READ = 300
"""Words of a body that are read: a news text says what it is about before its background begins."""

_PREFIXES = ("وال", "بال", "كال", "فال", "ال", "لل")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")


Occurrence = tuple[str, TextField, int, int]
"""A feature at a place of a text: its name, the field, and the numbers of its first and its last word there."""


class Run(NamedTuple):
    """Features of one kind in one field, in the order of the text.

    Attributes:
        field: of the text.
        names: of the features.
        firsts: number of the first word of each.
        lasts: number of the last word of each.
    """

    field: TextField
    names: list[str]
    firsts: Sequence[int]
    lasts: Sequence[int]


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


_STEMS = Remembered(stem, 100_000)


def of_text(fields: Mapping[TextField, Field]) -> list[Run]:
    """The features that all topics share."""
    found = []
    for field, read in fields.items():
        zone, length = ("title: ", READ) if field == "title" else ("lead: ", LEAD)
        stems = list(map(_STEMS.__getitem__, read.words.forms[:READ]))
        each = range(len(stems))
        found += [
            Run(field, stems, each, each),
            Run(field, list(map(zone.__add__, stems[:length])), each[:length], each[:length]),
            Run(field, list(map(" ".join, pairwise(stems))), each[:-1], each[1:]),
            _placed(field, ((name, spans) for name, spans in read.spans.items() if name.startswith("list:"))),
        ]
    return found


def of_topic(passages: Iterable[Passage]) -> list[Run]:
    """The features that a topic's own words give: of which level they are."""
    return [_placed(each.field, [(f"({each.level})", [each.span])]) for each in passages]


def names_of(runs: Iterable[Run]) -> dict[str, None]:
    """The features, each once, in the order of the text: sums of floats hang on their order."""
    return dict.fromkeys(chain.from_iterable(run.names for run in runs))


def occurrences(runs: Iterable[Run]) -> Iterator[Occurrence]:
    """Each feature with its place."""
    return chain.from_iterable(zip(run.names, repeat(run.field), run.firsts, run.lasts, strict=False) for run in runs)


def _placed(field: TextField, named: Iterable[tuple[str, Iterable[Span]]]) -> Run:
    """What stands in a field by name, each in the whole text and in the title or the lead."""
    names: list[str] = []
    firsts: list[int] = []
    lasts: list[int] = []
    for name, spans in named:
        near = f"{'title' if field == 'title' else 'lead'}: {name}"
        for first, last in spans:
            if field == "title" or first < LEAD:
                names += name, near
                firsts += first, first
                lasts += last, last
            elif first < READ:
                names.append(name)
                firsts.append(first)
                lasts.append(last)
    return Run(field, names, firsts, lasts)
