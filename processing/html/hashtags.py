"""Hashtags in an article's lines and in the footer that many sites make of them."""

import re
from collections.abc import Iterable

from processing.html.blocks import Block

_HASHTAG = re.compile(r"#(\w+)")
_AFTER_HASH = re.compile(r"\w+\W*")


def hashtags_in(line: str) -> list[str]:
    """The hashtags of a line, without ``#``."""
    return _HASHTAG.findall(line) if "#" in line else []


def hashtags_parted(line: str) -> tuple[str, str]:
    """A line, and the hashtags that end it. One after a sentence may be its last word and stays; several, or a line
    of nothing else, are a footer.
    """
    before, *tags = line.split("#")
    first = len(tags)
    while first and _AFTER_HASH.fullmatch(tags[first - 1]):
        first -= 1
    if len(tags) - first < (1 if not first and not before.strip() else 2):
        return line, ""
    text = "#".join((before, *tags[:first]))
    return text.rstrip(), line[len(text) :]


def footer_hashtags(blocks: Iterable[Block]) -> tuple[str, ...]:
    """The hashtags of lines that end in several of them, for pages whose footer stands apart from the text."""
    footers = (hashtags_parted(block.text)[1] for block in blocks if "#" in block.text)
    return tuple(dict.fromkeys(tag for footer in footers for tag in _HASHTAG.findall(footer)))
