"""Lines in which a site speaks to its readers: share, subscribe, comment politely, listen, rate.

Lists of phrases never end; the words do. Where nearly a third of a line's words, in short lines half, are of
the site's own
machinery, the line is no part of an article. Of 134,000 lines of real articles fewer than one in 5,000 are so.
"""

import re

from rasid.letters import normalise
from rasid.words import word_list

SHORT = 6
"""Words, without those that say nothing of it, below which a line is short."""
OF_SHORT = 0.5
OF_LONG = 0.3
"""Share of a line's words that are of the machinery, at least."""
OF_SENTENCE = 3
"""Such words of a line that ends as a sentence, at least."""

_NEUTRAL = frozenset(map(normalise, word_list("furniture", "empty_words")))
_PREFIXES = ("", *"ولبف", "ال", "لل", "وال", "فال", "بال", "ولل")
_MACHINERY = frozenset(
    prefix + normalise(word) for word in word_list("furniture", "site_words") for prefix in _PREFIXES
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def is_notice(line: str, sparing: bool = False) -> bool:
    """Whether a line is said by the site to its readers; a sparing one, as a heading is, not for one word."""
    words = [word for word in _WORD.findall(normalise(line)) if word not in _NEUTRAL]
    hits = sum(map(_MACHINERY.__contains__, words))
    if hits < (OF_SENTENCE if line.endswith(".") else 2 if sparing or line.endswith((":", '"', "»")) else 1):
        return False
    return hits >= len(words) * (OF_SHORT if len(words) < SHORT else OF_LONG)
