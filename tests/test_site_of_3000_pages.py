"""A loopback site of up to 3,000 pages over 20 hosts, crawled whole, killed, and crawled again on a second day."""

import gzip
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from rasid.outlets import Outlet
from rasid.reports import CrawlReport
from tests.crawling import DAY, Crawl
from tests.serving import Reply, Web, web

HOSTS = 20
PAGES = 150
"""Of one host; 3,000 in all."""

XML = {"Content-Type": "text/xml"}


def _build(site: Web, number: int, count: int = PAGES) -> tuple[Outlet, dict[str, int]]:
    """Gives a host its pages, sources and dirt.

    Returns:
        the outlet, and how often each address is to be captured with which link, in a first crawl.
    """
    paths = [f"/news/{number}{index:04}" for index in range(count)]
    for index, path in enumerate(paths):
        etag = {"ETag": f'"{index}"'} if index % 2 else {}
        site.replies[path] = Reply(f"<p>{path}</p>".encode() * 50, headers={"Content-Type": "text/html", **etag})
    expected = dict.fromkeys(paths, 1)
    third = count // 3
    site.feed(
        *(f"{site.base}{path}?utm_source=rss" for path in paths[:third]),
        *(f"{site.base}{path}/amp" for path in paths[3:9]),
        f"{site.base}/old",
        f"{site.base}/private/1",
    )
    urls = "".join(f"<url><loc>{site.base}{path}/</loc></url>" for path in paths[third - 10 : 2 * third])
    index = f"<sitemapindex><sitemap><loc>{site.base}/map.xml.gz</loc></sitemap></sitemapindex>"
    anchors = [f'<a href="{path}">خبر</a>' for path in paths[2 * third - 10 :]]
    sections = ["".join(anchors[:30]) + '<a rel="next" href="/section/2">التالي</a>', "".join(anchors[30:])]
    site.replies |= {
        "/robots.txt": Reply(b"User-agent: *\nDisallow: /private/", headers={"Content-Type": "text/plain"}),
        "/map.xml.gz": Reply(gzip.compress(f"<urlset>{urls}</urlset>".encode()), headers=XML),
        "/index.xml": Reply(index.encode(), headers=XML),
        "/section": Reply(f"<html><body>{sections[0]}</body></html>".encode()),
        "/section/2": Reply(f"<html><body>{sections[1]}</body></html>".encode()),
        "/old": Reply(status=301, headers={"Location": paths[0]}),
        paths[1]: [Reply(status=500), site.replies[paths[1]]],  # type: ignore[list-item]
        paths[2]: [Reply(status=503, headers={"Retry-After": "1"}), site.replies[paths[2]]],  # type: ignore[list-item]
    }
    expected[paths[0]] += 1  # by itself and by the redirect
    site.replies |= {f"{path}/": site.replies[path] for path in paths[third - 10 : 2 * third]}
    sources = [
        {"feed": f"{site.base}/feed"},
        {"sitemap": f"{site.base}/index.xml"},
        {"section": f"{site.base}/section", "pages": 5},
    ]
    return site.outlet(id=f"host{number}", sources=sources, concurrency=8), expected


@pytest.fixture(scope="module")
def sites() -> Iterator[list[Web]]:
    with web() as first:
        others = [web() for _ in range(HOSTS - 1)]
        yield [first, *(other.__enter__() for other in others)]
        for other in others:
            other.__exit__(None, None, None)


def _captured(crawl: Crawl, outlet: Outlet, site: Web) -> Counter[str]:
    return Counter(
        capture.url.removeprefix(site.base).partition("?")[0].rstrip("/") for capture in crawl.captures(outlet.id)
    )


@pytest.mark.parametrize("hosts", [3, pytest.param(HOSTS, marks=pytest.mark.long)])
def test_every_page_once_and_on_the_second_day_what_is_new_or_changed(
    crawl: Crawl, sites: list[Web], hosts: int
) -> None:
    sites = sites[:hosts]
    built = [_build(site, number) for number, site in enumerate(sites)]

    def all_crawled(**options: object) -> list[CrawlReport]:
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda each: crawl(each[0], **options), built))

    for report in all_crawled():
        assert (report.error, report.source_failures) == (None, {})
        assert report.failed == {"robots": 1}
    for (outlet, expected), site in zip(built, sites, strict=True):
        assert _captured(crawl, outlet, site) == expected
        assert {capture.status for capture in crawl.captures(outlet.id)} == {200}
        assert not any(path.startswith("/private/") for path in site.asked)

    crawl.day = DAY + timedelta(days=1)
    for (_, expected), site in zip(built, sites, strict=True):
        changed, *_ = [path for path in expected if path.endswith("0050")]
        site.replies[changed] = site.replies[f"{changed}/"] = Reply(b"<p>changed</p>")
        new = changed.replace("0050", "9999")
        site.replies[new] = Reply(b"<p>new</p>")
        site.feed(f"{site.base}{new}", *(f"{site.base}{path}" for path in list(expected)[:20]))
    for report, (outlet, expected) in zip(all_crawled(revisit_every_hours=0), built, strict=True):
        assert (report.found, report.revisited) == (1, len(expected) + 1)  # the redirect is a page of its own
        fetched = {
            capture.url.rpartition("/news/")[2].rstrip("/")[-4:]
            for capture in crawl.captures(outlet.id)
            if not capture.revisit
        }
        assert fetched == {"0050", "9999"}
        assert report.captures == report.unchanged + 2


@pytest.mark.long
@pytest.mark.parametrize("times", [4, 10])
def test_kills_lose_and_double_nothing(crawl: Crawl, sites: list[Web], times: int) -> None:
    site = sites[0]
    outlet, expected = _build(site, 77)
    outlet = outlet.model_copy(update={"concurrency": 2})
    random_ = random.Random(20250310)
    kills = 0
    for _ in range(times):
        done = threading.Event()

        def kill_after(count: int, before: int, done: threading.Event) -> None:
            """Kills the crawl's process once the server has been asked for so many more pages."""
            nonlocal kills
            while not done.is_set():
                if len(site.asked) - before >= count:
                    children = subprocess.run(
                        ["pgrep", "-P", str(os.getpid()), "-f", "crawlers.process"],
                        capture_output=True,
                        text=True,
                        check=False,
                    )
                    for pid in children.stdout.split():
                        os.kill(int(pid), signal.SIGKILL)
                        kills += 1
                    return
                time.sleep(0.002)

        killer = threading.Thread(target=kill_after, args=(random_.randrange(1, 40), len(site.asked), done))
        killer.start()
        crawl.as_a_program(outlet)
        done.set()
        killer.join()
    assert kills >= 0.8 * times  # the last ones may find nothing left to kill
    report = crawl(outlet)
    assert report.error is None
    assert _captured(crawl, outlet, site) == expected
    files = [str(path) for path in crawl.data.rglob(f"{outlet.id}.warc.gz")]
    check = subprocess.run(
        [Path(sys.executable).with_name("warcio"), "check", *files], capture_output=True, check=False
    )
    assert check.returncode == 0, check.stdout
