"""Hostile servers: each ends in a counted reason within its limit, and the pages beside it are captured."""

import gzip
import itertools
import time
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from processing.extract.extraction import NotAnArticleError, extract
from tests.crawling import Crawl
from tests.pages import ANY_OUTLET, make_capture
from tests.serving import Reply, Web

HTML = {"Content-Type": "text/html; charset=utf-8"}
BOUNDS = {"timeout": 2, "max_page_bytes": 1_000_000}


def _endless() -> Iterator[bytes]:
    return itertools.repeat(b"x" * 65536)


def _drip() -> Iterator[bytes]:
    for _ in range(100):
        time.sleep(0.3)
        yield b"x"


BEHAVIOURS: dict[str, tuple[Reply, str]] = {
    "endless body": (Reply(stream=_endless, headers=HTML), "too_large"),
    "endless body of stated length": (
        Reply(stream=_endless, headers={**HTML, "Content-Length": "9" * 12}),
        "too_large",
    ),
    "slow drip": (Reply(stream=_drip, headers=HTML), "timeout"),
    "redirect loop": (Reply(status=302, headers={"Location": "/hostile"}), "redirects"),
    "redirect to metadata": (Reply(status=302, headers={"Location": "http://169.254.169.254/latest/"}), "address"),
    "a name of a private address": (Reply(status=302, headers={"Location": "http://localhost:9200/"}), "address"),
    "breaks off": (Reply(stream=lambda: [b"x"], headers={**HTML, "Content-Length": "1000"}), "connection"),
}


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_pages(crawl: Crawl, site: Web, behaviour: str) -> None:
    reply, reason = BEHAVIOURS[behaviour]
    site.replies |= {"/hostile": reply, "/good": Reply(b"text")}
    site.feed(f"{site.base}/hostile", f"{site.base}/good")
    report = crawl(site.outlet(), **BOUNDS)
    assert report.failed == {reason: 1}
    assert [capture.url for capture in crawl.captures()] == [f"{site.base}/good"]


def test_a_redirect_to_a_file_is_not_followed(crawl: Crawl, site: Web) -> None:
    site.replies["/hostile"] = Reply(status=302, headers={"Location": "file:///etc/passwd"})
    site.feed(f"{site.base}/hostile")
    crawl(site.outlet())
    assert [(capture.status, capture.body) for capture in crawl.captures()] == [(302, b"")]


@cache
def _bomb() -> bytes:
    return gzip.compress(b"\0" * 300_000_000, 1)


SOURCES: dict[str, Callable[[], Reply]] = {
    "entity bomb": lambda: Reply(
        b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "'
        + b"ha" * 1000
        + b'">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 50) for n in range(8))
        + b"]><rss version='2.0'><channel><title>&i;</title><item><link>/a</link></item></channel></rss>"
    ),
    "gzip bomb": lambda: Reply(_bomb(), headers={"Content-Encoding": "gzip"}),
    "endless": lambda: Reply(stream=_endless),
    "slow drip": lambda: Reply(stream=_drip),
    "binary": lambda: Reply(bytes(range(256)) * 1000),
    "empty": Reply,
    "redirect to a private address": lambda: Reply(status=302, headers={"Location": "http://127.0.0.1:1/feed"}),
}


@pytest.mark.parametrize("kind", ["feed", "sitemap", "section"])
@pytest.mark.parametrize("behaviour", SOURCES)
def test_sources(crawl: Crawl, site: Web, kind: str, behaviour: str) -> None:
    site.replies |= {"/hostile": SOURCES[behaviour](), "/1": Reply(b"text")}
    site.feed(f"{site.base}/1")
    report = crawl(site.outlet(sources=[{kind: f"{site.base}/hostile"}, {"feed": f"{site.base}/feed"}]), **BOUNDS)
    assert report.error is None
    assert [capture.url for capture in crawl.captures() if capture.status == 200] == [f"{site.base}/1"]
    assert list(report.source_failures) == [f"{site.base}/hostile"]
    assert report.source_failures[f"{site.base}/hostile"]


def test_what_has_no_end_is_told_as_too_large(crawl: Crawl, site: Web) -> None:
    feed = f"{site.base}/feed"
    site.replies["/feed"] = Reply(stream=_endless)
    assert crawl(site.outlet(), **BOUNDS).source_failures == {feed: "too_large: larger than may be fetched"}
    site.replies["/robots.txt"] = Reply(stream=_endless)
    told = "robots_unreachable: robots.txt cannot be read: larger than may be fetched"
    assert crawl(site.outlet(), **BOUNDS).source_failures == {feed: told}


def test_a_section_page_of_ten_thousand_links(crawl: Crawl, site: Web) -> None:
    links = "".join(f'<a href="/news/{n}">خبر</a>' for n in range(100_000, 110_000))
    site.replies["/s"] = Reply(f"<html><body>{links}</body></html>".encode())
    report = crawl(site.outlet(sources=[{"section": f"{site.base}/s"}]), max_pages=20)
    assert (report.found, report.captures, report.failed) == (10_000, 20, {"limit": 9_980})


def test_an_outlet_cannot_fill_the_disk(crawl: Crawl, site: Web) -> None:
    site.replies |= {f"/{n}": Reply(b"x" * 100_000) for n in range(50)}
    site.feed(*(f"{site.base}/{n}" for n in range(50)))
    report = crawl(site.outlet(), max_outlet_bytes=1_000_000)
    assert 10 <= report.captures < 40
    assert report.failed == {"limit": 50 - report.captures}
    assert crawl(site.outlet()).found == 50 - report.captures  # what is left is owed


def test_an_outlet_cannot_hang_the_run(crawl: Crawl, site: Web) -> None:
    site.replies |= {f"/{n}": Reply(stream=_drip) for n in range(50)}
    site.feed(*(f"{site.base}/{n}" for n in range(50)))
    report = crawl(site.outlet(), max_outlet_seconds=12, timeout=2)
    assert report.failed["time"] > 20
    assert sum(report.failed.values()) == 50


TEXT = """<p>أعلن وزير الري اليوم بدء المرحلة الثانية من مشروع السد الجديد وقال إن الأشغال تنتهي قبل نهاية العام.</p>
<p>وأضاف أن المشروع يوفر مياه الشرب لثلاث محافظات ويروي آلاف الهكتارات من الأراضي الزراعية في الجنوب.</p>"""


@pytest.mark.parametrize(
    ("body", "headers", "outcome"),
    [
        (lambda: gzip.compress(b"<p>" * 100_000_000, 9), {"Content-Encoding": "gzip"}, "undecodable"),
        (lambda: f"<html><body><article>{TEXT}</article>".encode() + b"\xff\xfe\x00", {}, "article"),
        (lambda: f"<html><body><article>{TEXT}</article>".encode().replace(b"<p>", b"<p>\x00"), {}, "article"),
        (f"<html><body><article><p class='{'x' * 2_000_000}'>{TEXT}</article>".encode, {}, "article"),
        (lambda: TEXT.encode("utf-16-be"), {"Content-Type": "text/html; charset=utf-8"}, "rejected"),
        (("<div>" * 100_000 + TEXT).encode, {}, "any"),
        (lambda: b"\x89PNG\r\n" + bytes(range(256)) * 100, {}, "rejected"),
    ],
    ids=["bomb", "invalid UTF-8", "null bytes", "2 MB in one tag", "wrong charset", "100,000 levels", "a picture"],
)
def test_hostile_text_ends_as_an_article_or_a_rejection(
    body: Callable[[], bytes], headers: dict[str, str], outcome: str
) -> None:
    try:
        page = extract(make_capture(body(), headers=tuple({**HTML, **headers}.items())), ANY_OUTLET)
    except NotAnArticleError as error:
        assert outcome in {error.reason, "rejected", "any"}, error
    else:
        assert outcome in {"article", "any"}
        assert "أعلن وزير الري" in page.body
        assert "\0" not in page.body
