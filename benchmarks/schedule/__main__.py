"""``python -m benchmarks.schedule``: what Airflow adds. The DAG `news_monitoring` over 50 outlets that publish nothing,
under all services of `docker-compose.yml` as the tests start them, beside the same stages called one after the other.
"""

import shutil
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
from elasticsearch import Elasticsearch
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML
from upath import UPath

from rasid.settings import ROOT, Settings
from rasid.stages import Stages, load_config
from search.cluster import set_up
from search.node.local_node import LocalNode
from tests.stack import airflow, stack_in

OUTLETS = 50
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
    console = Console()
    with ExitStack() as ends, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Feed)
        Thread(target=server.serve_forever, daemon=True).start()
        ends.callback(server.shutdown)
        config = _config(folder, f"127.0.0.1:{server.server_port}")
        node = LocalNode(folder / "elasticsearch")
        url = node.start().url
        ends.callback(node.stop)
        with Elasticsearch(url) as client:
            set_up(client, config)
        direct = _direct(Settings(data=UPath(folder / "direct"), config=config, ELASTICSEARCH_URL=url))
        run, tasks = _scheduled(folder, config, url)
    wall = (_time(run["end_date"]) - _time(run["start_date"])).total_seconds()
    busy = sum(task["duration"] for task in tasks)
    table = Table("50 outlets that publish nothing", "seconds")
    table.add_row("the stages, called one after the other in one process", f"{direct:.1f}")
    table.add_row(f"the DAG, from begin to end: {len(tasks)} tasks, four at a time", f"{wall:.1f}")
    table.add_row("its tasks' own time, added up", f"{busy:.1f}")
    table.add_row("a task, on average", f"{busy / len(tasks):.2f}")
    console.print(table)


def _config(folder: Path, host: str) -> Path:
    config = shutil.copytree(ROOT / "config", folder / "config")
    outlet = {"country": "DZ", "timezone": "UTC", "allow_hosts": [host], "delay": 0}
    outlets = {
        f"outlet{number}": {
            **outlet,
            "name": {"ar": f"منفذ {number}", "en": f"Outlet {number}"},
            "sources": [{"feed": f"http://{host}/feed{number}"}],
        }
        for number in range(OUTLETS)
    }
    YAML().dump({"outlets": outlets}, config / "outlets.yaml")
    return config


def _direct(settings: Settings) -> float:
    started = time.perf_counter()
    stages = Stages(settings, load_config(settings), datetime.now(UTC).date(), lambda _: None)
    ids = list(stages.config.outlets)
    for id_ in ids:
        stages.crawl(id_)
        stages.process(id_)
    stages.index(ids)
    stages.alert()
    stages.report(ids)
    stages.finish(ids, "direct")
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
    answer = client.get(place, params={"limit": 1000})
    return list(answer.json()[what]) if answer.is_success else []


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


if __name__ == "__main__":
    main()
