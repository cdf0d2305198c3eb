"""``python -m benchmarks.schedule [OUTLETS]``: what Airflow adds. The DAG `news_monitoring` over outlets that publish
nothing (50 by default), under all services of `docker-compose.yml` as the tests start them, beside `rasid run` and the
same stages called one after the other.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path
from statistics import mean
from threading import Thread
from typing import Any

import httpx
from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML
from upath import UPath

from pipeline.config import load_config
from pipeline.stages import Stages
from rasid.settings import ROOT, Settings
from search.node.local_node import LocalNode
from search.synonyms import load_synonyms
from search.templates import set_up
from tests.stack import BIN, airflow, stack_in

FEED = b"<rss version='2.0'><channel><title>t</title></channel></rss>"


class _Feed(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_feed = self.path.startswith("/feed")
        self.send_response(200 if is_feed else 404)
        self.send_header("Content-Type", "application/rss+xml")
        self.end_headers()
        self.wfile.write(FEED if is_feed else b"")

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    """Prints a table."""
    outlets = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    console = Console()
    with ExitStack() as ends, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Feed)
        Thread(target=server.serve_forever, daemon=True).start()
        ends.callback(server.shutdown)
        config = _config(folder, f"127.0.0.1:{server.server_port}", outlets)
        node = LocalNode(folder / "elasticsearch")
        url = node.start().url.replace("://", f"://{':'.join(node.login)}@")
        ends.callback(node.stop)
        with Elasticsearch(url) as client:
            set_up(client, load_synonyms(config))
        direct = _direct(Settings(data=UPath(folder / "direct"), config=config, ELASTICSEARCH_URL=url))
        command = _command(folder, config, url)
        run, tasks = _scheduled(folder, config, url)
        parsed = _parsed(folder)
    wall = (_time(run["end_date"]) - _time(run["start_date"])).total_seconds()
    table = Table("stage", "times", "called directly: seconds each", "as a task: seconds each")
    by_stage: dict[str, list[float]] = {}
    for task in tasks:
        by_stage.setdefault(task["task_id"], []).append(task["duration"])
    for stage, seconds in by_stage.items():
        own = direct.get(stage, [])
        table.add_row(stage, str(len(seconds)), f"{mean(own):.2f}" if own else "", f"{mean(seconds):.2f}")
    table.add_section()
    alone, together = (sum(chain(*each.values())) for each in (direct, by_stage))
    table.add_row("added up", str(len(tasks)), f"{alone:.1f}", f"{together:.1f}")
    table.add_row("from begin to end", "", f"{alone:.1f}", f"{wall:.1f}: four tasks at a time")
    console.print(table)
    console.print(f"{outlets} outlets: `rasid run` {command:.1f} s, a scheduled run {wall / command:.2f} times that")
    table = Table("DAG file", "parsed in seconds")
    for file, seconds in parsed.items():
        table.add_row(file, f"{seconds:.3f}")
    console.print(table)


def _config(folder: Path, host: str, outlets: int) -> Path:
    config = shutil.copytree(ROOT / "config", folder / "config")
    outlet = {"country": "DZ", "timezone": "UTC", "allow_hosts": [host], "delay": 0}
    given = {
        f"outlet{number}": {
            **outlet,
            "name": {"ar": f"منفذ {number}", "en": f"Outlet {number}"},
            "sources": [{"feed": f"http://{host}/feed{number}"}],
        }
        for number in range(outlets)
    }
    YAML().dump({"outlets": given}, config / "outlets.yaml")
    return config


def _direct(settings: Settings) -> dict[str, list[float]]:
    """Seconds of each stage, over all outlets."""
    stages = Stages(settings, load_config(settings), datetime.now(UTC).date(), lambda _: None)
    ids = list(stages.config.outlets)
    taken: dict[str, list[float]] = {}

    def timed(name: str, call: Callable[[], object]) -> None:
        started = time.perf_counter()
        call()
        taken.setdefault(name, []).append(time.perf_counter() - started)

    timed("watch", lambda: stages.watch(ids))
    timed("index", lambda: stages.index(ids))
    timed("alert", stages.alert)
    timed("report", lambda: stages.report(ids))
    timed("summary", lambda: stages.finish(ids, "direct"))
    return taken


def _command(folder: Path, config: Path, url: str) -> float:
    """Seconds of `rasid run`, from its start to its end."""
    variables = {"RASID_CONFIG": str(config), "RASID_DATA": str(folder / "command"), "ELASTICSEARCH_URL": url}
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "rasid", "run"], env=os.environ | variables, check=True, capture_output=True)
    return time.perf_counter() - started


def _scheduled(folder: Path, config: Path, url: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    (files := folder / "files").mkdir()
    variables = {"RASID_CONFIG": str(config), "RASID_DATA": str(folder / "data"), "RASID_SECRETS": ""}
    with airflow(stack_in(files), folder, {"http://elasticsearch:9200": url}, variables) as (_, client):
        place = "/api/v2/dags/news_monitoring/dagRuns"
        deadline = time.monotonic() + timedelta(minutes=15).total_seconds()
        while not (runs := [run for run in _get(client, place, "dag_runs") if run["state"] in {"success", "failed"}]):
            assert time.monotonic() < deadline
            time.sleep(1)
        (run,) = runs  # the schedule begins with one
        assert run["state"] == "success"
        return run, _get(client, f"{place}/{run['dag_run_id']}/taskInstances", "task_instances")


def _get(client: httpx.Client, place: str, what: str) -> list[dict[str, Any]]:
    """All pages of a listing; nothing while there is none yet."""
    found: list[dict[str, Any]] = []
    while (answer := client.get(place, params={"offset": len(found)})).is_success:
        found += answer.json()[what]
        if len(found) >= answer.json()["total_entries"]:
            break
    return found


def _parsed(folder: Path) -> dict[str, float]:
    """Seconds that Airflow takes to parse each DAG file, the first of a new process included."""
    names = {"AIRFLOW_HOME": str(folder / "parsing"), "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags")}
    environment = os.environ | names | {"AIRFLOW__CORE__LOAD_EXAMPLES": "false"}
    for command in ("db migrate", "dags report --output json"):
        run = subprocess.run(
            [BIN / "airflow", *command.split()], env=environment, capture_output=True, text=True, check=True
        )
    report = json.loads(run.stdout[run.stdout.index("[{") :])
    return {each["file"]: _seconds(each["duration"]) for each in report if each["dag_num"] != "0"}


def _seconds(duration: str) -> float:
    """Seconds of a duration such as 0:00:00.020145."""
    hours, minutes, seconds = map(float, duration.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds()


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


if __name__ == "__main__":
    main()
