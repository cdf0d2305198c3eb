"""``python -m benchmarks.search``: how well searches answer the judged queries over the sample outlets, with Rasid's
analysis and, in the same run, with Elasticsearch's ``standard`` and ``arabic`` analyzers over the same fields.
"""

import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk
from rich.console import Console
from rich.table import Table

from benchmarks.labels import read_labels
from rasid.settings import ROOT
from samples.site import Site
from search.node.local_node import LocalNode
from search.query import text_query
from search.templates import templates
from tests.pages import OUTLETS, sample_article

JUDGEMENTS = Path(__file__).with_name("judgements.jsonl")
LEFT_OUT = {"alsaleh", "tassili", "wadi"}
"""The content farm of the samples, whose articles are the others' once more, and outlets without articles."""
HITS = 10

Grades = dict[str, int]


def judgements() -> dict[str, Grades]:
    """Query → key of an article → its grade, 1 to 3."""
    return {row["query"]: row["grades"] for row in read_labels(JUDGEMENTS)}


def documents() -> Iterator[dict[str, Any]]:
    """Title and body of each sample article, as they are extracted from its page."""
    for id_, outlet in OUTLETS.items():
        if id_ not in LEFT_OUT:
            for number, story in enumerate(Site(outlet).stories):
                article = sample_article(id_, story)
                yield {"_id": f"{id_}#{number}", "_source": {"title": article.title, "body": article.body}}


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


def main() -> None:
    """Prints a table, and with it the queries that are answered worst."""
    console = Console()
    judged = judgements()
    articles = list(documents())
    unknown = {key for grades in judged.values() for key in grades} - {each["_id"] for each in articles}
    assert not unknown, unknown
    table = Table("analysis", "recall@10", "nDCG@10", "queries without a hit")
    with tempfile.TemporaryDirectory() as folder:
        node = LocalNode(Path(folder) / "elasticsearch")
        client = Elasticsearch(node.start().url, basic_auth=node.login, request_timeout=60)
        try:
            for name in ("rasid", "arabic", "standard"):
                _fill(client, name, articles)
                found = {query: _search(client, name, query) for query in judged}
                scores = {query: ndcg(grades, found[query]) for query, grades in judged.items()}
                recalled = [recall(grades, found[query]) for query, grades in judged.items()]
                means = [sum(each) / len(judged) for each in (recalled, scores.values())]
                empty = sum(not hits for hits in found.values())
                table.add_row(name, *(f"{mean:.3f}" for mean in means), f"{empty} of {len(judged)}")
                if name == "rasid":
                    worst = [f"{query} {scores[query]:.2f}" for query in sorted(scores, key=scores.__getitem__)[:5]]
        finally:
            client.close()
            node.stop()
    console.print(table)
    console.print("rasid's worst: " + "; ".join(worst))


def _fill(client: Elasticsearch, name: str, articles: list[dict[str, Any]]) -> None:
    template = templates(ROOT / "config")["articles"]["template"]
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
