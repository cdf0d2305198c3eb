"""A whole day, from the command to the report: ``python -m benchmarks.day [OUTLETS PAGES DELAY]``, 22 outlets with 50
pages and a delay of one second by default; one of them is slow, one dead, one hangs. Beside it, one after the other,
Scrapy with one spider an outlet in one process, trafilatura's `bare_extraction` over all cores, and `parallel_bulk`.
"""

import ctypes
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

import psutil
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from benchmarks.day.site import DEAD, HANGING, host
from search.node.local_node import LocalNode

DAY = "2025-03-10"
TIMEOUT = 10
"""Seconds that the outlets may take for an answer."""
_CHILD_SUBREAPER = 36
"""Of Linux's prctl: what a process has started is ours when that ends, so that its time is counted."""


@dataclass(frozen=True)
class Measured:
    """Seconds of the clock and of the processors, and the most memory at a time, MB (shared pages once)."""

    wall: float
    cpu: float
    memory: float


def main() -> None:
    """Prints two tables."""
    outlets, pages, delay = [int(word) for word in sys.argv[1:]] or [22, 50, 1]
    ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1)
    with tempfile.TemporaryDirectory() as name, _served(outlets, pages) as port:
        folder = Path(name)
        node = LocalNode(folder / "elasticsearch", "1g")
        url = node.start().url.replace("://", f"://{':'.join(node.login)}@")
        try:
            bare = _bare(folder, outlets, port, delay, url)
            ours, kept = _ours(folder, outlets, port, delay, url)
        finally:
            node.stop()
    table = Table(
        "", "wall, s", "CPU, s", "memory, MB", title=f"{outlets} outlets, {pages} pages each, {delay} s apart"
    )
    for what, each in {**bare, "Rasid, the whole day": ours}.items():
        table.add_row(what, f"{each.wall:.1f}", f"{each.cpu:.1f}", f"{each.memory:.0f}")
    Console().print(table)
    together = sum(each.wall for each in bare.values())
    crawl = max(each["took"] for name, each in kept.items() if name.startswith("crawl-"))
    ratios = ours.wall / together, crawl / bare["Scrapy"].wall
    print("the day: {:.2f} times the three; the crawl: {:.2f} times Scrapy".format(*ratios))
    table = Table("stage", "from, s", "to, s")
    begun = min(datetime.fromisoformat(each["started_at"]) for each in kept.values())
    for stage in ("crawl", "process", "index", "alert"):
        some = [each for name, each in kept.items() if name.partition("-")[0] == stage]
        starts = [(datetime.fromisoformat(each["started_at"]) - begun).total_seconds() for each in some]
        ends = [start + each["took"] for start, each in zip(starts, some, strict=True)]
        table.add_row(stage, f"{min(starts):.1f}", f"{max(ends):.1f}")
    Console().print(table)


def _bare(folder: Path, outlets: int, port: int, delay: int, url: str) -> dict[str, Measured]:
    feeds = [f"http://{host(number)}:{port}/feed" for number in range(outlets)]
    command = [sys.executable, "-m", "benchmarks.day.bare"]
    pages, articles = str(folder / "pages"), str(folder / "articles")
    return {
        "Scrapy": _measured([*command, "crawl", pages, str(delay), str(TIMEOUT), *feeds])[0],
        "bare_extraction": _measured([*command, "extract", pages, articles])[0],
        "parallel_bulk": _measured([*command, "bulk", articles, url])[0],
    }


def _ours(folder: Path, outlets: int, port: int, delay: int, url: str) -> tuple[Measured, dict[str, dict[str, object]]]:
    file = folder / "outlets.yaml"
    given = {
        f"outlet{number}": {
            "name": {"ar": f"منفذ {number}", "en": f"Outlet {number}"},
            "country": "DZ",
            "timezone": "UTC",
            "sources": [{"feed": f"http://{host(number)}:{port}/feed"}],
            "allow_hosts": [f"{host(number)}:{port}"],
            "delay": delay,
            "concurrency": 2,
            "timeout": TIMEOUT,
        }
        for number in range(outlets)
    }
    YAML().dump({"outlets": given}, file)
    variables = {"RASID_DATA": str(folder / "data"), "ELASTICSEARCH_URL": url}
    command = [sys.executable, "-m", "rasid", "run", "--date", DAY, "--outlets", str(file), "--json"]
    measured, output = _measured(command, variables)
    told = json.loads(output[output.index("{") :])
    failed = {name for name, each in told.items() if name.startswith("crawl-") and each["error"]}
    assert failed == {f"crawl-outlet{number}" for number in (HANGING, DEAD)}, failed
    return measured, {name: each for name, each in told.items() if isinstance(each, dict) and "took" in each}


def _measured(command: list[str], variables: dict[str, str] | None = None) -> tuple[Measured, str]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = os.environ | (variables or {})
    with (
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process,
        _watched(process) as most,
    ):
        output, _ = process.communicate()
    wall = time.monotonic() - started
    if process.returncode:
        raise SystemExit(f"{command[2]} ended with {process.returncode}")
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(wall, cpu, most[0] / 1e6), output


@contextmanager
def _watched(process: "subprocess.Popen[str]") -> Iterator[list[float]]:
    most, done = [0.0], Event()

    def watch() -> None:
        while not done.wait(1):
            total = 0.0
            with suppress(psutil.Error):
                for each in psutil.Process(process.pid).children(recursive=True):
                    with suppress(psutil.Error):
                        total += each.memory_full_info().pss
            most[0] = max(most[0], total)

    Thread(target=watch, daemon=True).start()
    yield most
    done.set()


@contextmanager
def _served(outlets: int, pages: int) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.day.site", str(port), str(outlets), str(pages)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        server.stdout.readline()
        try:
            yield port
        finally:
            server.kill()


if __name__ == "__main__":
    main()
