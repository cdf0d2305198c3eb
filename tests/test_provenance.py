"""`rasid why` and `rasid show`: each fate of a page, after real crawls."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from upath import UPath

from pipeline.config import load_config
from pipeline.kept import Reports
from pipeline.provenance import Provenance, trace
from pipeline.stages import Stages
from rasid.outlets import Outlet
from rasid.settings import Settings
from rasid.storage import Storage
from search.indexed import article_of
from tests.conftest import Rasid
from tests.crawling import DAY
from tests.pages import FARM
from tests.serving import Reply, Web
from tests.small import small_configuration


class Desk:
    """An outlet that is crawled, processed and indexed as a test says."""

    def __init__(self, site: Web, data: Path, cluster: str, client: Elasticsearch) -> None:
        self.site, self.client = site, client
        self.settings = Settings(
            data=UPath(data / "data"),
            config=small_configuration(data),
            ELASTICSEARCH_URL=cluster,
            revisit_every_hours=0,
        )
        self.outlet = site.outlet(hints={"title": "//h1"})

    def stages(self) -> Stages:
        config = replace(load_config(self.settings), outlets={"test": self.outlet})
        return Stages(self.settings, config, DAY, lambda _: None)

    def why(self, asked: str, **more: Outlet) -> Provenance:
        reports = Reports(Storage(self.settings.data), datetime.now(UTC).date(), lambda _: None)
        return trace(self.client, reports, {"test": self.outlet, **more}, asked)


@pytest.fixture
def desk(site: Web, tmp_path: Path, cluster: str, client: Elasticsearch) -> Desk:
    return Desk(site, tmp_path, cluster, client)


def _page(text: str = "") -> Reply:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in ([text] if text else FARM.paragraphs))
    return Reply(f"<html><body><article><h1>{FARM.title}</h1>{paragraphs}</article></body></html>".encode())


def test_the_fate_of_each_page_of_an_outlet(desk: Desk) -> None:
    site = desk.site
    site.replies |= {
        "/good": _page(),
        "/short": _page("نص قصير"),
        "/moved": Reply(status=301, headers={"Location": "/good2"}),
    }
    site.replies["/good2"] = _page(f"{FARM.paragraphs[1]} وأضاف المصدر أن التفاصيل ستعلن لاحقا")
    site.replies["/busy"] = Reply(status=503)
    site.feed(*(f"{site.base}/{name}" for name in ("good", "short", "moved", "busy")))
    stages = desk.stages()
    stages.crawl(["test"])
    assert desk.why(f"{site.base}/good").verdict.fate == "waiting"
    stages.process(["test"])
    waiting = desk.why(f"{site.base}/good")
    assert waiting.verdict.fate == "not indexed"
    assert waiting.verdict.advice == (f"`rasid index --date {DAY} --outlet test` brings it there",)
    stages.index(["test"])

    good = desk.why(f"{site.base}/good?utm_source=mail")
    assert good.verdict.fate == "indexed"
    assert good.known
    assert (good.known.link.via, good.known.link.source) == ("feed", f"{site.base}/feed")
    (visit,) = good.visits
    assert (visit.status, visit.end, visit.day, visit.ref.file) == (200, "article", DAY, f"captures/{DAY}/test.warc.gz")
    assert good.article
    assert desk.why(good.article.id).visits == good.visits

    short = desk.why(f"{site.base}/short")
    assert short.verdict.fate == "rejected"
    assert short.visits[0].reason == "empty"
    assert "the text is not found" in short.verdict.advice[0]

    moved = desk.why(f"{site.base}/moved")  # found by the address that the feed has, and by that which answered
    assert moved.verdict.fate == "indexed"
    assert desk.why(f"{site.base}/good2").visits == moved.visits

    busy = desk.why(f"{site.base}/busy")
    assert busy.verdict.fate in {"not fetched", "rejected"}
    assert "503" in json.dumps([busy.verdict.told, *(visit.why for visit in busy.visits)])

    stages.crawl(["test"])  # each page is as it was
    stages.process(["test"])
    again = desk.why(f"{site.base}/good")
    assert [visit.end for visit in again.visits] == ["unchanged", "article"]
    assert again.verdict.fate == "indexed"


def test_pages_that_no_crawl_has_seen(desk: Desk) -> None:
    desk.site.replies["/feed"] = Reply(status=404)
    assert desk.why(f"{desk.site.base}/nowhere").verdict.fate == "not crawled"  # its sources were never asked
    desk.stages().crawl(["test"])
    missing = desk.why(f"{desk.site.base}/nowhere")
    assert missing.verdict.fate == "not listed"
    assert any("could not read" in advice and "404" in advice for advice in missing.verdict.advice)
    desk.outlet = desk.outlet.model_copy(update={"disabled": "it has moved"})
    assert desk.why(f"{desk.site.base}/nowhere").verdict.told == "test is not crawled: it has moved"
    assert desk.why("https://elsewhere.example/a").verdict.fate == "unknown outlet"
    for short in ("www.elsewhere.example/a", "elsewhere.example", "دار.وطن/خبر?n=2"):
        found = desk.why(short)
        assert (found.url, found.verdict.fate) == (f"https://{short}", "unknown outlet")
    for words in (
        "not an address at all",
        "إس-400",
        "صفقة",
        "http://[",
        "ftp://a.example/b",
        "javascript:a",
        "2.5",
        "",
    ):
        assert desk.why(words).verdict.fate == "no address"


def test_what_robots_txt_forbids(desk: Desk) -> None:
    desk.site.replies["/robots.txt"] = Reply(
        b"User-agent: *\nDisallow: /closed", headers={"Content-Type": "text/plain"}
    )
    desk.site.feed(f"{desk.site.base}/closed/1")
    desk.stages().crawl(["test"])
    closed = desk.why(f"{desk.site.base}/closed/1")
    assert (closed.verdict.fate, closed.failures[0].reason) == ("not fetched", "robots")
    assert closed.verdict.advice[0] == "robots.txt forbids them: ask the outlet"


def test_on_the_command_line(desk: Desk, rasid: Rasid, tmp_path: Path, cluster: str) -> None:
    site = desk.site
    site.replies |= {"/سفير": _page(), "/%D8%B3%D9%81%D9%8A%D8%B1": _page()}
    site.feed(f"{site.base}/%D8%B3%D9%81%D9%8A%D8%B1")
    stages = desk.stages()
    stages.crawl(["test"])
    stages.process(["test"])
    stages.index(["test"])
    rasid.environment.update(
        ELASTICSEARCH_URL=cluster, RASID_DATA=str(desk.settings.data), RASID_CONFIG=str(desk.settings.config)
    )
    told = rasid("why", f"{site.base}/سفير")
    assert told.returncode == 0, told.stderr
    assert f"{site.base}/سفير" in told.stdout
    assert "it is in the index" in told.stdout
    found = article_of(desk.client, f"{site.base}/سفير")
    assert found
    shown = rasid("show", found.id)
    assert shown.returncode == 0, shown.stderr
    for paragraph in found.body.splitlines():
        assert paragraph in shown.stdout
    page = tmp_path / "page.html"
    assert rasid("show", found.id, "--page", str(page)).returncode == 0
    assert page.read_bytes() == _page().body
    none = rasid("show", "nothing")
    assert (none.returncode, "rasid why" in none.stderr) == (1, True)
    assert rasid("why", f"{site.base}/other").returncode == 1
