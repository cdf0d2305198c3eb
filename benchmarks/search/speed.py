"""``python -m benchmarks.search.speed [N]``: N synthetic articles (50,000 by default) brought into the index as the
daily job does it, beside Elasticsearch's own `parallel_bulk` of the same documents; then 200 searches of all kinds.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk
from rich.console import Console
from rich.table import Table
from upath import UPath

from benchmarks.alerts.__main__ import COUNTRIES, RARE, TOPICS, VOCABULARY, articles
from processing.reposts.signature import bands
from rasid.records import ARTICLES, Article
from rasid.settings import ROOT, Settings
from rasid.storage import Storage, write_whole
from search.cluster import connect
from search.hits import search
from search.indexing import document, index_day, write
from search.node.here import local_node
from search.query import filters
from search.synonyms import load_synonyms
from search.templates import set_up

DAY = date(2025, 3, 10)
BATCH = 5000
"""Articles of a day."""
ROUNDS = 5
"""By turns, of which the median counts."""
SEARCHES = 200
WARMING = 50
RNG = random.Random(2)


def queries() -> list[tuple[str, str, dict[str, Any]]]:
    """Kind, query and options of each search."""
    frequent, rare = VOCABULARY[20:2000], RARE
    kinds: dict[str, Callable[[], tuple[str, dict[str, Any]]]] = {
        "a word": lambda: (RNG.choice(frequent), {}),
        "two words, facets": lambda: (" ".join(RNG.sample(frequent, 2)), {"facets": True}),
        "any of four": lambda: (" OR ".join(RNG.sample(rare, 4)), {}),
        "a phrase": lambda: (f'"{" ".join(RNG.sample(frequent, 2))}"', {}),
        "a prefix": lambda: (f"{RNG.choice(rare)[:3]}*", {}),
        "topic and country": lambda: (
            f"topics:{RNG.choice(TOPICS)} AND {RNG.choice(frequent)}",
            {"where": filters(countries=["DZ"]), "facets": True},
        ),
        "mentions, by time": lambda: (f"countries:({' OR '.join(RNG.sample(COUNTRIES, 3))})", {"newest": True}),
        "all, by time": lambda: ("*", {"newest": True, "facets": True}),
    }
    names = list(kinds)
    return [(name, *kinds[name]()) for name in (names[number % len(names)] for number in range(SEARCHES))]


def main() -> None:
    """Prints two tables."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        made = articles(range(count), datetime.now(UTC))
        given = [replace(article, bands=bands(article.body)) for article in made]
        settings = Settings(data=UPath(folder), es_heap="1g", ELASTICSEARCH_URL=None)
        node = local_node(settings)
        plainly = Elasticsearch(node.start().url, basic_auth=node.login, request_timeout=120)
        client = connect(settings)
        try:
            set_up(client, load_synonyms(ROOT / "config"))
            _plain(plainly, given[:BATCH])  # the first thousands find a cold server
            rounds = [(count / _plain(plainly, given), count / _written(client, given)) for _ in range(ROUNDS)]
            stories = count / _stories(client, given, Storage(UPath(folder)))
            plain, written = (statistics.median(rates) for rates in zip(*rounds, strict=True))
            table = Table("way", "articles a second", "of parallel_bulk")
            for name, rate in (("parallel_bulk", plain), ("Rasid, writing", written), ("Rasid, with stories", stories)):
                table.add_row(name, f"{rate:,.0f}", f"{rate / plain:.2f}")
            console.print(table)
            console.print(_searched(client))
        finally:
            plainly.close()
            client.close()
            node.stop()


def _emptied(client: Elasticsearch) -> None:
    for index in client.indices.get(index="articles-*"):
        client.indices.delete(index=index)


def _plain(client: Elasticsearch, given: list[Article]) -> float:
    actions = [
        {"_index": f"articles-{article.published_at:%Y.%m}", "_id": article.id, "_source": document(article)}
        for article in given
    ]
    _emptied(client)
    started = time.perf_counter()
    for succeeded, item in parallel_bulk(client, actions):
        assert succeeded, item
    client.indices.refresh(index="articles")
    return time.perf_counter() - started


def _written(client: Elasticsearch, given: list[Article]) -> float:
    _emptied(client)
    started = time.perf_counter()
    assert len(write(client, given).new) == len(given)
    client.indices.refresh(index="articles")
    return time.perf_counter() - started


def _stories(client: Elasticsearch, given: list[Article], storage: Storage) -> float:
    _emptied(client)
    seconds = 0.0
    for start in range(0, len(given), BATCH):
        write_whole(storage.articles(DAY, str(start)), ARTICLES.dumps(given[start : start + BATCH]))
        started = time.perf_counter()
        index_day(client, storage, DAY, [str(start)])
        seconds += time.perf_counter() - started
    return seconds


def _searched(client: Elasticsearch) -> Table:
    client.indices.refresh(index="articles")
    times: dict[str, list[float]] = {}
    asked = queries()
    for kind, query, options in [("", query, options) for _, query, options in asked[:WARMING]] + asked:
        started = time.perf_counter()
        search(client, query, **{"where": [], **options})
        times.setdefault(kind, []).append(1000 * (time.perf_counter() - started))
    del times[""]
    table = Table("searches, with highlights", "number", "median, ms", "p95, ms")
    for kind, taken in [*times.items(), ("all", [each for some in times.values() for each in some])]:
        ordered = sorted(taken)
        p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        table.add_row(kind, f"{len(taken)}", f"{statistics.median(taken):.1f}", f"{p95:.1f}")
    return table


if __name__ == "__main__":
    main()
