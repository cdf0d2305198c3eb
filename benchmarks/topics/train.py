"""Makes the shipped models anew, of the labelled texts: ``python -m benchmarks.topics.train [TOPIC …]``.

It learns from the project's own texts and from the real articles of `benchmarks.topics.real`, and says so when those
are not there. The same input gives the same models.
"""

import sys
from dataclasses import replace

from rich.console import Console
from rich.table import Table

from benchmarks.topics.labelled import CODES, PARTS, load
from benchmarks.topics.real import ABOUT, TOUCHES, load_real
from processing.topics.learning import Example, learn
from processing.topics.loading import load_tagger
from processing.topics.model import save
from rasid.settings import ROOT

EXAMPLES = 10.0
"""What an example of ``topics.yaml`` weighs beside an article: it says in one sentence what must hold."""
BY_WORDS = {"caatsa"}
"""Topics that are a name, and need no model."""


def main() -> None:
    """Writes the models, and prints their figures by cross-validation on the real articles."""
    config = ROOT / "config"
    tagger = load_tagger(config / "topics.yaml")
    folder = config / "models"
    folder.mkdir(exist_ok=True)
    texts = [
        (f"{part} {number}", text.title, text.body, dict.fromkeys(text.topics, ABOUT), 1.0)
        for part in PARTS
        for number, text in enumerate(load(part))
    ]
    texts += [
        (f"example {topic.id} {text}", "", text, {topic.id: ABOUT} if about else {}, EXAMPLES)
        for topic in tagger.topics.values()
        for about, examples in ((True, topic.examples.match), (False, topic.examples.no_match))
        for text in examples
    ]
    real = load_real("learn")
    read = [(id_, tagger.features(title, body), grades, True, weight) for id_, title, body, grades, weight in texts]
    read += [(each.id, tagger.features(each.title, each.body), each.grades, False, 1.0) for each in real]
    table = Table("topic", "there", "precision", "recall", "F1", "threshold", title="cross-validation")
    for topic in sys.argv[1:] or sorted(set(CODES.values()) - BY_WORDS):
        examples = [
            Example(id_, features[topic], grades.get(topic, 0) == ABOUT, invented, weight)
            for id_, features, grades, invented, weight in read
            if grades.get(topic, 0) != TOUCHES
        ]
        model, figures = learn(topic, examples)
        card = {
            "texts": len(examples),
            "real": sum(not each.invented for each in examples),
            "about": sum(each.about for each in examples),
            "real_about": figures.there,
            "cross_validation": {"precision": round(figures.precision, 3), "recall": round(figures.recall, 3)},
        }
        save(replace(model, card=card), folder)
        cells = (figures.precision, figures.recall, figures.f1, model.threshold)
        table.add_row(topic, str(figures.there), *(f"{each:.2f}" for each in cells))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
