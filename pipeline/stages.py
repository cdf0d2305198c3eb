"""The stages of the daily job, as the command line and the DAG run them: each loads what it needs, calls its room,
keeps the report under ``RASID_DATA/runs``, and tells its progress.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from elasticsearch import Elasticsearch
from upath import UPath

from alerts.report import Style, write_report
from alerts.send import send_alerts
from pipeline.apart import without_secrets
from pipeline.config import Config
from pipeline.counts import shown
from pipeline.disks import nearly_full
from pipeline.failures import Failures, Tell, reason_of
from pipeline.health import EARLIER_DAYS, judge, not_crawled
from pipeline.kept import Kept, Reports
from pipeline.outlet_stages import OutletStages
from pipeline.summary import Summary, index_warnings, step_of, summarise, whole
from rasid.configuration import config_files
from rasid.errors import RasidError
from rasid.outlets import select_outlets
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
        with self._outlets() as outlets:
            return list(outlets.crawled(outlet_ids, since, until))

    def process(self, outlet_ids: Iterable[str]) -> None:
        """Makes articles of outlets' captures.

        Raises:
            RasidError: the captures of an outlet could not be processed; those of the others are.
        """
        with self._outlets() as outlets, outlets.processing() as begin:
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
        with self._outlets() as outlets, outlets.processing() as begin:
            for id_ in outlet_ids:
                crawl, process = self.reports.kept(CrawlReport, id_), self.reports.kept(ProcessReport, id_)
                if crawl is None or crawl.report.error:
                    todo.append(id_)
                    continue
                done.append(crawl.report)
                if process is None or process.started_at < crawl.ended_at:
                    begin(id_)
            for report in outlets.crawled(todo, since, until):
                done.append(report)
                begin(report.outlet)
        return done

    @contextmanager
    def _outlets(self) -> Iterator[OutletStages]:
        """The stages of single outlets. The context ends with what failed in any of them."""
        with without_secrets(self.config.alerting), Failures() as failures:
            yield OutletStages(self.settings, self.config, self.reports, failures)

    def index(self, outlet_ids: Iterable[str], news: bool = True) -> IndexReport:
        """Brings the day's articles of these outlets, and the outlets' health, into Elasticsearch. What it does not
        take counts as rejected from then on.

        Args:
            outlet_ids: the outlets.
            news: whether rules that are new are to tell of these articles; of a day that no run has indexed they are.
        """
        ids = list(outlet_ids)
        with self._told("index") as keep:
            if news or not self.reports.kept(IndexReport):  # a run that goes on may find its articles indexed here
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
            report = replace(report, earlier=self.reports.told)
            keep(report)
            self.reports.note_told(report.alerts)
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
                names = {**self.config.tagger.names, "rules": {r.id: r.name for r in self.config.alerting.rules}}
                page = write_report(client, self.storage, self.day, rows, names, alerting, style)
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
            traces = (self.storage.captures(self.day, outlet.id), self.storage.crawl_log(self.day, outlet.id))
            if not crawl and not any(trace.exists() for trace in traces):
                healths.append(not_crawled(outlet))
                continue
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
                summary = replace(summary, warnings=(*summary.warnings, *nearly_full(client, self.settings)))
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
