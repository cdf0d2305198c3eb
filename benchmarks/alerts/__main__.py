"""``python -m benchmarks.alerts``: how long the alerts take with 10, 100 and 1,000 rules, over 5,000 new articles in an
index of 50,000. Nothing is sent but the Atom files.
"""

import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk
from rich.console import Console
from rich.table import Table
from upath import UPath

from alerts.rules import Alerting, Rule
from alerts.send import send_alerts
from benchmarks.reposts.scale import articles
from rasid.records import Article
from rasid.settings import Settings
from rasid.storage import Storage
from search.cluster import set_up
from search.indexing import index_name
from search.node.local_node import LocalNode

ARTICLES = 50_000
NEW = 5_000
RULES = (10, 100, 1_000)
TOPICS = ("arms_deals", "caatsa", "sanctions", "sahel", "libya", "energy")
COUNTRIES = ("DZ", "MA", "TN", "EG", "SA", "US", "RU", "IL")


def main() -> None:
    """Prints a table."""
    rng = random.Random(2)
    made = list(articles(ARTICLES, rng))
    words = [word for article in made[:2000] for word in article.title.split()]
    with tempfile.TemporaryDirectory() as folder:
        node = LocalNode(Path(folder) / "elasticsearch")
        with Elasticsearch(node.start().url, request_timeout=120) as client:
            try:
                _fill(client, made, rng)
                _measure(client, Storage(UPath(folder)), words, rng)
            finally:
                node.stop()


def _fill(client: Elasticsearch, made: list[Article], rng: random.Random) -> None:
    """All but the newest were indexed a month ago."""
    set_up(client)
    now = datetime.now(UTC)
    actions = []
    for number, article in enumerate(made):
        at = now if number >= ARTICLES - NEW else now - timedelta(days=30)
        document = {
            "id": article.id, "url": article.url, "outlet": article.outlet, "outlet_name": article.outlet_name,
            "country": "DZ", "language": "ar", "title": article.title, "body": article.body,
            "published_at": at.isoformat(), "first_seen_at": at.isoformat(), "indexed_at": at.isoformat(),
            "topics": rng.sample(TOPICS, rng.randint(0, 2)), "countries": rng.sample(COUNTRIES, rng.randint(0, 3)),
            "story_id": article.id, "is_repost": False,
        }  # fmt: skip
        actions.append({"_index": index_name(article), "_id": article.id, "_source": document})
    bulk(client, actions, refresh="wait_for")


def _measure(client: Elasticsearch, storage: Storage, words: list[str], rng: random.Random) -> None:
    table = Table("rules", "alerts", "s, first run", "s, second run", "ms a rule")
    for count in RULES:
        client.options(ignore_status=404).indices.delete(index="alert-deliveries,alert-rules")
        rules = tuple(_rule(number, words, rng) for number in range(count))
        seconds, found = [], 0
        for _ in range(2):
            started = time.perf_counter()
            long_ago = datetime.now(UTC) - timedelta(days=1)
            found += len(send_alerts(client, storage, Alerting(rules, {}), {}, Settings(), long_ago).alerts)
            seconds.append(time.perf_counter() - started)
        table.add_row(
            f"{count:,}", f"{found:,}", *(f"{each:.1f}" for each in seconds), f"{1000 * seconds[0] / count:.1f}"
        )
    Console().print(table)


def _rule(number: int, words: list[str], rng: random.Random) -> Rule:
    """Of the kinds that analysts write: words and a topic, a country and a topic, or a phrase of words."""
    fields = rng.choice(
        (
            {"query": " AND ".join(rng.sample(words, 2)), "topics": [rng.choice(TOPICS)]},
            {"query": rng.choice(words), "topics": [rng.choice(TOPICS)], "countries": [rng.choice(COUNTRIES)]},
            {"query": f"{rng.choice(words)} AND ({rng.choice(words)} OR {rng.choice(words)})"},
        )
    )
    return Rule.model_validate({"id": f"rule{number}", "name": {"ar": "قاعدة", "en": "rule"}, **fields})


if __name__ == "__main__":
    main()
