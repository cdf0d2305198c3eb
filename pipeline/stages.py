"""The stages of the daily job, as the command line and the DAG run them: each loads what it needs, calls its room,
keeps the report under ``RASID_DATA/runs``, and tells its progress.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from elasticsearch import Elasticsearch
from upath import UPath

from alerts.report import write_report
from alerts.rules import Alerting, load_alerting
from alerts.send import send_alerts
from crawlers.crawl import crawl_outlet
from pipeline.counts import shown
from pipeline.health import EARLIER_DAYS, judge
from pipeline.kept import Kept, Reports
from pipeline.summary import Summary, step_of, summarise, whole
from processing.process import process_outlet
from processing.topics.loading import load_tagger
from processing.topics.tagger import Tagger
from rasid.configuration import config_file
from rasid.errors import RasidError, told_by_system
from rasid.outlets import Outlet, load_outlets, select_outlets
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
from search.health import falling, index_health
from search.indexing import index_day
from search.policies import take_snapshot
from search.rejected import index_rejected
from search.retention import drop_old
from search.runs import index_run
from search.synonyms import load_synonyms
from search.templates import set_up

Tell = Callable[[Event], None]


@dataclass(frozen=True)
class Config:
    """The YAML files of an installation, read and checked."""

    outlets: dict[str, Outlet]
    tagger: Tagger
    alerting: Alerting


def load_config(settings: Settings, outlets_file: Path | None = None) -> Config:
    """Reads all that analysts write, so that a mistake is told before anything is crawled.

    Raises:
        ConfigError: a file has a mistake.
    """
    outlets = load_outlets(outlets_file or config_file(settings.config, "outlets.yaml"))
    tagger = load_tagger(settings.config / "topics.yaml", settings.cache)
    load_synonyms(settings.config)  # a mistake there would show only when all is crawled
    alerting = load_alerting(config_file(settings.config, "alerts.yaml"), tagger.topics)
    return Config(outlets, tagger, alerting)


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

    def crawl(self, outlet_id: str, since: date | None = None, until: date | None = None) -> CrawlReport:
        """Fetches what is new at an outlet, or published on some days. A failed outlet gives a report with `error`."""
        outlet = select_outlets(self.config.outlets, [outlet_id])[0]
        log = self.storage.logs(self.day) / f"crawl-{outlet_id}.log"
        with self._told("crawl", outlet_id) as keep:
            report = crawl_outlet(
                outlet,
                self.day,
                self.settings,
                log,
                lambda counts: self.tell(Event("crawl", outlet_id, counts=counts)),
                since,
                until,
            )
            keep(report)
        told = report.error or "; ".join(report.damage)
        state: State = "failed" if report.error else "done"
        self.tell(Event("crawl", outlet_id, state, shown(report), told))
        return report

    def process(self, outlet_id: str) -> ProcessReport:
        """Makes articles of an outlet's captures."""
        outlet = select_outlets(self.config.outlets, [outlet_id])[0]
        with self._told("process", outlet_id) as keep:
            report = process_outlet(outlet, self.day, self.storage, self.config.tagger)
            crawl = self.reports.last(CrawlReport, outlet_id)
            made = crawl.captures if crawl else 0
            if report.captures < made and not report.damage:
                file = self.storage.relative(self.storage.captures(self.day, outlet_id))
                lost = f"{file} is damaged (it has {report.captures} captures, of {made} that the last crawl made)"
                report = replace(report, damage=(f"{lost}: the next crawl fetches again what was lost",))
            keep(report)
        self.tell(Event("process", outlet_id, "done", shown(report), "; ".join(report.damage)))
        return report

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

    def alert(self, since: datetime | None = None) -> AlertReport:
        """Sends what the rules find, and what is still to be sent.

        Args:
            since: from when on articles count for a rule that is new; absent, since those of the day were indexed that
                no run has told of.
        """
        start = since or self.reports.begun
        if not start:
            index = self.reports.kept(IndexReport)
            start = index.started_at if index else datetime.now(UTC)
        with self._told("alert") as keep:
            with self._cluster("alerts") as client:
                names = self.config.tagger.names
                report = send_alerts(client, self.storage, self.config.alerting, names, self.settings, start)
            keep(report)
            self.reports.end()
        mistakes = "\n".join(self._mistakes(report.refused))
        state: State = "failed" if mistakes else "done"
        self.tell(Event("alert", "", state, shown(report), mistakes))
        return report

    def report(self, outlet_ids: Iterable[str]) -> UPath:
        """Writes the day's page."""
        with self._told("report") as keep:
            rows = self.health(outlet_ids)
            alerting = self.reports.last(AlertReport) or AlertReport()
            with connect(self.settings, "reader") as client:
                path = write_report(client, self.storage, self.day, rows, self.config.tagger.names, alerting)
            keep(PageReport(path=str(path)))
        self.tell(Event("report", state="done", counts={"outlets": len(rows)}))
        return path

    def drop_months(self) -> list[str]:
        """Deletes from the index what ``RASID_KEEP_MONTHS`` says. A cluster with policies does it itself."""
        keep = self.settings.keep_months
        if self.settings.managed or not keep:
            return []
        with connect(self.settings) as client:
            return drop_old(client, keep, self.day)

    def snapshot(self) -> str | None:
        """Takes a snapshot of the index to ``RASID_SNAPSHOTS``, if set. A cluster with policies does it itself."""
        if self.settings.managed or not self.settings.snapshots:
            return None
        with connect(self.settings) as client:
            return take_snapshot(client, self.settings.snapshots, self.day)

    def falling_outlets(self) -> dict[str, str]:
        """Outlets that give less than half of what they gave before, and how much."""
        with connect(self.settings, "reader") as client:
            return falling(client, self.day)

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
        file = config_file(self.settings.config, "alerts.yaml")
        return [str(mistake_at(file, ("alerts", rule, "query"), reason)) for rule, reason in refused.items()]

    @contextmanager
    def _cluster(self, role: Role) -> Iterator[Elasticsearch]:
        """The cluster, ready for what is written to it."""
        with connect(self.settings, role) as client:
            if not self.settings.managed:
                set_up(client, self.settings.config)
            yield client

    @contextmanager
    def _told(self, stage: Stage | Literal["check"], outlet: str = "") -> Iterator[Callable[[Report], None]]:
        """Tells that a stage begins, and why it breaks off if it does. Gives a function that keeps its report, with
        the time that it took.
        """
        self.tell(Event(stage, outlet))
        start = datetime.now(UTC)

        def keep(report: Report) -> None:
            took = round((datetime.now(UTC) - start).total_seconds(), 1)
            self.reports.keep(Kept(report, start, took))

        try:
            yield keep
        except Exception as error:
            told = told_by_system(error) if isinstance(error, OSError) else None
            self.tell(Event(stage, outlet, "failed", message=told or str(error) or repr(error)))
            raise
