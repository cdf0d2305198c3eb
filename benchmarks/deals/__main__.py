"""How well arms deals are read, beside a baseline: ``python -m benchmarks.deals [LABELS]``.

Labels are lines of JSON as `labelling.md` has it: the id of an article and the deals that each of two readers found,
``a`` and ``b``, or ``a`` alone where one read it. The texts are other people's and stay outside of the project.
"""

import argparse
import gzip
import json
import time
from collections.abc import Callable, Container, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.deals.baseline import nearest
from benchmarks.deals.score import Comparable, Score, Values, shown
from benchmarks.labels import read_labels
from benchmarks.topics.real import NEWS
from processing.entities.recogniser import EntitiesFile
from processing.page_reader import WITH_DEALS
from processing.topics.loading import load_tagger
from rasid.settings import ROOT
from rasid.yaml_file import load_yaml

LABELS = Path(__file__).parent / "test.jsonl"
"""Of articles that nobody who worked on deals has read; those of ``dev.jsonl`` were worked on."""
READ = 700
"""Words of a body that the two readers were shown; no more of it is read here."""
DAY = date(2023, 1, 1)
"""On which all of them are read as published: nothing that is compared depends on it."""
ROUNDS = 3
"""Times that all texts are read; the fastest counts."""


def main() -> None:
    """Prints how readers agree, and how the baseline and Rasid agree with them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("labels", type=Path, nargs="?", default=LABELS)
    parser.add_argument("--texts", type=Path, default=NEWS, help="folder of the texts")
    options = parser.parse_args()
    if not options.labels.is_file():
        raise SystemExit(f"there are no labels: {options.labels} is not there")
    labels = read_labels(options.labels)
    texts = _texts({label["id"] for label in labels}, options.texts)
    tagger = load_tagger(ROOT / "config" / "topics.yaml")
    entities = load_yaml(ROOT / "config" / "entities.yaml", EntitiesFile)
    deals = tagger.deals
    assert deals
    readers = [reader for reader in "ab" if all(reader in label for label in labels)]
    comparable = Comparable(tagger, entities)
    tagged = {id_: tagger.tag(text["title"], text["body"]) for id_, text in texts.items()}

    def read(id_: str) -> Iterable[Values]:
        text = texts[id_]
        found = deals.read(text["title"], text["body"], tagged[id_].mentions, DAY)
        return map(comparable.reading, found)

    def read_if_tagged(id_: str) -> Iterable[Values]:
        return [] if WITH_DEALS.isdisjoint(tagged[id_].topics) else read(id_)

    def baseline(id_: str) -> Iterable[Values]:
        text = texts[id_]
        return map(comparable.label, nearest(text["title"], text["body"], tagged[id_].mentions))

    labelled = {label["id"]: [list(map(comparable.label, label[reader])) for reader in readers] for label in labels}
    print(f"{len(labels)} articles, {len(readers)} readers")
    if len(readers) > 1:
        agreement = [Score.of(one, other) for one, other in labelled.values()]
        print("\nthe two readers with each other", *shown(agreement), sep="\n")
    ways: tuple[tuple[str, Callable[[str], Iterable[Values]]], ...] = (
        ("the baseline: the nearest entities around a trade word", baseline),
        ("Rasid, all articles", read),
        ("Rasid, articles that it tags with arms deals or CAATSA", read_if_tagged),
    )
    for name, way in ways:
        print(f"\n{name}", *shown([Score.of(list(way(id_)), *there) for id_, there in labelled.items()]), sep="\n")
    about = [id_ for id_, tags in tagged.items() if not WITH_DEALS.isdisjoint(tags.topics)]
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for id_ in about:
            deals.read(texts[id_]["title"], texts[id_]["body"], tagged[id_].mentions, DAY)
        seconds.append(time.process_time() - start)
    print(f"\n{len(about) / min(seconds):.0f} articles on arms deals a second of CPU time")


def _texts(ids: Container[str], folder: Path) -> dict[str, dict[str, Any]]:
    """The articles of these ids.

    Raises:
        SystemExit: the folder is not there.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in ("labelled.jsonl.gz", "unlabelled.jsonl.gz"):
        if not (folder / name).is_file():
            raise SystemExit(f"there are no real articles: {folder} has no {name}")
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            for article in map(json.loads, lines):
                if article["id"] in ids:
                    body = " ".join((article["body"] or "").split(" ")[:READ])
                    found[article["id"]] = {**article, "title": article["title"] or "", "body": body}
    return found


if __name__ == "__main__":
    main()
