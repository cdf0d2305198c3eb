"""Alerts as a message that people read: plain text, and right-to-left HTML that mail programs show as it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from alerts.channels import Channel, Message
from alerts.names import Names, labels
from alerts.rules import Rule
from alerts.timing import zone_of
from rasid.alert import Alert
from rasid.json_record import fields_of
from rasid.one_line import one_line
from rasid.printable import shortened
from rasid.settings import Settings

MAX_NAME = 60
"""Characters of a rule's name."""
WORDS: dict[str, dict[str, str]] = {
    "ar": {
        "dir": "rtl",
        "new": "جديد",
        "copies": "نشره أيضا",
        "topics": "المواضيع",
        "countries": "الدول",
        "weapons": "الأسلحة",
        "search": "البحث في كيبانا",
        "proof": "النص والأدلة",
        "rule": "القاعدة",
        "today": "تقرير اليوم",
        "why": "وصلتك هذه الرسالة بقاعدة التنبيه",
    },
    "en": {
        "dir": "ltr",
        "new": "new",
        "copies": "also in",
        "topics": "topics",
        "countries": "countries",
        "weapons": "weapons",
        "search": "search in Kibana",
        "proof": "text and evidence",
        "rule": "the rule",
        "today": "today's report",
        "why": "You get this by the alert rule",
    },
}
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(("html.j2",)),
    trim_blocks=True,
    undefined=StrictUndefined,  # a field that is not there is a mistake of ours, not an empty text
)


def message(rule: Rule, alerts: Sequence[Alert], channel: Channel, names: Names, settings: Settings) -> Message:
    """The alerts of one rule as a message.

    Args:
        rule: the rule that found them.
        alerts: the alerts, at least one.
        channel: the channel, for its language.
        names: names of topics and entities.
        settings: for links to the desk and to Kibana, where there are such, and for the time zone of its times, unless
            the rule names one.
    """
    language = channel.language
    name = one_line(getattr(rule.name, language), MAX_NAME)
    given: dict[str, Any] = {
        "rule": rule,
        "name": name,
        "alerts": alerts,
        "words": WORDS[language],
        "language": language,
        "labels": labels(names, language),
        "desk": settings.desk_url.rstrip("/") if settings.desk_url else None,
        "kibana": search_link(settings.kibana_page, rule) if settings.kibana_page else None,
        "zone": zone_of(rule.digest, rule.quiet, settings.timezone),
    }
    first = shortened(alerts[0].title, 120)
    more = f" (+{len(alerts) - 1})" if len(alerts) > 1 else ""
    return Message(
        subject=f"{name}: {first}{more}",
        text=_TEMPLATES.get_template("message.txt.j2").render(given),
        html=_TEMPLATES.get_template("message.html.j2").render(given),
        data={"rule": rule.id, "name": rule.name.model_dump(), "alerts": [fields_of(alert) for alert in alerts]},
    )


def search_link(kibana_url: str, rule: Rule) -> str:
    """The address of Discover with what the rule asks for; the state stands there as Kibana writes it, in Rison."""
    named = (
        ("topics", rule.topics),
        ("countries", rule.countries),
        ("weapons", rule.weapons),
        ("outlet", rule.outlets),
    )
    parts = [f"({rule.query})"] if rule.query else []
    for name, values in named:
        if values:
            quoted = " OR ".join(f'"{value}"' for value in values)
            parts.append(f"{name}:({quoted})")
    query = " AND ".join(parts).replace("!", "!!").replace("'", "!'")
    state = f"(dataSource:(dataViewId:rasid-articles,type:dataView),query:(language:lucene,query:'{query}'))"
    return f"{kibana_url.rstrip('/')}/app/discover#/?_a={quote(state, safe='():,')}"
