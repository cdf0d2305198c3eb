"""The ledger of deliveries: the index ``alert-deliveries`` has each before it is made, and what came of it after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from elasticsearch import Elasticsearch
from pydantic import AwareDatetime

from alerts.channels import DeliveryError
from alerts.rules import FEED
from rasid.alert import Alert
from rasid.json_record import fields_of, of_fields
from rasid.reports import Failure
from search.batches import batches
from search.client import answers, every, first, refresh, write_all
from search.errors import ClusterError
from search.indices import DELIVERIES

FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=6)
"""A failed delivery is tried again by the first run after so long; the time doubles from the one to the other."""
OLD = "(old)"
"""In place of a channel, where an article is no news; no channel can be called so."""
IDS_A_REQUEST = 1000
"""Articles that are looked for in one request."""

DeliveryState = Literal["pending", "sent", "dropped"]
"""It is still to be made; the channel took it; nobody can or wants to get it any more."""


@dataclass(frozen=True)
class Delivery:
    """An alert on its way to a channel.

    Attributes:
        id: id of the document that records it.
        rule: id of the rule that found the alert.
        channel: id of the channel, or ``feed``.
        state: what has become of it.
        created_at: when it was recorded.
        alert: what is to be delivered; None if its record is damaged.
        attempts: how often a try failed.
        next_try_at: when it is to be made, if it is pending.
        delivered_at: when the channel took it; None if it did not.
        error: why the last try failed, or why it was dropped.
        recipients: addresses that refused a mail which the channel's others got; empty if none did.
        story_id: id of the alert's story.
        article_ids: ids of all articles of the story.
    """

    id: str
    rule: str
    channel: str
    state: DeliveryState
    created_at: AwareDatetime
    alert: Alert | None
    attempts: int = 0
    next_try_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None
    error: str | None = None
    recipients: tuple[str, ...] = ()
    story_id: str = ""
    article_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Due:
    """A delivery that is to be made now, with its alert."""

    delivery: Delivery
    alert: Alert


def told(client: Elasticsearch, ids: Iterable[str]) -> set[tuple[str, str, str]]:
    """Rule, channel and article of each delivery of some articles that is recorded."""
    found: set[tuple[str, str, str]] = set()
    for some in batches(list(ids), IDS_A_REQUEST):
        query = {"terms": {"article_ids": list(some)}}
        for hit in every(client, DELIVERIES, query, ["rule", "channel", "article_ids"]):
            source = hit["_source"]
            found.update((source["rule"], source["channel"], id_) for id_ in source["article_ids"])
    return found


def record(client: Elasticsearch, alerts: Sequence[tuple[Alert, list[str]]], now: datetime) -> None:
    """Records deliveries that are to be made.

    Args:
        client: client of the cluster.
        alerts: each with the channels that are to get it.
        now: the clock's time.
    """
    actions = {
        (alert.rule, channel, alert.article_id): {
            "_index": DELIVERIES,
            "_id": f"{alert.rule}:{channel}:{alert.article_id}",
            "_source": {
                "rule": alert.rule,
                "channel": channel,
                "story_id": alert.story_id,
                "article_ids": alert.article_ids,
                "alert": fields_of(alert),
                "state": "pending",
                "attempts": 0,
                "created_at": now.isoformat(),
                "next_try_at": now.isoformat(),
            },
        }
        for alert, channels in alerts
        for channel in channels
    }
    # Those of the Atom files last, when all others are there.
    write_all(client, [action for (_, channel, _), action in actions.items() if channel != FEED])
    write_all(client, [action for (_, channel, _), action in actions.items() if channel == FEED])
    refresh(client, DELIVERIES)


def record_old(
    client: Elasticsearch, old: Mapping[str, Mapping[str, str]], days: Mapping[str, int], now: datetime
) -> None:
    """Records articles that rules found and do not tell of, as they were published too long ago.

    Args:
        client: client of the cluster.
        old: id of a rule → id of an article → id of its story.
        days: id of a rule → how many days back it tells.
        now: the clock's time.
    """
    actions = [
        {
            "_index": DELIVERIES,
            "_id": f"{rule}:{OLD}:{id_}",
            "_source": {
                "rule": rule,
                "channel": OLD,
                "story_id": story,
                "article_ids": [id_],
                "state": "dropped",
                "error": f"published more than {days[rule]} days before it was found (within_days:)",
                "created_at": now.isoformat(),
            },
        }
        for rule, articles in old.items()
        for id_, story in articles.items()
    ]
    write_all(client, actions)


def due(client: Elasticsearch, now: datetime) -> dict[tuple[str, str], list[Due]]:
    """Rule and channel → the deliveries that are to be made now, those of the newest articles first. A record that is
    damaged is dropped.
    """
    times = [
        {"range": {"next_try_at": bounds}}
        for bounds in ({"lte": now.isoformat()}, {"gt": (now + LAST_RETRY).isoformat()})
    ]
    query = {"bool": {"filter": [{"term": {"state": "pending"}}], "should": times, "minimum_should_match": 1}}
    found: dict[tuple[str, str], list[Due]] = {}
    damaged = []
    for delivery in map(_delivery, every(client, DELIVERIES, query)):
        if delivery.alert:
            found.setdefault((delivery.rule, delivery.channel), []).append(Due(delivery, delivery.alert))
        else:
            damaged.append(delivery)
    drop(client, damaged, "its record in alert-deliveries is damaged")
    for deliveries in found.values():
        deliveries.sort(key=lambda each: each.alert.published_at, reverse=True)
    return found


def last_sent(client: Elasticsearch, rules: Sequence[str], channel: str, size: int) -> list[list[Alert]]:
    """What a channel got last of each rule, the newest first.

    Args:
        client: client of the cluster.
        rules: ids of the rules.
        channel: id of the channel.
        size: alerts of a rule, at most.
    """
    searches = []
    for rule in rules:
        sent = {"bool": {"filter": [*_of(rule, channel), {"term": {"state": "sent"}}]}}
        searches.append({"query": sent, "sort": [{"delivered_at": "desc"}], "size": size})
    found = []
    for answer in answers(client, DELIVERIES, searches):
        if isinstance(answer, ClusterError):
            raise answer
        found.append([delivery.alert for delivery in map(_delivery, answer["hits"]["hits"]) if delivery.alert])
    return found


def count_sent(client: Elasticsearch, rule: str, channel: str, since: datetime, until: datetime) -> int:
    """How many alerts of a rule a channel got between two times."""
    between = {"range": {"delivered_at": {"gte": since.isoformat(), "lte": until.isoformat()}}}
    answer = client.count(index=DELIVERIES, query={"bool": {"filter": [*_of(rule, channel), between]}})
    return int(answer["count"])


def mark_sent(client: Elasticsearch, deliveries: Iterable[Delivery], now: datetime) -> None:
    """Notes that a channel took deliveries."""
    _update(client, ((each, {"state": "sent", "delivered_at": now.isoformat(), "error": None}) for each in deliveries))


def drop(client: Elasticsearch, deliveries: Iterable[Delivery], reason: str) -> None:
    """Notes that deliveries are not to be made any more, and why."""
    _update(client, ((each, {"state": "dropped", "error": reason}) for each in deliveries))


def mark_failed(client: Elasticsearch, deliveries: Iterable[Delivery], error: DeliveryError, now: datetime) -> None:
    """Notes that deliveries failed, and when they are to be tried again."""
    changes = []
    for delivery in deliveries:
        attempts = delivery.attempts + 1
        wait = min(FIRST_RETRY * 2 ** (attempts - 1), LAST_RETRY) if attempts < 20 else LAST_RETRY
        tried = {"attempts": attempts, "next_try_at": (now + wait).isoformat(), "error": str(error)}
        changes.append((delivery, tried | ({"recipients": error.refused} if error.refused else {})))
    _update(client, changes)


def failures(client: Elasticsearch) -> tuple[Failure, ...]:
    """What is undelivered since a try failed, by channel and rule, the longest waiting first."""
    waiting: dict[tuple[str, str], list[Delivery]] = {}
    for delivery in _undelivered(client):
        waiting.setdefault((delivery.channel, delivery.rule), []).append(delivery)
    return tuple(
        Failure(channel=channel, rule=rule, alerts=len(each), since=each[0].created_at, reason=each[0].error or "")
        for (channel, rule), each in waiting.items()
    )


def retry(client: Elasticsearch) -> int:
    """Makes all failed deliveries due at once.

    Returns:
        how many there are.
    """
    refresh(client, DELIVERIES)
    waiting, now = _undelivered(client), datetime.now(UTC).isoformat()
    _update(client, ((each, {"next_try_at": now}) for each in waiting))
    refresh(client, DELIVERIES)
    return len(waiting)


def history(client: Elasticsearch, rule: str | None, size: int, is_old: bool | None = None) -> list[Delivery]:
    """The last deliveries, newest first.

    Args:
        client: client of the cluster.
        rule: id of the rule, if not of all.
        size: how many, at most.
        is_old: only the records of what was too old to be told, or only the others.
    """
    query: dict[str, Any] = {"bool": {"filter": [{"term": {"rule": rule}}] if rule else []}}
    if is_old is not None:
        old = {"term": {"channel": OLD}}
        query["bool"]["filter"] += [old if is_old else {"bool": {"must_not": old}}]
    sort = [{"created_at": "desc"}, {"rule": "asc"}, {"channel": "asc"}]
    return [_delivery(hit) for hit in first(client, DELIVERIES, query, sort, size)]


def _undelivered(client: Elasticsearch) -> list[Delivery]:
    """Deliveries of which a try failed, the oldest first."""
    failed = {"bool": {"filter": [{"term": {"state": "pending"}}, {"range": {"attempts": {"gt": 0}}}]}}
    return sorted(map(_delivery, every(client, DELIVERIES, failed)), key=lambda each: each.created_at)


def _delivery(hit: dict[str, Any]) -> Delivery:
    source = {name: value for name, value in hit["_source"].items() if value is not None}
    try:
        alert = of_fields(Alert, source.get("alert"))
    except ValueError:
        alert = None
    return of_fields(Delivery, {**source, "id": hit["_id"], "alert": alert})


def _of(rule: str, channel: str) -> list[dict[str, Any]]:
    return [{"term": {"rule": rule}}, {"term": {"channel": channel}}]


def _update(client: Elasticsearch, changes: Iterable[tuple[Delivery, dict[str, Any]]]) -> None:
    """Writes fields of several deliveries in one request."""
    write_all(
        client,
        (
            {"_op_type": "update", "_index": DELIVERIES, "_id": each.id, "doc": fields, "retry_on_conflict": 3}
            for each, fields in changes
        ),
    )
