"""The stages that go outlet by outlet: all are crawled side by side, and the captures of each are read, one outlet
after the other, while others are still crawled.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from queue import SimpleQueue
from threading import Thread

from crawlers.crawl import crawl_outlets, job_of
from pipeline.config import Config
from pipeline.counts import shown
from pipeline.failures import Failures
from pipeline.kept import Kept, Reports
from processing.process import Begun, Processing
from rasid.outlets import Outlet, select_outlets
from rasid.reports import CrawlReport, Event, State
from rasid.settings import Settings


@dataclass(frozen=True)
class OutletStages:
    """Crawls and processes the outlets of one day, and keeps the report of each.

    Attributes:
        settings: settings of the installation.
        config: configuration of the installation.
        reports: what the day's stages have reported; it tells of each outlet, too.
        failures: takes what failed at an outlet; the others go on.
    """

    settings: Settings
    config: Config
    reports: Reports
    failures: Failures

    def crawled(self, outlet_ids: Iterable[str], since: date | None, until: date | None) -> Iterator[CrawlReport]:
        """Crawls outlets side by side; gives the report of each when it has ended and is kept.

        Args:
            outlet_ids: ids of the outlets.
            since: first day of publication; absent, what is new.
            until: last such day.
        """
        outlets = (
            {outlet.id: outlet for outlet in select_outlets(self.config.outlets, outlet_ids)} if outlet_ids else {}
        )
        day, storage = self.reports.day, self.reports.storage
        jobs = [
            job_of(outlet, day, self.settings, storage.crawl_log(day, id_), since, until)
            for id_, outlet in outlets.items()
        ]
        started = datetime.now(UTC)
        for id_ in outlets:
            self.reports.tell(Event("crawl", id_))
        reports = crawl_outlets(jobs, lambda id_, counts: self.reports.tell(Event("crawl", id_, counts=counts)))
        while report := self._next(reports, outlets):
            with self.failures.noted("crawl", report.outlet, self.reports.tell):
                self.reports.keep(Kept.now(report, started))
                told = report.error or "; ".join(report.damage)
                state: State = "failed" if report.error else "done"
                self.reports.tell(Event("crawl", report.outlet, state, shown(report), told))
                yield report

    def _next(self, reports: Iterator[CrawlReport], outlets: dict[str, Outlet]) -> CrawlReport | None:
        """The next report; None if there is none, as all have ended or the crawls could not be begun."""
        try:
            report = next(reports, None)
        except Exception as error:  # of our own disk: no outlet can be crawled
            for id_ in outlets:
                self.failures.add("crawl", id_, error, self.reports.tell)
            return None
        if report:
            del outlets[report.outlet]
        return report

    @contextmanager
    def processing(self) -> Iterator[Callable[[str], None]]:
        """Gives a function that has an outlet's captures processed, after those of the ones before, while others are
        still crawled. The context ends when all are.
        """
        waiting: SimpleQueue[Begun | None] = SimpleQueue()

        def finish(processing: Processing) -> None:
            while begun := waiting.get():
                with self.failures.noted("process", begun.outlet.id, self.reports.tell):
                    self._finish(processing, begun)

        with Processing(self.reports.day, self.reports.storage, self.config.tagger) as processing:
            thread = Thread(target=finish, args=[processing], daemon=True)
            thread.start()
            try:
                yield lambda id_: waiting.put(processing.begin(select_outlets(self.config.outlets, [id_])[0]))
            finally:
                waiting.put(None)
            thread.join()

    def _finish(self, processing: Processing, begun: Begun) -> None:
        started, id_ = datetime.now(UTC), begun.outlet.id
        self.reports.tell(Event("process", id_))
        report = processing.finish(begun)
        crawl = self.reports.last(CrawlReport, id_)
        made = crawl.captures if crawl else 0
        if report.captures < made and not report.damage:
            file = self.reports.storage.relative(self.reports.storage.captures(self.reports.day, id_))
            lost = f"{file} is damaged (it has {report.captures} captures, of {made} that the last crawl made)"
            report = replace(report, damage=(f"{lost}: the next crawl fetches again what was lost",))
        self.reports.keep(Kept.now(report, started))
        self.reports.tell(Event("process", id_, "done", shown(report), "; ".join(report.damage)))
