"""The fourth stage: each rule's new articles → its Atom file and the terminal, once each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import bulk, scan
from feedgen.feed import FeedGenerator

from alerts.rules import Rule
from rasid.errors import RasidError
from rasid.storage import Storage, write_whole

WINDOW = "now-7d"
"""Articles indexed earlier are no news; a rule that failed for longer does not flood when it works again."""

FEED_SIZE = 100
"""Entries that an Atom file keeps."""


@dataclass(frozen=True)
class Alert:
    """An article that a rule found.

    Attributes:
        rule: id of the rule.
        article_id: of the article.
        url: of the article.
        title: of the article.
        outlet_name: in Arabic.
        quote: the passage that proves a topic; empty if the article has none.
        published_at: ISO 8601, UTC.
    """

    rule: str
    article_id: str
    url: str
    title: str
    outlet_name: str
    quote: str
    published_at: str


def send_alerts(client: Elasticsearch, storage: Storage, rules: Iterable[Rule]) -> list[Alert]:
    """Delivers what is new for each rule.

    A delivery is recorded in the index ``alert-deliveries`` after its Atom file is written, so that none is lost; a
    run that dies in between writes the same file again.

    Returns:
        the new alerts, by rule and then by time.

    Raises:
        RasidError: the cluster failed or refuses a rule's query.
    """
    sent: list[Alert] = []
    for rule in rules:
        try:
            new = _new_alerts(client, rule)
            if new:
                now = datetime.now(UTC)
                write_whole(storage.alert_feed(rule.id), _atom(rule, [*new, *_delivered(client, rule)], now))
                _record(client, new, now)
        except (TransportError, ApiError) as error:
            raise RasidError(f"alert rule {rule.id}: {error}") from error
        sent += new
    return sent


def _new_alerts(client: Elasticsearch, rule: Rule) -> list[Alert]:
    recent = {"range": {"indexed_at": {"gte": WINDOW}}}
    query = {"bool": {"must": [rule.search()], "filter": [recent]}}
    found = [
        _alert(rule, hit["_source"])
        for hit in scan(
            client, index="articles", query={"query": query}, _source_excludes="body", ignore_unavailable=True
        )
    ]
    known = _recorded(client, [_delivery_id(alert) for alert in found])
    new = [alert for alert in found if _delivery_id(alert) not in known]
    return sorted(new, key=lambda alert: alert.published_at, reverse=True)


def _alert(rule: Rule, source: dict[str, Any]) -> Alert:
    evidence = source.get("topic_evidence", [])
    proof = [each for each in evidence if each["topic"] in rule.topics] or evidence
    return Alert(
        rule=rule.id,
        article_id=source["id"],
        url=source["url"],
        title=source["title"],
        outlet_name=source["outlet_name"],
        quote=proof[0]["quote"] if proof else "",
        published_at=source["published_at"],
    )


def _delivery_id(alert: Alert) -> str:
    return f"{alert.rule}:{alert.article_id}"


def _recorded(client: Elasticsearch, ids: list[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(ids), 1000):
        answer = client.search(
            index="alert-deliveries",
            query={"ids": {"values": ids[start : start + 1000]}},
            size=1000,
            source=False,
            ignore_unavailable=True,
        )
        known.update(hit["_id"] for hit in answer["hits"]["hits"])
    return known


def _delivered(client: Elasticsearch, rule: Rule) -> list[Alert]:
    answer = client.search(
        index="alert-deliveries",
        query={"term": {"rule": rule.id}},
        sort=[{"delivered_at": "desc"}, {"published_at": "desc"}],
        size=FEED_SIZE,
        ignore_unavailable=True,
    )
    return [
        Alert(**{name: value for name, value in hit["_source"].items() if name != "delivered_at"})
        for hit in answer["hits"]["hits"]
    ]


def _record(client: Elasticsearch, alerts: list[Alert], now: datetime) -> None:
    actions = [
        {
            "_op_type": "index",
            "_index": "alert-deliveries",
            "_id": _delivery_id(alert),
            "_source": {**vars(alert), "delivered_at": now.isoformat()},
        }
        for alert in alerts
    ]
    bulk(client, actions, refresh="wait_for")


def _atom(rule: Rule, alerts: list[Alert], now: datetime) -> bytes:
    feed = FeedGenerator()
    feed.id(f"urn:rasid:alert:{rule.id}")
    feed.title(f"{rule.name.ar} – {rule.name.en}")
    feed.language("ar")
    feed.author(name="Rasid راصد")
    feed.updated(now)
    for alert in alerts[:FEED_SIZE]:
        entry = feed.add_entry(order="append")
        entry.id(f"urn:rasid:alert:{_delivery_id(alert)}")
        entry.title(alert.title)
        entry.link(href=alert.url)
        entry.author(name=alert.outlet_name)
        entry.published(alert.published_at)
        entry.updated(alert.published_at)
        entry.summary(alert.quote or alert.title)
    document: bytes = feed.atom_str(pretty=True)
    return document
