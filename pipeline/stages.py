"""The stages of the daily job, as the command line and the DAG run them: each loads what it needs, calls its room,
keeps the report under ``RASID_DATA/runs``, and tells its progress.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from queue import SimpleQueue
from threading import Thread
from typing import Literal

from elasticsearch import Elasticsearch
from upath import UPath

from alerts.report import Style, write_report
from alerts.send import send_alerts
from crawlers.crawl import crawl_outlets, job_of
from pipeline.apart import without_secrets
from pipeline.config import Config
from pipeline.counts import shown
from pipeline.failures import Failures, Tell, reason_of
from pipeline.health import EARLIER_DAYS, judge
from pipeline.kept import Kept, Reports
from pipeline.summary import Summary, index_warnings, step_of, summarise, whole
from processing.process import Begun, Processing
from rasid.configuration import config_files
from rasid.errors import RasidError
from rasid.outlets import Outlet, select_outlets
from rasid.records import RejectReason
from rasid.reports import (
    AlertReport,
    CrawlReport,
    Event,
    Health,
    IndexReport,
    PageReport,
    ProcessReport,
    Report,
    Stage,
    State,
)
from rasid.settings import Role, Settings
from rasid.storage import Storage
from rasid.yaml_file import mistake_at
from search.cluster import connect
from search.health import index_health
from search.indexing import index_day
from search.rejected import index_rejected
from search.runs import index_run
from search.templates import set_up


@dataclass(frozen=True)
class Stages:
    """The stages of one day.

    Attributes:
        settings: settings of the installation.
        config: configuration of the installation.
        day: the day.
        tell: function that gets news of each stage.
    """

    settings: Settings
    config: Config
    day: date
    tell: Tell

    @property
    def storage(self) -> Storage:
        """Where all is kept."""
        return Storage(self.settings.data)

    @property
    def reports(self) -> Reports:
        """What the day's stages have reported."""
        return Reports(self.storage, self.day, self.tell)

    def crawl(
        self, outlet_ids: Iterable[str], since: date | None = None, until: date | None = None
    ) -> list[CrawlReport]:
        """Fetches what is new at outlets, or published on some days: at all of them side by side. A failed outlet gives
        a report with `error`.

        Raises:
            RasidError: an outlet's report could not be kept; those of the others are.
        """
        with without_secrets(self.config.alerting), Failures() as failures:
            return list(self._crawled(outlet_ids, since, until, failures))

    def process(self, outlet_ids: Iterable[str]) -> None:
        """Makes articles of outlets' captures.

        Raises:
            RasidError: the captures of an outlet could not be processed; those of the others are.
        """
        with without_secrets(self.config.alerting), Failures() as failures, self._processing(failures) as begin:
            for id_ in outlet_ids:
                begin(id_)

    def watch(
        self, outlet_ids: Iterable[str], since: date | None = None, until: date | None = None
    ) -> list[CrawlReport]:
        """Crawls outlets side by side, and processes the captures of each as soon as its crawl has ended, also if that
        failed, as it may have brought pages home. What the run's reports say is done is not done again.

        Returns:
            the reports of all these crawls.

        Raises:
            RasidError: the captures of an outlet could not be processed; those of the others are.
        """
        done, todo = [], []
        with without_secrets(self.config.alerting), Failures() as failures, self._processing(failures) as begin:
            for id_ in outlet_ids:
                crawl, process = self.reports.kept(CrawlReport, id_), self.reports.kept(ProcessReport, id_)
                if crawl is None or crawl.report.error:
                    todo.append(id_)
                    continue
                done.append(crawl.report)
                if process is None or process.started_at < crawl.ended_at:
                    begin(id_)
            for report in self._crawled(todo, since, until, failures):
                done.append(report)
                begin(report.outlet)
        return done

    def _crawled(
        self, outlet_ids: Iterable[str], since: date | None, until: date | None, failures: Failures
    ) -> Iterator[CrawlReport]:
        outlets = (
            {outlet.id: outlet for outlet in select_outlets(self.config.outlets, outlet_ids)} if outlet_ids else {}
        )
        logs = self.storage.logs(self.day)
        jobs = [
            job_of(outlet, self.day, self.settings, logs / f"crawl-{id_}.log", since, until)
            for id_, outlet in outlets.items()
        ]
        started = datetime.now(UTC)
        for id_ in outlets:
            self.tell(Event("crawl", id_))
        reports = crawl_outlets(jobs, lambda id_, counts: self.tell(Event("crawl", id_, counts=counts)))
        while report := self._next(reports, outlets, failures):
            with failures.noted("crawl", report.outlet, self.tell):
                self.reports.keep(Kept.now(report, started))
                told = report.error or "; ".join(report.damage)
                state: State = "failed" if report.error else "done"
                self.tell(Event("crawl", report.outlet, state, shown(report), told))
                yield report

    def _next(
        self, reports: Iterator[CrawlReport], outlets: dict[str, Outlet], failures: Failures
    ) -> CrawlReport | None:
        """The next report; None if there is none, as all have ended or the crawls could not be begun."""
        try:
            report = next(reports, None)
        except Exception as error:  # of our own disk: no outlet can be crawled
            for id_ in outlets:
                failures.add("crawl", id_, error, self.tell)
            return None
        if report:
            del outlets[report.outlet]
        return report

    @contextmanager
    def _processing(self, failures: Failures) -> Iterator[Callable[[str], None]]:
        """Gives a function that has an outlet's captures processed, after those of the ones before, while others are
        still crawled. The context ends when all are.
        """
        waiting: SimpleQueue[Begun | None] = SimpleQueue()

        def finish(processing: Processing) -> None:
            while begun := waiting.get():
                with failures.noted("process", begun.outlet.id, self.tell):
                    self._finish(processing, begun)

        with Processing(self.day, self.storage, self.config.tagger) as processing:
            thread = Thread(target=finish, args=[processing], daemon=True)
            thread.start()
            try:
                yield lambda id_: waiting.put(processing.begin(select_outlets(self.config.outlets, [id_])[0]))
            finally:
                waiting.put(None)
            thread.join()

    def _finish(self, processing: Processing, begun: Begun) -> None:
        started, id_ = datetime.now(UTC), begun.outlet.id
        self.tell(Event("process", id_))
        report = processing.finish(begun)
        crawl = self.reports.last(CrawlReport, id_)
        made = crawl.captures if crawl else 0
        if report.captures < made and not report.damage:
            file = self.storage.relative(self.storage.captures(self.day, id_))
            lost = f"{file} is damaged (it has {report.captures} captures, of {made} that the last crawl made)"
            report = replace(report, damage=(f"{lost}: the next crawl fetches again what was lost",))
        self.reports.keep(Kept.now(report, started))
        self.tell(Event("process", id_, "done", shown(report), "; ".join(report.damage)))

    def index(self, outlet_ids: Iterable[str]) -> IndexReport:
        """Brings the day's articles of these outlets, and the outlets' health, into Elasticsearch. What it does not
        take counts as rejected from then on.
        """
        ids = list(outlet_ids)
        with self._told("index") as keep:
            self.reports.begin()
            with self._cluster("writer") as client:
                report = index_day(client, self.storage, self.day, ids)
                report = replace(report, damage=(*report.damage, *self._gone(ids)))
                for id_ in ids:
                    self._count_refused(id_, report.refused.get(id_, 0))
                index_rejected(client, self.storage, self.day, ids)
                index_health(client, self.day, self.health(ids))
            keep(report)
        self.tell(Event("index", state="done", counts=shown(report)))
        return report

    def _gone(self, outlet_ids: Iterable[str]) -> Iterator[str]:
        for id_ in outlet_ids:
            files = (self.storage.articles(self.day, id_), self.storage.rejected(self.day, id_))
            gone = [file for file in files if not file.exists()]
            if gone and self.reports.last(ProcessReport, id_):
                yield from (f"{self.storage.relative(file)} is gone: run `rasid process`" for file in gone)

    def _count_refused(self, outlet_id: str, refused: int) -> None:
        kept = self.reports.kept(ProcessReport, outlet_id)
        if kept and (more := refused - kept.report.rejected.get("refused", 0)):
            report = kept.report
            rejected: dict[RejectReason, int] = {**report.rejected, "refused": refused}
            counted = replace(report, articles=report.articles - more, rejected=rejected)
            self.reports.keep(replace(kept, report=counted))

    def alert(self, since: datetime | None = None, as_of: datetime | None = None) -> AlertReport:
        """Sends what the rules find, and what is still to be sent.

        Args:
            since: from when on articles count for a rule that is new; absent, since those of the day were indexed that
                no run has told of.
            as_of: from when it is counted how long ago an article was published; absent, the end of the day.
        """
        start = since or self.reports.begun
        if not start:
            index = self.reports.kept(IndexReport)
            start = index.started_at if index else datetime.now(UTC)
        with self._told("alert") as keep:
            with self._cluster("alerts") as client:
                names = self.config.tagger.names
                alerting, end = self.config.alerting, datetime.combine(self.day + timedelta(days=1), time(), UTC)
                as_of = as_of or min(end, datetime.now(UTC))
                report = send_alerts(client, self.storage, alerting, names, self.settings, start, as_of=as_of)
            keep(report)
            self.reports.end()
        mistakes = "\n".join(self._mistakes(report.refused))
        state: State = "failed" if mistakes else "done"
        self.tell(Event("alert", "", state, shown(report), mistakes))
        return report

    def report(self, outlet_ids: Iterable[str]) -> UPath:
        """Writes the day's page, and tells why it may lack articles."""
        ids = list(outlet_ids)
        with self._told("report") as keep:
            rows = self.health(ids)
            alerting = self.reports.last(AlertReport) or AlertReport()
            with connect(self.settings, "reader") as client:
                style = Style(self.settings.language, self.settings.timezone)
                page = write_report(client, self.storage, self.day, rows, self.config.tagger.names, alerting, style)
            page = replace(page, damage=(*page.damage, *self._gone(ids)))
            keep(page)
            warnings = dict.fromkeys((*index_warnings(self.reports.last(IndexReport)), *page.damage))
        self.tell(Event("report", state="done", counts={"outlets": len(rows)}, message="; ".join(warnings)))
        return UPath(page.path)

    def health(self, outlet_ids: Iterable[str]) -> list[Health]:
        """What the last run of the day says of these outlets."""
        before = [self.day - timedelta(days=age) for age in range(1, EARLIER_DAYS + 1)]
        healths = []
        for outlet in select_outlets(self.config.outlets, outlet_ids):
            crawl, process = self.reports.last(CrawlReport, outlet.id), self.reports.last(ProcessReport, outlet.id)
            earlier = [report for day in before if (report := self.reports.last(ProcessReport, outlet.id, day))]
            healths.append(judge(outlet, crawl, process, earlier))
        return healths

    def finish(self, outlet_ids: Iterable[str], run: str) -> Summary:
        """Ends a run, of which single outlets may have failed: counts what it did, and writes it into the index.

        Args:
            outlet_ids: ids of the run's outlets.
            run: id of the run.

        Raises:
            RasidError: a stage failed, captures of an outlet could not be processed, more outlets failed than
                ``RASID_FAILED_OUTLETS`` allows, or an alert rule is not valid. The message says all of it.
        """
        ids = list(outlet_ids)
        with self._told("check"):
            kept, alert = self.reports.kept, self.reports.last(AlertReport)
            steps = []
            for id_ in ids:
                steps.append(step_of("crawl", id_, kept(CrawlReport, id_)))
                steps.append(step_of("process", id_, kept(ProcessReport, id_)))
            steps.append(step_of("index", None, kept(IndexReport)))
            steps.append(step_of("alert", None, kept(AlertReport)))
            steps.append(step_of("report", None, kept(PageReport)))
            index = self.reports.last(IndexReport)
            summary = summarise(steps, self.health(ids), index, self.settings.failed_outlets)
            problems = [*summary.problems, *self._mistakes(alert.refused if alert else {})]
            with self._cluster("writer") as client:
                index_run(client, self.day, run, [*steps, whole(steps, "\n".join(problems))])
            if problems:
                raise RasidError("\n".join(problems))
        self.tell(Event("check", state="done", message="; ".join(summary.warnings)))
        return summary

    def check_rules(self, refused: Mapping[str, str]) -> None:
        """Ends a run of the alerts.

        Args:
            refused: id of a rule whose query Elasticsearch refuses → why, as the report has them.

        Raises:
            RasidError: it has some; says where they stand in their file.
        """
        if refused:
            raise RasidError("\n".join(self._mistakes(refused)))

    def _mistakes(self, refused: Mapping[str, str]) -> list[str]:
        files = config_files(self.settings.config, "alerts.yaml")
        return [str(mistake_at(files, ("alerts", rule, "query"), reason)) for rule, reason in refused.items()]

    @contextmanager
    def _cluster(self, role: Role) -> Iterator[Elasticsearch]:
        """The cluster, ready for what is written to it."""
        with connect(self.settings, role) as client:
            if not self.settings.managed:
                set_up(client, self.config.synonyms)
            yield client

    @contextmanager
    def _told(self, stage: Stage | Literal["check"], outlet: str = "") -> Iterator[Callable[[Report], None]]:
        """Tells that a stage begins, and why it breaks off if it does. Gives a function that keeps its report, with
        the time that it took.
        """
        self.tell(Event(stage, outlet))
        start = datetime.now(UTC)
        try:
            yield lambda report: self.reports.keep(Kept.now(report, start))
        except Exception as error:
            self.tell(Event(stage, outlet, "failed", message=reason_of(error)))
            raise
