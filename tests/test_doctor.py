"""`rasid outlets check`: what a dry run finds, what it says is wrong, and what it tells to change."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from upath import UPath

from pipeline.outlet_check import REJECT_ADVICE, Examination, examine
from rasid.records import RejectReason
from rasid.settings import Settings
from tests.conftest import Rasid
from tests.pages import FARM, configured_tagger
from tests.serving import Reply, Web

XML = {"Content-Type": "application/xml"}


def _page(title: str = FARM.title, at: datetime | None = None, text: str = "") -> Reply:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in ([text] if text else FARM.paragraphs))
    date = f"<meta property='article:published_time' content='{at.isoformat()}'>" if at else ""
    html = f"<html><head><title>{title}</title>{date}</head><body><article><h1>{title}</h1>{paragraphs}</article>"
    return Reply(html.encode())


def _examine(site: Web, **options: object) -> Examination:
    outlet = site.outlet(**{"timezone": "Africa/Algiers", **options})
    return examine(outlet, configured_tagger(), Settings(data=UPath("data")))


def _told(found: Examination) -> str:
    return "\n".join(f"{finding.wrong} → {finding.change}" for finding in found.findings)


def _pages(site: Web, *pages: Reply) -> None:
    site.replies |= {f"/{number}": page for number, page in enumerate(pages)}
    site.feed(*(f"{site.base}/{number}" for number in range(len(pages))))


def test_a_healthy_outlet(site: Web, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    _pages(site, *(_page(f"{FARM.title} {number}", now, f"{FARM.paragraphs[1]} {number}") for number in range(12)))
    found = _examine(site)
    assert found.findings == ()
    assert (found.crawl.found, len(found.articles), found.charsets) == (12, 8, {"utf-8": 8})
    assert not list(tmp_path.iterdir())  # nothing is kept


def test_what_is_wrong_with_pages(site: Web) -> None:
    now = datetime.now(UTC)
    english = "The minister said that talks on the new arms deal had entered their final stage this week. " * 5
    _pages(site, _page(at=now + timedelta(hours=3)), _page(), _page(text=english), Reply(b"<p></p>"))
    told = _told(_examine(site))
    assert "1 of 2 articles show no date → tell where it stands by hints: {date: …}" in told
    assert "1 articles are from the future → correct timezone:, which is Africa/Algiers" in told
    assert "all articles have the same title" in told
    assert f"1 pages rejected: language, such as {site.base}/2" in told
    assert "1 pages rejected: empty" in told


def test_a_source_that_is_no_longer_kept_up(site: Web) -> None:
    _pages(site, _page(at=datetime.now(UTC) - timedelta(days=30)))
    assert "the source is no longer kept up" in _told(_examine(site))


@pytest.mark.parametrize(
    ("reply", "change"),
    [
        (Reply(status=404), "look for the outlet's feed on its home page"),
        (Reply(status=403), "the outlet refuses crawlers"),
        (Reply(b"<html><body>no feed</body></html>"), "write section: for feed:"),
    ],
)
def test_dead_sources(site: Web, reply: Reply, change: str) -> None:
    site.replies["/feed"] = reply
    robots = f"User-agent: *\nCrawl-delay: 0.2\nSitemap: {site.base}/news.xml".encode()
    site.replies["/robots.txt"] = Reply(robots, headers={"Content-Type": "text/plain"})
    found = _examine(site)
    assert change in _told(found)
    assert f"robots.txt names these sitemaps: {site.base}/news.xml" in _told(found)
    assert found.crawl.robots[site.host].crawl_delay == 0.2


def test_sources_without_articles(site: Web) -> None:
    site.replies["/section"] = Reply(b"<a href='/about'>about</a>")
    assert "correct articles:" in _told(_examine(site, sources=[{"section": f"{site.base}/section"}]))
    old = f"<urlset><url><loc>{site.base}/1</loc><lastmod>2020-01-01</lastmod></url></urlset>"
    site.replies["/map.xml"] = Reply(old.encode(), headers=XML)
    told = _told(_examine(site, sources=[{"sitemap": f"{site.base}/map.xml"}]))
    assert f"all 1 pages that the source {site.base}/map.xml lists are old" in told


EMPTY = {
    "feed": [
        b"<rss version='2.0'><channel><title>t</title></channel></rss>",
        b"<rss version='2.0'><channel><title>t</title><item><title>a</title></item></channel></rss>",
        b"<rss version='2.0'><channel><item><link>http://host:99999/</link></item></channel></rss>",
        b"\x1f\x8b\x08",
        b"",
    ],
    "sitemap": [b"<urlset/>", b"<sitemapindex><sitemap><loc>/gone.xml</loc></sitemap></sitemapindex>", b"http://[x"],
    "section": [b"<a href='/about'>about</a>", b"<a href='http://[x'>a</a>", b"<p>none</p>"],
}


@pytest.mark.parametrize("kind", EMPTY)
def test_a_source_that_gives_nothing_is_never_healthy(site: Web, kind: str) -> None:
    _pages(site, _page(at=datetime.now(UTC)))  # of another source, which is healthy
    sources = [{"feed": f"{site.base}/feed"}]
    for number, body in enumerate(EMPTY[kind]):
        site.replies[f"/{kind}/{number}"] = Reply(body)
        sources.append({kind: f"{site.base}/{kind}/{number}"})
    found = _examine(site, sources=sources)
    assert len(found.articles) == 1
    told = _told(found)
    assert [source for source in sources[1:] if f"the source {source[kind]} " not in told] == []
    assert f"the source {site.base}/feed " not in told


def test_the_command(rasid: Rasid, sample_outlets: Path) -> None:
    result = rasid("outlets", "check", "rafidain", "wadi", "--outlets", str(sample_outlets))
    assert result.returncode == 1
    told = result.stderr.splitlines()
    assert told[-1] == "no article from: wadi"
    assert {line.partition(":")[0] for line in told if "looking at" in line} == {"rafidain", "wadi"}
    for expected in ("encoding windows-1256 (8)", "9 listed; of the first 8: 8 articles, 0 rejected", "dead: not a"):
        assert expected in result.stdout
    assert not (rasid.data / "captures").exists()
    unknown = rasid("outlets", "check", "nobody", "--outlets", str(sample_outlets))
    assert unknown.returncode == 1
    assert "no outlet nobody" in unknown.stderr
    assert rasid("outlets", "check").returncode == 2


def test_there_is_advice_for_each_reason_of_a_rejection() -> None:
    assert set(REJECT_ADVICE) == set(get_args(RejectReason))
