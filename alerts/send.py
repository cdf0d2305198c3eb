"""The fourth stage: each rule's new stories → its Atom file, the terminal and its channels, once each.

Every delivery is recorded before it is made and marked there after: none is lost, and one is made twice only if the
process dies between the two. That of the Atom file is recorded when the story's others are: it says that the rule has
told of the story. What the index says of times to come was written by a wrong clock.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from elasticsearch import Elasticsearch

from alerts.atom import atom
from alerts.channels import Channel, DeliveryError, deliver
from alerts.deliveries import (
    OLD,
    Due,
    count_sent,
    drop,
    due,
    failures,
    last_sent,
    mark_failed,
    mark_sent,
    record,
    record_old,
    told,
)
from alerts.found import RULES_A_REQUEST, Found, alerts_of, found_by
from alerts.message import message
from alerts.names import Names
from alerts.rules import FEED, Alerting, Rule
from alerts.timing import is_due, zone_of
from rasid.alert import Alert
from rasid.exclusive import exclusively
from rasid.reports import AlertReport, Failure
from rasid.settings import Settings
from rasid.storage import Storage, write_whole
from search.batches import batches
from search.client import every, refresh, write_all
from search.indexed import members
from search.indices import DELIVERIES, RULES

PATIENCE = 600.0
"""Seconds to wait while others send: no two may make the same delivery."""
FEED_SIZE = 100
"""Entries that an Atom file keeps."""


def send_alerts(
    client: Elasticsearch,
    storage: Storage,
    alerting: Alerting,
    names: Names,
    settings: Settings,
    since: datetime,
    now: datetime | None = None,
    as_of: datetime | None = None,
) -> AlertReport:
    """Delivers what is new for each rule, and what earlier runs could not deliver.

    Args:
        client: client of the cluster.
        storage: where the Atom files go.
        alerting: the rules and their channels.
        names: names of topics and entities.
        settings: those of e-mail and Kibana.
        since: a rule that is new tells of articles indexed from then on.
        now: the clock's time when absent.
        as_of: from when a rule's `within_days` are counted back; `now` when absent.

    Raises:
        ClusterError: the cluster failed.
    """
    now = now or datetime.now(UTC)
    with exclusively(storage.alerts_lock(), PATIENCE):
        refresh(client, DELIVERIES, RULES)
        refused: dict[str, str] = {}
        starts = _starts(client, alerting.rules, min(since, now), now)
        going = [rule for rule in alerting.rules if not rule.paused]
        found = found_by(client, going, starts, refused, now=now, as_of=as_of)
        rules = [rule for rule in alerting.rules if rule.id in found]
        fresh, old = _fresh(client, rules, found)
        record_old(client, old, {rule.id: rule.within_days for rule in rules}, now)
        record(client, _new_alerts(client, rules, fresh), now)
        waiting = due(client, now)
        alerts = _write_feeds(client, storage, alerting.rules, waiting, now)
        _Sending(client, alerting, names, settings, now).send(waiting)
        refresh(client, DELIVERIES, RULES)
        counts = {rule: len(ids) for rule, ids in old.items() if ids}
        return AlertReport(tuple(alerts), failures(client), refused, counts)


def send_due(
    client: Elasticsearch,
    storage: Storage,
    alerting: Alerting,
    names: Names,
    settings: Settings,
    now: datetime | None = None,
) -> tuple[Failure, ...]:
    """Sends what is recorded and due by now: digests whose hour has come, what waited for the end of quiet hours, and
    what a channel could not take before. Nothing new is looked for.

    Args:
        client: client of the cluster.
        storage: with the lock that keeps two from sending the same.
        alerting: the rules and their channels.
        names: names of topics and entities.
        settings: those of e-mail and Kibana.
        now: the clock's time when absent.

    Returns:
        all that is undelivered since a try failed.

    Raises:
        ClusterError: the cluster failed.
    """
    now = now or datetime.now(UTC)
    with exclusively(storage.alerts_lock(), PATIENCE):
        refresh(client, DELIVERIES)
        waiting = due(client, now)
        # What a run recorded and did not come to write into the Atom files is for the next run.
        _Sending(client, alerting, names, settings, now).send(waiting)
        refresh(client, DELIVERIES)
        return failures(client)


def _starts(client: Elasticsearch, rules: Iterable[Rule], since: datetime, now: datetime) -> dict[str, datetime]:
    """Id of a rule → when its articles begin to count. A rule that is not known yet begins at `since`; so do all where
    it is not known what they have told.
    """
    hits = every(client, RULES, {"match_all": {}})
    noted = {hit["_id"]: datetime.fromisoformat(hit["_source"]["since"]) for hit in hits}
    remembered = client.indices.exists(index=DELIVERIES)
    known = {rule: start for rule, start in noted.items() if start <= now and remembered}
    new = [rule.id for rule in rules if rule.id not in known]
    write_all(client, ({"_index": RULES, "_id": rule, "_source": {"since": since.isoformat()}} for rule in new))
    if not remembered:
        client.options(ignore_status=400).indices.create(index=DELIVERIES)  # unless another has just done so
    return known | dict.fromkeys(new, since)


def _fresh(
    client: Elasticsearch, rules: Iterable[Rule], found: Mapping[str, Found]
) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """What rules found and the ledger does not have yet, each as id of a rule → id of an article → id of its story:
    the news, and what is too old to be told.
    """
    known = told(client, {id_ for each in found.values() for id_ in each.stories})
    fresh = {
        rule.id: {id_: story for id_, story in found[rule.id].news.items() if (rule.id, FEED, id_) not in known}
        for rule in rules
    }
    old = {
        rule.id: {
            id_: found[rule.id].stories[id_]
            for id_ in found[rule.id].old
            if not {(rule.id, FEED, id_), (rule.id, OLD, id_)} & known
        }
        for rule in rules
    }
    return fresh, old


def _new_alerts(
    client: Elasticsearch, rules: Iterable[Rule], fresh: Mapping[str, Mapping[str, str]]
) -> list[tuple[Alert, list[str]]]:
    """Stories of which a rule has told no article yet, and the channels that are to get them: all of the rule's, but
    those for which a run recorded them that broke off. A story's id is another one once an earlier article is found;
    its articles stay.
    """
    stories = members(client, {story for new in fresh.values() for story in new.values()}, bodies=True)
    known = told(client, {article.id for story in stories.values() for article in story})
    alerts = []
    for rule in rules:
        for alert in alerts_of(rule, fresh[rule.id], stories):
            channels = {FEED, *rule.channels} - {
                channel
                for channel in (FEED, *rule.channels)
                if any((rule.id, channel, id_) in known for id_ in alert.article_ids)
            }
            if FEED in channels:
                alerts.append((alert, sorted(channels)))
    return alerts


def _write_feeds(
    client: Elasticsearch,
    storage: Storage,
    rules: Iterable[Rule],
    waiting: Mapping[tuple[str, str], list[Due]],
    now: datetime,
) -> list[Alert]:
    """Writes the Atom files of rules that have something new. Gives the new alerts."""
    alerts: list[Alert] = []
    written = [rule for rule in rules if (rule.id, FEED) in waiting]
    for some in batches(written, RULES_A_REQUEST):
        sent = last_sent(client, [rule.id for rule in some], FEED, FEED_SIZE)
        for rule, earlier in zip(some, sent, strict=True):
            new = [each.alert for each in waiting[rule.id, FEED]]
            alerts += new
            write_whole(storage.alert_feed(rule.id), atom(rule, [*new, *earlier][:FEED_SIZE], now))
    mark_sent(client, [each.delivery for rule in written for each in waiting[rule.id, FEED]], now)
    return alerts


@dataclass(frozen=True)
class _Sending:
    """Sends what is due: one message a rule and channel."""

    client: Elasticsearch
    alerting: Alerting
    names: Names
    settings: Settings
    now: datetime

    def send(self, waiting: Mapping[tuple[str, str], list[Due]]) -> None:
        """Each channel has a thread of its own, so that a dead one holds up no other."""
        rules = {rule.id: rule for rule in self.alerting.rules}
        work: dict[str, list[tuple[Rule, list[Due]]]] = {}
        for (rule_id, channel), deliveries in waiting.items():
            rule = rules.get(rule_id)
            if not rule or channel not in (FEED, *rule.channels):
                unwanted = [each.delivery for each in deliveries]
                drop(self.client, unwanted, "the rule or its channel is no longer in alerts.yaml")
            elif channel != FEED and not rule.paused and (allowed := self._allowed(rule, channel, deliveries)):
                work.setdefault(channel, []).append((rule, allowed))

        def through(name: str) -> None:
            for rule, deliveries in work[name]:
                self._send(self.alerting.channels[name], rule, deliveries)

        with ThreadPoolExecutor(max(1, len(work))) as pool:
            list(pool.map(through, work))

    def _allowed(self, rule: Rule, channel: str, deliveries: list[Due]) -> list[Due]:
        """Those that may be made at this hour and on this day."""
        at_this_hour = [
            each for each in deliveries if is_due(rule.digest, rule.quiet, each.delivery.created_at, self.now)
        ]
        if rule.at_most is None:
            return at_this_hour
        zone = zone_of(rule.digest, rule.quiet)
        midnight = self.now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return at_this_hour[: max(0, rule.at_most - count_sent(self.client, rule.id, channel, midnight, self.now))]

    def _send(self, channel: Channel, rule: Rule, deliveries: list[Due]) -> None:
        of_recipients: dict[tuple[str, ...], list[Due]] = {}
        for each in deliveries:
            of_recipients.setdefault(each.delivery.recipients, []).append(each)
        for refusing, some in of_recipients.items():
            records = [each.delivery for each in some]
            recipients = [address for address in refusing if address in channel.email]
            if refusing and not recipients:
                drop(self.client, records, "its recipient is no longer in alerts.yaml")
                continue
            text = message(rule, [each.alert for each in some], channel, self.names, self.settings)
            try:
                deliver(channel, text, self.settings, recipients)
            except DeliveryError as error:
                mark_failed(self.client, records, error, self.now)
            else:
                mark_sent(self.client, records, self.now)
