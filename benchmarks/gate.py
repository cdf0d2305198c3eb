"""Measures what needs a few minutes and nothing from outside, and fails below a floor: ``python -m benchmarks.gate
[BENCHMARK …]``.

The floors are in ``floors.json``: of each claim what was measured, the floor, and a reason where it was ever lowered,
which is done by hand alone.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from benchmarks.extraction.__main__ import by_rasid
from benchmarks.extraction.score import MEASURED, WORKED_ON, load_pages, score
from benchmarks.reposts.__main__ import b_cubed, rasid, scores, stories_of
from benchmarks.reposts.labelled import PARTS as REPOST_PARTS
from benchmarks.reposts.labelled import load as load_reposts
from benchmarks.search.__main__ import measured as measured_searches
from benchmarks.topics.__main__ import by_rules, figures, right_countries
from benchmarks.topics.labelled import CODES, PARTS, load

FLOORS = Path(__file__).with_name("floors.json")


def topics() -> dict[str, float]:
    """The worst topic's precision and recall on the texts of the project, and the countries."""
    found = {}
    for part in PARTS:
        texts = load(part)
        said = by_rules(texts)
        told = [
            figures(
                {number for number, text in enumerate(texts) if topic in text.topics},
                {number for number, each in enumerate(said) if topic in each},
            )
            for topic in CODES.values()
        ]
        found[f"{part}: least precision of a topic"] = min(each.precision for each in told)
        found[f"{part}: least recall of a topic"] = min(each.recall for each in told)
    countries = right_countries("kept aside")
    found["kept aside: countries, precision"] = countries.precision
    found["kept aside: countries, recall"] = countries.recall
    return found


def reposts() -> dict[str, float]:
    """Copies among pairs, and stories."""
    assert b_cubed("aabb", "xxyy") == 1
    assert abs(b_cubed("aabb", "xxxx") - 2 / 3) < 1e-9
    found = {}
    for part in REPOST_PARTS:
        texts, pairs = load_reposts(part)
        is_copy, overlaps = rasid(texts)
        found[f"{part}: pairs, F1"] = scores(pairs, is_copy)[2]
        found[f"{part}: stories, B³ F1"] = b_cubed([text.story for text in texts], stories_of(texts, overlaps))
    return found


def extraction() -> dict[str, float]:
    """Each set of pages: bodies, and shares of pages that are right in a field, or whole: in body and title."""
    found = {}
    for half in dict.fromkeys((*WORKED_ON, *MEASURED)):
        pages = load_pages(half)
        told = [score(page, by_rasid(page)) for page in pages]
        precision, recall = mean(each.precision for each in told), mean(each.recall for each in told)
        found[f"{half}: bodies, F1"] = 2 * precision * recall / (precision + recall)
        found[f"{half}: whole"] = mean(each.precision == each.recall == 1 and each.title for each in told)
        for field in ("title", "day", "author"):
            found[f"{half}: {field}"] = mean(getattr(each, field) for each in told)
    return found


def search() -> dict[str, float]:
    """The judged queries, in Rasid's analysis, on a node of its own."""
    recall, ndcg = measured_searches()
    return {"recall@10": recall, "nDCG@10": ndcg}


MEASURES: dict[str, Callable[[], dict[str, float]]] = {
    "topics": topics,
    "reposts": reposts,
    "extraction": extraction,
    "search": search,
}


def main() -> None:
    """Prints a table. The exit code is 1 when a claim is below its floor, has none, or is no longer measured."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    table = Table("benchmark", "claim", "kept", "measured", "floor", "")
    failed = False
    for name in sys.argv[1:] or MEASURES:
        claims = floors[name]["claims"]
        now = MEASURES[name]()
        for claim in dict.fromkeys((*claims, *now)):
            kept, value = claims.get(claim), now.get(claim)
            holds = kept is not None and value is not None and value >= kept["floor"]
            failed |= not holds
            told = ["–" if each is None else f"{each:.4f}" for each in (kept and kept["measured"], value)]
            table.add_row(name, claim, *told, f"{kept['floor']:.4f}" if kept else "–", "" if holds else "below")
    Console(width=120).print(table)
    sys.exit(failed)


if __name__ == "__main__":
    main()
