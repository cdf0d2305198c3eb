"""A text with what was found in it: the passages that prove its topics, and what it names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rasid.records import Evidence, Mention, TextField


@dataclass(frozen=True)
class Part:
    """A stretch of a text of which all letters are marked alike.

    Attributes:
        text: the stretch.
        topics: ids of the topics that it proves.
        named: what it names: kind and id.
        ends: ids of the topics of which a passage ends with it.
    """

    text: str
    topics: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()
    ends: tuple[str, ...] = ()


def paragraphs(
    text: str, field: TextField, evidence: Iterable[Evidence], mentions: Iterable[Mention]
) -> list[list[Part]]:
    """The paragraphs of a text, each as its parts; empty lines are left out.

    Args:
        text: the text.
        field: which field of the article it is.
        evidence: the article's; of the other field, it is passed over.
        mentions: likewise.
    """
    proofs = [each for each in evidence if each.field == field and each.start < each.end]
    names = [each for each in mentions if each.field == field and each.start < each.end]
    found: list[list[Part]] = [[]]
    for part in _parts(text, proofs, names):
        lines = part.text.split("\n")
        for number, line in enumerate(lines):
            if number:
                found.append([])
            if line:
                ends = part.ends if number == len(lines) - 1 else ()
                found[-1].append(Part(line, part.topics, part.named, ends))
    return [parts for parts in found if any(part.text.strip() for part in parts)]


def _parts(text: str, proofs: list[Evidence], names: list[Mention]) -> Iterator[Part]:
    events: dict[int, list[tuple[bool, Evidence | Mention]]] = {}
    found: list[Evidence | Mention] = [*proofs, *names]
    for each in found:
        events.setdefault(min(each.start, len(text)), []).append((True, each))
        events.setdefault(min(each.end, len(text)), []).append((False, each))
    open_: list[Evidence | Mention] = []
    for start, end in pairwise(sorted({0, len(text), *events})):
        for begins, each in events.get(start, ()):
            if begins:
                open_.append(each)
            elif each in open_:
                open_.remove(each)
        closing = [each for begins, each in events.get(end, ()) if not begins]
        yield Part(
            text[start:end],
            tuple(dict.fromkeys(each.topic for each in open_ if isinstance(each, Evidence))),
            tuple(dict.fromkeys((each.kind, each.entity) for each in open_ if isinstance(each, Mention))),
            tuple(dict.fromkeys(each.topic for each in closing if isinstance(each, Evidence))),
        )
