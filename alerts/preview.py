"""What a rule would send, without sending or recording anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from elasticsearch import Elasticsearch

from alerts.channels import Channel, DeliveryError, Message, deliver
from alerts.found import WINDOW, alerts_of, found_by
from alerts.message import message
from alerts.names import Names
from alerts.rules import Alerting
from rasid.errors import RasidError
from rasid.near import there_is_no
from rasid.settings import Settings
from rasid.yaml_file import mistake_at
from search.indexed import members
from search.query import refusal


@dataclass(frozen=True)
class Preview:
    """What a rule would send.

    Attributes:
        message: the message; None if there is nothing to tell.
        old: articles that match and are not told, as they were published too long ago.
        within_days: how many days back the rule tells.
    """

    message: Message | None
    old: int
    within_days: int


def preview(
    client: Elasticsearch,
    files: Sequence[Path],
    alerting: Alerting,
    rule_id: str,
    names: Names,
    settings: Settings,
    window: timedelta | None = None,
) -> Preview:
    """What a rule finds in what is already indexed.

    Args:
        client: client of the cluster.
        files: files of the rules; a mistake is told with its place there.
        alerting: rules and channels of the files.
        rule_id: id of the rule.
        names: names of topics and entities.
        settings: for the links and times of the message.
        window: articles indexed so long ago count; those of `alerts.found.WINDOW` when absent.

    Raises:
        RasidError: there is no such rule.
        ConfigError: Elasticsearch refuses its query.
        ClusterError: the cluster failed.
    """
    rule = next((rule for rule in alerting.rules if rule.id == rule_id), None)
    if not rule:
        raise RasidError(there_is_no("alert rule", rule_id, [rule.id for rule in alerting.rules]))
    if reason := refusal(client, rule.search()):
        raise mistake_at(files, ("alerts", rule.id, "query"), reason)
    window = window or WINDOW
    found = found_by(client, [rule], {rule.id: datetime.now(UTC) - window}, {}, window)[rule.id]
    alerts = alerts_of(rule, found.news, members(client, set(found.news.values()), bodies=True))
    if not alerts:
        return Preview(None, len(found.old), rule.within_days)
    language = next((alerting.channels[name].language for name in rule.channels), "ar")
    channel = Channel(id="preview", email=("preview@example.org",), language=language)
    return Preview(message(rule, alerts, channel, names, settings), len(found.old), rule.within_days)


def send_preview(message: Message, address: str, settings: Settings) -> None:
    """Sends a message to one address, by the mail server that alerts go by.

    Raises:
        RasidError: the address is none, or the server did not take the message.
    """
    try:
        deliver(Channel(id="preview", email=(address,)), message, settings)
    except (DeliveryError, ValueError) as error:
        raise RasidError(f"not sent to {address}: {error}") from None
