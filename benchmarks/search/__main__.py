"""``python -m benchmarks.search``: how well searches answer the judged queries over the sample outlets, with Rasid's
analysis and, in the same run, with Elasticsearch's ``standard`` and ``arabic`` analyzers over the same fields.
"""

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk
from rich.console import Console
from rich.table import Table

from benchmarks.labels import read_labels
from processing.extract.extraction import extract
from rasid.outlets import load_outlets
from rasid.records import Capture, CaptureRef, Link
from rasid.settings import ROOT
from samples.server import OUTLETS_FILE
from samples.site import Site
from search.node.local_node import LocalNode
from search.query import text_query
from search.synonyms import load_synonyms
from search.templates import templates

JUDGEMENTS = Path(__file__).with_name("judgements.jsonl")
LEFT_OUT = {"alsaleh", "tassili", "wadi"}
"""The content farm of the samples, whose articles are the others' once more, and outlets without articles."""
HITS = 10
CAPTURED = datetime(2025, 3, 10, 9, tzinfo=UTC)

Grades = dict[str, int]


def judgements() -> dict[str, Grades]:
    """Query → key of an article → its grade, 1 to 3."""
    return {row["query"]: row["grades"] for row in read_labels(JUDGEMENTS)}


def documents() -> Iterator[dict[str, Any]]:
    """Title and body of each sample article, as they are extracted from its page."""
    for outlet in load_outlets(OUTLETS_FILE).values():
        if outlet.id in LEFT_OUT:
            continue
        site = Site(outlet)
        for number, story in enumerate(site.stories):
            answer, url = site.page(story), f"{site.base}/{story.slug}"
            headers = (("Content-Type", answer.content_type), *answer.headers)
            link, ref = Link(url, "section", url), CaptureRef("", 0, "")
            page = extract(Capture(outlet.id, url, link, CAPTURED, 200, headers, answer.body, ref), outlet)
            yield {"_id": f"{outlet.id}#{number}", "_source": {"title": page.title, "body": page.body}}


def ndcg(grades: Grades, found: list[str]) -> float:
    """Discounted cumulative gain of the first hits, as a share of the best possible one (Järvelin and Kekäläinen
    2002, with the gain 2^grade - 1).
    """

    def gain(ranked: list[int]) -> float:
        return sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(ranked[:HITS]))

    return gain([grades.get(key, 0) for key in found]) / gain(sorted(grades.values(), reverse=True))


def recall(grades: Grades, found: list[str]) -> float:
    """Share of what answers the query among the first hits, of as many as can be there."""
    return len(grades.keys() & set(found[:HITS])) / min(len(grades), HITS)


@contextmanager
def node() -> Iterator[Elasticsearch]:
    """A node of its own."""
    with tempfile.TemporaryDirectory() as folder:
        node = LocalNode(Path(folder) / "elasticsearch")
        client = Elasticsearch(node.start().url, basic_auth=node.login, request_timeout=60)
        try:
            yield client
        finally:
            client.close()
            node.stop()


def answered(client: Elasticsearch, analysis: str, judged: dict[str, Grades]) -> dict[str, list[str]]:
    """The hits of each judged query over the sample articles, in an analysis."""
    articles = list(documents())
    unknown = {key for grades in judged.values() for key in grades} - {each["_id"] for each in articles}
    assert not unknown, unknown
    _fill(client, analysis, articles)
    return {query: _search(client, analysis, query) for query in judged}


def measured() -> tuple[float, float]:
    """Mean recall and nDCG in Rasid's analysis."""
    judged = judgements()
    with node() as client:
        found = answered(client, "rasid", judged)
    return mean(recall(each, found[query]) for query, each in judged.items()), mean(
        ndcg(each, found[query]) for query, each in judged.items()
    )


def main() -> None:
    """Prints a table, and with it the queries that are answered worst."""
    console = Console()
    judged = judgements()
    table = Table("analysis", "recall@10", "nDCG@10", "queries without a hit")
    with node() as client:
        for name in ("rasid", "arabic", "standard"):
            found = answered(client, name, judged)
            scores = {query: ndcg(grades, found[query]) for query, grades in judged.items()}
            recalled = [recall(grades, found[query]) for query, grades in judged.items()]
            means = (mean(recalled), mean(scores.values()))
            empty = sum(not hits for hits in found.values())
            table.add_row(name, *(f"{each:.3f}" for each in means), f"{empty} of {len(judged)}")
            if name == "rasid":
                worst = [f"{query} {scores[query]:.2f}" for query in sorted(scores, key=scores.__getitem__)[:5]]
    console.print(table)
    console.print("rasid's worst: " + "; ".join(worst))


def _fill(client: Elasticsearch, name: str, articles: list[dict[str, Any]]) -> None:
    template = templates(load_synonyms(ROOT / "config"))["articles"]["template"]
    fields = {field: dict(template["mappings"]["properties"][field]) for field in ("title", "body")}
    if name != "rasid":
        fields = {field: {"type": "text", "analyzer": name, "fields": {"exact": {"type": "text"}}} for field in fields}
    client.indices.create(index=name, settings=template["settings"], mappings={"properties": fields})
    bulk(client, ({"_index": name, **article} for article in articles), refresh=True)


def _search(client: Elasticsearch, index: str, query: str) -> list[str]:
    answer = client.search(index=index, query=text_query(query), size=HITS, source=False)
    return [hit["_id"] for hit in answer["hits"]["hits"]]


if __name__ == "__main__":
    main()
