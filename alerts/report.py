"""The fifth stage: the day as one HTML page, right-to-left, that works offline."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from upath import UPath

from alerts.passage import passage
from processing.topic_rules import Topic
from rasid.health import Health, ProblemKind
from rasid.records import ARTICLES, REJECTED, Article, Evidence, Rejected
from rasid.storage import Storage, write_whole
from search.stories import members, story_ids

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


@dataclass(frozen=True)
class Folded:
    """A story of the day.

    Attributes:
        article: of the day: the original, or the first copy.
        original: the original if the article is a copy: its fields in the index.
        copies: the story's other articles, of any day: their fields in the index.
    """

    article: Article
    original: Mapping[str, Any] | None
    copies: tuple[Mapping[str, Any], ...]


def write_report(
    client: Elasticsearch,
    storage: Storage,
    day: date,
    rows: Iterable[Health],
    topics: Mapping[str, Topic],
    alerts: int,
) -> UPath:
    """Writes the page of a day.

    Args:
        client: of the cluster, which knows the stories.
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
    stories = sorted(_folded(client, articles), key=lambda story: story.article.published_at, reverse=True)
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
    templates.filters["passage"] = marked
    page = templates.get_template("report.html.j2").render(
        day=day,
        rows=rows,
        articles=len(articles),
        stories=stories,
        by_topic={
            topic: found
            for topic in topics.values()
            if (found := [story for story in stories if topic.id in story.article.topics])
        },
        rejected=rejected,
        alerts=alerts,
        problem_names=PROBLEM_NAMES,
    )
    path = storage.report(day)
    write_whole(path, page.encode())
    return path


def _folded(client: Elasticsearch, articles: Mapping[str, Article]) -> Iterator[Folded]:
    for story in members(client, story_ids(client, articles)).values():
        ours = next(articles[member["id"]] for member in story if member["id"] in articles)
        original = story[0] if story[0]["id"] != ours.id else None
        copies = tuple(member for member in story if member["id"] != ours.id and member is not original)
        yield Folded(ours, original, copies)


def marked(evidence: Evidence, article: Article) -> Markup:
    """A quote, marked, with the text around it. All of it is escaped: it comes from the web."""
    text = article.title if evidence.field == "title" else article.body
    shown = passage(text, evidence.start, evidence.end, CONTEXT)
    return Markup("{}<mark>{}</mark>{}").format(shown.before, shown.quote, shown.after)
