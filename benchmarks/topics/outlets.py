"""Topics on outlets that taught nothing: ``python -m benchmarks.topics.outlets``.

For each outlet with enough labelled real articles all models are learned of the part `learn` without its articles, and
measured on its articles of both parts. That is what to expect of an outlet whose manner the models have never read. A
dispatch that it shares with other outlets may have taught nevertheless.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from rich.console import Console
from rich.table import Table

from benchmarks.topics.labelled import CODES
from benchmarks.topics.real import ABOUT, TOUCHES, Real, load_real
from benchmarks.topics.train import BY_WORDS, Text, examples_of, own_texts
from processing.figures import Figures
from processing.topics.adapting import counted
from processing.topics.learning import learn
from processing.topics.loading import load_tagger
from rasid.settings import ROOT

LEAST = 90
"""Labelled articles of an outlet that is left out; fewer say nothing."""
DRAWS = 1_000
"""Of articles with replacement, for an interval."""

Judged = dict[str, tuple[bool, bool]]
"""What is said of an article, by topic: whether it was found, and whether it is there. A topic that it touches is not
among them, nor one of which too few articles are left to learn from.
"""


@dataclass(frozen=True)
class Outlet:
    """An outlet that taught nothing, with what was said of each of its articles."""

    name: str
    judged: dict[str, Judged]


def judge(name: str, texts: Sequence[Text], left_out: Sequence[Real], topics: Iterable[str]) -> Outlet:
    """Learns of the texts, and judges the articles that are left out of them."""
    tagger = load_tagger(ROOT / "config" / "topics.yaml")
    judged: dict[str, Judged] = {article.id: {} for article in left_out}
    for topic in topics:
        try:
            model, _ = learn(topic, examples_of(topic, texts))
        except ValueError as error:
            print(f"without {name}: {error}")
            continue
        alone = tagger.alone(topic, model)
        for article in left_out:
            grade = article.grades.get(topic, 0)
            if grade != TOUCHES:
                found = bool(alone.tag(article.title, article.body).topics)
                judged[article.id][topic] = found, grade == ABOUT
    return Outlet(name, judged)


def figures(judged: Iterable[Judged], topic: str | None = None) -> Figures:
    """Of one topic, or of all together."""
    return counted(said for each in judged for id_, said in each.items() if topic in {None, id_})


def interval(judged: Sequence[Judged], topic: str | None = None) -> str:
    """F1 with its 95 % interval, by drawing articles (bootstrap)."""
    draw = Random(0)
    drawn = sorted(figures(draw.choices(judged, k=len(judged)), topic).f1 for _ in range(DRAWS))
    return f"{figures(judged, topic).f1:.2f} [{drawn[DRAWS // 40]:.2f}–{drawn[-DRAWS // 40]:.2f}]"


def main() -> None:
    """Prints F1 by outlet, and by topic over all outlets that were left out."""
    tagger = load_tagger(ROOT / "config" / "topics.yaml")
    own = own_texts(tagger)
    learn_part, test_part = load_real("learn"), load_real("test")
    topics = sorted(set(CODES.values()) - BY_WORDS)
    of_learn = [(each, Text.of(each, tagger)) for each in learn_part]
    counts: dict[str, int] = {}
    for each in (*learn_part, *test_part):
        if each.outlet:
            counts[each.outlet] = counts.get(each.outlet, 0) + 1
    outlets, parts = [], {each.id for each in test_part}
    for name in sorted((name for name, count in counts.items() if count >= LEAST), key=lambda name: -counts[name]):
        texts = [*own, *(text for each, text in of_learn if each.outlet != name)]
        left_out = [each for each in (*learn_part, *test_part) if each.outlet == name]
        outlets.append(judge(name, texts, left_out, topics))
        print(name, figures(outlets[-1].judged.values()), flush=True)
    console = Console(width=110)
    table = Table("outlet left out", "articles", "precision", "recall", "F1", "articles, test", "F1, test")
    for outlet in outlets:
        all_ = list(outlet.judged.values())
        test = [judged for id_, judged in outlet.judged.items() if id_ in parts]
        told = figures(all_)
        shares = f"{told.precision:.2f}", f"{told.recall:.2f}", interval(all_)
        table.add_row(outlet.name, str(len(all_)), *shares, str(len(test)), interval(test) if test else "–")
    console.print(table)
    table = Table(
        "topic", "there", "precision", "recall", "F1", title="all of these outlets, each by models without it"
    )
    every = [judged for outlet in outlets for judged in outlet.judged.values()]
    for topic in topics:
        told = figures(every, topic)
        shares = f"{told.precision:.2f}", f"{told.recall:.2f}", interval(every, topic)
        table.add_row(topic, str(told.there), *shares)
    console.print(table)


if __name__ == "__main__":
    main()
