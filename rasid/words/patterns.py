"""Regular expressions for phrases as the word lists have them.

In a phrase ``a|b`` is either word, ``(x)`` is a word, or letters of a word, that may be there or not, ``*`` is any
letters, and ``…`` is any words: «(ال)تعليق|تعليقات (القراء)», where «(ال)» counts for both words.
"""

import re

from rasid.words import phrase_list

_PARTS = re.compile(r"(?:\([^()]*\)|[^ ()])+")
_PIECE = re.compile(r"\((?P<optional>[^()]*)\)|(?P<sign>[*…])|(?P<letters>[^()*…]+)")
_OPTIONAL = re.compile(r"\(([^()]*)\)")
_EITHER = re.compile(r"\|(?![^(]*\))")


def pattern(file: str, name: str) -> str:
    """A regular expression for one of the phrases of a list, in their spelling; `rasid.letters.view_pattern` makes one
    of it that takes any spelling.

    Args:
        file: name of the file of lists, without ``.yaml``.
        name: of the list in it.

    Raises:
        ConfigError: as for `rasid.words.word_list`.
    """
    return f"(?:{'|'.join(map(_phrase, phrase_list(file, name)))})"


def _phrase(phrase: str) -> str:
    made, blank = "", ""
    for part in _PARTS.findall(phrase):
        if part == "…":
            made, blank = f"{made}.*", ""
        elif optional := _OPTIONAL.fullmatch(part):
            made += f"(?:\\ {_word(optional[1])})?" if blank else f"(?:{_word(optional[1])}\\ )?"
        else:
            made, blank = f"{made}{blank}{_word(part)}", "\\ "
    return made


def _word(part: str) -> str:
    """A regular expression for a word, or for one of several."""
    first = _PIECE.match(part)
    shared = first[0] if first and first[0].startswith("(") else ""
    words = _EITHER.split(part.removeprefix(shared))
    return _letters(shared) + (f"(?:{'|'.join(map(_letters, words))})" if words[1:] else _letters(words[0]))


def _letters(word: str) -> str:
    """A regular expression for one word."""
    made = ""
    for piece in _PIECE.finditer(word):
        if piece["sign"]:
            made += r"\w*" if piece["sign"] == "*" else ".*"
        elif piece["letters"]:
            made += re.escape(piece["letters"])
        else:
            made += f"(?:{'|'.join(map(re.escape, piece['optional'].split('|')))})?"
    return made
