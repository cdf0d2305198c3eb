"""Learns `processing/authors/name_model.json.gz` from news: ``python -m benchmarks.names.fit [--without SET] FILE …``.

The files hold news, gzipped, one JSON object a line with ``title`` and ``body``. Needs scikit-learn, which Rasid itself
does not. With ``--without`` neither the authors of one set of pages nor given names as theirs are learned: a model
``--to`` another file, to measure how well names that nobody has seen are told.
"""

import argparse
import gzip
import json
import random
from base64 import b85encode
from collections import Counter
from pathlib import Path
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from benchmarks.extraction.score import WORKED_ON, load_pages
from benchmarks.names.phrases import Phrase, phrases, words_of
from processing.authors.name_score import count_feature, word_features
from rasid.letters import normalise

MODEL = Path(__file__).parents[2] / "processing" / "authors" / "name_model.json.gz"
SIZE = 1 << 16
"""Weights."""
COMMON = 20
"""Occurrences of a common word, at least."""
UNSEEN = 0.35
"""Words of which only the letters are seen, so that those tell of unknown ones."""
STRENGTH = 4e-5
"""Of the regularisation."""
SURE = (1.5, -3.0)
"""Log-odds above which a phrase without a name, below which a name is taken for a mistake of the lists."""


def authors_of(folder: str) -> list[str]:
    """The authors of a set of pages, normalised."""
    return [normalise(name) for page in load_pages(folder) for name in page.authors]


def fit(texts: list[list[str]], without: str | None) -> dict[str, object]:
    """The model, as `processing.authors.name_score` reads it.

    Args:
        texts: words of titles and bodies in turn.
        without: the set of pages of which nothing is to be learned.
    """
    counts = Counter(word for text in texts for word in text)
    common = frozenset(word for word, times in counts.items() if times >= COMMON and len(word) > 1 and word.isalpha())
    authors = [name for folder in WORKED_ON if folder != without for name in authors_of(folder)]
    left_out = frozenset(name.split()[0] for name in authors_of(without)) if without else frozenset()
    examples = list(phrases(texts, authors, left_out, seed=1))
    model = _learn(examples, common)
    scores = _matrix(examples, common, 0.0) @ model.coef_[0] + model.intercept_[0]
    high, low = SURE
    kept = [
        each
        for each, score in zip(examples, scores, strict=True)
        if not (score < low if each.is_name else score > high)
    ]
    model = _learn(kept, common)
    weights = model.coef_[0]
    scale = float(np.quantile(np.abs(weights), 0.9995)) / 127
    whole = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
    return {
        "words": " ".join(sorted(common)),
        "scale": scale,
        "bias": float(model.intercept_[0]),
        "weights": b85encode(whole.tobytes()).decode(),
    }


def _learn(examples: list[Phrase], common: frozenset[str]) -> SGDClassifier:
    are_names = np.array([each.is_name for each in examples])
    weights = np.array([each.weight for each in examples], dtype=float)
    weights[are_names] *= (weights[~are_names].sum() / weights[are_names].sum()) ** 0.8
    model = SGDClassifier("log_loss", alpha=STRENGTH, average=True, max_iter=6, tol=None, random_state=1)
    model.fit(_matrix(examples, common, UNSEEN), are_names, sample_weight=weights / weights.mean())
    return model


def _matrix(examples: list[Phrase], common: frozenset[str], unseen: float) -> csr_matrix:
    chosen = random.Random(1)
    columns: list[int] = []
    ends = [0]
    for each in examples:
        seen = [count_feature(len(each.words))]
        for at, word in enumerate(each.words):
            seen += word_features(word, not at, common, whole=chosen.random() >= unseen)
        columns += [crc32(feature.encode()) % SIZE for feature in seen]
        ends.append(len(columns))
    return csr_matrix((np.ones(len(columns), dtype=np.float32), columns, ends), shape=(len(examples), SIZE))


def main() -> None:
    """Reads the news and writes the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", choices=WORKED_ON)
    parser.add_argument("--to", type=Path, default=MODEL)
    parser.add_argument("news", type=Path, nargs="+")
    asked = parser.parse_args()
    texts = []
    for file in asked.news:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for article in map(json.loads, lines):
                texts += [words_of(article["title"]), words_of(article["body"])]
    model = fit(texts, asked.without)
    asked.to.write_bytes(gzip.compress(json.dumps(model, ensure_ascii=False).encode(), mtime=0))
    print(f"{asked.to}: {asked.to.stat().st_size} bytes")


if __name__ == "__main__":
    main()
