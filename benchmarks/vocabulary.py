"""Made-up words that are as frequent as in a language (Zipf), for synthetic articles."""

import random
from itertools import accumulate

SIZE = 60_000
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


def vocabulary(rng: random.Random) -> tuple[list[str], list[float]]:
    """Words, the most frequent first, and their cumulative weights, for `random.Random.choices`."""
    words = ["".join(rng.choices(LETTERS, k=rng.randint(3, 7))) for _ in range(SIZE)]
    return words, list(accumulate(1 / (rank + 10) for rank in range(SIZE)))
