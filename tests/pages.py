"""Captures and articles for tests: the sample outlets' pages, and pages written in a test."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from processing.article import make_article
from processing.extract.extraction import extract
from processing.page_reader import deals_of
from processing.reposts.signature import bands
from processing.topics.loading import load_tagger
from processing.topics.tagger import Tagger
from rasid.json_lines import Source
from rasid.outlets import Name, Outlet, load_outlets
from rasid.records import Article, Capture, CaptureRef, Link
from rasid.urls import article_id
from samples.server import OUTLETS_FILE
from samples.site import Site, Story
from tests.compiled import CONFIG, compiled

OUTLETS = load_outlets(OUTLETS_FILE)
SITES = {id_: Site(outlet) for id_, outlet in OUTLETS.items()}
ANY_OUTLET = Outlet(
    id="test", name=Name(ar="صحيفة الاختبار", en="The Test"), country="DZ", timezone="Africa/Algiers", disabled="test"
)
WHOLE = Source(0, whole=True)
"""Of records whose captures were all read, so that what is not among them may go."""
FARM = SITES["alsaleh"].stories[0]
"""The article that the project grew from, as the content farm reposts it."""


@cache
def configured_tagger() -> Tagger:
    """The topics of the project; loaded once a process."""
    return load_tagger(CONFIG / "topics.yaml", compiled())


def make_capture(
    body: bytes,
    url: str = "https://example.org/a",
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),),
    status: int = 200,
    link: Link | None = None,
) -> Capture:
    """A capture that no file holds."""
    at = datetime(2025, 3, 10, 9, tzinfo=UTC)
    link = link or Link(url, "feed", "https://example.org/feed")
    return Capture("test", url, link, at, status, headers, body, CaptureRef("captures/test.warc.gz", 0, "sha1:A"))


def sample_capture(outlet_id: str, story: Story) -> Capture:
    """A sample article's page."""
    answer = SITES[outlet_id].page(story)
    headers = (("Content-Type", answer.content_type), *answer.headers)
    return make_capture(answer.body, f"{SITES[outlet_id].base}/{story.slug}", headers)


@cache
def sample_article(outlet_id: str, story: Story) -> Article:
    """A sample article, extracted and tagged."""
    capture = sample_capture(outlet_id, story)
    outlet = OUTLETS[outlet_id]
    page, tagger = extract(capture, outlet), configured_tagger()
    tags = tagger.tag(page.title, page.body)
    deals = deals_of(page, tags, tagger)
    article = make_article(page, tags, tagger.version, capture, outlet, deals=deals)
    assert article
    return article


def many_articles(count: int) -> list[Article]:
    """Different articles without evidence: the first words of one in another order each."""
    return [_in_another_order(number) for number in range(count)]


@cache
def _in_another_order(number: int) -> Article:
    one = sample_article("alsaleh", FARM)
    words = one.body.split()[:60]
    random.Random(number).shuffle(words)
    url, body = f"https://example.org/{number}", " ".join(words)
    new = {"id": article_id(url), "url": url, "body": body, "bands": bands(body)}
    return replace(one, topic_evidence=(), deals=(), **new)
