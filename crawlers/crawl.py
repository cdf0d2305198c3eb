"""The first stage: outlets' sources and pages → captures."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from crawlers.job import Job
from rasid import __version__
from rasid.json_record import of_fields
from rasid.outlets import Outlet
from rasid.reports import CrawlReport
from rasid.settings import Settings
from rasid.storage import regular
from rasid.tied import tied

Progress = Callable[[str, dict[str, int]], None]
"""Called with an outlet's id and its counts so far: found, captures, failed."""


def crawl_outlets(jobs: Iterable[Job], progress: Progress) -> Iterator[CrawlReport]:
    """Fetches what outlets list and is not at hand into the day's WARC files, and visits recent pages again: all
    outlets side by side, each in a process of its own.

    An outlet that fails, by its servers' fault or ours, gives a report with `error`; nothing is raised for it.

    Args:
        jobs: of one outlet each, on the same day.
        progress: told while it goes on. It must be quick, as must be whoever takes the reports: the crawls wait.

    Yields:
        the report of each outlet, as its crawl ends.
    """
    waiting = {job.outlet.id: job for job in jobs}
    if not waiting:
        return
    logs = next(iter(waiting.values())).log_file.parent
    logs.mkdir(parents=True, exist_ok=True)
    with (
        regular(logs / "crawls.stderr").open("ab") as stderr,
        tied("crawlers.process", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):  # it has ended, which is told below
            process.stdin.write(b"".join(job.model_dump_json().encode() + b"\n" for job in waiting.values()))
            process.stdin.close()
        for line in process.stdout:
            told = json.loads(line)
            if counts := told.get("counts"):
                progress(told["outlet"], counts)
            elif "code" in told:
                yield _ended(waiting.pop(told["outlet"]), told["code"])
            else:
                del waiting[told["outlet"]]
                yield of_fields(CrawlReport, told["report"])
        process.wait()
        with suppress(ProcessLookupError):  # what a killed one has started does not end with it
            os.killpg(process.pid, signal.SIGKILL)
    for job in waiting.values():
        yield _ended(job, process.returncode)


def crawl_outlet(
    outlet: Outlet,
    day: date,
    settings: Settings,
    log_file: Path,
    progress: Callable[[dict[str, int]], None],
    since: date | None = None,
    until: date | None = None,
) -> CrawlReport:
    """One outlet alone; the arguments are those of `job_of` and `crawl_outlets`."""
    job = job_of(outlet, day, settings, log_file, since, until)
    (report,) = crawl_outlets([job], lambda _, counts: progress(counts))
    return report


def _ended(job: Job, code: int) -> CrawlReport:
    told = f"the crawl ended with code {code}; run it again, it goes on from there; see {job.errors_file}"
    return CrawlReport(job.outlet.id, error=told)


def job_of(
    outlet: Outlet,
    day: date,
    settings: Settings,
    log_file: Path,
    since: date | None = None,
    until: date | None = None,
) -> Job:
    """What a crawl is given.

    Args:
        outlet: whom to crawl.
        day: names the folder.
        settings: for limits and storage.
        log_file: takes Scrapy's log.
        since: first day of publication that is wanted, for a backfill.
        until: last such day.
    """
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
