"""MinHash libraries side by side: signatures of 64 values over 300 shingles of four words, on one core.

Alone, as Rasid does not need the second one:
``uv run --no-project --with rensa --with datasketch python benchmarks/reposts/signatures.py``
"""

import random
import time

import datasketch
import rensa

TEXTS = 2000
ROUNDS = 3


def by_rensa(shingles: list[str]) -> None:
    """As `processing.reposts.signature` does it."""
    signature = rensa.RMinHash(num_perm=64, seed=1)
    signature.update(shingles)
    signature.digest()


def by_datasketch(shingles: list[str]) -> None:
    """In the way that its documentation calls the fastest."""
    datasketch.MinHash(num_perm=64, seed=1).update_batch([shingle.encode() for shingle in shingles])


def main() -> None:
    """Prints signatures a second, the best of three rounds."""
    rng = random.Random(1)
    words = ["".join(rng.choices("ابتثجحخدذرزسشص", k=5)) for _ in range(5000)]
    texts = [[" ".join(rng.choices(words, k=4)) for _ in range(300)] for _ in range(TEXTS)]
    for name, sign in (("rensa", by_rensa), ("datasketch", by_datasketch)):
        best = 0.0
        for _ in range(ROUNDS):
            started = time.process_time()
            for shingles in texts:
                sign(shingles)
            best = max(best, TEXTS / (time.process_time() - started))
        print(f"{name:12}{best:10,.0f} signatures/s")


if __name__ == "__main__":
    main()
