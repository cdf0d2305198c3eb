"""A quote with the text around it, as the report and the messages show it."""

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
