"""What servers ask of a crawler, by the requests that they see."""

import itertools
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from scrapy.http import Response

from crawlers.middlewares.patience import retry_after
from pipeline.health import judge
from tests.crawling import Crawl
from tests.serving import Reply, Web

TEXT = {"Content-Type": "text/plain"}


def _gaps(site: Web) -> list[float]:
    """Seconds between requests to pages, as the server sees them."""
    times = [at for path, at in site.times if path.startswith("/page")]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def _pages(site: Web, count: int) -> None:
    site.replies |= {f"/page{number}": Reply(b"text") for number in range(count)}
    site.feed(*(f"{site.base}/page{number}" for number in range(count)))


def test_crawl_delay(crawl: Crawl, site: Web) -> None:
    site.replies["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 0.5", headers=TEXT)
    _pages(site, 4)
    assert crawl(site.outlet(concurrency=8)).captures == 4
    assert min(_gaps(site)) > 0.45


def test_a_crawl_delay_of_years_ends_with_the_crawls_time_and_is_named(crawl: Crawl, site: Web) -> None:
    site.replies["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 1e9", headers=TEXT)
    _pages(site, 3)
    report = crawl(site.outlet(), max_outlet_seconds=20)  # less than the longest wait
    why = f"robots.txt of {site.host} asks for 1,000,000,000 s between two requests"
    assert report.error == f"{site.base}/feed: time: the time of the crawl does not suffice; {why}"
    assert site.asked == ["/robots.txt"]


def test_pages_for_which_a_crawl_delay_leaves_no_time_stay_owed(crawl: Crawl, site: Web) -> None:
    site.replies["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 2", headers=TEXT)
    _pages(site, 100)
    outlet = site.outlet(concurrency=8)
    report = crawl(outlet, max_outlet_seconds=10)
    assert 0 < report.captures < 6
    assert report.failed == {"time": 100 - report.captures}
    assert len(site.asked) == 2 + report.captures  # none of those that waited was sent after the time
    why = f"robots.txt of {site.host} asks for 2 s between two requests"
    assert [problem.detail.endswith(why) for problem in judge(outlet, report, None, []).problems] == [False, True]
    site.replies["/robots.txt"] = Reply(b"", headers=TEXT)
    assert crawl(outlet).captures == 100 - report.captures


def test_the_outlets_own_delay(crawl: Crawl, site: Web) -> None:
    _pages(site, 4)
    assert crawl(site.outlet(delay=0.6)).captures == 4
    assert min(_gaps(site)) > 0.25  # Scrapy varies it by half, so that it looks like nobody's clock


def test_retry_after_holds_all_requests_to_the_host(crawl: Crawl, site: Web) -> None:
    _pages(site, 6)
    site.replies["/page0"] = [Reply(status=429, headers={"Retry-After": "3"}), Reply(b"text")]
    assert crawl(site.outlet(concurrency=1)).captures == 6
    times = [(path, at) for path, at in site.times if path.startswith("/page")]
    refused = next(at for path, at in times if path == "/page0")
    meanwhile = [path for path, at in times if refused < at < refused + 2.8]
    assert len(meanwhile) <= 1  # that may have been under way when the answer came
    assert {capture.status for capture in crawl.captures()} == {200}


def test_a_server_that_asks_for_hours_is_left_alone(crawl: Crawl, site: Web) -> None:
    _pages(site, 1)
    site.replies["/page0"] = Reply(status=503, headers={"Retry-After": "7200"})
    crawl(site.outlet())
    assert site.asked.count("/page0") == 1
    site.replies["/page0"] = Reply(b"text")
    assert crawl(site.outlet()).captures == 1  # it was owed


def test_tries_are_further_and_further_apart(crawl: Crawl, site: Web) -> None:
    _pages(site, 1)
    site.replies["/page0"] = Reply(status=500)
    crawl(site.outlet())
    first, second = _gaps(site)
    assert 0.6 < first < second


@pytest.mark.parametrize("concurrency", [1, 2])
def test_a_host_has_no_more_requests_at_a_time_than_the_outlet_says(crawl: Crawl, site: Web, concurrency: int) -> None:
    lock, open_now, most = threading.Lock(), 0, 0

    def slowly() -> Iterator[bytes]:
        nonlocal open_now, most
        with lock:
            open_now += 1
            most = max(most, open_now)
        time.sleep(0.05)
        yield b"text"
        with lock:
            open_now -= 1

    _pages(site, 12)
    site.replies |= {f"/page{number}": Reply(stream=slowly) for number in range(12)}
    assert crawl(site.outlet(concurrency=concurrency)).captures == 12
    assert most == concurrency


def test_retry_after_in_both_forms() -> None:
    def parsed(text: str) -> float | None:
        return retry_after(Response("https://example.org", headers={"Retry-After": text}))

    assert parsed("7") == 7
    soon = parsed(format_datetime(datetime.now(UTC) + timedelta(minutes=1), usegmt=True))
    assert soon
    assert 50 < soon <= 60
    assert parsed("Mon, 10 Mar 2025 04:00:00 GMT") == 0
    assert parsed("soon") is None


@pytest.mark.parametrize(
    ("robots", "captures"),
    [
        (Reply(b"User-agent: *\nDisallow: /", status=404, headers=TEXT), 2),
        (Reply(b"", status=403), 2),
        (Reply(b"", status=500), 0),
        (Reply(b"", status=503, headers={"Retry-After": "7200"}), 0),
        (Reply(b"", status=429, headers={"Retry-After": "7200"}), 0),
        (Reply(b"User-agent: *\nDisallow: /\nUser-agent: rasid\nDisallow: /page1", headers=TEXT), 1),
    ],
)
def test_robots_txt_by_rfc_9309(crawl: Crawl, site: Web, robots: Reply, captures: int) -> None:
    site.replies["/robots.txt"] = robots
    _pages(site, 2)
    report = crawl(site.outlet())
    assert report.captures == captures
    assert report.robots[site.host].status == robots.status
    if not captures:
        assert report.error
        assert "robots_unreachable: robots.txt cannot be read: answered" in report.error
        assert set(site.asked) == {"/robots.txt"}
