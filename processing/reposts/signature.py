"""A text's bands: a few numbers of which two texts share some when they share a passage.

They are the minima of a MinHash (A. Broder, *On the resemblance and containment of documents*, 1997) over shingles of
words, one to a band: the chance that two texts share a band is their Jaccard similarity. A search engine that holds
the bands as numbers finds the candidates of a text with one query, and a text that holds a tenth of another shares
six bands with it on average, where unrelated ones share none.
"""

from collections.abc import Sequence

from rensa import RMinHash

from processing.arabic import words
from rasid.records import band

SHINGLE = 4
"""Words of a shingle."""
BANDS = 64
"""Bands of a text."""
SHARED_BANDS = 2
"""Texts with fewer bands in common are not compared."""
_SEED = 1


def shingles(forms: Sequence[str]) -> list[str]:
    """All runs of `SHINGLE` words, in their order; of a shorter text, the whole."""
    if len(forms) < SHINGLE:
        return [" ".join(forms)] if forms else []
    return [" ".join(forms[start : start + SHINGLE]) for start in range(len(forms) - SHINGLE + 1)]


def bands(text: str) -> tuple[int, ...]:
    """The bands of a text: `BANDS` numbers below 2^38, in their order; none for a text without words."""
    found = shingles(words(text).forms)
    if not found:
        return ()
    signature = RMinHash(num_perm=BANDS, seed=_SEED)
    signature.update(found)
    return tuple(band(number, minimum) for number, minimum in enumerate(signature.digest()))
