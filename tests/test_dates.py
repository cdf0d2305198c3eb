"""Dates as outlets write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from processing.dates import published, written_date

ALGIERS = ZoneInfo("Africa/Algiers")
FETCHED = datetime(2025, 3, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("10 مارس 2025", "2025-03-10T00:00", "day"),
        ("الاثنين 10 آذار/مارس 2025 - 14:30", "2025-03-10T13:30", "second"),
        ("10 آذار (مارس) 2025", "2025-03-10T00:00", "day"),
        ("١٠/٠٣/٢٠٢٥", "2025-03-10T00:00", "day"),
        ("10-03-2025 09:05", "2025-03-10T08:05", "second"),
        ("2025-03-10", "2025-03-10T00:00", "day"),
        ("5 كانون الثاني 2025 الساعة 11:15 م", "2025-01-05T22:15", "second"),
        ("12:05 ص، 5 جانفي 2025", "2025-01-04T23:05", "second"),
        ("3 تشرين الثاني، 2024", "2024-11-03T00:00", "day"),
        ("1 غشت 2024", "2024-08-01T00:00", "day"),
    ],
)
def test_written_dates(text: str, at: str, precision: str) -> None:
    found = written_date(text, ALGIERS)
    assert found
    assert (found.at, found.precision) == (datetime.fromisoformat(at).replace(tzinfo=UTC), precision)


@pytest.mark.parametrize("text", ["", "31 شباط 2025", "2025", "10:30", "آذار 2025", "ارتفع 10 مارس وحده"])
def test_what_is_no_date(text: str) -> None:
    assert written_date(text, ALGIERS) is None


def _page(head: str = "", body: str = "") -> html.HtmlElement:
    return html.fromstring(f"<html><head>{head}</head><body>{body}</body></html>")


def test_metadata_comes_before_the_visible_text() -> None:
    page = _page(
        '<meta property="article:published_time" content="2025-03-09T23:30:00+01:00">',
        '<div class="date">10 مارس 2025</div>',
    )
    found = published(page, ALGIERS, None, FETCHED)
    assert (found.at, found.precision) == (datetime(2025, 3, 9, 22, 30, tzinfo=UTC), "second")


def test_the_day_of_the_header_is_not_the_articles() -> None:
    page = _page(body='<header><div class="date">11 مارس 2025</div></header><div class="date">9 مارس 2025</div>')
    assert published(page, ALGIERS, None, FETCHED).at == datetime(2025, 3, 9, tzinfo=UTC)


def test_a_feeds_time_completes_a_day() -> None:
    feed = datetime(2025, 3, 9, 23, 30, tzinfo=UTC)  # the 10th in Algiers
    page = _page(body='<div class="date">10 مارس 2025</div>')
    assert (published(page, ALGIERS, feed, FETCHED).at, published(page, ALGIERS, feed, FETCHED).precision) == (
        feed,
        "feed",
    )


def test_without_any_date_the_crawls_time_stands() -> None:
    found = published(_page(), ALGIERS, None, FETCHED)
    assert (found.at, found.precision) == (FETCHED, "crawl")
