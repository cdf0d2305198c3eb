"""What the stages of a day have reported: one JSON file a stage and outlet, under ``RASID_DATA/runs``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

from pydantic import AwareDatetime
from upath import UPath

from rasid.alert import Alert
from rasid.json_record import dumps, fields_of, loads
from rasid.printable import json_text
from rasid.reports import AlertReport, CrawlReport, Event, IndexReport, PageReport, ProcessReport, Report, Stage
from rasid.storage import Storage, regular, set_aside, write_whole

AReport = TypeVar("AReport", bound=Report)
Record = TypeVar("Record")
KINDS: dict[Stage, type[Report]] = {
    "crawl": CrawlReport,
    "process": ProcessReport,
    "index": IndexReport,
    "alert": AlertReport,
    "report": PageReport,
}
_STAGES: dict[type[Any], Stage] = {kind: stage for stage, kind in KINDS.items()}
_BEGUN = "index-begun"
_TOLD = "told"


@dataclass(frozen=True)
class _Times:
    started_at: AwareDatetime
    took: float


@dataclass(frozen=True)
class _Begun:
    at: AwareDatetime


@dataclass(frozen=True)
class _Told:
    alerts: tuple[Alert, ...]


_LASTING: dict[str, type[Any]] = {_BEGUN: _Begun, _TOLD: _Told}
"""What is of the day and not of a run: name of the file → what it has."""


@dataclass(frozen=True)
class Kept(Generic[AReport]):
    """A report that was kept.

    Attributes:
        report: what the stage handed back.
        started_at: when the stage began.
        took: seconds that it took.
    """

    report: AReport
    started_at: datetime
    took: float

    @classmethod
    def now(cls, report: AReport, started_at: datetime) -> "Kept[AReport]":
        """A report of a stage that has just ended."""
        return cls(report, started_at, round((datetime.now(UTC) - started_at).total_seconds(), 1))

    @property
    def ended_at(self) -> datetime:
        """When the stage ended, to a tenth of a second."""
        return self.started_at + timedelta(seconds=self.took)

    def fields(self) -> dict[str, Any]:
        """The report's fields and the times, as the file has them."""
        return {**fields_of(self.report), **fields_of(_Times(self.started_at, self.took))}


@dataclass(frozen=True)
class Reports:
    """The reports of one day.

    Attributes:
        storage: storage of the installation.
        day: the day.
        tell: function that gets news of each report that cannot be read.
    """

    storage: Storage
    day: date
    tell: Callable[[Event], None]

    def keep(self, kept: Kept[AReport]) -> None:
        """Writes a report in place of the stage's last one."""
        report = kept.report
        outlet = report.outlet if isinstance(report, CrawlReport | ProcessReport) else ""
        self._write(_name(type(report), outlet), json_text(kept.fields()))

    def last(self, kind: type[AReport], outlet: str = "", day: date | None = None) -> AReport | None:
        """The last report of a stage, as `kept` finds it, without its times."""
        kept = self.kept(kind, outlet, day)
        return kept.report if kept else None

    def kept(self, kind: type[AReport], outlet: str = "", day: date | None = None) -> Kept[AReport] | None:
        """The last report of a stage; None if there is none. One that cannot be read, as it is damaged or of another
        version, is set aside, and told.

        Args:
            kind: class of the report.
            outlet: id of the outlet, for a stage that runs once for each.
            day: the day, if it is not this one.
        """
        return self._read(_file(self.storage, day or self.day, _name(kind, outlet)), lambda data: _kept(kind, data))

    def as_json(self, outlets: Iterable[str]) -> dict[str, dict[str, Any] | None]:
        """Name of a stage's file → what it has, for the stages of these outlets, the index and the alerts."""
        found: dict[str, Kept[Any] | None] = {}
        for outlet in outlets:
            found[_name(CrawlReport, outlet)] = self.kept(CrawlReport, outlet)
            found[_name(ProcessReport, outlet)] = self.kept(ProcessReport, outlet)
        found |= {"index": self.kept(IndexReport), "alert": self.kept(AlertReport)}
        return {name: kept.fields() if kept else None for name, kept in found.items()}

    @property
    def begun(self) -> datetime | None:
        """When articles of the day were first indexed of which the alerts have not told yet; None if there are none. A
        run that ends before they have must not cost a new rule their stories.
        """
        begun = self._read(_file(self.storage, self.day, _BEGUN), lambda data: loads(_Begun, data))
        return begun.at if begun else None

    def begin(self) -> None:
        """Notes that articles are indexed from now on, unless that is noted already."""
        if not self.begun:
            self._write(_BEGUN, dumps(_Begun(datetime.now(UTC))))

    def end(self) -> None:
        """Notes that the alerts have told of what was indexed."""
        _file(self.storage, self.day, _BEGUN).unlink(missing_ok=True)

    @property
    def told(self) -> tuple[Alert, ...]:
        """The alerts of all runs of the day so far."""
        told = self._read(_file(self.storage, self.day, _TOLD), lambda data: loads(_Told, data))
        return told.alerts if told else ()

    def note_told(self, alerts: Iterable[Alert]) -> None:
        """Notes that a run has told of these, too."""
        self._write(_TOLD, dumps(_Told((*self.told, *alerts))))

    def forget(self) -> None:
        """Removes the reports of an earlier run of the day, so that none is taken for this one's."""
        folder = self.storage.run(self.day)
        for file in folder.iterdir() if folder.exists() else ():
            if file.name.removesuffix(".json") not in _LASTING:
                file.unlink(missing_ok=True)  # one that another run is writing has another name by now

    def _write(self, name: str, text: str) -> None:
        write_whole(_file(self.storage, self.day, name), text.encode())

    def _read(self, file: UPath, read: Callable[[bytes], Record]) -> Record | None:
        if not file.exists():
            return None
        try:
            return read(regular(file).read_bytes())
        except ValueError as error:
            aside = set_aside(file)
            told = f"{self.storage.relative(aside)} was set aside, as it cannot be read ({error})"
            self.tell(Event("reports", state="done", message=f"{told}; its stage's next run writes it anew"))
            return None


def damage(file: UPath) -> str:
    """What is wrong with a file of ``RASID_DATA/runs``; empty if nothing is."""
    name = file.name.removesuffix(".json")
    kind = next((kind for stage, kind in KINDS.items() if name == stage or name.startswith(f"{stage}-")), None)
    try:
        if lasting := _LASTING.get(name):
            loads(lasting, file.read_bytes())
        elif kind:
            _kept(kind, file.read_bytes())
    except ValueError as error:
        return str(error)
    return ""


def _kept(kind: type[AReport], data: bytes) -> Kept[AReport]:
    times = loads(_Times, data)
    return Kept(loads(kind, data), times.started_at, times.took)


def _name(kind: type[Any], outlet: str) -> str:
    return f"{_STAGES[kind]}-{outlet}" if outlet else _STAGES[kind]


def _file(storage: Storage, day: date, name: str) -> UPath:
    return storage.run(day) / f"{name}.json"
