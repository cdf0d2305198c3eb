"""Whether a text in Arabic letters is Arabic: by its small words, since letters prove little.

Arabic sites use the Persian ک ی, dialects and names پ چ ڤ گ, and some Persian texts have hardly one of these. Every
Arabic text, of any dialect, has words with the article and the small words below, one in five at least; other languages
have their own small words instead.
"""

import re

from rasid.letters import normalise

CHARACTERS = 2_000
"""Characters of a text that tell its language."""
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


def _small_words(written: str) -> frozenset[str]:
    return frozenset(map(normalise, written.split()))


_ARABIC = _small_words(
    "في إلى التي الذي الذين هذا هذه ذلك تلك عن مع كان كانت وكان وكانت قال قالت وقال وقد لم لن ولم ولا كما حيث منذ هو "
    "هي "
    "وهو وهي ومن وفي وعن فيها فيه منها عليه عليها بها لها لهم لدى إنه إنها أنه أنها لأن بأن وأن فإن ثم أيضا لكن "
    "اللي مش عشان علشان ده دي دول ليه إزاي إيه كده شو هيك كتير هاد هاي هذي عم رح شنو هسه وين ديال بزاف باش كيفاش راه"
)
_FOREIGN = {
    "Persian": _small_words(
        "در از به که را با این است برای می شد شده کرد کرده خود بود اند های تا وی یک کند شود دارد باشد نیز میشود میکند"
    ),
    "Urdu": _small_words("کی کا کے میں ہے نے کو سے ہیں اور کہ کر پر اس ہو گیا بھی جو تو یہ تھا گے دے نال وچ"),
    "Kurdish": _small_words("لە بە کە بۆ لەگەڵ ئەم ئەو بوو هەر کرد دەکات دا یان هەروەها ژی ژ کو دێ"),
    "Pashto": _small_words("د په چې کې ته دي او یې سره له شوي څخه کړي به دا دغه هغه"),
    "Sindhi": _small_words("جي جو ۾ کي ۽ آهي ته هن تي لاءِ کان ڪيو سان"),
}


def why_not_arabic(text: str) -> str | None:
    """What tells that a text, by its beginning, is not in Arabic; None if it is."""
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
    for language, small in _FOREIGN.items():
        if (count := sum(word in small for word in words)) > arabic:
            return f"{count} small words of {language}, {arabic} of Arabic"
    if arabic < SURELY_ARABIC * len(words) and len(_NOT_FOREIGN.sub("", text)) > MAX_FOREIGN_LETTERS * letters:
        return "letters that Arabic does not have"
    return None
