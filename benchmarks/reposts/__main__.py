"""``python -m benchmarks.reposts``: how well pairs are told and stories put together, beside two baselines.

``python -m benchmarks.reposts mistakes`` prints the pairs of the part that was worked on that Rasid takes for the
wrong thing.
"""

import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations

from rich.console import Console
from rich.table import Table

from benchmarks.reposts.labelled import PARTS, Labelled, Pair, load
from processing.arabic import words
from processing.reposts.overlap import Overlap, compare, prepared
from processing.reposts.signature import SHARED_BANDS, bands
from processing.reposts.story import Member, arrange
from processing.topics.loading import load_tagger
from rasid.letters import normalise
from rasid.settings import ROOT

IsCopy = Callable[[int, int], bool]


def rasid(texts: Sequence[Labelled]) -> tuple[IsCopy, dict[tuple[int, int], Overlap]]:
    """As the index does it: pairs that share bands, then their overlap."""
    tagger = load_tagger(ROOT / "config" / "topics.yaml")
    ready = [prepared(text.body, tagger.tag("", text.body).mentions) for text in texts]
    keys = [set(bands(text.body)) for text in texts]
    overlaps: dict[tuple[int, int], Overlap] = {}
    for one, other in combinations(range(len(texts)), 2):
        if len(keys[one] & keys[other]) >= SHARED_BANDS:
            overlap = compare(ready[one], ready[other])
            overlaps[one, other], overlaps[other, one] = overlap, overlap.reversed()
    return lambda one, other: (one, other) in overlaps and overlaps[one, other].is_copy, overlaps


def jaccard(texts: Sequence[Labelled], threshold: float) -> IsCopy:
    """Shingles of five words, normalised; pairs from a threshold on."""
    shingles = []
    for text in texts:
        forms = words(text.body).forms
        shingles.append({tuple(forms[start : start + 5]) for start in range(max(1, len(forms) - 4))})
    return lambda one, other: len(shingles[one] & shingles[other]) >= threshold * len(shingles[one] | shingles[other])


def exact(texts: Sequence[Labelled]) -> IsCopy:
    """The hash of all letters and digits, normalised."""
    hashes = [hashlib.sha256("".join(normalise(text.body).split()).encode()).digest() for text in texts]
    return lambda one, other: hashes[one] == hashes[other]


def scores(pairs: Sequence[Pair], is_copy: IsCopy) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs."""
    found = Counter((pair.copy, is_copy(pair.first, pair.second)) for pair in pairs)
    right = found[True, True]
    precision = right / (right + found[False, True]) if right else 0.0
    recall = right / (right + found[True, False])
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def b_cubed(gold: Sequence[str], groups: Sequence[object]) -> float:
    """B³ F1 of a grouping (A. Bagga and B. Baldwin, *Entity-based cross-document coreferencing*, 1998)."""

    def mean(of: Sequence[object], within: Sequence[object]) -> float:
        sizes, both = Counter(within), Counter(zip(of, within, strict=True))
        return sum(both[pair] / sizes[pair[1]] for pair in zip(of, within, strict=True)) / len(of)

    precision, recall = mean(gold, groups), mean(groups, gold)
    return 2 * precision * recall / (precision + recall)


def stories_of(texts: Sequence[Labelled], overlaps: dict[tuple[int, int], Overlap]) -> list[str]:
    """The story of each text by Rasid, if they came out one after the other."""
    start = datetime(2025, 3, 10, tzinfo=UTC)
    members = [
        Member(f"{n:04}", "", f"{n:04}", str(n), "", text.body, (), (), start + timedelta(minutes=n))
        for n, text in enumerate(texts)
    ]
    copies = {(f"{a:04}", f"{b:04}"): overlap for (a, b), overlap in overlaps.items() if overlap.is_copy}
    places = arrange(members, copies)
    return [places[member.id].story_id for member in members]


def components(count: int, is_copy: IsCopy) -> list[int]:
    """The group of each text, where pairs that are copies are of one group."""
    group = list(range(count))
    for one, other in combinations(range(count), 2):
        if is_copy(one, other) and group[one] != group[other]:
            old, new = group[other], group[one]
            group = [new if each == old else each for each in group]
    return group


def main() -> None:
    """Prints the tables."""
    console = Console(width=110)
    worked_texts, worked_pairs = load(PARTS[0])
    if sys.argv[1:] == ["mistakes"]:
        is_copy, overlaps = rasid(worked_texts)
        for pair in worked_pairs:
            if is_copy(pair.first, pair.second) != pair.copy:
                console.print(pair, overlaps.get((pair.first, pair.second)))
                console.print(worked_texts[pair.first].body[:300], "\n--\n", worked_texts[pair.second].body[:300])
        return
    thresholds = [step / 50 for step in range(1, 50)]
    best = max(thresholds, key=lambda t: scores(worked_pairs, jaccard(worked_texts, t))[2])
    for part in PARTS:
        texts, pairs = load(part)
        copies = sum(pair.copy for pair in pairs)
        is_copy, overlaps = rasid(texts)
        table = Table(
            "method", "precision", "recall", "F1", "stories, B³ F1",
            title=f"{part}: {len(pairs)} pairs, {copies} of them copies; {len(texts)} texts",
        )  # fmt: skip
        gold = [text.story for text in texts]
        rows: list[tuple[str, IsCopy, Sequence[object]]] = [("Rasid", is_copy, stories_of(texts, overlaps))]
        for name, other in (
            (f"5-word Jaccard ≥ {best:.2f} (best on the part worked on)", jaccard(texts, best)),
            ("5-word Jaccard ≥ 0.50", jaccard(texts, 0.5)),
            ("exact hash", exact(texts)),
        ):
            rows.append((name, other, components(len(texts), other)))
        for name, decide, groups in rows:
            precision, recall, f1 = scores(pairs, decide)
            table.add_row(name, f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}", f"{b_cubed(gold, groups):.3f}")
        console.print(table)
        wrong = Counter(pair.kind for pair in pairs if is_copy(pair.first, pair.second) != pair.copy)
        kinds = Counter(pair.kind for pair in pairs)
        console.print("Rasid's mistakes: " + ", ".join(f"{kind} {wrong[kind]} of {n}" for kind, n in kinds.items()))


if __name__ == "__main__":
    main()
