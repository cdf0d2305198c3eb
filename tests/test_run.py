"""The daily job through Airflow's own runner, twice, on the sample outlets: what an analyst finds afterwards."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch
from lxml import html
from warcio.archiveiterator import ArchiveIterator

from rasid.captures import payload_digest
from rasid.records import ARTICLES
from rasid.settings import ROOT
from samples.site import DAY
from tests.conftest import FinishedDay, _rasid
from tests.pages import FARM

BAD = {"tassili", "wadi"}


@pytest.mark.service
def test_the_dag_loads() -> None:
    from airflow.dag_processing.dagbag import DagBag  # late, as Airflow takes seconds

    bag = DagBag(ROOT / "dags")
    assert bag.import_errors == {}
    dag = bag.dags["news_monitoring"]
    assert set(dag.task_ids) == {"validate", "watch", "index", "alert", "report", "summary"}
    assert dag.max_active_runs == 1
    assert set(bag.dags) == {"news_monitoring", "reprocess", "maintenance", "due_alerts"}
    for each in bag.dags.values():
        assert each.doc_md
        assert each.description
        assert each.tags == {"rasid"}
        assert all(task.owner == "rasid" and task.execution_timeout for task in each.tasks)
        assert not each.catchup
    assert set(dag.params) == {"outlets", "since", "until", "outlets_file"}
    for asked in (dag.params.get_param("outlets"), bag.dags["reprocess"].params.get_param("outlets")):
        assert asked.schema["type"] == ["null", "array"]  # else the form demands one
        assert {"aljazeera", "bbcarabic"} <= set(asked.schema["examples"])
        assert asked.resolve() is None
    assert set(bag.dags["reprocess"].params) == {"since", "until", "outlets", "stages", "outlets_file"}
    assert dag.get_task("watch").retries > 0
    assert dag.get_task("watch").retry_exponential_backoff
    assert [asset.name for asset in dag.get_task("index").outlets] == ["articles"]


@pytest.mark.parametrize("broken", ["outlets: {a: ", "outlets: [a", "- 1", "x: 1", ""])
def test_a_mistake_in_the_outlets_file_stops_no_form(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dags.task_context import _to_choose_from

    (tmp_path / "outlets.yaml").write_text(broken)
    monkeypatch.setenv("RASID_CONFIG", str(tmp_path))
    assert _to_choose_from() in ({}, {"examples": []})


@pytest.mark.service
def test_reading_the_dags_loads_no_room() -> None:
    """The DAG processor reads them again and again."""
    heavy = ("elasticsearch", "scrapy", "trafilatura", "pydantic_settings", "pipeline.stages")
    dags = "dags.news_monitoring, dags.reprocess, dags.maintenance, dags.due_alerts"
    code = f"import sys, {dags}; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_both_runs_say_what_failed(finished_day: FinishedDay) -> None:
    for run, code in zip(finished_day.runs, (0, 1), strict=True):
        assert run.returncode == code, run.stdout + run.stderr
        assert re.search(r"^unhealthy  tassili: failed: .*refused", run.stdout, re.MULTILINE)
        assert re.search(r"^unhealthy  wadi: failed: .*not a readable feed", run.stdout, re.MULTILINE)
        assert "Traceback" not in run.stdout + run.stderr
    assert re.search(r"all +87 +1 +86 +82 +1 +3 *$", finished_day.runs[0].stdout, re.MULTILINE)
    assert "index    82 new, 0 changed, 0 unchanged; 82 in all" in finished_day.runs[0].stdout


def test_a_run_that_fails_says_where(finished_day: FinishedDay) -> None:
    first, second = finished_day.runs
    assert "the run failed" not in first.stderr
    assert "the run failed\n" in second.stderr
    assert f"check: 2 of {len(finished_day.outlets)} outlets could not be crawled: tassili, wadi" in second.stderr
    assert f"details: {finished_day.rasid.data}/logs/{DAY}/airflow.log" in second.stderr


def test_the_second_run_changes_nothing(finished_day: FinishedDay) -> None:
    second = finished_day.runs[1].stdout
    assert re.search(r"all +1 +1 +86 +82 +1 +3 *$", second, re.MULTILINE)  # only the page that hangs is asked for again
    assert "index    0 new, 0 changed, 82 unchanged; 82 in all" in second
    assert "alerts   0 new" in second
    assert finished_day.counts[0] == finished_day.counts[1]
    assert finished_day.counts[0]["articles"] == 82


def test_nothing_is_lost(finished_day: FinishedDay) -> None:
    for outlet in finished_day.outlets:
        crawl, process = (finished_day.rasid.kept(DAY, f"{stage}-{outlet}") for stage in ("crawl", "process"))
        rejected = sum(process["rejected"].values())
        assert process["captures"] == process["articles"] + process["unchanged"] + rejected
        assert crawl["found"] + crawl["revisited"] == crawl["captures"] + sum(crawl["failed"].values())
        assert bool(crawl["error"]) == (outlet in BAD)
        assert bool(process["articles"]) == (outlet not in BAD)
    assert finished_day.rasid.kept(DAY, "process-barada")["rejected"] == {"empty": 1, "language": 1, "http_status": 1}
    assert finished_day.rasid.kept(DAY, "process-khaleejdaily")["unchanged"] == 1  # one article, two addresses


def test_logs_are_in_files(finished_day: FinishedDay) -> None:
    logs = finished_day.rasid.data / "logs" / DAY.isoformat()
    assert f"logs    {logs}" in finished_day.runs[0].stdout
    assert "news_monitoring" in (logs / "airflow.log").read_text()
    lines = [json.loads(line) for line in (logs / "crawl-annasr.log").read_text(encoding="utf-8").splitlines()]
    assert any("Spider closed" in line["event"] for line in lines)
    assert {line["outlet"] for line in lines} == {"annasr"}
    assert all(line["run"].startswith("manual__") for line in lines)
    assert sum(1 for line in lines if line.get("url") and line["logger"] == "scrapy.core.engine") >= 10
    assert not any("Scraped from" in line["event"] for line in lines)  # the page again, as Scrapy writes it by default
    assert "INFO" not in finished_day.runs[0].stderr


def test_the_old_servers_charset(finished_day: FinishedDay) -> None:
    file = finished_day.rasid.data / "articles" / DAY.isoformat() / "rafidain.jsonl"
    titles = {article.title for article in ARTICLES.loads(file.read_bytes())}
    assert "بغداد تبحث مع باريس صفقة مقاتلات رافال ومنظومات رادار" in titles


def test_search_from_the_command_line(finished_day: FinishedDay) -> None:
    def hits(*arguments: str) -> dict[str, list[dict[str, str]]]:
        result = finished_day.rasid("search", *arguments, "--size", "100", "--json")
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    ids = [{hit["id"] for hit in hits(query)["hits"]} for query in ("للأسلحة", "الاسلحه", "أسلحة")]
    assert ids[0] == ids[1] == ids[2] != set()
    found = hits('"مكافحة أعداء أميركا"', "--topic", "caatsa")["hits"]
    farms = [copy["outlet"] for hit in found for copy in hit["copies"]]
    assert ({hit["outlet"] for hit in found}, farms) == ({"sharqonline"}, ["alsaleh"])

    shown = finished_day.rasid("search", '"مكافحة أعداء أميركا"', "--outlet", "alsaleh").stdout
    assert FARM.title in shown
    assert "hits 1 to 1; 1 articles match" in shown
    assert "repost of http://127.0.0.1:" in shown


def test_why_an_indexed_article_has_its_topics(finished_day: FinishedDay) -> None:
    (hit,) = json.loads(finished_day.rasid("search", '"مكافحة أعداء أميركا"', "--json").stdout)["hits"]
    told = finished_day.rasid("topics", "explain", hit["id"], "--topic", "caatsa")
    assert told.returncode == 0, told.stderr
    assert "proof topics.yaml:" in told.stdout
    missing = finished_day.rasid("topics", "explain", "0" * 32)
    assert (missing.returncode, "no article" in missing.stderr) == (1, True)


def test_reports_page(finished_day: FinishedDay) -> None:
    path = finished_day.rasid.data / "reports" / f"{DAY}.html"
    assert f"report  {path.as_uri()}" in finished_day.runs[0].stdout
    assert "next" in finished_day.runs[0].stdout
    page = html.fromstring(path.read_bytes().decode())
    assert page.get("dir") == "rtl"
    assert page.get("lang") == "ar"
    text = page.text_content()
    assert FARM.title in text
    assert "refused" in text
    marks = {mark.text_content() for mark in page.iter("mark")}
    assert {"صفقات تسلح", "قانون مكافحة أعداء أميركا"} <= marks
    # It works offline: nothing is loaded from elsewhere.
    assert not page.xpath("//script | //link[@rel='stylesheet'] | //img[starts-with(@src, 'http')]")


@pytest.mark.parametrize("rule", ["arms_deals", "caatsa", "algeria_us"])
def test_alert_files(finished_day: FinishedDay, rule: str) -> None:
    assert (finished_day.rasid.data / "alerts" / f"{rule}.atom.xml").exists()


def test_stages_one_by_one_give_the_same(finished_day: FinishedDay) -> None:
    options = ("--date", DAY.isoformat(), "--outlets", str(finished_day.outlets_file))
    crawl = finished_day.rasid("crawl", *options)
    assert crawl.returncode == 1  # two outlets failed
    assert "tassili" in crawl.stderr
    for stage in ("process", "index", "alert", "report"):
        result = finished_day.rasid(stage, *options)
        assert result.returncode == 0, result.stderr
        if stage == "index":
            assert result.stdout.startswith("index    0 new, 0 changed, 82 unchanged; 82 in all")


def test_each_article_finds_its_bytes(finished_day: FinishedDay) -> None:
    data = finished_day.rasid.data
    files = sorted((data / "articles" / DAY.isoformat()).glob("*.jsonl"))
    articles = [article for file in files for article in ARTICLES.loads(file.read_bytes())]
    assert len(articles) == 82
    for article in articles:
        with (data / article.capture.file).open("rb") as stream:
            stream.seek(article.capture.offset)
            record = next(iter(ArchiveIterator(stream)))
            head, body = record.rec_headers, record.raw_stream.read()
        assert payload_digest(body) == article.capture.digest == head.get_header("WARC-Payload-Digest")
        assert urlsplit(head.get_header("WARC-Target-URI")).netloc == urlsplit(article.url).netloc
    command = [Path(sys.executable).with_name("warcio"), "check", *(data / "captures").rglob("*.warc.gz")]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_reprocessing_needs_no_crawl(finished_day: FinishedDay) -> None:
    file = finished_day.rasid.data / "articles" / DAY.isoformat() / "annasr.jsonl"
    before = file.read_bytes()
    file.unlink()
    days = ("--since", DAY.isoformat(), "--until", DAY.isoformat())
    result = finished_day.rasid("reprocess", *days, "--outlets", str(finished_day.outlets_file))
    assert result.returncode == 0, result.stderr
    assert file.read_bytes() == before


def test_a_lost_index_is_brought_back_without_telling_anything_again(
    finished_day: FinishedDay, cluster: str, client: Elasticsearch, tmp_path: Path
) -> None:
    rasid = _rasid(tmp_path / "data", ELASTICSEARCH_URL=cluster)
    for room in ("captures", "runs"):
        shutil.copytree(finished_day.rasid.data / room, rasid.data / room, dirs_exist_ok=True)
    outlets, day = ("--outlets", str(finished_day.outlets_file)), ("--date", DAY.isoformat())
    again = rasid("reprocess", "--since", DAY.isoformat(), "--until", DAY.isoformat(), *outlets)
    assert again.returncode == 0, again.stderr
    for stage in ("index", "alert"):  # as the next run does
        assert rasid(stage, *day, *outlets).returncode == 0
    client.indices.refresh(index="articles,alert-deliveries")
    assert client.count(index="articles")["count"] == finished_day.counts[1]["articles"]
    assert client.count(index="alert-deliveries")["count"] == 0
