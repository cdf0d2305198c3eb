"""Makes the shipped models anew, of the labelled texts: ``python -m benchmarks.topics.train [TOPIC …]``.

It learns from the project's own texts and from the real articles of `benchmarks.topics.real`, and says so when those
are not there. The same input gives the same models.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rich.console import Console
from rich.table import Table
from upath import UPath

from benchmarks.topics.labelled import CODES, PARTS, load
from benchmarks.topics.real import ABOUT, TOUCHES, Real, load_real
from processing.topics.learning import Example, learn
from processing.topics.loading import load_tagger
from processing.topics.model import save
from processing.topics.tagger import Tagger
from rasid.settings import ROOT

EXAMPLES = 10.0
"""What an example of ``topics.yaml`` weighs beside an article: it says in one sentence what must hold."""
BY_WORDS = {"caatsa"}
"""Topics that are a name, and need no model."""


@dataclass(frozen=True)
class Text:
    """A labelled text.

    Attributes:
        id: of the text.
        features: by topic.
        grades: by topic, of those that are not 0.
        invented: whether it was written for the project.
        weight: beside the others.
    """

    id: str
    features: dict[str, frozenset[str]]
    grades: dict[str, int]
    invented: bool
    weight: float = 1.0

    @classmethod
    def of(cls, article: Real, tagger: Tagger) -> "Text":
        """A real article."""
        return cls(article.id, tagger.features(article.title, article.body), article.grades, invented=False)


def own_texts(tagger: Tagger) -> list[Text]:
    """The texts that were written for the project, and the examples of ``topics.yaml``."""
    texts = [
        Text(
            f"{part} {number}",
            tagger.features(text.title, text.body),
            dict.fromkeys(text.topics, ABOUT),
            invented=True,
        )
        for part in PARTS
        for number, text in enumerate(load(part))
    ]
    texts += [
        Text(
            f"example {topic.id} {text}",
            tagger.features("", text),
            {topic.id: ABOUT} if about else {},
            invented=True,
            weight=EXAMPLES,
        )
        for topic in tagger.topics.values()
        for about, examples in ((True, topic.examples.match), (False, topic.examples.no_match))
        for text in examples
    ]
    return texts


def examples_of(topic: str, texts: Iterable[Text]) -> list[Example]:
    """What texts teach a topic; those that only touch it teach nothing."""
    return [
        Example(each.id, each.features[topic], each.grades.get(topic, 0) == ABOUT, each.invented, each.weight)
        for each in texts
        if each.grades.get(topic, 0) != TOUCHES
    ]


def main() -> None:
    """Writes the models, and prints their figures by cross-validation on the real articles."""
    tagger = load_tagger(ROOT / "config" / "topics.yaml")
    texts = [*own_texts(tagger), *(Text.of(each, tagger) for each in load_real("learn"))]
    table = Table("topic", "there", "precision", "recall", "F1", "threshold", title="cross-validation")
    for topic in sys.argv[1:] or sorted(set(CODES.values()) - BY_WORDS):
        examples = examples_of(topic, texts)
        model, figures = learn(topic, examples)
        card = {
            "texts": len(examples),
            "real": sum(not each.invented for each in examples),
            "about": sum(each.about for each in examples),
            "real_about": figures.there,
            "cross_validation": {"precision": round(figures.precision, 3), "recall": round(figures.recall, 3)},
        }
        save(replace(model, card=card), UPath(ROOT / "config" / "models" / f"{topic}.json"))
        cells = (figures.precision, figures.recall, figures.f1, model.threshold)
        table.add_row(topic, str(figures.there), *(f"{each:.2f}" for each in cells))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
