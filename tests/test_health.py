"""Outlets whose day was not as it should be are told apart from the healthy ones, with the numbers."""

from dataclasses import replace

import pytest
from elasticsearch import Elasticsearch

from pipeline.health import judge
from rasid.outlets import Expectation
from rasid.reports import CrawlReport, ProcessReport
from search.node.local_node import LocalNode
from tests.conftest import DAY, FinishedDay, address
from tests.pages import ANY_OUTLET, OUTLETS

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
