"""Feeds and sitemaps."""

from datetime import UTC, datetime

import pytest

from crawlers.discovery import BrokenSourceError, feed_links, read_sitemap
from tests.pages import SITES

URL = "https://example.org/feed"


@pytest.mark.parametrize("outlet", ["annasr", "sharqonline", "rafidain"])
def test_feeds_of_the_sample_outlets(outlet: str) -> None:
    site = SITES[outlet]  # RSS, Atom, RSS in windows-1256
    answer = site.answer(site.feed_path)
    links = feed_links(answer.body, site.outlet.sources[0].url, answer.content_type)
    assert [link.title for link in links] == [story.title for story in site.stories]
    assert [link.published_at for link in links] == [story.at for story in site.stories]
    assert all(link.url.startswith(site.base) for link in links)


def test_a_news_sitemap() -> None:
    site = next(site for site in SITES.values() if site.outlet.sources[0].sitemap)
    links = read_sitemap(site.answer(site.feed_path).body, URL).links
    assert [link.title for link in links] == [story.title for story in site.stories]
    assert [link.published_at for link in links] == [story.at for story in site.stories]


def test_a_feed_that_breaks_off_gives_what_came_before() -> None:
    rss = (
        b"<rss version='2.0'><channel><title>t</title>"
        b"<item><title>a</title><link>/1</link><pubDate>Mon, 10 Mar 2025 09:00:00 +0100</pubDate></item>"
        b"<item><title>b</ti"
    )
    links = feed_links(rss, URL)
    assert links[0].url == "https://example.org/1"
    assert links[0].published_at == datetime(2025, 3, 10, 8, tzinfo=UTC)


def test_an_empty_feed_is_a_feed() -> None:
    assert feed_links(b"<rss version='2.0'><channel><title>t</title></channel></rss>", URL) == []


@pytest.mark.parametrize("body", [b"", b"<html><body>gone</body></html>", b"<rss version='2.0'><channel><tit"])
def test_what_is_no_feed(body: bytes) -> None:
    with pytest.raises(BrokenSourceError):
        feed_links(body, URL)


@pytest.mark.parametrize("body", [b"", b"no xml", b"<rss version='2.0'/>"])
def test_what_is_no_sitemap(body: bytes) -> None:
    with pytest.raises(BrokenSourceError):
        read_sitemap(body, URL)


def test_entities_are_refused() -> None:
    body = b"""<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>
    <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://example.org/&file;</loc></url></urlset>"""
    with pytest.raises(BrokenSourceError, match="entities"):
        read_sitemap(body, URL)
