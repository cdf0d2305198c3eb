"""The Atom file of a rule: its last alerts, for feed readers."""

from collections.abc import Sequence
from datetime import datetime

from feedgen.feed import FeedGenerator

from alerts.rules import Rule
from rasid.alert import Alert
from rasid.one_line import one_line


def atom(rule: Rule, alerts: Sequence[Alert], now: datetime) -> bytes:
    """The file, as XML.

    Args:
        rule: the rule.
        alerts: its alerts, in the order in which they are to stand there.
        now: the time of the file.
    """
    feed = FeedGenerator()
    feed.id(f"urn:rasid:alert:{rule.id}")
    feed.title(" – ".join(dict.fromkeys(map(one_line, (rule.name.ar, rule.name.en)))) or rule.id)
    feed.language("ar")
    feed.author(name="Rasid راصد")
    feed.updated(now)
    for alert in alerts:
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
