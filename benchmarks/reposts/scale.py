"""``python -m benchmarks.reposts.scale [N]``: N synthetic articles (200,000 by default), 30 % of them copies, indexed
in batches as the daily job does it; what finding and writing stories costs as the index grows.
"""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table
from upath import UPath

from benchmarks.vocabulary import vocabulary
from processing.reposts.signature import bands
from rasid.records import ARTICLES, Article, CaptureRef
from rasid.settings import ROOT, Settings
from rasid.storage import Storage, write_whole
from rasid.urls import article_id
from search.cluster import connect
from search.indexing import index_day
from search.node.here import local_node
from search.synonyms import load_synonyms
from search.templates import set_up

BATCH = 2000
WORDS = 150
"""Of an article."""
HEAP = "1g"
"""Of the node: the default of 512m is for one person's few thousand articles."""
COPIES = 0.3
NEAR = 20_000
"""A copy is of one of so many articles before it."""
DAY = date(2025, 3, 10)


def articles(count: int, rng: random.Random) -> Iterator[Article]:
    """Texts of words that are as frequent as in a language (Zipf), and excerpts and extensions of them."""
    known, weights = vocabulary(rng)
    recent: list[list[str]] = []
    start = datetime(2025, 1, 1, tzinfo=UTC)
    for number in range(count):
        words = rng.choices(known, cum_weights=weights, k=WORDS)
        if recent and rng.random() < COPIES:
            source = rng.choice(recent)
            words = [*source[: rng.randint(WORDS // 2, WORDS)], *words[: rng.randint(0, WORDS // 4)]]
        else:
            recent.append(words)
            del recent[:-NEAR]
        url, body = f"https://example.org/{number}", " ".join(words)
        at = start + timedelta(minutes=number)
        yield Article(
            id=article_id(url), url=url, outlet=f"outlet{number % 40}", outlet_name=f"منفذ {number % 40}", country="DZ",
            language="ar", title=" ".join(words[:8]), body=body, published_at=at, published_precision="second",
            first_seen_at=at, revision=1, word_count=len(words), versions={"rasid": "0"}, bands=bands(body),
            capture=CaptureRef(f"captures/{number // BATCH}.warc.gz", number, "sha1:A"),
        )  # fmt: skip


def main() -> None:
    """Prints a table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=UPath(folder), es_heap=HEAP, ELASTICSEARCH_URL=None)
        node = local_node(settings)
        client = connect(settings)
        try:
            set_up(client, load_synonyms(ROOT / "config"))
            _measure(client, Storage(UPath(folder)), count, console)
        finally:
            client.close()
            node.stop()


def _measure(client: Elasticsearch, storage: Storage, count: int, console: Console) -> None:
    table = Table("articles in the index", "ms an article", "reposts", "memory, MB")
    made = articles(count, random.Random(1))
    every = count // 10
    done = reposts = since = 0
    seconds = 0.0
    while done < count:
        batch = [article for _, article in zip(range(BATCH), made, strict=False)]
        write_whole(storage.articles(DAY, f"batch{done}"), ARTICLES.dumps(batch))
        started = time.perf_counter()
        report = index_day(client, storage, DAY, [f"batch{done}"])
        seconds += time.perf_counter() - started
        done, since, reposts = done + len(batch), since + len(batch), reposts + report.reposts
        if done % every == 0:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            table.add_row(f"{done:,}", f"{1000 * seconds / since:.2f}", f"{reposts:,}", f"{memory:.0f}")
            console.print(f"{done:,} articles: {1000 * seconds / since:.2f} ms each", style="dim", highlight=False)
            since, seconds = 0, 0.0
    console.print(table)


if __name__ == "__main__":
    main()
