"""What servers do that browsers forgive, by real crawls: labels that lie, lengths, cookies, pages that send on."""

import gzip
import zlib

import brotli
import pytest
from scrapy.robotstxt import ProtegoRobotParser

from crawlers.middlewares.robots import PRODUCT_TOKEN, by_product_token
from tests.crawling import Crawl
from tests.serving import Reply, Web, web

RSS = {"Content-Type": "application/rss+xml"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
PACKED = {
    "utf-8": lambda body: body,
    "none": lambda body: body,
    "aws-chunked": lambda body: body,
    "gzip": lambda body: body,
    "identity": gzip.compress,
    "": gzip.compress,
    "x-gzip": gzip.compress,
    "gzip, identity": gzip.compress,
    "gzip, gzip": lambda body: gzip.compress(gzip.compress(body)),
    "GZIP": lambda body: gzip.compress(body)[:-6],
    "br": brotli.compress,
    "deflate": lambda body: zlib.compress(body)[2:-4],
}
LISTS = {
    "feed": "<rss version='2.0'><channel><title>t</title><item><link>{}</link></item></channel></rss>",
    "sitemap": "<urlset><url><loc>{}</loc></url></urlset>",
    "section": "<html><a href='{}'>خبر</a></html>",
}


def test_sources_whose_content_encoding_lies(crawl: Crawl, site: Web) -> None:
    sources, listed = [], []
    for kind, form in LISTS.items():
        for number, (encoding, pack) in enumerate(PACKED.items()):
            path, page = f"/{kind}/{number}", f"{site.base}/{kind}/1000{number}"
            headers = {"Content-Type": "text/html, text/html; charset=utf-8"} | (
                {"Content-Encoding": encoding} if encoding else {}
            )
            site.replies[path] = Reply(pack(form.format(page).encode()), headers=headers)
            sources.append({kind: f"{site.base}{path}"})
            listed.append(page)
    report = crawl(site.outlet(sources=sources, concurrency=8))
    assert report.source_failures == {}
    assert sorted(report.failures | dict.fromkeys(capture.url for capture in crawl.captures())) == sorted(listed)


def test_what_is_shorter_than_its_server_said_but_ends_as_a_whole_one(crawl: Crawl, site: Web) -> None:
    longer = {"Content-Length": "5000", "Connection": "close"}
    site.feed(f"{site.base}/whole", f"{site.base}/packed", f"{site.base}/part")
    feed = site.replies["/feed"]
    assert isinstance(feed, Reply)
    site.replies |= {
        "/feed": Reply(feed.body, headers=RSS | longer),
        "/whole": Reply(b"<html><body>text</body></html>", headers=HTML | longer),
        "/packed": Reply(gzip.compress(b"<p>text"), headers=HTML | longer | {"Content-Encoding": "gzip"}),
        "/part": Reply(b"<html><body>te", headers=HTML | longer),
    }
    report = crawl(site.outlet())
    assert (report.source_failures, report.failed) == ({}, {"connection": 1})
    assert {capture.url for capture in crawl.captures()} == {f"{site.base}/whole", f"{site.base}/packed"}
    assert site.asked.count("/whole") == 1


def test_a_site_that_sends_back_until_it_sees_its_cookie(crawl: Crawl, site: Web) -> None:
    site.feed(f"{site.base}/1", f"{site.base}/2")
    feed = site.replies["/feed"]
    assert isinstance(feed, Reply)
    site.replies |= {
        "/robots.txt": Reply(b"User-agent: *\nDisallow: /2", headers={"Content-Type": "text/plain"}, cookie="seen=1"),
        "/feed": Reply(feed.body, headers=RSS, cookie="seen=1"),
        "/1": Reply(b"text", cookie="seen=1"),
    }
    report = crawl(site.outlet())
    assert (report.captures, report.failed) == (1, {"robots": 1})
    assert site.asked == ["/robots.txt", "/robots.txt", "/feed", "/1"]
    crawl(site.outlet())
    assert site.asked[4:6] == ["/robots.txt", "/robots.txt"]  # a new crawl has no cookies


def _refresh(content: str) -> Reply:
    return Reply(f'<html><head><meta http-equiv="Refresh" content="{content}"></head></html>'.encode())


def test_pages_that_send_on_are_followed_as_browsers_do(crawl: Crawl, site: Web) -> None:
    with web({"/1": Reply(b"inside")}) as inside:
        site.replies |= {
            "/robots.txt": Reply(b"User-agent: *\nDisallow: /private", headers={"Content-Type": "text/plain"}),
            "/at-once": _refresh("0; url='/a'"),
            "/packed": Reply(gzip.compress(_refresh("1;URL=/b").body), headers=HTML | {"Content-Encoding": "gzip"}),
            "/header": Reply(b"<p>wait</p>", headers=HTML | {"Refresh": "0; url=/c"}),
            "/later": _refresh("300; url=/"),
            "/itself": _refresh("0"),
            "/round": _refresh("0; url=/back"),
            "/back": _refresh("0; url=/round"),
            "/hidden": _refresh("0; url=/private"),
            "/inside": _refresh(f"0; url={inside.base}/1"),
            "/nowhere": _refresh("0; url=http://[broken"),
            "/script": _refresh("0; url=javascript:alert(1)"),
            **{f"/{name}": Reply(name.encode()) for name in "abc"},
        }
        paths = ["at-once", "packed", "header", "later", "itself", "round", "hidden", "inside", "nowhere", "script"]
        site.feed(*(f"{site.base}/{path}" for path in paths))
        report = crawl(site.outlet())
        assert inside.asked == []
    assert report.failed == {"redirects": 1, "robots": 1, "address": 1}
    got = {capture.link.url.rpartition("/")[2]: capture for capture in crawl.captures()}
    assert {path: got[path].body for path in ("at-once", "packed", "header")} == {
        "at-once": b"a", "packed": b"b", "header": b"c"
    }  # fmt: skip
    assert got["at-once"].url == f"{site.base}/a"
    for path in ("later", "itself", "nowhere", "script"):
        assert got[path].url == f"{site.base}/{path}"


@pytest.mark.parametrize(
    ("groups", "allowed"),
    [
        ("User-agent: *\nAllow: /\nUser-agent: example\nDisallow: /", True),
        ("User-agent: https\nUser-agent: mailto\nDisallow: /", True),
        ("User-agent: ras\nDisallow: /", True),
        ("User-agent: Rasid-Images\nDisallow: /", True),
        ("User-agent: RASID\nDisallow: /", False),
        ("User-agent: rasid/2.0 (old)\nDisallow: /", False),
        ("\ufeffuser-agent : Rasid # us\nDisallow: /", False),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\nUser-agent: Rasid\nDisallow:", True),
        ("User-agent: other\nUser-agent: rasid\nDisallow: /a\n\nUser-agent: Rasid\nDisallow: /x", False),
    ],
)
def test_a_group_of_robots_txt_means_us_by_our_product_token(groups: str, allowed: bool) -> None:
    parser = ProtegoRobotParser(by_product_token(groups.encode()), None)
    assert parser.allowed("https://example.org/x", PRODUCT_TOKEN) == allowed


def test_words_of_the_contact_are_no_name_of_ours(crawl: Crawl, site: Web) -> None:
    robots = b"User-agent: desk\nDisallow: /\nUser-agent: example\nDisallow: /\nCrawl-delay: 50"
    site.replies |= {"/robots.txt": Reply(robots, headers={"Content-Type": "text/plain"}), "/1": Reply(b"text")}
    site.feed(f"{site.base}/1")
    report = crawl(site.outlet(), contact="https://example.org/desk")
    assert (report.captures, report.robots[site.host].crawl_delay) == (1, None)
