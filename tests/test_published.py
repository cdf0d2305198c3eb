"""Which of a page's dates is taken."""

from datetime import UTC, datetime

import pytest

from processing.extract import extract
from processing.page import Page
from rasid.records import Link
from tests.pages import ANY_OUTLET, FARM, make_capture

TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in FARM.paragraphs)
TITLE = f"<h1>{FARM.title}</h1>"
FEED = datetime(2025, 3, 9, 23, 30, tzinfo=UTC)
"""The 10th in Algiers."""


def _extract(
    head: str = "", above: str = "", below: str = "", url: str = "https://example.org/a", **link: object
) -> Page:
    html = f"<html><head><title>x</title>{head}</head><body>{above}{TITLE}{below}<div>{TEXT}</div></body></html>"
    found_by = Link(url, "feed", "https://example.org/feed", **link)  # type: ignore[arg-type]
    return extract(make_capture(html.encode(), url, link=found_by), ANY_OUTLET)


JSON_LD = """<script type="application/ld+json">{"@graph": [{"@type": "WebPage", "datePublished": "2020-01-01"},
{"@type": "NewsArticle", "datePublished": "2025-03-08T10:00:00Z", "dateModified": "2025-03-09"}]}</script>"""
META = '<meta property="article:published_time" content="2025-03-07T23:30:00+01:00">'
PAGE = '<script type="application/ld+json">{"@type": "WebPage", "datePublished": "2025-03-08T10:00:00Z"}</script>'
CHANGED = '<meta property="article:modified_time" content="2025-03-08T10:00:00Z">'
CHANGE, PARSELY = "article:modified_time, change", "parsely-pub-date"
WRITTEN = "<div>6 مارس 2025</div>"


@pytest.mark.parametrize(
    ("options", "at", "precision", "source"),
    [
        ({"head": META + JSON_LD, "below": WRITTEN}, "2025-03-08T10:00", "second", "json-ld"),
        ({"head": META, "below": WRITTEN}, "2025-03-07T22:30", "second", "article:published_time"),
        ({"below": WRITTEN, "url": "https://example.org/2025/03/05/a"}, "2025-03-06T00:00", "day", "text"),
        ({"url": "https://example.org/2025/03/05/a"}, "2025-03-05T00:00", "day", "url"),
        ({"below": "<div>منذ يومين</div>"}, "2025-03-08T00:00", "day", "text, relative"),
        ({"published_at": FEED}, "2025-03-09T23:30", "feed", "feed"),
        ({"below": "<div>10 مارس 2025</div>", "published_at": FEED}, "2025-03-09T23:30", "feed", "text, feed"),
        ({"head": '<meta name="date" content="2025-03-04">'}, "2025-03-04T00:00", "day", "meta"),
        ({"head": '<meta name="date" content="2025-03-10">'}, "2025-03-10T09:00", "crawl", "crawl"),
        ({"below": "<div>آخر تحديث: 9 مارس 2025</div>"}, "2025-03-09T00:00", "day", "text, change"),
        ({"below": "<div>آخر تحديث: 9 مارس 2025</div>", "published_at": FEED}, "2025-03-09T23:30", "feed", "feed"),
        ({"head": CHANGED, "below": "<div>آخر تحديث: 9 مارس 2025</div>"}, "2025-03-08T10:00", "second", CHANGE),
        ({"head": CHANGED, "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        ({"head": META.replace("2025-03-07", "0001-01-01"), "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        ({"head": META.replace("2025-03-07", "1970-01-01"), "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        ({"head": META.replace("2025-03-07", "9999-12-31"), "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        (
            {"head": '<meta name="parsely-pub-date" content="2025-03-10T08:00:00Z">'},
            "2025-03-10T08:00",
            "second",
            PARSELY,
        ),
        ({"below": '<i data-publish-date="2025-03-08T10:00:00Z"></i>'}, "2025-03-08T10:00", "second", "attribute"),
        ({"below": '<time datetime="1741428000">قبل قليل</time>'}, "2025-03-08T10:00", "second", "time"),
        (
            {"below": f'<p><time itemprop="dateModified" datetime="2025-03-08">تحديث</time></p>{WRITTEN}'},
            "2025-03-06T00:00",
            "day",
            "text",
        ),
        (
            {"below": '<time itemprop="dateModified" datetime="2025-03-08">آخر تحديث</time>'},
            "2025-03-08T00:00",
            "day",
            "microdata, change",
        ),
        (
            {"below": f'<p>آخر تحديث: <time datetime="2025-03-08">السبت</time></p>{WRITTEN}'},
            "2025-03-06T00:00",
            "day",
            "text",
        ),
        (
            {"below": '<p>نشر <time datetime="2025-03-07">7/3</time> تحديث <time datetime="2025-03-08">8/3</time></p>'},
            "2025-03-07T00:00",
            "day",
            "time",
        ),
        ({"published_at": datetime(1, 1, 1, tzinfo=UTC)}, "2025-03-10T09:00", "crawl", "crawl"),
        ({"published_at": datetime(9999, 12, 31, 23, tzinfo=UTC), "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        ({"head": PAGE}, "2025-03-08T10:00", "second", "json-ld"),
        ({"head": PAGE, "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        ({"below": "<div><div>8</div><div>مارس</div><div>2025</div></div>"}, "2025-03-08T00:00", "day", "text"),
        ({"url": "https://example.org/a-title-2025-03-08-x"}, "2025-03-08T00:00", "day", "url"),
        ({"below": "<div>3/2/2025 2:30:00 PM</div>"}, "2025-02-03T13:30", "second", "text"),
        (
            {"head": META.replace("2025-03-07T23:30:00+01:00", "3/2/2025 2:30:00 PM")},
            "2025-03-02T13:30",
            "second",
            "article:published_time",
        ),
        ({"above": '<i data-date="2025-03-08"></i>'}, "2025-03-10T09:00", "crawl", "crawl"),
        ({"above": "<div>الاثنين 10 مارس 2025</div>"}, "2025-03-10T09:00", "crawl", "crawl"),
        ({"above": "<h2>الأحد 9 مارس 2025</h2>"}, "2025-03-09T00:00", "day", "text"),
        ({"below": "<div>5 مارس 2031</div>"}, "2025-03-10T09:00", "crawl", "crawl"),
        ({}, "2025-03-10T09:00", "crawl", "crawl"),
    ],
)
def test_the_most_trusted_date_is_taken(options: dict[str, str], at: str, precision: str, source: str) -> None:
    page = _extract(**options)  # type: ignore[arg-type]
    assert (page.published_at, page.published_precision, page.published_source) == (
        datetime.fromisoformat(at).replace(tzinfo=UTC),
        precision,
        source,
    )
