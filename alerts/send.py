"""The fourth stage: each rule's new stories → its Atom file, the terminal and its channels, once each.

Every delivery stands in the index ``alert-deliveries`` before it is sent and is marked there after: none is lost, and
one is sent twice only if the process dies between the two. That of the Atom file is recorded when the story's others
are: it says that the rule has told of the story. What the index says of times to come was written by a wrong clock.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan
from feedgen.feed import FeedGenerator

from alerts.channels import DeliveryError, deliver
from alerts.message import message
from alerts.names import Names
from alerts.passage import passage
from alerts.rules import FEED, Alerting, Rule
from alerts.timing import is_due, zone_of
from rasid.alert import Alert
from rasid.json_record import fields_of, of_fields
from rasid.one_line import one_line
from rasid.reports import AlertReport, Failure
from rasid.settings import Settings
from rasid.storage import Storage, write_whole
from search.batches import batches
from search.client import write_all
from search.errors import answered
from search.stories import members

WINDOW = timedelta(days=7)
"""Articles indexed earlier are no news; a rule that failed for longer does not flood when it works again."""
FEED_SIZE = 100
"""Entries that an Atom file keeps."""
CONTEXT = 120
"""Characters of the text shown on each side of a quote."""
PASSAGES = 3
"""Quotes of an alert."""
RULES_A_REQUEST = 100
MOST = 10_000
"""Articles that one rule finds in one run, at most: what Elasticsearch gives in one answer."""
FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=6)
"""A failed delivery is tried again by the first run after so long; the time doubles from the one to the other."""


@dataclass(frozen=True)
class _Delivery:
    """An alert that waits for a channel, with the hit that records it."""

    hit: Mapping[str, Any]
    alert: Alert

    @property
    def recipients(self) -> tuple[str, ...]:
        """Who refused the mail that the channel's others got; none else."""
        return tuple(self.hit["_source"].get("recipients") or ())


def send_alerts(
    client: Elasticsearch,
    storage: Storage,
    alerting: Alerting,
    names: Names,
    settings: Settings,
    since: datetime,
    now: datetime | None = None,
) -> AlertReport:
    """Delivers what is new for each rule, and what earlier runs could not deliver.

    Args:
        client: of the cluster.
        storage: where the Atom files go.
        alerting: the rules and their channels.
        names: of topics and entities.
        settings: of e-mail and Kibana.
        since: a rule that is new tells of articles indexed from then on.
        now: the clock's time when absent.

    Raises:
        ClusterError: the cluster failed.
    """
    now = now or datetime.now(UTC)
    _refresh(client)
    refused: dict[str, str] = {}
    starts = _starts(client, alerting.rules, min(since, now), now)
    found = found_by(client, alerting.rules, starts, refused, now=now)
    rules = [rule for rule in alerting.rules if rule.id in found]
    _record(client, _new_alerts(client, rules, found), now)
    due = _due(client, now)
    alerts = _write_feeds(client, storage, alerting.rules, due, now)
    _send_due(client, alerting, names, settings, due, now)
    _refresh(client)
    return AlertReport(tuple(alerts), _failures(client), refused)


def _starts(client: Elasticsearch, rules: Iterable[Rule], since: datetime, now: datetime) -> dict[str, datetime]:
    """Id of a rule → when its articles begin to count. A rule that is not known yet begins at `since`; so do all where
    it is not known what they have told.
    """
    hits = scan(client, index="alert-rules", query={"query": {"match_all": {}}}, ignore_unavailable=True)
    noted = {hit["_id"]: datetime.fromisoformat(hit["_source"]["since"]) for hit in hits}
    remembered = client.indices.exists(index="alert-deliveries")
    known = {rule: start for rule, start in noted.items() if start <= now and remembered}
    new = [rule.id for rule in rules if rule.id not in known]
    write_all(client, ({"_index": "alert-rules", "_id": rule, "_source": {"since": since.isoformat()}} for rule in new))
    if not remembered:
        client.options(ignore_status=400).indices.create(index="alert-deliveries")  # unless another has just done so
    return known | dict.fromkeys(new, since)


def found_by(
    client: Elasticsearch,
    rules: Sequence[Rule],
    starts: Mapping[str, datetime],
    refused: dict[str, str],
    window: timedelta = WINDOW,
    now: datetime | None = None,
) -> dict[str, dict[str, str]]:
    """What rules find among the articles that were indexed lately.

    Args:
        client: of the cluster.
        rules: to ask for.
        starts: id of a rule → articles indexed before count for nothing.
        refused: gets the rules whose query is not valid or asks for too much, and why.
        window: neither do articles count that were indexed longer ago.
        now: the clock's time when absent.

    Returns:
        id of a rule that is not refused → id of an article → id of its story.

    Raises:
        ClusterError: the cluster failed.
    """
    found: dict[str, dict[str, str]] = {}
    earliest = (now or datetime.now(UTC)) - window
    for some in batches(rules, RULES_A_REQUEST):
        searches: list[dict[str, Any]] = []
        for rule in some:
            recent = [{"range": {"indexed_at": {"gte": max(starts[rule.id], earliest).isoformat()}}}]
            if not rule.reprocessed:
                recent.append({"range": {"first_seen_at": {"gte": earliest.isoformat()}}})
            query = {"bool": {"filter": [rule.search(), *recent]}}
            options = {"_source": ["story_id"], "size": MOST, "sort": [{"indexed_at": "desc"}]}
            whole = {"allow_partial_search_results": False}
            searches += [whole, {"query": query, "track_total_hits": False, **options}]
        answers = client.msearch(index="articles", searches=searches)["responses"] if searches else []
        for rule, answer in zip(some, answers, strict=True):
            if "error" in answer:
                error = answered(answer["status"], answer["error"])
                if error.kind == "index_not_found_exception":  # nothing is indexed yet; one that is closed is an error
                    found[rule.id] = {}
                    continue
                if not error.is_of_request and error.kind != "circuit_breaking_exception":
                    raise error
                refused[rule.id] = error.reason
                continue
            found[rule.id] = {hit["_id"]: hit["_source"]["story_id"] for hit in answer["hits"]["hits"]}
    return found


def _new_alerts(
    client: Elasticsearch, rules: Iterable[Rule], found: Mapping[str, Mapping[str, str]]
) -> list[tuple[Alert, list[str]]]:
    """Stories of which a rule has told no article yet, and the channels that are to get them: all of the rule's, but
    those for which a run recorded them that broke off. A story's id is another one once an earlier article is found;
    its articles stay.
    """
    told = _told(client, {id_ for articles in found.values() for id_ in articles})
    fresh = {
        rule: {id_: story for id_, story in articles.items() if (rule, FEED, id_) not in told}
        for rule, articles in found.items()
    }
    stories = members(client, {story for new in fresh.values() for story in new.values()}, bodies=True)
    told |= _told(client, {article["id"] for story in stories.values() for article in story})
    alerts = []
    for rule in rules:
        for alert in alerts_of(rule, fresh[rule.id], stories):
            channels = {FEED, *rule.channels} - {
                channel
                for channel in (FEED, *rule.channels)
                if any((rule.id, channel, id_) in told for id_ in alert.article_ids)
            }
            if FEED in channels:
                alerts.append((alert, sorted(channels)))
    return alerts


def alerts_of(rule: Rule, found: Mapping[str, str], stories: Mapping[str, list[dict[str, Any]]]) -> list[Alert]:
    """The alerts for what a rule found, newest first.

    Args:
        rule: whose.
        found: id of an article → id of its story.
        stories: of these articles, by `search.stories.members`.
    """
    if rule.reposts == "each":
        groups = [[article] for story in set(found.values()) for article in stories[story] if article["id"] in found]
    else:
        groups = [stories[story] for story in set(found.values())]
    return sorted((_alert(rule, group, found) for group in groups), key=lambda alert: alert.published_at, reverse=True)


def _told(client: Elasticsearch, ids: Iterable[str]) -> set[tuple[str, str, str]]:
    """Rule, channel and article of each delivery that is recorded."""
    told: set[tuple[str, str, str]] = set()
    for some in batches(list(ids), 1000):
        hits = scan(
            client,
            index="alert-deliveries",
            query={"query": {"terms": {"article_ids": list(some)}}},
            source_includes=["rule", "channel", "article_ids"],
            ignore_unavailable=True,
        )
        for source in (hit["_source"] for hit in hits):
            told.update((source["rule"], source["channel"], id_) for id_ in source["article_ids"])
    return told


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
        published_at=datetime.fromisoformat(source["published_at"]),
        topics=tuple(source.get("topics", ())),
        countries=tuple(source.get("countries", ())),
        weapons=tuple(source.get("weapons", ())),
        passages=tuple(
            passage(source[each["field"]], each["start"], each["end"], CONTEXT) for each in proof[:PASSAGES]
        ),
        copies=tuple(dict.fromkeys(article["outlet_name"] for article in others)),
        article_ids=tuple(article["id"] for article in articles),
    )


def _record(client: Elasticsearch, alerts: Sequence[tuple[Alert, list[str]]], now: datetime) -> None:
    actions = {
        (alert.rule, channel, alert.article_id): {
            "_index": "alert-deliveries",
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
    _refresh(client)


def _due(client: Elasticsearch, now: datetime) -> dict[tuple[str, str], list[_Delivery]]:
    """(rule, channel) → its deliveries that are to be made now."""
    times = [
        {"range": {"next_try_at": bounds}}
        for bounds in ({"lte": now.isoformat()}, {"gt": (now + LAST_RETRY).isoformat()})
    ]
    query = {"bool": {"filter": [{"term": {"state": "pending"}}], "should": times, "minimum_should_match": 1}}
    due: dict[tuple[str, str], list[_Delivery]] = {}
    unreadable = []
    for hit in scan(client, index="alert-deliveries", query={"query": query}, ignore_unavailable=True):
        if alert := _alert_of(hit):
            due.setdefault((hit["_source"]["rule"], hit["_source"]["channel"]), []).append(_Delivery(hit, alert))
        else:
            unreadable.append(hit)
    _mark(client, unreadable, state="dropped", error="its record in alert-deliveries is damaged")
    for deliveries in due.values():
        deliveries.sort(key=lambda delivery: delivery.alert.published_at, reverse=True)
    return due


def _alert_of(hit: Mapping[str, Any]) -> Alert | None:
    """What a delivery tells; None if that cannot be read."""
    try:
        return of_fields(Alert, hit["_source"]["alert"])
    except ValueError:
        return None


def _refresh(client: Elasticsearch) -> None:
    """Lets searches see what was written: here once for all that a step wrote, as waiting for each costs a second."""
    client.indices.refresh(index=["alert-deliveries", "alert-rules"], ignore_unavailable=True)


def _mark(client: Elasticsearch, hits: Iterable[Mapping[str, Any]], **state: Any) -> None:
    _update(client, ((hit, state) for hit in hits))


def _update(client: Elasticsearch, changes: Iterable[tuple[Mapping[str, Any], dict[str, Any]]]) -> None:
    """Writes fields of several deliveries in one request."""
    actions = [
        {"_op_type": "update", "_index": hit["_index"], "_id": hit["_id"], "doc": state, "retry_on_conflict": 3}
        for hit, state in changes
    ]
    write_all(client, actions)


def _write_feeds(
    client: Elasticsearch,
    storage: Storage,
    rules: Iterable[Rule],
    due: Mapping[tuple[str, str], list[_Delivery]],
    now: datetime,
) -> list[Alert]:
    told: list[Alert] = []
    written = [rule for rule in rules if (rule.id, FEED) in due]
    for some in batches(written, RULES_A_REQUEST):
        searches: list[dict[str, Any]] = []
        for rule in some:
            sent = {"bool": {"filter": [_of(rule), {"term": {"channel": FEED}}, {"term": {"state": "sent"}}]}}
            searches += [{}, {"query": sent, "sort": [{"delivered_at": "desc"}], "size": FEED_SIZE}]
        answers = client.msearch(index="alert-deliveries", searches=searches)["responses"]
        for rule, answer in zip(some, answers, strict=True):
            if "error" in answer:
                raise answered(answer["status"], answer["error"])
            new = [delivery.alert for delivery in due[rule.id, FEED]]
            earlier = [alert for hit in answer["hits"]["hits"] if (alert := _alert_of(hit))]
            told += new
            write_whole(storage.alert_feed(rule.id), _atom(rule, [*new, *earlier], now))
    hits = [delivery.hit for rule in written for delivery in due[rule.id, FEED]]
    _mark(client, hits, state="sent", delivered_at=now.isoformat())
    return told


def _of(rule: Rule) -> dict[str, Any]:
    return {"term": {"rule": rule.id}}


def _send_due(
    client: Elasticsearch,
    alerting: Alerting,
    names: Names,
    settings: Settings,
    due: Mapping[tuple[str, str], list[_Delivery]],
    now: datetime,
) -> None:
    """One message a rule and channel. Each channel has a thread of its own, so that a dead one holds up no other."""
    rules = {rule.id: rule for rule in alerting.rules}
    work: dict[str, list[tuple[Rule, list[_Delivery]]]] = {}
    for (rule_id, channel), deliveries in due.items():
        rule = rules.get(rule_id)
        if not rule or channel not in (FEED, *rule.channels):
            hits = [delivery.hit for delivery in deliveries]
            _mark(client, hits, state="dropped", error="the rule or its channel is no longer in alerts.yaml")
        elif channel != FEED:
            allowed = [each for each in deliveries if is_due(rule.digest, rule.quiet, _created(each.hit), now)]
            if allowed := allowed[: _left_today(client, rule, channel, now)]:
                work.setdefault(channel, []).append((rule, allowed))

    def one_channel(name: str) -> None:
        channel = alerting.channels[name]
        for rule, deliveries in work[name]:
            of_recipients: dict[tuple[str, ...], list[_Delivery]] = {}
            for each in deliveries:
                of_recipients.setdefault(each.recipients, []).append(each)
            for waiting, some in of_recipients.items():
                hits = [each.hit for each in some]
                recipients = [address for address in waiting if address in channel.email]
                if waiting and not recipients:
                    _mark(client, hits, state="dropped", error="its recipient is no longer in alerts.yaml")
                    continue
                alerts = [each.alert for each in some]
                text = message(rule, alerts, channel, names, settings.kibana_page)
                try:
                    deliver(channel, text, settings, recipients)
                except DeliveryError as error:
                    _failed(client, hits, error, now)
                else:
                    _mark(client, hits, state="sent", delivered_at=now.isoformat(), error=None)

    with ThreadPoolExecutor(max(1, len(work))) as pool:
        list(pool.map(one_channel, work))


def _created(hit: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(hit["_source"]["created_at"])


def _left_today(client: Elasticsearch, rule: Rule, channel: str, now: datetime) -> int | None:
    """How many alerts of a rule a channel may still get on this day; None if there is no limit."""
    if rule.at_most is None:
        return None
    zone = zone_of(rule.digest, rule.quiet)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = client.count(
        index="alert-deliveries",
        query={
            "bool": {
                "filter": [
                    _of(rule),
                    {"term": {"channel": channel}},
                    {"range": {"delivered_at": {"gte": midnight.isoformat(), "lte": now.isoformat()}}},
                ]
            }
        },
    )["count"]
    return max(0, rule.at_most - int(sent))


def _failed(client: Elasticsearch, hits: Iterable[Mapping[str, Any]], error: DeliveryError, now: datetime) -> None:
    changes = []
    for hit in hits:
        attempts = hit["_source"]["attempts"] + 1
        wait = min(FIRST_RETRY * 2 ** (attempts - 1), LAST_RETRY) if attempts < 20 else LAST_RETRY
        tried = {"attempts": attempts, "next_try_at": (now + wait).isoformat(), "error": str(error)}
        changes.append((hit, tried | ({"recipients": error.refused} if error.refused else {})))
    _update(client, changes)


def _undelivered(client: Elasticsearch) -> list[dict[str, Any]]:
    """Deliveries of which a try failed, the oldest first."""
    failed = {"bool": {"filter": [{"term": {"state": "pending"}}, {"range": {"attempts": {"gt": 0}}}]}}
    hits = scan(client, index="alert-deliveries", query={"query": failed}, ignore_unavailable=True)
    return sorted(hits, key=lambda hit: str(hit["_source"]["created_at"]))


def _failures(client: Elasticsearch) -> tuple[Failure, ...]:
    waiting: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for hit in _undelivered(client):
        waiting.setdefault((hit["_source"]["channel"], hit["_source"]["rule"]), []).append(hit["_source"])
    return tuple(
        Failure(
            channel=channel,
            rule=rule,
            alerts=len(each),
            since=datetime.fromisoformat(each[0]["created_at"]),
            reason=each[0]["error"],
        )
        for (channel, rule), each in waiting.items()
    )


def retry(client: Elasticsearch) -> int:
    """Makes all failed deliveries due at once.

    Returns:
        how many.
    """
    _refresh(client)
    hits = _undelivered(client)
    _mark(client, hits, next_try_at=datetime.now(UTC).isoformat())
    _refresh(client)
    return len(hits)


def history(client: Elasticsearch, rule: str | None, size: int) -> list[dict[str, Any]]:
    """The last deliveries, newest first, as the index has them.

    Args:
        client: of the cluster.
        rule: of this rule alone.
        size: at most.
    """
    answer = client.search(
        index="alert-deliveries",
        query={"bool": {"filter": [{"term": {"rule": rule}}] if rule else []}},
        sort=[{"created_at": "desc"}, {"rule": "asc"}, {"channel": "asc"}],
        size=size,
        ignore_unavailable=True,
    )
    return [hit["_source"] for hit in answer["hits"]["hits"]]


def _atom(rule: Rule, alerts: list[Alert], now: datetime) -> bytes:
    feed = FeedGenerator()
    feed.id(f"urn:rasid:alert:{rule.id}")
    feed.title(f"{one_line(rule.name.ar)} – {one_line(rule.name.en)}")
    feed.language("ar")
    feed.author(name="Rasid راصد")
    feed.updated(now)
    for alert in alerts[:FEED_SIZE]:
        entry = feed.add_entry(order="append")
        entry.id(f"urn:rasid:alert:{rule.id}:{alert.article_id}")
        entry.title(alert.title)
        entry.link(href=alert.url)
        entry.author(name=alert.outlet_name)
        entry.published(alert.published_at)
        entry.updated(alert.published_at)
        copies = f" (نشره أيضا: {'، '.join(alert.copies)})" if alert.copies else ""
        entry.summary((alert.passages[0].quote if alert.passages else alert.title) + copies)
    document: bytes = feed.atom_str(pretty=True)
    return document
