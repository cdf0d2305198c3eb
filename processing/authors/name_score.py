"""How likely words in Arabic letters are to be a person's name: a linear model of their letters and of what is common.

No list of names is ever whole, but the words of news are known: what is not among them, and has a name's letters, is
likely a name. Words and weights were learned from news by
`benchmarks/names/fit.py`.
"""

import gzip
import json
from base64 import b85decode
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from struct import unpack
from zlib import crc32

_LENGTHS = (2, 3, 4)
"""Letters of the parts of words that are looked at."""
_MOST_WORDS = 6
_MODEL = json.loads(gzip.decompress(Path(__file__).with_name("name_model.json.gz").read_bytes()))
COMMON = frozenset(_MODEL["words"].split())
_BYTES = b85decode(_MODEL["weights"])
_WEIGHTS = unpack(f"{len(_BYTES)}b", _BYTES)


def name_score(views: list[str], given: bool = False) -> float:
    """The log-odds that words are one name; 0 where it is as likely as not.

    Args:
        views: the words, as `bare` gives them.
        given: the first of them is known to be a given name: that it is a common word, too, does not speak against it.
    """
    first = _of_word(views[0], True)
    words = max(first, 0) if given else first
    words += sum(_of_word(view, False) for view in views[1:])
    return float(_MODEL["bias"]) + float(_MODEL["scale"]) * (words + _weight(count_feature(len(views))))


def word_features(view: str, first: bool, common: frozenset[str], whole: bool = True) -> Iterator[str]:
    """What the model sees of a word: its letters, whether it is common, each of the first word and of the later ones.

    Args:
        view: the word.
        first: whether it is a name's first.
        common: the words of news.
        whole: whether the word itself is seen, or only parts of it.
    """
    marked = f"^{view}$"
    seen = {marked[at : at + size] for size in _LENGTHS for at in range(len(marked) - size + 1)}
    seen |= {f"={view}"} if whole else set()
    seen |= set() if view in common else {"?"}
    for each in sorted(seen):
        yield each
        yield ("F" if first else "L") + each


def count_feature(words: int) -> str:
    """What the model sees of the number of words."""
    return f"#{min(words, _MOST_WORDS)}"


def _weight(feature: str) -> int:
    return int(_WEIGHTS[crc32(feature.encode()) % len(_WEIGHTS)])


@lru_cache(maxsize=20_000)
def _of_word(view: str, first: bool) -> int:
    return sum(map(_weight, word_features(view, first, COMMON)))
