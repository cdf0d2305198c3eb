"""The fifth stage: the day as one HTML page, right-to-left, that works offline."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from elasticsearch import Elasticsearch
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from alerts.names import Names, labels
from alerts.passage import passage
from alerts.trends import SPAN, trends
from rasid.one_line import one_line
from rasid.printable import printable
from rasid.records import ARTICLES, REJECTED, Article, Evidence, Rejected
from rasid.reports import AlertReport, Health, PageReport, ProblemKind
from rasid.storage import Storage, write_whole
from search.indexed import Indexed, members, story_ids

CONTEXT = 90
"""Characters shown on each side of a quote."""

PROBLEM_NAMES: dict[ProblemKind, str] = {
    "failed": "تعذر",
    "source": "مصدر معطل",
    "unfetched": "صفحات لم تجلب",
    "few": "أقل من المعتاد",
    "many": "أكثر من المعتاد",
    "rejected": "قفزة في المرفوض",
    "damaged": "ملف تالف",
}


@dataclass(frozen=True)
class Folded:
    """A story of the day.

    Attributes:
        article: an article of the day: the original, or the first copy.
        original: the original, if the article is a copy.
        copies: the story's other articles, of any day.
    """

    article: Article
    original: Indexed | None
    copies: tuple[Indexed, ...]


def write_report(
    client: Elasticsearch,
    storage: Storage,
    day: date,
    rows: Iterable[Health],
    names: Names,
    alerting: AlertReport,
) -> PageReport:
    """Writes the page of a day.

    Args:
        client: client of the cluster, which knows the stories.
        storage: storage with the day's articles and rejections.
        day: the day.
        rows: how each outlet did.
        names: names of topics and entities.
        alerting: what the run of the alerts did.

    Returns:
        where it is, and what was damaged.
    """
    rows = list(rows)
    articles: dict[str, Article] = {}
    rejected: list[Rejected] = []
    damage: list[str] = []
    for row in rows:
        files = storage.articles(day, row.outlet.id), storage.rejected(day, row.outlet.id)
        given, pages = ARTICLES.read(files[0]), REJECTED.read(files[1])  # of a damaged file what can be read
        articles.update((article.id, article) for article in given.records)
        rejected += pages.records
        pairs = zip(files, (given.damage, pages.damage), strict=True)
        damage += [storage.reparable(file, what) for file, what in pairs if what]
    stories = sorted(_folded(client, articles), key=lambda story: story.article.published_at, reverse=True)
    until = min(datetime.now(UTC), datetime.combine(day + SPAN, time(), UTC))
    page = _template().render(
        day=day,
        until=until,
        span=SPAN,
        rows=rows,
        articles=len(articles),
        stories=stories,
        by_topic={
            topic: (label, found)
            for topic, label in names["topics"].items()
            if (found := [story for story in stories if topic in story.article.topics])
        },
        trends=trends(client, until),
        labels={**labels(names, "ar"), "outlet": {row.outlet.id: row.outlet.name.ar for row in rows}},
        rejected=rejected,
        alerting=alerting,
        long_failed=[each for each in alerting.failures if each.since < until - SPAN],
        problem_names=PROBLEM_NAMES,
    )
    path = storage.report(day)
    write_whole(path, printable(page).encode())
    return PageReport(str(path), tuple(damage))


def _template() -> Template:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,  # a field that is not there is a mistake of ours, not an empty text
    )
    templates.filters |= {"passage": marked, "one_line": one_line}
    return templates.get_template("report.html.j2")


def _folded(client: Elasticsearch, articles: Mapping[str, Article]) -> Iterator[Folded]:
    for story in members(client, story_ids(client, articles)).values():
        ours = next(articles[member.id] for member in story if member.id in articles)
        original = story[0] if story[0].id != ours.id else None
        copies = tuple(member for member in story if member.id != ours.id and member is not original)
        yield Folded(ours, original, copies)


def marked(evidence: Evidence, article: Article) -> Markup:
    """A quote, marked, with the text around it. All of it is escaped: it comes from the web."""
    text = article.title if evidence.field == "title" else article.body
    shown = passage(text, evidence.start, evidence.end, CONTEXT)
    return Markup("{}<mark>{}</mark>{}").format(shown.before, shown.quote, shown.after)
