"""Airflow as in production: all services of the stack, over PostgreSQL, with files on an S3-compatible server, several
tasks at a time, and a cluster that holds the job to its API keys.
"""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import httpx
import psutil
import pytest
from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan
from moto.server import ThreadedMotoServer
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from ruamel.yaml import YAML

from samples.site import DAY
from search.keys import FILES
from search.node.local_node import LocalNode
from tests.conftest import Rasid, _rasid, address, emptied, wipe
from tests.secured import PASSWORD, Secured, secured
from tests.serving import Reply, Web, web
from tests.small import small_configuration
from tests.stack import COMPOSE, LASTING, Services, airflow, stack_in

OUTLETS = ("sharqonline", "alsaleh")
FIRST = date(2025, 3, 1)
"""Of the days of the outlets that runs must name."""
BACKFILLED = 2
"""Runs of a backfill, of seven tasks each. Each has its day and the one before, so that three days come home."""
NEVER = "0 0 29 2 *"
"""The schedule of what is not asked about here: the DAGs begin in 2025, and the 29th of February is years away then."""
ENDED = {"success", "failed"}
VICTIMS = ("crawl", "task", "scheduler", "worker", "elasticsearch")

pytestmark = pytest.mark.skipif(not COMPOSE, reason="Docker Compose is packaged for Linux on x86-64 only")


@dataclass
class Receiver:
    """A webhook, an OpenTelemetry collector, and one who watches for signs of life.

    Attributes:
        url: of both.
        notices: what operators were told, in a line.
        texts: the same as a whole.
        metrics: name of each metric that came, and its DAG if it is of one.
        signs: how many signs of life came.
    """

    url: str = ""
    notices: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    metrics: set[tuple[str, str]] = field(default_factory=set)
    signs: int = 0


@dataclass
class Running:
    """The stack, running.

    Attributes:
        services: its processes.
        api: a client of Airflow, logged in.
        cluster: what the job is held to.
        node: the same cluster, without that.
        rasid: the command line, with the job's settings.
        folder: of all that is not on S3.
        receiver: of notices and metrics.
    """

    services: Services
    api: httpx.Client
    cluster: Secured
    node: Elasticsearch
    rasid: Rasid
    folder: Path
    receiver: Receiver

    def runs(self, dag: str) -> list[dict[str, Any]]:
        answer = self.api.get(f"/api/v2/dags/{dag}/dagRuns", params={"limit": 100}).raise_for_status()
        return list(answer.json()["dag_runs"])

    def idle(self, dag: str) -> bool:
        """Whether there were runs, and all have ended."""
        states = {run["state"] for run in self.runs(dag)}
        return bool(states) and states <= ENDED

    def trigger(self, dag: str, patience: float = 900, **request: Any) -> dict[str, Any]:
        """Triggers a run and waits for its end."""
        return self.ended(self.begin(dag, **request), patience)

    def begin(self, dag: str, **request: Any) -> str:
        """Triggers a run; gives its address."""
        made = self.api.post(f"/api/v2/dags/{dag}/dagRuns", json={"logical_date": None, **request})
        assert made.is_success, made.text
        return f"/api/v2/dags/{dag}/dagRuns/{made.json()['dag_run_id']}"

    def ended(self, run: str, patience: float = 900) -> dict[str, Any]:
        """Waits for the end of a run."""
        until(lambda: self.api.get(run).raise_for_status().json()["state"] in ENDED, patience)
        return dict(self.api.get(run).json())

    def crawls(self) -> list[psutil.Process]:
        """The processes that crawl."""
        ours = [process for process in psutil.process_iter() if str(self.folder) in _home(process)]
        return [process for process in ours if "crawlers.process" in process.cmdline()]

    def output(self, run: dict[str, Any], task: str) -> Any:
        """What a task of a run returned."""
        place = f"/api/v2/dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances/{task}"
        return self.api.get(f"{place}/xcomEntries/return_value").raise_for_status().json()["value"]

    def articles(self) -> dict[str, dict[str, Any]]:
        """All that the index has."""
        return articles(self.node)


def articles(node: Elasticsearch) -> dict[str, dict[str, Any]]:
    """All that an index has, without what differs from one crawl of the same pages to the next."""
    node.indices.refresh(index="articles")
    found = {hit["_id"]: hit["_source"] for hit in scan(node, index="articles")}
    for article in found.values():
        for name in ("indexed_at", "first_seen_at", "changed_at"):
            article.pop(name, None)
        capture = article["capture"]  # its record's place hangs on which answer came first
        article["capture"] = {"outlet": Path(capture["file"]).name, "digest": capture["digest"]}
    return found


_in_vain: list[object] = []
"""What was waited for and did not come: where it is the stack that stands still, not each test waits as long."""


def until(holds: Callable[[], bool], patience: float = 900) -> None:
    """Waits until something holds."""
    end = time.monotonic() + (60 if _in_vain else patience)
    while not holds():
        if time.monotonic() > end:
            _in_vain.append(holds)
            raise AssertionError("it took too long")
        time.sleep(1)  # Airflow takes time to answer, which its tasks would have


@pytest.fixture(scope="module")
def archive() -> Iterator[Web]:
    """An outlet with a sitemap of some days, an article each."""
    with _news("البلدية", BACKFILLED + 1) as served:
        yield served


@contextmanager
def _news(name: str, days: int) -> Iterator[Web]:
    with web() as served:
        entries = []
        for number in range(days):
            day = FIRST + timedelta(days=number)
            text = "".join(
                f"<p>قال متحدث باسم {name} رقم {number} إن أعمال الطريق {part} ستنتهي في الموعد المحدد لها هذا العام، "
                "وإن السكان سيبلغون بكل تغيير في مواعيد المرور قبل أسبوع من بدئه.</p>"
                for part in ("الأولى", "الثانية", "الثالثة")
            )
            page = (
                f'<html lang=ar><head><meta property="article:published_time" content="{day}T09:00:00Z"></head>'
                f"<body><article><h1>أعمال الطريق في {name} {number}</h1>{text}</article></body></html>"
            )
            served.replies[f"/news/{day}/road"] = Reply(page.encode())
            entries.append(f"<url><loc>{served.base}/news/{day}/road</loc><lastmod>{day}</lastmod></url>")
        urls = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(entries)}</urlset>'
        served.replies["/map.xml"] = Reply(urls.encode(), headers={"Content-Type": "application/xml"})
        yield served


@pytest.fixture(scope="module")
def slow() -> Iterator[dict[str, Web]]:
    """Outlets whose crawl takes long enough to be killed in: one for each victim."""
    with ExitStack() as sites:
        yield {name: sites.enter_context(_news(f"بلدية {name}", 5)) for name in VICTIMS}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, sample_outlets: Path, archive: Web, slow: dict[str, Web]) -> Path:
    """Two sample outlets, for no real one may be asked: the schedule begins by itself. And some that runs must name."""
    folder = small_configuration(tmp_path_factory.mktemp("stack"))
    yaml = YAML()
    given = yaml.load(sample_outlets.read_text(encoding="utf-8"))["outlets"]
    outlets = {name: given[name] for name in OUTLETS}
    for name, site in {"archive": archive, **slow}.items():
        outlets[name] = {
            "name": {"ar": "الأرشيف", "en": name},
            "country": "DZ",
            "timezone": "UTC",
            "sources": [{"sitemap": f"{site.base}/map.xml"}],
            "allow_hosts": [site.host],
            "delay": 2 if name in slow else 0,
            "disabled": "only when it is named",
        }
    outlets["dead"] = dict(given["tassili"], disabled="nothing listens there")
    yaml.dump({"outlets": outlets}, folder / "outlets.yaml")
    alerts = (folder / "alerts.yaml").read_text(encoding="utf-8")
    channels = "channels:\n  ops: {webhook: HOOK, language: en}\noperators: [ops]\n"
    (folder / "alerts.yaml").write_text(f"{channels}{alerts}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def alone(cluster: str, config: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The articles of the sample outlets as one machine finds them, stage by stage in a folder of its own."""
    with emptied(cluster, config) as client:
        rasid = _rasid(tmp_path_factory.mktemp("alone"), ELASTICSEARCH_URL=cluster, RASID_CONFIG=str(config))
        for stage in ("crawl", "process", "index"):
            run = rasid(stage, "--date", DAY.isoformat())
            assert run.returncode == 0, run.stderr
        found = articles(client)
        wipe(client)
    return found


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """What listens while the services run."""
    received = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/metrics":  # where the protocol has collectors take them
                plain = gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body
                received.metrics |= _metrics(ExportMetricsServiceRequest.FromString(plain))
            else:
                told = json.loads(body)
                received.texts.append(told["text"])
                received.notices.append(told["notice"])
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            received.signs += self.path == "/alive"
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield received
    server.shutdown()
    server.server_close()


def _metrics(request: ExportMetricsServiceRequest) -> set[tuple[str, str]]:
    found = set()
    metrics = (
        each for resource in request.resource_metrics for scope in resource.scope_metrics for each in scope.metrics
    )
    for metric in metrics:
        for point in getattr(metric, metric.WhichOneof("data")).data_points:
            dag = next((tag.value.string_value for tag in point.attributes if tag.key == "dag_id"), "")
            found.add((metric.name, dag))
    return found


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """Variables of an S3-compatible server that has the bucket ``rasid``."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    access = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_DEFAULT_REGION": "us-east-1"}
    endpoint = f"http://{host}:{port}"
    boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="id", aws_secret_access_key="key", region_name="us-east-1"
    ).create_bucket(Bucket="rasid")
    yield access | {"AWS_ENDPOINT_URL": endpoint}
    server.stop()


@pytest.fixture(scope="module")
def running(
    cluster: str,
    config: Path,
    alone: dict[str, dict[str, Any]],
    receiver: Receiver,
    bucket: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Running]:
    """Everything, started in its order."""
    folder = tmp_path_factory.mktemp("running")
    files = folder / "files"
    files.mkdir()
    stack = stack_in(files)
    with emptied(cluster, config) as node, secured(cluster) as guarded:
        keys = folder / "keys"
        admin = {"ELASTICSEARCH_PASSWORD": PASSWORD, "RASID_CONFIG": str(config)}
        setup = _rasid(folder / "admin", ELASTICSEARCH_URL=guarded.url, **admin)
        assert setup("setup", "--keys", str(keys)).returncode == 0
        job_keys = str(keys / Path(FILES["writer"]).parent)
        ours = {"RASID_CONFIG": str(config), "RASID_DATA": "s3://rasid/data", **bucket}
        variables = {  # this site's rasid.env
            "RASID_DUE_SCHEDULE": NEVER,
            "RASID_MAINTENANCE_SCHEDULE": NEVER,
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "900",  # they do not change, and reading takes seconds
            "AIRFLOW__METRICS__OTEL_ON": "True",
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
            "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",  # a busy machine makes no test fail
            "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_METRIC_EXPORT_INTERVAL": "5000",
            "RASID_ALIVE_URL": f"{receiver.url}/alive",
            "RASID_LATE_HOURS": "0.001",
            "RASID_RETRIES": "0",
            **ours,
        }
        replaced = {"http://elasticsearch:9200": guarded.url, "/keys": job_keys}
        rasid = _rasid(folder / "job", ELASTICSEARCH_URL=guarded.url, RASID_SECRETS=job_keys)
        rasid.environment.update(ours)
        with airflow(stack, folder, replaced, variables) as (services, client):
            secret = {"connection_id": "rasid", "conn_type": "generic", "extra": json.dumps({"HOOK": receiver.url})}
            client.post("/api/v2/connections", json=secret).raise_for_status()
            until(lambda: client.get("/api/v2/dags/news_monitoring").is_success)
            yield Running(services, client, guarded, node, rasid, folder, receiver)
        assert not guarded.refused  # the job's keys were enough, whichever tests have run
    left = [process for process in psutil.process_iter() if str(folder) in _home(process)]
    assert not left, "processes are left"


def _home(process: psutil.Process) -> str:
    try:
        return str(process.environ().get("AIRFLOW_HOME", ""))
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return ""


@pytest.fixture(scope="module")
def scheduled(running: Running) -> dict[str, Any]:
    """The run that the schedule begins by itself as soon as it is switched on, ended."""
    until(lambda: any(run["state"] in ENDED for run in running.runs("news_monitoring")))
    (run,) = (run for run in running.runs("news_monitoring") if run["run_type"] == "scheduled")
    assert run["state"] == "success"
    return run


def test_the_scheduled_run_gives_what_one_machine_gives(
    running: Running, scheduled: dict[str, Any], alone: dict[str, dict[str, Any]]
) -> None:
    assert [run["dag_run_id"] for run in running.runs("news_monitoring")] == [scheduled["dag_run_id"]]
    assert running.articles() == alone
    summary = running.output(scheduled, "summary")
    assert summary["captures"] == summary["articles"] + summary["unchanged"] + summary["rejected"]
    assert summary["created"] == len(alone) > 10
    assert summary["unhealthy"] == {}
    assert (
        f"Rasid: {len(alone)} new articles, {summary['alerts']} alerts, 0 outlets unhealthy" in running.receiver.notices
    )
    assert running.receiver.signs > 0
    for name in LASTING:
        running.services.wait_until_healthy(name)


def test_a_run_that_fails_names_its_outlet_and_tells_the_operators(running: Running) -> None:
    run = running.trigger("news_monitoring", conf={"outlets": ["dead"]}, logical_date="2025-02-01T00:00:00Z")
    assert run["state"] == "failed"
    until(lambda: any(run["dag_run_id"] in notice and "failed" in notice for notice in running.receiver.notices))
    index = running.node.search(
        index="runs", query={"bool": {"filter": [{"term": {"run": run["dag_run_id"]}}]}}, size=20
    )
    why = "1 of 1 outlets could not be crawled: dead"
    assert f"news_monitoring, {run['dag_run_id']}: {why}" in running.receiver.texts
    steps = {hit["_source"]["stage"]: hit["_source"] for hit in index["hits"]["hits"]}
    assert steps["run"]["state"] == steps["crawl"]["state"] == "failed"
    assert why in steps["run"]["error"]


def test_a_run_that_takes_too_long_is_told_of(running: Running) -> None:
    until(lambda: any("is late" in notice for notice in running.receiver.notices))


def test_metrics_reach_a_collector(running: Running) -> None:
    until(lambda: ("airflow.dagrun.duration.success", "news_monitoring") in running.receiver.metrics)
    assert {name for name, _ in running.receiver.metrics} >= {"airflow.scheduler_heartbeat", "airflow.pool.open_slots"}


def test_status(running: Running) -> None:
    shown = running.rasid("status", "--json")
    assert shown.returncode == 0, shown.stderr + shown.stdout
    status = json.loads(shown.stdout)
    assert {run["state"] for run in status["runs"]} == {"done", "failed"}
    assert status["late"] is None
    assert set(status["trend"]) >= set(OUTLETS)
    assert status["files"]["captures"][0] > 0
    assert any(name.startswith("articles-") for name in status["indices"])


@pytest.mark.long
def test_a_run_with_parameters_finds_nothing_new(running: Running, scheduled: dict[str, Any]) -> None:
    before = running.articles()
    asked = {"conf": {"outlets": ["alsaleh"]}, "logical_date": f"{DAY.isoformat()}T00:00:00Z"}
    run = running.trigger("news_monitoring", **asked)
    assert run["state"] == "success"
    assert running.output(run, "validate") == [["alsaleh"]]
    assert running.output(run, "summary")["created"] == 0
    assert running.articles() == before


BACKFILL = [
    *("airflow", "backfill", "create", "--dag-id", "news_monitoring", "--from-date", str(FIRST + timedelta(days=1))),
    *("--to-date", str(FIRST + timedelta(days=1 + BACKFILLED)), "--max-active-runs", str(BACKFILLED)),
    *("--dag-run-conf", '{"outlets": ["archive"]}', "--reprocess-behavior", "completed"),
]


def _backfill(running: Running, number: int) -> dict[str, dict[str, Any]]:
    """Runs it for the first, second, … time; gives the articles that are there afterwards."""

    def ended() -> bool:
        runs = [run for run in running.runs("news_monitoring") if run["run_type"] == "backfill"]
        assert all(run["state"] != "failed" for run in runs), runs
        done = [run for run in runs if run["state"] == "success" and _tries(running, run) == number]
        listed = running.api.get("/api/v2/backfills", params={"dag_id": "news_monitoring"}).raise_for_status()
        return len(done) == BACKFILLED and all(each["completed_at"] for each in listed.json()["backfills"])

    running.services.run(BACKFILL, "airflow-scheduler")
    until(ended)
    return running.articles()


def _tries(running: Running, run: dict[str, Any]) -> int:
    place = f"/api/v2/dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances/summary"
    return int(running.api.get(place).raise_for_status().json()["try_number"])


@pytest.fixture(scope="module")
def backfilled(running: Running, scheduled: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The articles that are there after some days came home."""
    before = len(running.articles())
    found = _backfill(running, 1)
    assert len(found) == before + BACKFILLED + 1
    return found


@pytest.mark.long
def test_a_backfill_brings_its_days_home_once(running: Running, backfilled: dict[str, dict[str, Any]]) -> None:
    before = running.articles()  # with those of outlets that other tests had killed meanwhile
    assert _backfill(running, 2) == before


REPROCESSED = {
    "since": str(FIRST + timedelta(days=1)),
    "until": str(FIRST + timedelta(days=BACKFILLED)),
    "outlets": ["archive"],
}
"""What reprocesses the days of the backfill."""


@pytest.mark.long
def test_reprocessing_changes_nothing(running: Running, backfilled: dict[str, dict[str, Any]]) -> None:
    before = running.articles()
    assert running.trigger("reprocess", conf=REPROCESSED)["state"] == "success"
    assert running.articles() == before


@pytest.mark.long
def test_a_lost_index_comes_back_from_the_captures(
    running: Running, scheduled: dict[str, Any], backfilled: dict[str, dict[str, Any]]
) -> None:
    before = running.articles()
    for index in running.node.indices.get(index="articles-*"):
        running.node.indices.delete(index=index)
    day = scheduled["run_after"][:10]
    outlets = sorted({article["outlet"] for article in before.values()})  # with those that other tests had crawled
    for conf in (REPROCESSED, {"since": day, "until": day, "outlets": outlets}):
        assert running.trigger("reprocess", conf=conf)["state"] == "success"
    assert running.articles() == before


@pytest.mark.long
def test_days_in_the_wrong_order_are_refused(running: Running) -> None:
    assert running.trigger("reprocess", conf={"since": "2025-03-06", "until": "2025-03-05"})["state"] == "failed"


@pytest.mark.long
def test_maintenance(running: Running, backfilled: dict[str, dict[str, Any]]) -> None:
    found = running.node.search(index="articles", query={"term": {"outlet": "archive"}}, size=1)["hits"]["hits"]
    day = date.fromisoformat(found[0]["_source"]["capture"]["file"].split("/")[1])
    run = running.trigger("maintenance", logical_date=f"{day + timedelta(days=1)}T08:00:00Z")
    assert run["state"] == "success"
    assert running.output(run, "check_captures") > 1


@pytest.mark.long
@pytest.mark.parametrize("victim", VICTIMS)
def test_what_is_killed_ends_complete_with_the_next_run(
    running: Running, local_node: LocalNode, slow: dict[str, Web], victim: str
) -> None:
    until(lambda: running.idle("news_monitoring"))  # the schedule's own run, whose crawl is none of this
    conf = {"outlets": [victim], "since": "2025-03-01", "until": "2025-03-05"}
    run = running.begin("news_monitoring", conf=conf)
    until(lambda: len(slow[victim].asked) > 3)  # some pages are there by now, others are not
    (crawl,) = running.crawls()
    if victim == "crawl":
        crawl.kill()
    elif victim == "task":
        crawl.parent().kill()
    elif victim in {"scheduler", "worker"}:
        service = running.services.running[f"airflow-{victim}"]
        for process in [psutil.Process(service.pid), *psutil.Process(service.pid).children(recursive=True)]:
            process.kill()
        service.wait(60)
        running.services.start(f"airflow-{victim}")
    else:
        node = local_node.status()
        assert node
        psutil.Process(node.pid).kill()
    first = running.ended(run)
    if victim == "elasticsearch":
        assert first["state"] == "failed"
        local_node.start()
        assert address(local_node) == running.cluster.node
    second = running.trigger("news_monitoring", conf=conf)
    assert second["state"] == "success"
    summary = running.output(second, "summary")
    assert summary["captures"] == summary["articles"] + summary["unchanged"] + summary["rejected"]
    found = [article for article in running.articles().values() if article["outlet"] == victim]
    assert len(found) == 5
    assert not running.crawls()
