"""Whether a title may be that of a text, by the words that they share."""

import re

from rasid.letters import normalise

TELLING_WORDS = 3
"""Words of a title that are enough to recognise its text by, at least."""
OF_ANOTHER = 0.34
"""Share of its words that a text has, at most, if it is that of another."""
STEM = 3
"""Letters of such a word, at least."""

_WORD = re.compile("[\u0621-\u064a]+")
# Not the stemmer of topics (light10), which leaves joined ب ف ل: of 3,250 real texts it took 39 titles for another
# text's, and this takes 24; with the threshold that makes these equal it takes 752 strange titles for the text's own,
# and this takes 676.
_AFFIXES = re.compile("^(?:وال|بال|فال|كال|لل|ال|[وبفل])(?=.{3})|(?<=.{3})(?:ات|ون|ين|ان|[هيا])$")


def shares_words(title: str, view: str) -> bool:
    """Whether a text has enough of a title's words, or the title is too short or foreign to decide by.

    Args:
        title: as stated.
        view: the text, normalised.
    """
    stems = [_AFFIXES.sub("", word) for word in _WORD.findall(normalise(title))]
    words = [stem for stem in stems if len(stem) >= STEM]
    return len(words) < TELLING_WORDS or sum(word in view for word in words) > OF_ANOTHER * len(words)
