"""The first stage: an outlet's sources and pages → captures."""

import json
import subprocess
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

from crawlers.process import Job
from rasid import __version__
from rasid.json_record import of_fields
from rasid.outlets import Outlet
from rasid.reports import CrawlReport
from rasid.settings import Settings
from rasid.tied import tied

Progress = Callable[[dict[str, int]], None]
"""Called with the counts so far: found, captures, failed."""

GRACE = 60.0
"""Seconds that a crawl may take longer than its limits, of waiting for another one and of its own, to end in order."""


def crawl_outlet(
    outlet: Outlet,
    day: date,
    settings: Settings,
    log_file: Path,
    progress: Progress,
    since: date | None = None,
    until: date | None = None,
) -> CrawlReport:
    """Fetches what an outlet lists and is not at hand into the day's WARC file, and visits recent pages again.

    An outlet that fails, by its servers' fault or ours, gives a report with `error`; nothing is raised for it.

    Args:
        outlet: to crawl.
        day: names the folder.
        settings: for limits and storage.
        log_file: takes Scrapy's log.
        progress: called with the counts while the crawl goes on.
        since: first day of publication that is wanted, for a backfill.
        until: last such day.
    """
    job = job_of(outlet, day, settings, log_file, since, until)
    log_file.parent.mkdir(parents=True, exist_ok=True)
    last: dict[str, object] = {}
    with (
        log_file.with_suffix(".stderr").open("w", encoding="utf-8") as stderr,
        tied(
            "crawlers.process",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        # The spider ends by itself; this is for a process that no longer can, such as one in an endless computation.
        guard = threading.Timer(2 * job.max_seconds + job.timeout + GRACE, process.kill)
        guard.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(job.model_dump_json())
            process.stdin.close()
            for line in process.stdout:
                last = json.loads(line)
                if "outlet" not in last:
                    progress({name: int(str(count)) for name, count in last.items()})
        finally:
            guard.cancel()
    if process.returncode or "outlet" not in last:
        ended = (
            f"the crawl ended with code {process.returncode}; run it again, it goes on from there; see {stderr.name}"
        )
        return CrawlReport(outlet.id, error=ended)
    return of_fields(CrawlReport, last)


def job_of(
    outlet: Outlet,
    day: date,
    settings: Settings,
    log_file: Path,
    since: date | None = None,
    until: date | None = None,
) -> Job:
    """What the crawl's process is given; the arguments are those of `crawl_outlet`."""
    return Job(
        outlet=outlet,
        data=str(settings.data),
        day=day,
        since=since,
        until=until,
        log_file=log_file,
        user_agent=f"Rasid/{__version__} (+{settings.contact})",
        timeout=outlet.timeout or settings.timeout,
        max_seconds=settings.max_outlet_seconds,
        max_page_bytes=settings.max_page_bytes,
        max_pages=settings.max_pages,
        max_bytes=settings.max_outlet_bytes,
        revisit_within=settings.revisit_hours,
        revisit_every=settings.revisit_every_hours,
    )
