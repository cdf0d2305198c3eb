"""The stages of the daily job, as the command line and the DAG run them: each loads what it needs, calls its room,
keeps the report under ``RASID_DATA/runs``, and tells its progress.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch
from upath import UPath

from alerts.report import write_report
from alerts.rules import Alerting, load_alerting
from alerts.send import AlertReport, send_alerts
from crawlers.crawl import crawl_outlet
from crawlers.process import CrawlReport
from pipeline.summary import Summary, step_of, summarise, whole
from processing.process import ProcessReport, process_outlet
from processing.topics.tagger import Tagger, load_tagger
from rasid.errors import RasidError, told_by_system
from rasid.health import EARLIER_DAYS, Health, judge
from rasid.outlets import Outlet, load_outlets, select_outlets
from rasid.printable import json_text
from rasid.settings import Role, Settings
from rasid.storage import Storage, set_aside, write_whole
from rasid.yaml_file import mistake_at
from search.cluster import connect, set_up
from search.health import falling, index_health
from search.indexing import IndexReport, index_day
from search.policies import take_snapshot
from search.rejected import index_rejected
from search.retention import drop_old
from search.runs import Step, index_run
from search.synonyms import load_synonyms


@dataclass(frozen=True)
class Event:
    """A step of a stage.

    Attributes:
        stage: crawl, process, index, alert, report or check; ``reports`` of what an earlier one left.
        outlet: its id, for a stage that runs once an outlet.
        state: ``running``, ``done`` or ``failed``.
        counts: so far.
        message: why it failed, or what was found damaged.
    """

    stage: str
    outlet: str = ""
    state: str = "running"
    counts: dict[str, Any] = field(default_factory=dict)
    message: str = ""


Tell = Callable[[Event], None]
_BEGUN = "index-begun"
"""Name of the note when articles of the day were first indexed, until the alerts have told of them: a run that ends
before that must not cost a new rule their stories."""


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
    outlets = load_outlets(outlets_file or settings.config / "outlets.yaml")
    tagger = load_tagger(settings.config / "topics.yaml")
    load_synonyms(settings.config)  # a mistake there would show only when all is crawled
    alerting = load_alerting(settings.config / "alerts.yaml", tagger.topics)
    return Config(outlets, tagger, alerting)


@dataclass(frozen=True)
class Stages:
    """The stages of one day.

    Attributes:
        settings: of the installation.
        config: of the installation.
        day: which.
        tell: is told of each step.
    """

    settings: Settings
    config: Config
    day: date
    tell: Tell

    @property
    def storage(self) -> Storage:
        """Where all is kept."""
        return Storage(self.settings.data)

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
            keep(asdict(report))
        counts = {
            "found": report.found + report.revisited,
            "captures": report.captures,
            "failed": sum(report.failed.values()),
        }
        told = report.error or "; ".join(report.damage)
        self.tell(Event("crawl", outlet_id, "failed" if report.error else "done", counts, told))
        return report

    def process(self, outlet_id: str) -> ProcessReport:
        """Makes articles of an outlet's captures."""
        outlet = select_outlets(self.config.outlets, [outlet_id])[0]
        with self._told("process", outlet_id) as keep:
            report = process_outlet(outlet, self.day, self.storage, self.config.tagger)
            made = (self.kept(f"crawl-{outlet_id}") or {}).get("captures", 0)
            if report.captures < made and not report.damage:
                file = self.storage.relative(self.storage.captures(self.day, outlet_id))
                lost = f"{file} is damaged (it has {report.captures} captures, of {made} that the last crawl made)"
                report = replace(report, damage=[f"{lost}: the next crawl fetches again what was lost"])
            keep(asdict(report))
        self.tell(Event("process", outlet_id, "done", asdict(report), "; ".join(report.damage)))
        return report

    def index(self, outlet_ids: Iterable[str]) -> IndexReport:
        """Brings the day's articles of these outlets, and the outlets' health, into Elasticsearch. What it does not
        take counts as rejected from then on.
        """
        ids = list(outlet_ids)
        with self._told("index") as keep:
            if not self.kept(_BEGUN):
                self._keep(_BEGUN, {"at": datetime.now(UTC).isoformat()})
            with self._cluster("writer") as client:
                report = index_day(client, self.storage, self.day, ids)
                report = replace(report, damage=(*report.damage, *self._gone(ids)))
                for id_ in ids:
                    self._count_refused(id_, report.refused.get(id_, 0))
                index_rejected(client, self.storage, self.day, ids)
                index_health(client, self.day, self.health(ids))
            keep(asdict(report))
        self.tell(Event("index", state="done", counts=asdict(report)))
        return report

    def _gone(self, outlet_ids: Iterable[str]) -> Iterator[str]:
        for id_ in outlet_ids:
            files = (self.storage.articles(self.day, id_), self.storage.rejected(self.day, id_))
            gone = [file for file in files if not file.exists()]
            if gone and self.kept(f"process-{id_}"):
                yield from (f"{self.storage.relative(file)} is gone: run `rasid process`" for file in gone)

    def _count_refused(self, outlet_id: str, refused: int) -> None:
        kept = self.kept(f"process-{outlet_id}")
        if kept and (more := refused - kept["rejected"].get("refused", 0)):
            rejected = {**kept["rejected"], "refused": refused}
            self._keep(f"process-{outlet_id}", {**kept, "articles": kept["articles"] - more, "rejected": rejected})

    def alert(self, since: datetime | None = None) -> AlertReport:
        """Sends what the rules find, and what is still to be sent.

        Args:
            since: from when on articles count for a rule that is new; absent, since those of the day were indexed that
                no run has told of.
        """
        begun = (self.kept(_BEGUN) or {}).get("at") or (self.kept("index") or {}).get("started_at")
        start = since or (datetime.fromisoformat(begun) if begun else datetime.now(UTC))
        with self._told("alert") as keep:
            with self._cluster("alerts") as client:
                names = self.config.tagger.names
                report = send_alerts(client, self.storage, self.config.alerting, names, self.settings, start)
            keep(asdict(report))
            (self.storage.run(self.day) / f"{_BEGUN}.json").unlink(missing_ok=True)
        counts = {"alerts": len(report.alerts), "failed": len(report.failures)}
        mistakes = "\n".join(self._mistakes(report.refused))
        self.tell(Event("alert", "", "failed" if mistakes else "done", counts, mistakes))
        return report

    def report(self, outlet_ids: Iterable[str]) -> UPath:
        """Writes the day's page."""
        with self._told("report") as keep:
            rows = self.health(outlet_ids)
            alerting = self.kept("alert") or asdict(AlertReport(()))
            with connect(self.settings, "reader") as client:
                path = write_report(client, self.storage, self.day, rows, self.config.tagger.names, alerting)
            keep({"path": str(path)})
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
        return [
            judge(
                outlet,
                self.kept(f"crawl-{outlet.id}"),
                self.kept(f"process-{outlet.id}"),
                [report for day in before if (report := self.kept(f"process-{outlet.id}", day))],
            )
            for outlet in select_outlets(self.config.outlets, outlet_ids)
        ]

    def finish(self, outlet_ids: Iterable[str], run: str) -> Summary:
        """Ends a run, of which single outlets may have failed: counts what it did, and writes it into the index.

        Args:
            outlet_ids: of the run.
            run: its id.

        Raises:
            RasidError: a stage failed, captures of an outlet could not be processed, more outlets failed than
                ``RASID_FAILED_OUTLETS`` allows, or an alert rule is not valid. The message says all of it.
        """
        ids = list(outlet_ids)
        with self._told("check"):
            steps = [self._step(stage, id_) for id_ in ids for stage in ("crawl", "process")]
            steps += [self._step(stage) for stage in ("index", "alert", "report")]
            summary = summarise(steps, self.health(ids), self.kept("index"), self.settings.failed_outlets)
            problems = [*summary.problems, *self._mistakes((self.kept("alert") or {"refused": {}})["refused"])]
            with self._cluster("writer") as client:
                index_run(client, self.day, run, [*steps, whole(steps, "\n".join(problems))])
            if problems:
                raise RasidError("\n".join(problems))
        self.tell(Event("check", state="done", message="; ".join(summary.warnings)))
        return summary

    def _step(self, stage: str, outlet: str | None = None) -> Step:
        return step_of(stage, outlet, self.kept(f"{stage}-{outlet}" if outlet else stage))

    def check_rules(self, refused: Mapping[str, str]) -> None:
        """Ends a run of the alerts.

        Args:
            refused: of its report.

        Raises:
            RasidError: it has some; says where they stand in their file.
        """
        if refused:
            raise RasidError("\n".join(self._mistakes(refused)))

    def _mistakes(self, refused: Mapping[str, str]) -> list[str]:
        file = self.settings.config / "alerts.yaml"
        return [str(mistake_at(file, ("alerts", rule, "query"), reason)) for rule, reason in refused.items()]

    @contextmanager
    def _cluster(self, role: Role) -> Iterator[Elasticsearch]:
        """The cluster, ready for what is written to it."""
        with connect(self.settings, role) as client:
            if not self.settings.managed:
                set_up(client, self.settings.config)
            yield client

    @contextmanager
    def _told(self, stage: str, outlet: str = "") -> Iterator[Callable[[dict[str, Any]], None]]:
        """Tells that a stage begins, and why it breaks off if it does. Gives a function that keeps its report, with
        the time that it took.
        """
        self.tell(Event(stage, outlet))
        name, start = f"{stage}-{outlet}" if outlet else stage, datetime.now(UTC)

        def keep(report: dict[str, Any]) -> None:
            took = round((datetime.now(UTC) - start).total_seconds(), 1)
            self._keep(name, {**report, "started_at": start.isoformat(), "took": took})

        try:
            yield keep
        except Exception as error:
            told = told_by_system(error) if isinstance(error, OSError) else None
            self.tell(Event(stage, outlet, "failed", message=told or str(error) or repr(error)))
            raise

    def _keep(self, name: str, report: dict[str, Any]) -> None:
        write_whole(self.storage.run(self.day) / f"{name}.json", json_text(report).encode())

    def kept(self, name: str, day: date | None = None) -> Any:
        """The last report of a stage, such as ``crawl-aljazeera``, as JSON has it; None if there is none. One that is
        damaged is set aside, and told.

        Args:
            name: of the stage and the outlet.
            day: this one when absent.
        """
        file = self.storage.run(day or self.day) / f"{name}.json"
        try:
            report = json.loads(file.read_bytes()) if file.exists() else None
            if not isinstance(report, dict | None):
                raise TypeError("it is no report")
        except (ValueError, TypeError) as error:
            aside = set_aside(file)
            told = f"{self.storage.relative(aside)} was set aside, as it is damaged ({error})"
            self.tell(Event("reports", state="done", message=f"{told}; its stage's next run writes it anew"))
            return None
        return report

    def forget(self) -> None:
        """Removes the reports of an earlier run of the day, so that none is taken for this one's."""
        folder = self.storage.run(self.day)
        for file in folder.iterdir() if folder.exists() else ():
            if file.name != f"{_BEGUN}.json":
                file.unlink(missing_ok=True)  # one that another run is writing has another name by now
