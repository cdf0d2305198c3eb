"""``python -m benchmarks.desk [N]``: `rasid desk` over an index of N synthetic articles (50,000 by default), asked by
ten users at once, as soon as it has started and again after some minutes; then the page of an article of 5,000 words
and 300 marks, by one. What is measured is the time to the first byte of the page.
"""

import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

import psutil
from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table
from upath import UPath

from benchmarks.alerts.__main__ import COUNTRIES, RARE, RNG, TOPICS, VOCABULARY, articles
from rasid.records import Article, Evidence, Mention
from rasid.settings import ROOT, Settings
from search.client import write_all
from search.cluster import connect
from search.indexing import write
from search.months import index_of
from search.node.here import local_node
from search.synonyms import load_synonyms
from search.templates import set_up

USERS = 10
SEARCHES = 40
"""Of each user."""
WARMING = 20
"""Of each, before the first are measured."""
MORE = 200
"""Of each user, before searches are measured again: Java compiles what it runs often, beside what it is asked."""
REPOSTS = 5
"""One in so many articles is a copy of the one before."""
DAYS = 60
"""Over which the articles were published."""
MARKS = 300
LONG = 5_000
"""Words of the long article."""
READINGS = 50
OUTLET = "  outlet{0}: {{name: {{ar: منفذ {0}, en: Outlet {0}}}, country: DZ, timezone: UTC, disabled: synthetic}}"
OUTLETS = "\n".join(["outlets:", *map(OUTLET.format, range(40))])
"""Of the articles, as an installation has them."""


def searches(count: int) -> Iterator[str]:
    """Addresses of searches as analysts make them: words, phrases, filters, times, further pages."""
    frequent = VOCABULARY[20:2000]
    for number in range(count):
        kinds: tuple[dict[str, str], ...] = (
            {"q": RNG.choice(frequent)},
            {"q": " ".join(RNG.sample(frequent, 2)), "span": "week"},
            {"q": " OR ".join(RNG.sample(RARE, 4)), "sort": "time"},
            {"q": f'"{" ".join(RNG.sample(frequent, 2))}"'},
            {"topic": RNG.choice(TOPICS), "country": RNG.choice(COUNTRIES), "span": "month"},
            {},
            {"q": RNG.choice(frequent), "outlet": f"outlet{RNG.randrange(40)}", "page": "2"},
        )
        yield f"/?{urlencode(kinds[number % len(kinds)])}"


def spread(count: int, now: datetime) -> Iterator[Article]:
    """Articles that were published over some weeks, some by two outlets."""
    before: Article | None = None
    for number, article in enumerate(articles(range(count), now)):
        if before and number % REPOSTS == 0:
            at = min(now, before.published_at + timedelta(hours=3))
            before = replace(article, title=before.title, body=before.body, published_at=at)
        else:
            before = replace(article, published_at=now - timedelta(days=RNG.random() * DAYS))
        yield before


def folded(client: Elasticsearch, written: list[Article]) -> None:
    """Makes stories of those that copy the one before."""
    copies = [(one, other) for number, (one, other) in enumerate(pairwise(written), 1) if number % REPOSTS == 0]
    write_all(
        client,
        [
            {
                "_op_type": "update",
                "_index": index_of(copy.published_at),
                "_id": copy.id,
                "doc": {"story_id": original.id, "is_repost": True, "original_url": original.url, "similarity": 1.0},
            }
            for original, copy in copies
        ],
    )


def long_article(now: datetime) -> Article:
    """An article with many words, of which many prove topics or name something."""
    (one,) = articles(range(10**7, 10**7 + 1), now)
    words = RNG.choices(VOCABULARY[:2000], k=LONG)
    lines = [" ".join(words[start : start + 50]) for start in range(0, LONG, 50)]
    body = "\n".join(lines)
    marked = list(re.finditer(r"\S+", body))[:: LONG // MARKS][:MARKS]
    places = [(match[0], match.start(), match.end()) for match in marked]
    return replace(
        one,
        body=body,
        word_count=LONG,
        topics=tuple(TOPICS[:3]),
        topic_evidence=tuple(
            Evidence(TOPICS[number % 3], 2.0, quote, "body", start, end)
            for number, (quote, start, end) in enumerate(places[::2])
        ),
        mentions=tuple(Mention("countries", "DZ", quote, "body", start, end) for quote, start, end in places[1::2]),
    )


@contextmanager
def desk(settings: Settings) -> Iterator[tuple[int, psutil.Process]]:
    """The port of a desk in a process of its own, and that process."""
    command = [sys.executable, "-m", "rasid", "desk", "--port", "0", "--read-only"]
    folders = {"RASID_DATA": str(settings.data), "RASID_CONFIG": str(settings.config)}
    environment = {**os.environ, **folders, "COLUMNS": "200"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        found = next(
            (match for line in process.stderr if (match := re.search(r"http://127\.0\.0\.1:(\d+)/", line))), None
        )
        assert found, "the desk did not start"
        yield int(found[1]), psutil.Process(process.pid)
        process.terminate()


def waited(port: int, paths: Iterable[str]) -> list[float]:
    """Milliseconds to the first byte of each page, asked one after the other."""
    times = []
    for path in paths:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        started = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read(1)
        times.append(1000 * (time.perf_counter() - started))
        assert answer.status == 200, f"{path}: HTTP {answer.status}"
        answer.read()
        connection.close()
    return times


def cpu(processes: Iterable[psutil.Process]) -> list[float]:
    """Seconds for which each has computed."""
    return [sum(each.cpu_times()[:2]) for each in processes]


def main() -> None:
    """Prints a table, and what a search costs."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    now = datetime.now(UTC)
    long = long_article(now)
    with tempfile.TemporaryDirectory() as folder:
        (config := Path(folder) / "config").mkdir()
        (config / "outlets.yaml").write_text(OUTLETS, "utf-8")  # what it does not have is shipped
        settings = Settings(data=UPath(folder), config=config, es_heap="1g", ELASTICSEARCH_URL=None)
        node = local_node(settings)
        client = connect(settings)
        try:
            set_up(client, load_synonyms(ROOT / "config"))
            written = list(spread(count, now))
            write(client, [*written, long])
            folded(client, written)
            client.indices.refresh(index="articles")
            status = node.status()
            assert status
            with desk(settings) as (port, served), ThreadPoolExecutor(USERS) as users:
                computing = [psutil.Process(status.pid), served, psutil.Process()]

                def search(count: int) -> list[float]:
                    asked = [list(searches(count)) for _ in range(USERS)]
                    return [each for times in users.map(lambda paths: waited(port, paths), asked) for each in times]

                search(WARMING)
                first = search(SEARCHES)
                search(MORE)
                before = cpu(computing)
                found = search(SEARCHES)
                spent = [1000 * (after - at) / len(found) for at, after in zip(before, cpu(computing), strict=True)]
                reading = waited(port, [f"/articles/{long.id}"] * (READINGS + WARMING))[WARMING:]
        finally:
            client.close()
            node.stop()
    table = Table(f"first byte, {count:,} articles", "pages", "median, ms", "p95, ms", "most, ms")
    asking = f"a search, {USERS} users at once"
    marked = f"{LONG:,} words, {MARKS} marks"
    for what, times in ((f"{asking}, node just started", first), (asking, found), (marked, reading)):
        p95 = statistics.quantiles(times, n=20)[-1]
        table.add_row(what, f"{len(times)}", f"{statistics.median(times):.0f}", f"{p95:.0f}", f"{max(times):.0f}")
    Console().print(table)
    Console().print("CPU of a search, ms: node {:.1f}, desk {:.1f}, those who ask {:.1f}".format(*spent))


if __name__ == "__main__":
    main()
