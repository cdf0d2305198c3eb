"""``python -m benchmarks.alerts``: rules over a day of 5,000 new articles in an index of 50,000, with all that a run of
the alerts does: searches, records, Atom files, and one message a rule to a webhook. Beside it, the rules' searches
alone, sent one by one.
"""

import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table
from upath import UPath

from alerts.channels import Channel
from alerts.rules import Alerting, Rule
from alerts.send import send_alerts
from benchmarks.vocabulary import vocabulary
from processing.topics.loading import load_tagger
from rasid.records import ARTICLES, Article, CaptureRef, Evidence, Mention
from rasid.settings import ROOT, Settings
from rasid.storage import Storage, write_whole
from rasid.urls import article_id
from search.cluster import connect
from search.indexing import index_day
from search.node.here import local_node
from search.synonyms import load_synonyms
from search.templates import set_up

ARTICLES_IN_ALL = 50_000
NEW = 5_000
RULES = (250, 500, 1000)
WORDS = 250
"""Of an article."""
DAY = date(2025, 3, 10)
TAGGER = load_tagger(ROOT / "config" / "topics.yaml")
TOPICS = list(TAGGER.topics)
COUNTRIES = ("DZ", "MA", "TN", "LY", "EG", "SA", "AE", "QA", "IQ", "SY", "LB", "JO", "US", "RU", "FR", "CN", "TR", "IR")
RNG = random.Random(1)
VOCABULARY, FREQUENCIES = vocabulary(RNG)
RARE = VOCABULARY[5000:]


class _Receiver(BaseHTTPRequestHandler):
    got = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def articles(numbers: range, seen: datetime) -> Iterator[Article]:
    """Texts of words that are as frequent as in a language (Zipf); one in five has a topic."""
    for number in numbers:
        body = " ".join(RNG.choices(VOCABULARY, cum_weights=FREQUENCIES, k=WORDS))
        url, quote = f"https://example.org/{number}", body.split(" ", 1)[0]
        topics = [RNG.choice(TOPICS)] if RNG.random() < 0.2 else []
        countries = RNG.sample(COUNTRIES, RNG.randint(0, 3))
        yield Article(
            id=article_id(url), url=url, outlet=f"outlet{number % 40}", outlet_name=f"منفذ {number % 40}", country="DZ",
            language="ar", title=body[:60], body=body, published_at=seen, published_precision="second",
            first_seen_at=seen, revision=1, word_count=WORDS, versions={"rasid": "0"}, bands=(),
            capture=CaptureRef(f"captures/{number // NEW}.warc.gz", number, "sha1:A"),
            topic_evidence=tuple(Evidence(topic, 2.0, quote, "body", 0, len(quote)) for topic in topics),
            topics=tuple(topics), countries=tuple(countries),
            mentions=tuple(Mention("countries", code, quote, "body", 0, len(quote)) for code in countries),
        )  # fmt: skip


def rules(count: int) -> Iterator[Rule]:
    """Of three kinds, by turns: a word; a topic and a country; any of three words at some outlets."""
    for number in range(count):
        kinds = (
            {"query": RNG.choice(RARE)},
            {"topics": [RNG.choice(TOPICS)], "countries": [RNG.choice(COUNTRIES)]},
            {"query": " OR ".join(RNG.sample(RARE, 3)), "outlets": [f"outlet{RNG.randrange(40)}" for _ in range(5)]},
        )
        name = {"ar": f"قاعدة {number}", "en": f"Rule {number}"}
        yield Rule.model_validate({"id": f"n{count}-{number}", "name": name, "channels": ["hook"], **kinds[number % 3]})


def main() -> None:
    """Prints a table."""
    console = Console()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    os.environ["BENCHMARK_HOOK"] = f"http://127.0.0.1:{server.server_port}/"
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=UPath(folder), es_heap="1g", ELASTICSEARCH_URL=None)
        node = local_node(settings)
        client = connect(settings)
        try:
            set_up(client, load_synonyms(ROOT / "config"))
            _measure(client, Storage(UPath(folder)), console)
        finally:
            client.close()
            node.stop()
            server.shutdown()


def _measure(client: Elasticsearch, storage: Storage, console: Console) -> None:
    now = datetime.now(UTC)
    old = ARTICLES_IN_ALL - NEW
    for start in range(0, old, NEW):
        _index(client, storage, range(start, start + NEW), now - timedelta(days=20 + start // NEW))
    since = datetime.now(UTC)
    _index(client, storage, range(old, ARTICLES_IN_ALL), now)
    table = Table(
        "rules", "seconds", "ms a rule", "alerts", "messages", "searches one by one, s", "again, nothing new, s"
    )
    for count in RULES:
        alerting = Alerting(tuple(rules(count)), {"hook": Channel(id="hook", webhook="BENCHMARK_HOOK")})
        before, started = _Receiver.got, time.perf_counter()
        report = send_alerts(client, storage, alerting, TAGGER.names, Settings(), since)
        seconds = time.perf_counter() - started
        assert not report.failures
        started = time.perf_counter()
        for rule in alerting.rules:
            client.search(index="articles", query={"bool": {"filter": [rule.search()]}}, size=100, source=["story_id"])
        searches = time.perf_counter() - started
        started = time.perf_counter()
        assert not send_alerts(client, storage, alerting, TAGGER.names, Settings(), since).alerts
        again = time.perf_counter() - started
        table.add_row(
            f"{count:,}", f"{seconds:.1f}", f"{1000 * seconds / count:.1f}", f"{len(report.alerts):,}",
            f"{_Receiver.got - before:,}", f"{searches:.1f}", f"{again:.1f}",
        )  # fmt: skip
    console.print(table)


def _index(client: Elasticsearch, storage: Storage, numbers: range, seen: datetime) -> None:
    write_whole(storage.articles(DAY, str(numbers.start)), ARTICLES.dumps(articles(numbers, seen)))
    index_day(client, storage, DAY, [str(numbers.start)])


if __name__ == "__main__":
    main()
