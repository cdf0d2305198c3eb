"""The fourth stage: each rule's new stories → its Atom file and the terminal, once each, whatever copies there are."""

from collections.abc import Container, Iterable
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
from search.stories import members

WINDOW = "now-7d"
"""Articles indexed earlier are no news; a rule that failed for longer does not flood when it works again."""

FEED_SIZE = 100
"""Entries that an Atom file keeps."""


@dataclass(frozen=True)
class Alert:
    """A story that a rule found, by its original or else by the first of its copies that the rule finds.

    Attributes:
        rule: id of the rule.
        story_id: of the story.
        article_id: of the article.
        url: of the article.
        title: of the article.
        outlet_name: in Arabic.
        quote: the passage that proves a topic; empty if the article has none.
        published_at: ISO 8601, UTC.
        copies: names of the outlets of the story's other articles, each once.
        article_ids: all articles of the story.
    """

    rule: str
    story_id: str
    article_id: str
    url: str
    title: str
    outlet_name: str
    quote: str
    published_at: str
    copies: tuple[str, ...]
    article_ids: tuple[str, ...]


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
    hits = scan(client, index="articles", query={"query": query}, source_includes=["story_id"], ignore_unavailable=True)
    found = {hit["_id"]: hit["_source"]["story_id"] for hit in hits}
    stories = members(client, set(found.values()))
    alerts = [_alert(rule, articles, found) for articles in stories.values()]
    known = _delivered_articles(client, rule, [id_ for alert in alerts for id_ in alert.article_ids])
    new = [alert for alert in alerts if known.isdisjoint(alert.article_ids)]
    return sorted(new, key=lambda alert: alert.published_at, reverse=True)


def _alert(rule: Rule, articles: list[dict[str, Any]], found: Container[str]) -> Alert:
    source = next(article for article in articles if article["id"] in found)
    evidence = source.get("topic_evidence", [])
    proof = [each for each in evidence if each["topic"] in rule.topics] or evidence
    others = [article for article in articles if article is not source]
    return Alert(
        rule=rule.id,
        story_id=source["story_id"],
        article_id=source["id"],
        url=source["url"],
        title=source["title"],
        outlet_name=source["outlet_name"],
        quote=proof[0]["quote"] if proof else "",
        published_at=source["published_at"],
        copies=tuple(dict.fromkeys(article["outlet_name"] for article in others)),
        article_ids=tuple(article["id"] for article in articles),
    )


def _delivery_id(alert: Alert) -> str:
    return f"{alert.rule}:{alert.article_id}"


def _delivered_articles(client: Elasticsearch, rule: Rule, ids: list[str]) -> set[str]:
    """Those of some articles whose story was delivered. A story's id is another one once an earlier article is found;
    its articles stay.
    """
    known: set[str] = set()
    for start in range(0, len(ids), 1000):
        hits = scan(
            client,
            index="alert-deliveries",
            query={
                "query": {
                    "bool": {
                        "filter": [
                            {"term": {"rule": rule.id}},
                            {"terms": {"article_ids": ids[start : start + 1000]}},
                        ]
                    }
                }
            },
            source_includes=["article_ids"],
            ignore_unavailable=True,
        )
        known.update(id_ for hit in hits for id_ in hit["_source"]["article_ids"])
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
        Alert(
            **{
                **{name: value for name, value in hit["_source"].items() if name != "delivered_at"},
                "copies": tuple(hit["_source"]["copies"]),
                "article_ids": tuple(hit["_source"]["article_ids"]),
            }
        )
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
        copies = f" (نشره أيضا: {'، '.join(alert.copies)})" if alert.copies else ""
        entry.summary((alert.quote or alert.title) + copies)
    document: bytes = feed.atom_str(pretty=True)
    return document
