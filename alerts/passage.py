"""A quote with the text around it, as the report and the messages show it."""

from collections.abc import Iterable
from itertools import pairwise

from rasid.alert import Passage


def passage(text: str, start: int, end: int, context: int) -> Passage:
    """The passage of a text.

    Args:
        text: the text that has the quote.
        start: where the quote begins, in characters.
        end: where the quote ends, in characters; exclusive.
        context: characters shown on each side, at most; it is cut between words.
    """
    before, after = text[max(0, start - context) : start], text[end : end + context]
    return Passage(
        f"… {before.partition(' ')[2]}" if start > context else before,
        text[start:end],
        f"{after.rpartition(' ')[0]} …" if end + context < len(text) else after,
    )


def passages(text: str, spans: Iterable[tuple[int, int]], context: int) -> list[list[tuple[str, bool]]]:
    """The passages of a text around its quotes, each stretch of it once.

    Args:
        text: the text that has the quotes.
        spans: where quotes begin and end, in characters, in any order; they may overlap.
        context: characters shown on each side of a quote, at most; they are cut between words.

    Returns:
        each passage as its parts: the text, and whether it is a quote.
    """
    quotes: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if quotes and start <= quotes[-1][1]:
            quotes[-1] = (quotes[-1][0], max(end, quotes[-1][1]))
        else:
            quotes.append((start, end))
    found: list[list[tuple[int, int]]] = []
    for quote in quotes:
        if found and quote[0] - found[-1][-1][1] <= 2 * context:
            found[-1].append(quote)
        else:
            found.append([quote])
    return [_parts(text, near, context) for near in found]


def _parts(text: str, quotes: list[tuple[int, int]], context: int) -> list[tuple[str, bool]]:
    first, last = passage(text, *quotes[0], context), passage(text, *quotes[-1], context)
    parts = [(first.before, False)]
    for (start, end), (following, _) in pairwise([*quotes, (quotes[-1][1], 0)]):
        parts += [(text[start:end], True), (text[end:following], False)]
    return [part for part in [*parts, (last.after, False)] if part[0]]
