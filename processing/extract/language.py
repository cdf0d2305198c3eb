"""Whether a text in Arabic letters is Arabic: by its small words, since letters prove little.

Arabic sites use the Persian ک ی, dialects and names پ چ ڤ گ, and some Persian texts have hardly one of these. Every
Arabic text, of any dialect, has words with the article and the small words below, one in five at least; other languages
have their own small words instead.
"""

import re

from rasid.letters import normalise
from rasid.words import word_lists

CHARACTERS = 2_000
"""Characters at the beginning of a text by which its language is recognised."""
MIN_ARABIC_LETTERS = 0.5
"""Share of a text's letters that are of the Arabic script, at least."""
MIN_ARABIC = 0.03
"""Share of its words that only Arabic has, at least: nearly all have three times as many and more."""
SURELY_ARABIC = 0.15
"""The same, from which on letters that Arabic does not have are those of names and of habit."""
MAX_FOREIGN_LETTERS = 0.02
"""Share of letters that Arabic does not have, at most, below that."""

_NO_LETTER = re.compile(r"[\W\d_]+")
_NOT_OF_THE_SCRIPT = re.compile(r"[^\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f]+")
_NOT_FOREIGN = re.compile("[^ٹڈڑںھہےۆێەڕڵپچژگېۍړښډڼڤڠڽۋۇۈڪڻڄڃٻ]+")
_WORD = re.compile(r"[^\W\d_]+")
_WITH_ARTICLE = re.compile(r"[وفبك]?(?:ال|لل)\w{3,}")


_SMALL_WORDS = {
    language: frozenset(map(normalise, listed)) for language, listed in word_lists("languages", "small_words").items()
}
_ARABIC = _SMALL_WORDS.pop("Arabic")


def why_not_arabic(text: str) -> str | None:
    """The sign by which a text, by its beginning, is not in Arabic; None if it is."""
    text = text[:CHARACTERS]
    if text.count(" ال") > SURELY_ARABIC * text.count(" "):
        return None
    letters = len(_NO_LETTER.sub("", text))
    if len(_NOT_OF_THE_SCRIPT.sub("", text)) < MIN_ARABIC_LETTERS * letters:
        return "fewer than half of the letters are Arabic"
    words = _WORD.findall(normalise(text))
    arabic = sum(word in _ARABIC or _WITH_ARTICLE.fullmatch(word) is not None for word in words)
    if arabic < MIN_ARABIC * len(words):
        return "hardly a word that only Arabic has"
    for language, small in _SMALL_WORDS.items():
        if (count := sum(word in small for word in words)) > arabic:
            return f"{count} small words of {language}, {arabic} of Arabic"
    if arabic < SURELY_ARABIC * len(words) and len(_NOT_FOREIGN.sub("", text)) > MAX_FOREIGN_LETTERS * letters:
        return "letters that Arabic does not have"
    return None
