"""Real crawls over loopback: every page found is captured or has failed with a reason."""

import json
from pathlib import Path

import pytest

from rasid.outlets import load_outlets
from tests.crawling import Crawl
from tests.serving import Reply, Web, web


def test_the_worlds_dirt(crawl: Crawl, sample_outlets: Path) -> None:
    barada = load_outlets(sample_outlets)["barada"]
    first = crawl(barada)
    assert first.error is None
    assert (first.found, first.captures, first.failed) == (12, 11, {"timeout": 1})
    captures = {capture.link.url.rpartition("/")[2]: capture for capture in crawl.captures("barada")}
    assert len(captures) == 11
    assert captures["3304"].status == 200  # its first answer was a 500
    assert captures["3305"].link.url != captures["3305"].url  # after a redirect
    assert captures["3391"].body == b""
    assert captures["9999"].status == 404

    again = crawl(barada)
    assert (again.found, again.known, again.captures, again.failed) == (1, 11, 0, {"timeout": 1})
    assert len(crawl.captures("barada")) == 11


@pytest.mark.parametrize(("outlet", "reason"), [("tassili", "refused"), ("wadi", "not a readable feed")])
def test_outlets_that_fail(crawl: Crawl, sample_outlets: Path, outlet: str, reason: str) -> None:
    report = crawl(load_outlets(sample_outlets)[outlet])
    assert report.found == 0
    assert report.error
    assert reason in report.error


def test_a_host_without_an_address(crawl: Crawl, site: Web) -> None:
    report = crawl(site.outlet(sources=[{"feed": "http://nowhere.invalid/feed"}]))
    assert report.error
    assert report.error.startswith("http://nowhere.invalid/feed: dns")


def test_bytes_are_kept_as_they_came(crawl: Crawl, sample_outlets: Path) -> None:
    crawl(load_outlets(sample_outlets)["khaleejdaily"])
    capture = crawl.captures("khaleejdaily")[0]
    assert capture.header("Content-Encoding") == "gzip"
    assert capture.body.startswith(b"\x1f\x8b")


def test_one_dead_source_of_two_is_named_and_the_other_read(crawl: Crawl, site: Web) -> None:
    site.feed(f"{site.base}/1")
    sources = [{"feed": f"{site.base}/gone"}, {"feed": f"{site.base}/feed"}]
    report = crawl(site.outlet(sources=sources))
    assert report.error is None
    assert report.source_failures == {f"{site.base}/gone": "answered 404"}
    assert report.captures == 1


def test_addresses_that_are_not_public_are_not_asked(crawl: Crawl, site: Web) -> None:
    with web({"/1": Reply(b"inside")}) as inside:
        site.replies["/moved"] = Reply(status=302, headers={"Location": f"{inside.base}/1"})
        site.feed(
            f"{inside.base}/1",
            f"{site.base}/moved",
            "http://169.254.169.254/latest",
            "http://[::1]/",
            "file:///etc/passwd",
        )
        report = crawl(site.outlet())
        assert inside.asked == []
    assert report.captures == 0
    assert report.failed == {"address": 5}


def test_robots_txt_is_obeyed(crawl: Crawl, site: Web) -> None:
    site.replies["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private/", headers={"Content-Type": "text/plain"})
    site.feed(f"{site.base}/private/1", f"{site.base}/2")
    report = crawl(site.outlet())
    assert report.failed == {"robots": 1}
    assert site.asked == ["/robots.txt", "/feed", "/2"]


def test_the_user_agent_says_who_asks(crawl: Crawl, site: Web) -> None:
    site.feed()
    crawl(site.outlet(), contact="mailto:desk@example.org")
    assert len(site.agents) == 1
    assert site.agents.pop().endswith("(+mailto:desk@example.org)")


def test_limits(crawl: Crawl, site: Web) -> None:
    for number in range(5):
        site.replies[f"/{number}"] = Reply(b"x" * (5000 if number == 1 else 10))
    site.feed(*(f"{site.base}/{number}" for number in range(5)))
    report = crawl(site.outlet(), max_page_bytes=2000, max_pages=3)
    assert report.failed == {"limit": 2, "too_large": 1}
    assert report.captures == 2


def test_a_server_error_is_kept_and_asked_again(crawl: Crawl, site: Web) -> None:
    site.replies["/1"] = Reply(status=503)
    site.feed(f"{site.base}/1")
    assert crawl(site.outlet()).captures == 1
    site.replies["/1"] = Reply(b"healed")
    assert crawl(site.outlet()).captures == 1
    assert [capture.status for capture in crawl.captures()] == [503, 200]
    assert crawl(site.outlet()).found == 0


def test_a_page_that_two_addresses_lead_to_is_fetched_for_both(crawl: Crawl, site: Web) -> None:
    site.replies |= {"/old": Reply(status=301, headers={"Location": "/new"}), "/new": Reply(b"text")}
    site.feed(f"{site.base}/new", f"{site.base}/old")
    assert crawl(site.outlet()).captures == 2
    assert {capture.url for capture in crawl.captures()} == {f"{site.base}/new"}


def test_the_log_has_one_object_a_line_whatever_the_web_writes(crawl: Crawl, site: Web) -> None:
    away = {"Location": "http://nowhere.invalid/\x1b[31m\u0085\u00e9"}
    site.replies |= {
        "/a": Reply(status=302, headers=away),
        "/b": Reply(b"x" * 100_000, headers={"Content-Type": "\x1b[2J\x9b"}),
    }
    site.feed(*(f"{site.base}/{name}" for name in ("a", "b", "c%0a%1b[31m\u2028\u0085d")))
    assert crawl(site.outlet()).failed == {"dns": 1}
    lines = (crawl.data / "crawl.log").read_text(encoding="utf-8").split("\n")[:-1]
    assert any("nowhere.invalid" in json.loads(line)["event"] for line in lines)
    assert {json.loads(line)["outlet"] for line in lines} == {"test"}
    assert max(map(len, lines)) < 6_000  # no page is in it
    assert not any(set(line) & set("\x1b\x85\x9b\u2028\r") for line in lines)
