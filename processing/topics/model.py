"""A topic's model: a weight for each feature, learned from labelled articles, that says how sure a topic is."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import exp, sqrt
from pathlib import Path

from pydantic import BaseModel, FiniteFloat, ValidationError
from upath import UPath

from rasid.errors import ConfigError
from rasid.one_line import one_line
from rasid.storage import regular, write_whole

MOST_OWN = 12
"""Features that a topic's own words may give: four levels, anywhere, in the title and in the lead."""


@dataclass(frozen=True)
class Model:
    """A linear model of one topic.

    Attributes:
        topic: its id.
        bias: added to every sum.
        threshold: the least probability with which a text has the topic.
        weights: by feature (`processing.topics.features`).
        card: what it was learned from, and its figures by cross-validation.
    """

    topic: str
    bias: float
    threshold: float
    weights: Mapping[str, float]
    card: Mapping[str, object] = field(default_factory=dict)

    def probability(self, weighed: float, number: int) -> float:
        """How sure it is of the topic, from 0 to 1.

        Args:
            weighed: sum of the weights of a text's features.
            number: of these features.
        """
        score = self.bias + weighed / sqrt(max(number, 1))
        return 1 / (1 + exp(-score)) if score > -700 else 0.0

    def within_reach(self, weighed: float, number: int) -> bool:
        """Whether the threshold may be reached once the topic's own words are looked for, which is slow.

        Args:
            weighed: sum of the weights of the features that all topics share.
            number: of these features.
        """
        most = weighed + self._own
        return self.probability(most, number if most > 0 else number + MOST_OWN) >= self.threshold

    @cached_property
    def _own(self) -> float:
        return sum(weight for feature, weight in self.weights.items() if "(" in feature and weight > 0)


def load_models(files: Iterable[Path | UPath]) -> dict[str, Model]:
    """The models of files, by topic: each file is called `TOPIC.json`.

    Raises:
        ConfigError: a file is not one of a model.
    """
    return {file.stem: _load(file) for file in files}


class _Kept(BaseModel):
    card: dict[str, object]
    bias: FiniteFloat
    threshold: FiniteFloat
    weights: dict[str, FiniteFloat]


def _load(file: Path | UPath) -> Model:
    try:
        kept = _Kept.model_validate_json(regular(file).read_bytes())
    except (OSError, ValidationError) as error:
        mistake = error.errors()[0] if isinstance(error, ValidationError) else None
        told = f"{'.'.join(map(str, mistake['loc']))} {mistake['msg']}" if mistake else f"{error}"
        raise ConfigError(
            str(file), 1, "", f"is no topic's model: {one_line(told)}; make it again, or delete it"
        ) from None
    return Model(file.stem, kept.bias, kept.threshold, kept.weights, kept.card)


def save(model: Model, file: UPath) -> None:
    """Writes a model's file, one weight a line, the heaviest first."""
    weights = dict(sorted(model.weights.items(), key=lambda item: (-abs(item[1]), item[0])))
    kept = {"card": model.card, "bias": model.bias, "threshold": model.threshold, "weights": weights}
    write_whole(file, (json.dumps(kept, ensure_ascii=False, indent=0) + "\n").encode())
