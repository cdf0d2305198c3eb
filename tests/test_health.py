"""Outlets whose day was not as it should be are told apart from the healthy ones, with the numbers."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from rich.console import Console
from upath import UPath

from alerts.rules import Alerting
from cli.screens.day import summary_table
from pipeline.config import Config
from pipeline.health import judge
from pipeline.kept import Kept
from pipeline.stages import Stages
from rasid.outlets import Expectation
from rasid.reports import CrawlReport, ProcessReport
from rasid.settings import Settings
from search.node.local_node import LocalNode
from tests.conftest import DAY, FinishedDay, address
from tests.pages import ANY_OUTLET, OUTLETS, configured_tagger

EXPECTING = ANY_OUTLET.model_copy(update={"expect": Expectation.model_validate({"per_day": {"min": 5, "max": 20}})})
CRAWL = CrawlReport("test", found=10, seconds=3.5)
PROCESS = ProcessReport("test", captures=10, articles=10)


def _rejecting(count: int) -> ProcessReport:
    return ProcessReport("test", captures=20, articles=20 - count, rejected={"empty": count})


CASES = [
    (CRAWL, PROCESS, [], []),
    (None, PROCESS, [], ["failed: its crawl did not end"]),
    (CRAWL, None, [], ["failed: its captures could not be processed"]),
    (replace(CRAWL, error="https://a/: dns"), replace(PROCESS, articles=0), [], ["failed: https://a/: dns"]),
    (replace(CRAWL, source_failures={"https://a/": "answered 404"}), PROCESS, [], ["source: https://a/: answered 404"]),
    (replace(CRAWL, links={"https://a/": 0, "https://b/": 3}), PROCESS, [], ["source: https://a/: it lists no page"]),
    (CRAWL, replace(PROCESS, articles=4), [], ["few: 4 articles, expected 5 to 20 a day"]),
    (CRAWL, replace(PROCESS, articles=5), [], []),
    (CRAWL, replace(PROCESS, articles=20), [], []),
    (CRAWL, replace(PROCESS, articles=21), [], ["many: 21 articles, expected 5 to 20 a day"]),
    (replace(CRAWL, failed={"timeout": 2, "dns": 1}), PROCESS, [], ["unfetched: 3 of 10 pages: 2 timeout, 1 dns"]),
    (replace(CRAWL, failed={"timeout": 2}), PROCESS, [], []),
    (replace(CRAWL, found=0, revisited=12, failed={"robots": 3}), PROCESS, [], []),
    (replace(CRAWL, damage=("a", "b")), replace(PROCESS, damage=("b",)), [], ["damaged: a", "damaged: b"]),
    (CRAWL, _rejecting(7), [], []),
    (CRAWL, _rejecting(8), [], ["rejected: 8 of 20 captures: 8 empty; ordinary are 10%"]),
    (CRAWL, _rejecting(8), [_rejecting(2), _rejecting(8)], []),
    (CRAWL, _rejecting(8), [_rejecting(0), _rejecting(2)], ["rejected: 8 of 20 captures: 8 empty; ordinary are 5%"]),
]


@pytest.mark.parametrize(("crawl", "process", "earlier", "problems"), CASES)
def test_judging(
    crawl: CrawlReport | None, process: ProcessReport | None, earlier: list[ProcessReport], problems: list[str]
) -> None:
    health = judge(EXPECTING, crawl, process, earlier)
    assert [f"{problem.kind}: {problem.detail}" for problem in health.problems] == problems


def test_an_outlet_that_nobody_crawled_on_the_day_is_not_unhealthy(tmp_path: Path) -> None:
    settings, configured = Settings(data=UPath(tmp_path)), {"killed": ANY_OUTLET, "idle": ANY_OUTLET}
    outlets = {id_: outlet.model_copy(update={"id": id_}) for id_, outlet in configured.items()}
    stages = Stages(settings, Config(outlets, configured_tagger(), (), Alerting((), {})), DAY, lambda _: None)
    for id_ in outlets:  # `rasid process` and `rasid reprocess` look at all of them
        stages.reports.keep(Kept.now(ProcessReport(id_), datetime.now(UTC)))
    stages.storage.logs(DAY).mkdir(parents=True)
    stages.storage.crawl_log(DAY, "killed").touch()
    killed, idle = stages.health(outlets)
    assert [problem.detail for problem in killed.problems] == ["its crawl did not end"]
    assert (killed.crawled, idle.crawled, idle.problems) == (True, False, ())
    (console := Console(width=100, record=True)).print(summary_table([killed, idle]))
    assert re.search("idle +not crawled", console.export_text())


def test_status_says_which_outlets_need_a_look_and_why(finished_day: FinishedDay) -> None:
    shown, told = finished_day.rasid("status"), json.loads(finished_day.rasid("status", "--json").stdout)
    assert shown.returncode == 0, shown.stderr  # a run is not late for the day that it is for
    assert list(told["unhealthy"]) == ["carthage", "tassili", "wadi"]
    assert [why.split(":")[0] for whys in told["unhealthy"].values() for why in whys] == ["few", "failed", "failed"]
    for outlet, (why,) in told["unhealthy"].items():
        assert f"unhealthy  {outlet}: {why}" in shown.stdout


def test_a_run_tells_of_unhealthy_outlets_on_screen_in_the_index_and_in_the_report(finished_day: FinishedDay) -> None:
    lines = finished_day.runs[0].stdout.splitlines()
    unhealthy = [line for line in lines if line.startswith("unhealthy  ")]
    few = "articles, expected 20 to 60 a day"
    assert [line.split()[1] for line in unhealthy] == ["carthage:", "tassili:", "wadi:"]
    assert few in unhealthy[0]
    with Elasticsearch(address(LocalNode(finished_day.rasid.data / "elasticsearch"))) as client:
        found = client.search(index="outlet-health", query={"term": {"healthy": False}}, sort="outlet")
        total = client.count(index="outlet-health")["count"]
    documents = [hit["_source"] for hit in found["hits"]["hits"]]
    assert [(each["outlet"], each["problems"]) for each in documents] == [
        ("carthage", ["few"]),
        ("tassili", ["failed"]),
        ("wadi", ["failed"]),
    ]
    assert few in documents[0]["details"][0]
    assert total == len(OUTLETS)  # two runs, one document a day
    report = (finished_day.rasid.data / "reports" / f"{DAY}.html").read_text(encoding="utf-8")
    assert few in report
    assert "أقل من المعتاد" in report
