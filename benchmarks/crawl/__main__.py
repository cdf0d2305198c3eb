"""The crawler's speed and memory beside a bare Scrapy spider's, on the same site: ``python -m benchmarks.crawl``.

Rasid runs as always: WARC files, state, address guard, robots.txt, limits. All get sixteen connections and no delay.
Scrapy with ``CONCURRENT_ITEMS=1``, a setting of Rasid's that saves much time, shows what Rasid's own work costs.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table
from upath import UPath

from crawlers.crawl import job_of
from rasid.outlets import Outlet
from rasid.settings import Settings

DAY = date(2025, 3, 10)
ROUNDS = 3
SIZES = (2_000, 20_000)


@dataclass(frozen=True)
class Measured:
    """A process from start to end: wall clock and CPU time in seconds, peak of resident memory in MB."""

    seconds: float
    cpu: float
    peak: float


@contextmanager
def site(count: int) -> Iterator[str]:
    """Serves the site; gives its address."""
    command = [sys.executable, "-m", "benchmarks.crawl.site", str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield server.stdout.readline().strip()
        server.kill()


def bare(base: str, count: int, *concurrent_items: str) -> Measured:
    """The bare spider's crawl."""
    return _measure([sys.executable, "-m", "benchmarks.crawl.bare", base, *concurrent_items], "", f"{count}\n")


def rasid(base: str, count: int) -> Measured:
    """Rasid's crawl, into an empty folder."""
    host = base.removeprefix("http://")
    outlet = Outlet.model_validate(
        {
            "id": "site",
            "name": {"ar": "موقع", "en": "Site"},
            "country": "DZ",
            "timezone": "UTC",
            "sources": [{"sitemap": f"{base}/sitemap.xml"}],
            "allow_hosts": [host],
            "delay": 0,
            "concurrency": 16,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=UPath(folder), max_pages=count, max_outlet_bytes=10**10)
        job = job_of(outlet, DAY, settings, Path(folder) / "crawl.log")
        return _measure([sys.executable, "-m", "crawlers.process"], job.model_dump_json(), f'"captures": {count},')


def _measure(command: list[str], given: str, expected: str) -> Measured:
    """Runs a process to its end, and checks that its last line of output has what it must."""
    with tempfile.TemporaryFile("w+") as stdin, tempfile.TemporaryFile("w+") as stdout:
        stdin.write(given)
        stdin.seek(0)
        started = time.monotonic()
        process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        stdout.seek(0)
        last = stdout.readlines()[-1:]
    if process.returncode or expected not in "".join(last):
        raise SystemExit(f"{command[2]} ended with {process.returncode} and {last}, not with {expected!r}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def main() -> None:
    """Prints the table."""
    table = Table(
        "pages", "crawler", "pages/s", "Rasid's speed to it", "CPU ms a page", "peak MB", title=f"medians of {ROUNDS}"
    )
    crawlers = {
        "Scrapy": bare,
        "Scrapy, CONCURRENT_ITEMS=1": lambda base, count: bare(base, count, "1"),
        "Rasid": rasid,
    }
    for count in SIZES:
        runs: dict[str, list[Measured]] = {name: [] for name in crawlers}
        for _ in range(ROUNDS):
            with site(count) as base:
                for name, crawl in crawlers.items():
                    runs[name].append(crawl(base, count))
        seconds = {name: median(run.seconds for run in each) for name, each in runs.items()}
        for name, each in runs.items():
            table.add_row(
                f"{count:,}",
                name,
                f"{count / seconds[name]:.0f}",
                f"{seconds[name] / seconds['Rasid']:.2f}",
                f"{median(1000 * run.cpu / count for run in each):.2f}",
                f"{median(run.peak for run in each):.0f}",
            )
        table.add_section()
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
