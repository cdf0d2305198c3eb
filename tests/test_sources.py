"""Sources of every kind, read by real crawls."""

import gzip
import itertools
import time

import pytest

from tests.crawling import Crawl
from tests.serving import Reply, Web

XML = {"Content-Type": "text/xml"}


def _urls(site: Web, *paths: str, kind: str = "url") -> Reply:
    root = {"url": "urlset", "sitemap": "sitemapindex"}[kind]
    entries = "".join(f"<{kind}><loc>{site.base}{path}</loc></{kind}>" for path in paths)
    return Reply(
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{root}>'.encode(), headers=XML
    )


def _links(*paths: str, extra: str = "") -> Reply:
    anchors = "".join(f'<a href="{path}">خبر {path}</a>' for path in paths)
    return Reply(f"<html><head>{extra}</head><body>{anchors}</body></html>".encode())


def _captured(crawl: Crawl, site: Web) -> list[str]:
    return sorted(capture.url.removeprefix(site.base) for capture in crawl.captures())


def test_a_sitemap_index_with_gzip_and_itself(crawl: Crawl, site: Web) -> None:
    site.replies |= {
        "/index.xml": _urls(site, "/1.xml", "/2.xml.gz", "/gone.xml", "/index.xml", kind="sitemap"),
        "/1.xml": _urls(site, "/a", "/b"),
        "/2.xml.gz": Reply(gzip.compress(_urls(site, "/b", "/c").body), headers={"Content-Type": "application/gzip"}),
        **{path: Reply(b"text") for path in ("/a", "/b", "/c")},
    }
    report = crawl(site.outlet(sources=[{"sitemap": f"{site.base}/index.xml"}]))
    assert _captured(crawl, site) == ["/a", "/b", "/c"]
    assert report.source_failures == {f"{site.base}/gone.xml": "answered 404"}
    assert site.asked.count("/index.xml") == 1


def test_sitemaps_nested_without_end(crawl: Crawl, site: Web) -> None:
    site.replies |= {f"/{n}.xml": _urls(site, f"/{n + 1}.xml", kind="sitemap") for n in range(10)}
    report = crawl(site.outlet(sources=[{"sitemap": f"{site.base}/0.xml"}]))
    assert [path for path in site.asked if path.endswith(".xml")] == ["/0.xml", "/1.xml", "/2.xml", "/3.xml"]
    told = "limit: 1 that it leads to were not read: 3 levels of sitemaps, 200 in all"
    assert report.source_failures == {f"{site.base}/0.xml": told}


def test_a_sitemap_index_of_any_length_is_told_in_one_line(crawl: Crawl, site: Web) -> None:
    named = [f"/part-{number}.xml" for number in range(1_000)]
    site.replies["/0.xml"] = _urls(site, *named, kind="sitemap")
    site.replies |= {path: _urls(site, f"/news/{number}") for number, path in enumerate(named[:5])}
    report = crawl(site.outlet(sources=[{"sitemap": f"{site.base}/0.xml"}]))
    limits = {url: told for url, told in report.source_failures.items() if "limit" in told}
    told = "limit: 801 that it leads to were not read: 3 levels of sitemaps, 200 in all"
    assert limits == {f"{site.base}/0.xml": told}


def test_a_section_with_numbered_pages(crawl: Crawl, site: Web) -> None:
    site.replies |= {
        "/news": _links("/news/1001", "/news/1002", "/about", "https://elsewhere.example/news/1009"),
        "/news?page=2": _links("/news/1002", "/news/1003"),
        "/news?page=3": _links("/news/1003"),
        "/news?page=4": _links("/news/1004"),
        **{f"/news/{n}": Reply(b"text") for n in range(1001, 1005)},
    }
    section = {"section": f"{site.base}/news", "next": f"{site.base}/news?page={{page}}", "pages": 10}
    report = crawl(site.outlet(sources=[section]))
    assert _captured(crawl, site) == ["/news/1001", "/news/1002", "/news/1003"]
    assert "/news?page=4" not in site.asked  # the third had nothing new
    assert crawl.captures()[0].link.via == "section"
    assert report.known == 0


def test_a_section_that_names_its_next_page_and_a_pattern(crawl: Crawl, site: Web) -> None:
    site.replies |= {
        "/s": _links("/x/first", "/y/1234", extra='<link rel="next" href="/s/2">'),
        "/s/2": _links("/x/second", extra='<link rel="next" href="/s/3">'),
        "/s/3": _links("/x/third"),
    }
    section = {"section": f"{site.base}/s", "articles": "/x/", "pages": 2}
    crawl(site.outlet(sources=[section]))
    assert _captured(crawl, site) == ["/x/first", "/x/second"]


def test_several_sources_are_merged(crawl: Crawl, site: Web) -> None:
    site.feed(f"{site.base}/1?utm_source=rss", f"{site.base}/2")
    site.replies |= {"/map.xml": _urls(site, "/1", "/2", "/3"), **{f"/{n}": Reply(b"text") for n in range(1, 4)}}
    report = crawl(site.outlet(sources=[{"feed": f"{site.base}/feed"}, {"sitemap": f"{site.base}/map.xml"}]))
    assert report.captures == 3
    assert report.links == {f"{site.base}/feed": 2, f"{site.base}/map.xml": 3}


def test_an_arabic_address_in_any_spelling_is_one_page(crawl: Crawl, site: Web) -> None:
    site.replies["/%D8%B3%D9%81%D9%8A%D8%B1"] = Reply(b"text")
    site.feed(f"{site.base}/سفير", f"{site.base}/%D8%B3%D9%81%D9%8A%D8%B1", f"{site.base}/%d8%b3%d9%81%d9%8a%d8%b1/")
    assert crawl(site.outlet()).captures == 1


BAD_LINKS = ["http://host:99999/", "http://a:abc/", "http://[broken", "javascript:alert(1)", "mailto:desk@example.org"]


@pytest.mark.parametrize("kind", ["feed", "sitemap", "section"])
def test_bad_links_cost_themselves_alone_and_are_counted(crawl: Crawl, site: Web, kind: str) -> None:
    links = [f"{site.base}/a/1001", *BAD_LINKS, f"{site.base}/a/1002"]
    site.feed(*links)
    sitemap = "".join(f"<url><loc>{link}</loc></url>" for link in links)
    site.replies |= {
        "/sitemap": Reply(f"<urlset>{sitemap}</urlset>".encode(), headers=XML),
        "/section": _links(*links),
        "/a/1001": Reply(b"text"),
        "/a/1002": Reply(b"text"),
    }
    counted = 3 if kind == "section" else 5  # on a page, links to no page are no entries
    for _ in range(2):
        report = crawl(site.outlet(sources=[{kind: f"{site.base}/{kind}"}]))
        assert _captured(crawl, site) == ["/a/1001", "/a/1002"]
        assert report.failed == {"address": counted}
        assert "http://host:99999/" in report.failures
        assert report.source_failures == {}


def test_what_reading_costs_ends_within_the_outlets_limits(crawl: Crawl, site: Web) -> None:
    entries = "".join(f"<item><link>/{n}</link></item>" for n in range(200_000))
    site.replies |= {
        "/long": Reply(f"<rss version='2.0'><channel>{entries}</channel></rss>".encode(), headers=XML),
        "/regex": _links(f"http://a/{'a' * 40}!"),
        "/map.xml": _urls(site, "/1"),
        "/1": Reply(b"text"),
    }
    sources = [
        {"section": f"{site.base}/regex", "articles": "^http://[^/]+/(a+)+$"},
        {"feed": f"{site.base}/long"},
        {"sitemap": f"{site.base}/map.xml"},
    ]
    report = crawl(site.outlet(sources=sources), max_outlet_seconds=5, max_pages=5)
    assert report.source_failures.keys() >= {f"{site.base}/regex"}
    assert all(reason.startswith("limit: ") for reason in report.source_failures.values())
    assert report.error is None or "limit: not read within" in report.error


def test_only_the_first_entries_of_an_endless_feed_are_read(crawl: Crawl, site: Web) -> None:
    entries = "".join(f"<item><link>/{n}</link></item>" for n in range(20_000))
    site.replies["/feed"] = Reply(f"<rss version='2.0'><channel>{entries}</channel></rss>".encode(), headers=XML)
    report = crawl(site.outlet(), max_pages=1)
    assert (report.error, report.found) == (None, 10_000)
    assert report.source_failures == {f"{site.base}/feed": "limit: only its first 10,000 entries of 20,000 are read"}


def test_a_source_that_the_crawl_has_no_time_for_is_told(crawl: Crawl, site: Web) -> None:
    site.feed()
    site.replies["/slow"] = Reply(
        stream=lambda: itertools.chain([b"<rss>"], (time.sleep(0.2) or b" " for _ in range(40)))
    )
    sources = [{"feed": f"{site.base}/slow"}, {"feed": f"{site.base}/feed"}]
    report = crawl(site.outlet(sources=sources), max_outlet_seconds=3, timeout=60)
    assert report.source_failures[f"{site.base}/slow"]
