"""The fifth stage: the day as one HTML page, right-to-left, that works offline."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from upath import UPath

from processing.topic_rules import Topic
from rasid.health import Health, ProblemKind
from rasid.records import ARTICLES, REJECTED, Article, Evidence, Rejected
from rasid.storage import Storage, write_whole

CONTEXT = 90
"""Characters shown on each side of a quote."""

PROBLEM_NAMES: dict[ProblemKind, str] = {
    "failed": "تعذر",
    "source": "مصدر معطل",
    "unfetched": "صفحات لم تجلب",
    "few": "أقل من المعتاد",
    "many": "أكثر من المعتاد",
    "rejected": "قفزة في المرفوض",
}


def write_report(
    storage: Storage, day: date, rows: Iterable[Health], topics: Mapping[str, Topic], alerts: int
) -> UPath:
    """Writes the page of a day.

    Args:
        storage: with the day's articles and rejections.
        day: which.
        rows: one an outlet.
        topics: by id, for their labels.
        alerts: how many were sent in this run.

    Returns:
        its path.
    """
    rows = list(rows)
    articles: dict[str, Article] = {}
    rejected: list[Rejected] = []
    for row in rows:
        file = storage.articles(day, row.outlet.id)
        if file.exists():
            articles.update((article.id, article) for article in ARTICLES.loads(file.read_bytes()))
            rejected += REJECTED.loads(storage.rejected(day, row.outlet.id).read_bytes())
    newest = sorted(articles.values(), key=lambda article: article.published_at, reverse=True)
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
    templates.filters["passage"] = passage
    page = templates.get_template("report.html.j2").render(
        day=day,
        rows=rows,
        articles=newest,
        by_topic={
            topic: found
            for topic in topics.values()
            if (found := [article for article in newest if topic.id in article.topics])
        },
        rejected=rejected,
        alerts=alerts,
        problem_names=PROBLEM_NAMES,
    )
    path = storage.report(day)
    write_whole(path, page.encode())
    return path


def passage(evidence: Evidence, article: Article) -> Markup:
    """A quote, marked, with the text around it, cut between words. All of it is escaped: it comes from the web."""
    text = article.title if evidence.field == "title" else article.body
    before = text[max(0, evidence.start - CONTEXT) : evidence.start]
    after = text[evidence.end : evidence.end + CONTEXT]
    if evidence.start > CONTEXT:
        before = "… " + before.partition(" ")[2]
    if evidence.end + CONTEXT < len(text):
        after = after.rpartition(" ")[0] + " …"
    return Markup("{}<mark>{}</mark>{}").format(escape(before), escape(evidence.quote), escape(after))
