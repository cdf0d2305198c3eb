"""Real crawls for tests."""

from datetime import date
from pathlib import Path

from upath import UPath

from crawlers.crawl import crawl_outlet
from rasid.captures import read_captures
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
        report = crawl_outlet(outlet, self.day, settings, self.data / "crawl.log", lambda counts: None, since, until)
        assert report.found + report.revisited == report.captures + sum(report.failed.values())
        return report

    def captures(self, outlet: str = "test") -> list[Capture]:
        storage = Storage(UPath(self.data))
        return list(read_captures(storage, storage.captures(self.day, outlet), outlet))
