"""Real crawls for tests, forked of one process that a session of tests keeps: to load Scrapy takes a second."""

import io
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

from upath import UPath

from crawlers.crawl import crawl_outlet, job_of
from crawlers.discovery import Discovery
from crawlers.job import Job
from crawlers.process import Crawls
from rasid.captures import read_captures
from rasid.json_record import of_fields
from rasid.outlets import Outlet
from rasid.records import Capture
from rasid.reports import CrawlReport
from rasid.settings import Settings
from rasid.storage import Storage

DAY = date(2025, 3, 10)


class Crawl:
    """Crawls into a folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.day = DAY

    def __call__(
        self, outlet: Outlet, since: date | None = None, until: date | None = None, **options: object
    ) -> CrawlReport:
        settings = Settings(data=UPath(self.data), **options)  # type: ignore[arg-type]
        job = job_of(outlet, self.day, settings, self.data / "crawl.log", since, until)
        told = io.BytesIO()
        Crawls(told, 1).run([job.model_dump_json().encode()])
        report = of_fields(CrawlReport, json.loads(told.getvalue().splitlines()[-1])["report"])
        assert report.found + report.revisited == report.captures + sum(report.failed.values())
        return report

    def as_a_program(self, outlet: Outlet) -> CrawlReport:
        """A crawl as the daily job has it: by a program that can be killed."""
        settings = Settings(data=UPath(self.data))
        return crawl_outlet(outlet, self.day, settings, self.data / "crawl.log", lambda counts: None)

    def captures(self, outlet: str = "test") -> list[Capture]:
        storage = Storage(UPath(self.data))
        return list(read_captures(storage, storage.captures(self.day, outlet), outlet))


def look(job: Job) -> Discovery:
    """What `crawlers.discovery.look_at` finds, which begins a program for it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["crawlers.warm"])
    with ProcessPoolExecutor(1, context) as pool:
        return pool.submit(_look, job).result()


def _look(job: Job) -> Discovery:
    from crawlers import scout  # here, as it brings Scrapy's event loop

    return scout.look(job, lambda _: None)
