"""The fifth stage: the day as one HTML page that works offline: a summary of a few printed pages, then an article a
card, and what gave no article.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from elasticsearch import Elasticsearch
from jinja2 import Environment
from markupsafe import Markup, escape

from alerts.deal_words import HEADINGS, STAGES
from alerts.html_templates import SHARED, html_templates
from alerts.names import Names, labels
from alerts.passage import passages
from alerts.report_words import PROBLEMS, REASONS, WORDS, Language
from alerts.trends import SPAN, trends
from rasid.one_line import one_line
from rasid.printable import printable
from rasid.records import ARTICLES, REJECTED, Article, Precision, Rejected, TextField
from rasid.reports import AlertReport, Health, PageReport
from rasid.storage import Storage, write_whole
from rasid.urls import readable_url
from search.indexed import Indexed, members, story_ids
from search.register import DealQuery, find_deals

Thing = TypeVar("Thing")
CONTEXT = 90
"""Characters shown on each side of a quote."""
SHOWN = 5
"""Stories of a topic, and alerts of a rule, that the summary has."""
RULES = 8
"""Alert rules that the summary has."""


@dataclass(frozen=True)
class Style:
    """How the report is written.

    Attributes:
        language: its language.
        timezone: name of the time zone of its times.
    """

    language: Language = "ar"
    timezone: str = "UTC"

    def time(self, at: datetime, precision: Precision = "second") -> str:
        """A time as readers take it in; of one that is known to the day, the day."""
        if precision == "day":
            return f"{at:%Y-%m-%d}"
        return f"{at.astimezone(ZoneInfo(self.timezone)):%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Folded:
    """A story of the day.

    Attributes:
        article: an article of the day: the original, or the first copy.
        original: the original, if the article is a copy.
        copies: the story's other articles, of any day.
        story_id: id of the story.
    """

    article: Article
    original: Indexed | None
    copies: tuple[Indexed, ...]
    story_id: str


@dataclass
class _Day:
    """What the files of a day have.

    Attributes:
        articles: articles by id.
        rejected: rejected pages.
        damage: what was found damaged, a sentence each.
    """

    articles: dict[str, Article] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)


def write_report(
    client: Elasticsearch,
    storage: Storage,
    day: date,
    rows: Iterable[Health],
    names: Names,
    alerting: AlertReport,
    style: Style = Style(),
) -> PageReport:
    """Writes the page of a day, and the list of all reports.

    Args:
        client: client of the cluster, which knows the stories.
        storage: storage with the day's articles and rejections.
        day: the day.
        rows: how each outlet did.
        names: names of topics and entities, and of `rules`.
        alerting: what the run of the alerts did.
        style: language and time zone.

    Returns:
        where it is, and what was damaged.
    """
    rows, days, language = list(rows), _days(storage, day), style.language
    read = _read(storage, day, rows)
    stories = sorted(_folded(client, read.articles), key=lambda story: story.article.published_at, reverse=True)
    until = min(datetime.now(UTC), datetime.combine(day + SPAN, time(), UTC))
    told = (*alerting.alerts, *alerting.earlier)
    given = {
        "day": day,
        "before": next((each for each in days if each < day), None),
        "after": next((each for each in reversed(days) if each > day), None),
        "until": until,
        "rows": rows,
        "stories": stories,
        "cards": [story for story in stories if story.article.topics],
        "others": [story for story in stories if not story.article.topics],
        "by_topic": _grouped(names["topics"], stories, lambda story: story.article.topics),
        "by_rule": _grouped((each.rule for each in told), told, lambda each: (each.rule,)),
        "trends": trends(client, until),
        "labels": {
            "rules": {},
            **labels(names, language),
            "outlet": {row.outlet.id: getattr(row.outlet.name, language) for row in rows},
            "is_repost": {"false": WORDS[language]["original"], "true": WORDS[language]["repost"]},
        },
        "deals": find_deals(client, DealQuery(articles=[id_ for id_, each in read.articles.items() if each.deals])),
        "articles": len(read.articles),
        "rejected": read.rejected,
        "alerting": alerting,
        "long_failed": [each for each in alerting.failures if each.since < until - SPAN],
    }
    path, templates = storage.report(day), _templates(style)
    for file, template in ((path, "report.html.j2"), (storage.report_list(), "reports.html.j2")):
        page = templates.get_template(template).render(**given, days=days)
        write_whole(file, printable(page).encode())
    return PageReport(str(path), tuple(read.damage))


def _read(storage: Storage, day: date, rows: Iterable[Health]) -> _Day:
    found = _Day()
    for row in rows:
        files = storage.articles(day, row.outlet.id), storage.rejected(day, row.outlet.id)
        given, pages = ARTICLES.read(files[0]), REJECTED.read(files[1])  # of a damaged file what can be read
        found.articles.update((article.id, article) for article in given.records)
        found.rejected += pages.records
        pairs = zip(files, (given.damage, pages.damage), strict=True)
        found.damage += [storage.reparable(file, what) for file, what in pairs if what]
    return found


def _grouped(
    names: Iterable[str], things: Iterable[Thing], of: Callable[[Thing], Iterable[str]]
) -> dict[str, list[Thing]]:
    """Name → the things that have it, in their order; without names that nothing has."""
    groups: dict[str, list[Thing]] = {name: [] for name in names}
    for thing in things:
        for name in of(thing):
            groups.setdefault(name, []).append(thing)
    return {name: group for name, group in groups.items() if group}


def _templates(style: Style) -> Environment:
    templates = html_templates(SHARED)
    templates.filters |= {
        "marked": marked,
        "marked_title": marked_title,
        "one_line": one_line,
        "time": style.time,
        "readable": readable_url,
    }
    language = style.language
    templates.globals |= {"w": WORDS[language], "reasons": REASONS[language], "problems": PROBLEMS[language]}
    templates.globals |= {"deal_words": HEADINGS[language], "deal_stages": STAGES[language]}
    templates.globals |= {"language": language, "zone": style.timezone, "span": SPAN, "shown": SHOWN, "rules": RULES}
    return templates


def _days(storage: Storage, day: date) -> list[date]:
    """The days that have reports, and this one, the last first."""
    folder = storage.report(day).parent
    names = (file.name.removesuffix(".html") for file in folder.glob("*-*-*.html")) if folder.exists() else ()
    return sorted({date.fromisoformat(name) for name in names} | {day}, reverse=True)


def _folded(client: Elasticsearch, articles: Mapping[str, Article]) -> Iterator[Folded]:
    for id_, story in members(client, story_ids(client, articles)).items():
        ours = next(articles[member.id] for member in story if member.id in articles)
        original = story[0] if story[0].id != ours.id else None
        copies = tuple(member for member in story if member.id != ours.id and member is not original)
        yield Folded(ours, original, copies, id_)


def marked(article: Article) -> list[Markup]:
    """The passages of the text that prove its topics, each once with all of its quotes marked. All of it is escaped: it
    comes from the web.
    """
    found = passages(article.body, _spans(article, "body"), CONTEXT)
    return [Markup("").join(_part(text, is_quote) for text, is_quote in parts) for parts in found]


def marked_title(article: Article) -> Markup:
    """The title with the quotes that prove its topics marked."""
    parts = passages(article.title, _spans(article, "title"), len(article.title))
    return (
        Markup("").join(_part(text, is_quote) for text, is_quote in parts[0])
        if parts
        else escape(one_line(article.title))
    )


def _spans(article: Article, name: TextField) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in article.topic_evidence if each.field == name]


def _part(text: str, is_quote: bool) -> Markup:
    return Markup("<mark>{}</mark>").format(text) if is_quote else escape(text)
