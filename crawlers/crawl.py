"""The first stage: an outlet's sources and pages → captures."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from crawlers.process import CrawlReport, Job
from rasid import __version__
from rasid.outlets import Outlet
from rasid.settings import Settings
from rasid.storage import Storage

Progress = Callable[[dict[str, int]], None]
"""Called with the counts so far: found, known, captures, failed."""


def crawl_outlet(outlet: Outlet, day: date, settings: Settings, log_file: Path, progress: Progress) -> CrawlReport:
    """Fetches what an outlet lists and is not at hand into the day's WARC file.

    An outlet that fails, by its servers' fault or ours, gives a report with `error`; nothing is raised for it.

    Args:
        outlet: whom.
        day: names the folder.
        settings: for limits and storage.
        log_file: takes Scrapy's log.
        progress: told while it goes on.
    """
    storage = Storage(settings.data)
    job = Job(
        outlet=outlet,
        captures_file=str(storage.captures(day, outlet.id)),
        state_file=str(storage.state(outlet.id)),
        log_file=log_file,
        user_agent=f"Rasid/{__version__} (+{settings.contact})",
        timeout=outlet.timeout or settings.timeout,
        max_page_bytes=settings.max_page_bytes,
        max_pages=settings.max_pages,
    )
    log_file.parent.mkdir(parents=True, exist_ok=True)
    last: dict[str, object] = {}
    with (
        log_file.with_suffix(".stderr").open("w", encoding="utf-8") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "crawlers.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(job.model_dump_json())
        process.stdin.close()
        for line in process.stdout:
            last = json.loads(line)
            if "outlet" not in last:
                progress({name: int(str(count)) for name, count in last.items()})
    if process.returncode or "outlet" not in last:
        return CrawlReport(outlet.id, error=f"the crawl ended with code {process.returncode}; see {stderr.name}")
    return CrawlReport(**last)  # type: ignore[arg-type]
