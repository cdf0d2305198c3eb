"""The peer that a team would try first: character n-grams of the title and 300 words, and logistic regression."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.topics.labelled import CODES
from rasid.letters import normalise

READ = 300


class PlainModel:
    """One classifier a topic, without tuning.

    Args:
        texts: titles and bodies.
        grades: of each text, by topic; texts that only touch a topic do not teach it.
    """

    def __init__(self, texts: Sequence[tuple[str, str]], grades: Sequence[dict[str, int]]) -> None:
        self._vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True)
        matrix = self._vectors.fit_transform(map(_read, texts))
        self._fitted = {}
        for topic in CODES.values():
            graded = np.array([each.get(topic, 0) for each in grades])
            if (graded == 2).any():
                model = LogisticRegression(C=10, class_weight="balanced", solver="liblinear")
                self._fitted[topic] = model.fit(matrix[graded != 1], graded[graded != 1] == 2)

    def find(self, texts: Sequence[tuple[str, str]]) -> list[set[str]]:
        """The topics of each text."""
        matrix = self._vectors.transform(map(_read, texts))
        found: list[set[str]] = [set() for _ in texts]
        for topic, model in self._fitted.items():
            for number in np.flatnonzero(model.predict(matrix)):
                found[number].add(topic)
        return found


def _read(text: tuple[str, str]) -> str:
    title, body = text
    return normalise(f"{title} . {' '.join(body.split()[:READ])}")
