"""A page with its topics and entities → the record that is kept."""

from processing.extract.extraction import VERSIONS
from processing.extract.page import Page
from processing.reposts.signature import bands
from processing.topics.tagger import Tags
from rasid.outlets import Outlet
from rasid.records import Article, Capture, DealMention
from rasid.urls import article_id


def make_article(
    page: Page,
    tags: Tags,
    rules: str,
    capture: Capture,
    outlet: Outlet,
    earlier: Article | None = None,
    deals: tuple[DealMention, ...] = (),
) -> Article | None:
    """The record of a page, or None if its text is the one that we have.

    Args:
        page: extracted.
        tags: its topics and entities.
        rules: version of the topic rules.
        capture: that it came from.
        outlet: that published it.
        earlier: the article's last revision, if there is one.
        deals: what it says of arms deals.
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
        deals=deals,
        mentioned_dates=page.mentioned_dates,
        links=page.links,
        bands=bands(page.body),
        word_count=len(page.body.split()),
        capture=capture.ref,
        versions={**VERSIONS, "rules": rules},
    )
