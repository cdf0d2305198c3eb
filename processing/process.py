"""The second stage: a day's captures of an outlet → articles and revisions, unchanged pages, rejections.

The result follows from captures, rules and extractor alone, so it can be made again at any time.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from processing.extract import VERSIONS, Page
from processing.reposts.signature import bands
from processing.topics import Tagger, Tags
from processing.workers import NoArticle, Readers
from rasid.captures import read_captures
from rasid.outlets import Outlet
from rasid.records import ARTICLES, REJECTED, Article, Capture, Rejected
from rasid.storage import Storage, write_whole
from rasid.urls import article_id

REVISION_DAYS = 7
"""How far back an article's earlier text is looked for. The crawler does not visit older pages again."""


@dataclass(frozen=True)
class ProcessReport:
    """What became of a day's captures: ``captures == articles + unchanged + sum(rejected.values())``.

    Attributes:
        outlet: its id.
        captures: in the day's WARC file.
        articles: new articles and changed texts.
        unchanged: captures of a text that was known.
        rejected: others, by reason.
    """

    outlet: str
    captures: int = 0
    articles: int = 0
    unchanged: int = 0
    rejected: dict[str, int] = field(default_factory=dict)


def process_outlet(outlet: Outlet, day: date, storage: Storage, tagger: Tagger) -> ProcessReport:
    """Writes the day's articles and rejections of an outlet, in place of those that may be there.

    Args:
        outlet: whose captures.
        day: whose folder.
        storage: where they are.
        tagger: the topic rules.

    Raises:
        RasidError: the WARC file is damaged.
    """
    known = _known_articles(outlet, day, storage)
    articles: list[Article] = []
    rejected: list[Rejected] = []
    captures = 0

    def fetched() -> Iterator[Capture]:
        nonlocal captures
        for capture in read_captures(storage, storage.captures(day, outlet.id), outlet.id):
            captures += 1
            if not capture.revisit:
                yield capture

    with Readers(tagger) as readers:
        for capture, found in readers.read(fetched(), outlet):
            if isinstance(found, NoArticle):
                rejected.append(
                    Rejected(outlet.id, capture.url, found.reason, found.detail, capture.fetched_at, capture.ref)
                )
                continue
            earlier = known.get(article_id(found.page.url))
            article = make_article(found.page, found.tags, tagger.version, capture, outlet, earlier)
            if article:
                known[article.id] = article
                articles.append(article)
    write_whole(storage.articles(day, outlet.id), ARTICLES.dumps(articles))
    write_whole(storage.rejected(day, outlet.id), REJECTED.dumps(rejected))
    return ProcessReport(
        outlet=outlet.id,
        captures=captures,
        articles=len(articles),
        unchanged=captures - len(articles) - len(rejected),
        rejected=dict(Counter(each.reason for each in rejected)),
    )


def make_article(
    page: Page,
    tags: Tags,
    rules: str,
    capture: Capture,
    outlet: Outlet,
    earlier: Article | None = None,
) -> Article | None:
    """The record of a page, or None if its text is the one that we have.

    Args:
        page: extracted.
        tags: its topics and entities.
        rules: version of the topic rules.
        capture: that it came from.
        outlet: that published it.
        earlier: the article's last revision, if there is one.
    """
    if earlier and (earlier.title, earlier.body) == (page.title, page.body):
        return None
    return Article(
        id=article_id(page.url),
        url=page.url,
        outlet=outlet.id,
        outlet_name=outlet.name.ar,
        country=outlet.country,
        section=page.section,
        language=page.language,
        title=page.title,
        body=page.body,
        summary=page.summary,
        authors=page.authors,
        credited_to=page.credited_to,
        hashtags=page.hashtags,
        image=page.image,
        published_at=page.published_at,
        published_precision=page.published_precision,
        published_source=page.published_source,
        first_seen_at=earlier.first_seen_at if earlier else capture.fetched_at,
        revision=earlier.revision + 1 if earlier else 1,
        changed_at=capture.fetched_at if earlier else None,
        topics=tags.topics,
        topic_evidence=tags.evidence,
        countries=tags.entities("countries"),
        weapons=tags.entities("weapons"),
        organisations=tags.entities("organisations"),
        people=tags.entities("people"),
        mentions=tags.mentions,
        mentioned_dates=page.mentioned_dates,
        links=page.links,
        bands=bands(page.body),
        word_count=len(page.body.split()),
        capture=capture.ref,
        versions={**VERSIONS, "rules": rules},
    )


def _known_articles(outlet: Outlet, day: date, storage: Storage) -> dict[str, Article]:
    """The last revision of each article of the days before."""
    known: dict[str, Article] = {}
    for age in range(REVISION_DAYS, 0, -1):
        file = storage.articles(day - timedelta(days=age), outlet.id)
        if file.exists():
            known.update((article.id, article) for article in ARTICLES.loads(file.read_bytes()))
    return known
