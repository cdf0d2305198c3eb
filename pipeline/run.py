"""A whole day at once: by the DAG that the schedule runs, or again from captures."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.airflow import run_dag
from pipeline.config import Config
from pipeline.failures import Tell
from pipeline.progress import ProgressReader, progress_file
from pipeline.stages import Stages
from rasid.dates.spans import days_between
from rasid.errors import RasidError
from rasid.outlets import select_outlets
from rasid.reports import AlertReport, Health, IndexReport
from rasid.settings import Settings
from rasid.storage import Storage

PAUSE = 0.2
"""Seconds between two looks at what a run tells."""


@dataclass(frozen=True)
class Run:
    """What came of a run of the DAG.

    Attributes:
        succeeded: whether every stage did.
        kept: name of a stage's report, such as ``crawl-aljazeera`` → what it has, as JSON; None where there is none.
        index: what became of the day's articles; None if they were not indexed.
        alert: what the alerts did; None if they were not reached.
        healths: how each outlet did.
        report: where the day's page is, if the run succeeded.
        logs: the folder of the run's logs.
    """

    succeeded: bool
    kept: dict[str, dict[str, Any] | None]
    index: IndexReport | None
    alert: AlertReport | None
    healths: list[Health]
    report: str | None
    logs: Path

    @property
    def log(self) -> Path:
        """The file of what Airflow wrote."""
        return _log(self.logs)


def run_day(
    settings: Settings, config: Config, day: date, outlets_file: Path | None, tell: Tell, warn: Callable[[str], None]
) -> Run:
    """Runs the whole daily job once through the Airflow DAG, and waits for its end.

    Args:
        settings: settings of the installation.
        config: configuration of the installation, with the outlets of `outlets_file`.
        day: the run's day.
        outlets_file: a file of outlets other than the configured one.
        tell: function that gets news of each stage.
        warn: called with what was found damaged, and what is done about it.

    Raises:
        RasidError: the run failed before its first task.
    """
    outlets = select_outlets(config.outlets, [])
    reader = ProgressReader(progress_file(settings, day))
    logs = Storage(settings.data).logs(day)
    begun = False

    def wait() -> None:
        nonlocal begun
        time.sleep(PAUSE)
        for event in reader.new_events():
            begun = True
            tell(event)

    succeeded = run_dag(settings, day, outlets_file, _log(logs), wait, warn)
    wait()
    if not begun:  # what an earlier run left would be taken for this one's
        raise RasidError(f"the run failed before its first task; details: {_log(logs)}")
    stages = Stages(settings, config, day, tell)
    ids = [outlet.id for outlet in outlets]
    return Run(
        succeeded=succeeded,
        kept=stages.reports.as_json(ids),
        index=stages.reports.last(IndexReport),
        alert=stages.reports.last(AlertReport),
        healths=stages.health(ids),
        report=str(stages.storage.report(day)) if succeeded else None,
        logs=logs,
    )


def _log(logs: Path) -> Path:
    return logs / "airflow.log"


def reprocess(settings: Settings, config: Config, since: date, until: date, tell: Tell) -> None:
    """Does process, index and report again, from the captures of all days from `since` to `until`. The next run tells
    of what has come to match; rules that are new begin with that run.

    Raises:
        RasidError: the days are in the wrong order, or a stage failed.
    """
    ids = [outlet.id for outlet in select_outlets(config.outlets, [])]
    for day in days_between(since, until):
        stages = Stages(settings, config, day, tell)
        stages.process(ids)
        stages.index(ids, news=False)
        stages.report(ids)
