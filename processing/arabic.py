"""Arabic words for matching: those of a text, with their places in it, and the forms in which a word appears.

Matching uses the view of `rasid.letters`; quotes and offsets always refer to the text as it stands.
"""

import re
import unicodedata
from bisect import bisect
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from processing.remembered import Remembered
from rasid.letters import CONTROLS, TATWEEL, normalise

_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff"
# Letters, with the marks, tatweel and controls among them; or digits. So S400 and S-400 are the same two words.
_WORD = re.compile(rf"([^\W\d_]+(?:[{_MARKS}{CONTROLS}]+[^\W\d_]*)*+|\d[\d{CONTROLS}]*+)")
_HIDDEN = re.compile(f"[{CONTROLS}{TATWEEL}]")
_TAIL = re.compile(rf"(?<![{CONTROLS}{TATWEEL}])[{CONTROLS}{TATWEEL}]++\Z")  # looked for once a run of them
# A full stop counts where something other than a letter or a digit follows: not in 3.5 or د.ب.أ.
_SENTENCE_END = re.compile(r"[.!؟?؛](?!\w)|[\n\r\u2028\u2029]")

# What may stand before a word: and/so, then will/with/like/for and the article, or the two joined in لل.
_PREFIX = re.compile(r"[وف]?(?:[بك]?ال|لل|[بكلس])?")
_PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "ك", "كم", "نا", "ي")
_ENDINGS = ("", "ا", "ان", "ين", "ون", "ات", "ي", "يه", "يا", "ت", "وا", "تين", "تان", *_PRONOUNS)
_FEMININE_ENDINGS = ("ه", "تان", "تين", "تا", "تي", "ات", *(f"{t}{end}" for t in ("ت", "ات") for end in _PRONOUNS))
_VERB_ENDINGS: dict[tuple[bool, bool], tuple[str, ...]] = {  # of the present or the past; weak ones end in ى or ي
    (True, False): ("", "ون", "وا", "ان", "ا", "ين", "ن"),
    (True, True): ("ي", "ا", "ون", "وا", "يان", "ين"),
    (False, False): ("", "ت", "تا", "ا", "وا", "نا", "تم", "ن"),
    (False, True): ("ي", "ا", "ت", "تا", "وا", "ينا", "يت", "يا"),
}
_OBJECTS = ("ه", "ها", "هم", "هما", "هن", "نا")  # not «you» and «me», which make other words of many
_LONGEST_WITHOUT_ENDINGS = 2


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order; each list has one item a word.

    Attributes:
        forms: normalised.
        starts: in the text as it stands, in characters.
        ends: exclusive.
        sentences: number of the sentence that the word is in.
    """

    forms: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[int]


def words(text: str) -> Words:
    """The words of a text. Marks, tatweel and controls inside a word do not part it; ``_`` does, as in hashtags, and
    so does the change from letters to digits.
    """
    parts = _WORD.split(text)  # what stands between the words, and the words, by turns
    places = list(accumulate(map(len, parts)))
    starts, ends = places[:-1:2], places[1::2]
    forms = list(map(_FORMS.__getitem__, parts[1::2]))
    if _HIDDEN.search(text):  # a quote leaves out what hides at the end of its last word
        tails = map(_TAIL.search, parts[1::2])
        ends = [end - len(tail[0]) if tail else end for tail, end in zip(tails, ends, strict=True)]
    if "" in forms:
        kept = [number for number, form in enumerate(forms) if form]
        forms = [forms[number] for number in kept]
        starts, ends = ([each[number] for number in kept] for each in (starts, ends))
    sentences: list[int] = []
    for number, place in enumerate([*(end.start() for end in _SENTENCE_END.finditer(text)), len(text)]):
        sentences += [number] * (bisect(starts, place) - len(sentences))
    return Words(forms, starts, ends, sentences)


def _form(written: str) -> str:
    """A word's normalised form."""
    return "".join(filter(str.isalnum, normalise(written)))


_FORMS = Remembered(_form, 100_000)


@lru_cache(maxsize=100_000)
def parted(form: str) -> tuple[tuple[str, str], ...]:
    """A normalised word parted into a prefix that may be joined to it and the rest, the empty prefix first.

    وبالاسلحه → ('', وبالاسلحه), (و, بالاسلحه), (وب, الاسلحه), (وبال, اسلحه). In للاسلحه the article's alif has gone:
    (لل, الاسلحه) is among its parts.
    """
    longest = _PREFIX.match(form)
    length = longest.end() if longest else 0
    parts = [("", form)]
    for n in range(1, length + 1):
        prefix, rest = form[:n], form[n:]
        if (len(rest) > 1 or rest.isascii()) and _PREFIX.fullmatch(prefix):
            parts.append((prefix, rest))
            if prefix.endswith("لل"):
                parts.append((prefix, f"ال{rest}"))
    return tuple(parts)


def inflected(word: str) -> frozenset[str]:
    """The normalised forms of a word with the endings it may take, prefixes aside: صفقة → صفقه، صفقات، صفقتها…

    Broken plurals are other words: list them. A word of one or two letters, or without Arabic ones, such as
    ``CAATSA``, takes no ending.
    """
    form = normalise(word)
    if len(form) <= _LONGEST_WITHOUT_ENDINGS or not re.search(r"[\u0621-\u064a]", form):
        return frozenset({form})
    bare = unicodedata.normalize("NFKD", word.strip())
    if bare.endswith("ة"):
        return frozenset(form[:-1] + ending for ending in _FEMININE_ENDINGS)
    forms = {form + ending for ending in _ENDINGS}
    if form.endswith("ء"):  # شراء: شراؤها، شرائه
        forms |= {form[:-1] + seat + pronoun for seat in "وي" for pronoun in _PRONOUNS}
    if bare.endswith(("ى", "ا")):  # مشترى: مشتراه
        forms |= {form[:-1] + "ا" + pronoun for pronoun in _PRONOUNS}
    return frozenset(forms)


def conjugated(verb: str) -> frozenset[str]:
    """The normalised forms of a verb, its joined و ف س ل aside, with the pronouns that may be its object.

    Args:
        verb: of the third person, masculine, singular: of the present if it begins with ي, else of the past. Each gives
            the forms of its own tense: يشتري → تشتري، يشترون، نشتريها…; اشترى → اشترت، اشتروا، اشتراها، اشترينا…
    """
    form = normalise(verb)
    is_present, is_weak = form.startswith("ي"), unicodedata.normalize("NFKD", verb.strip()).endswith(("ى", "ي"))
    stem = form[:-1] if is_weak else form
    stems = [person + stem[1:] for person in "يتنا"] if is_present else [stem]
    ends = _VERB_ENDINGS[is_present, is_weak]
    with_objects = {end.replace("وا", "و") + object_ for end in ends for object_ in _OBJECTS}
    return frozenset(stem + end for stem in stems for end in {*ends, *with_objects})
