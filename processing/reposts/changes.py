"""What a repost changed in the words of its original."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from processing.arabic import Words, words
from processing.reposts.overlap import differences


@dataclass(frozen=True)
class Passage:
    """A passage that is the same in both texts, or that the repost left out or put in.

    Attributes:
        kind: which of these.
        words: of the passage, as they are written: in the repost, or in the original if it left them out.
    """

    kind: Literal["same", "left out", "put in"]
    words: tuple[str, ...]


def changes(original: str, repost: str) -> Iterator[Passage]:
    """The passages of a repost and those of its original that it left out, in the order of the texts.

    Args:
        original: the text that was copied.
        repost: the text that was made of it.
    """
    before, after = words(original), words(repost)
    for kind, start, end, other_start, other_end in differences(before.forms, after.forms):
        if kind == "equal":
            yield Passage("same", _written(repost, after, other_start, other_end))
            continue
        if end > start:
            yield Passage("left out", _written(original, before, start, end))
        if other_end > other_start:
            yield Passage("put in", _written(repost, after, other_start, other_end))


def _written(text: str, cut: Words, start: int, end: int) -> tuple[str, ...]:
    return tuple(text[cut.starts[start] : cut.ends[end - 1]].split())
