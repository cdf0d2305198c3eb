"""What the tasks of the DAGs share: the stages of the run that they belong to, and its window."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml  # type: ignore[import-untyped]  # comes with Airflow; by its C part, a hundred times as fast as our reader
from airflow.sdk import Param, get_current_context

from dags.rasid_connection import take_secrets
from rasid.configuration import SHIPPED, config_files

if TYPE_CHECKING:
    from pipeline.stages import Stages

RETRIES = int(os.environ.get("RASID_RETRIES", "2"))
DEFAULTS: dict[str, Any] = {
    "owner": "rasid",
    "retries": RETRIES,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
    "execution_timeout": timedelta(hours=2),
}
"""Of all tasks."""
LISTED = 500
"""Outlets that the form has as a list to choose from; of more, ids are written."""


def _to_choose_from() -> dict[str, Any]:
    """The outlets that are configured, for the form alone: whether they are right, the tasks say. Airflow reads this
    file often, so these are read fast and not checked.
    """
    try:
        files = config_files(Path(os.environ.get("RASID_CONFIG") or SHIPPED), "outlets.yaml")
        read = [yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader) for file in files]
        known = sorted({str(id_) for each in read if each for id_ in each["outlets"]})
    except (OSError, ValueError, LookupError, TypeError, yaml.YAMLError):
        return {}
    return {"examples": known} if len(known) <= LISTED else {}


OUTLETS = {
    "outlets": Param(
        None,
        type=["null", "array"],
        items={"type": "string"},
        title="Outlets",
        description="all of them when empty",
        **_to_choose_from(),
    ),
    "outlets_file": Param(
        None,
        type=["null", "string"],
        title="Outlets file",
        description="path, where tasks run, of another than config/outlets.yaml",
    ),
}
"""Parameters that say over which outlets a run is; `stages` and `chosen` read them."""
POOL = os.environ.get("RASID_POOL", "default_pool")
"""Of the tasks that fetch or read pages."""
EXECUTOR = os.environ.get("RASID_PAGES_EXECUTOR")
"""Of the same tasks, so that they may run apart from all that they need not reach; Airflow's first when absent."""


def stages(day: date | None = None) -> "Stages":
    """The stages for the run of the task that calls this.

    Args:
        day: that of the run when absent.
    """
    from pipeline.config import load_config
    from pipeline.progress import in_log, progress_writer
    from pipeline.stages import Stages
    from rasid.errors import RasidError
    from rasid.reports import Event
    from rasid.settings import load_settings
    from rasid.storage import Storage

    take_secrets()
    context = get_current_context()
    settings = load_settings()
    outlets_file = context["params"].get("outlets_file")
    run = context["dag_run"]
    # What the schedule starts has its interval's begin, the day before, as its logical date.
    is_planned = run.run_type in {"scheduled", "backfill"}
    day = day or (run.run_after if is_planned else context.get("logical_date") or run.run_after).date()
    tell = in_log(progress_writer(settings, day), Storage(settings.data).logs(day))
    try:
        config = load_config(settings, Path(outlets_file) if outlets_file else None)
    except RasidError as error:  # as a file was saved in the middle of the run: who watches is to see why it fails
        tell(Event("check", state="failed", message=f"{error}; run it again when that is mended"))
        raise
    return Stages(settings, config, day, tell)


def chosen(rasid_stages: "Stages") -> list[str]:
    """Ids of the run's outlets: those of its parameter `outlets`, else all that are not disabled."""
    from rasid.outlets import select_outlets

    ids = get_current_context()["params"].get("outlets") or []
    return [outlet.id for outlet in select_outlets(rasid_stages.config.outlets, ids)]


def window() -> tuple[date | None, date | None]:
    """First and last day of publication that the run's crawl is for: by its parameters, or, in a backfill, those of its
    data interval. Nones, which mean all that is new, for any other.
    """
    context = get_current_context()
    given = [context["params"].get(name) for name in ("since", "until")]
    if any(given):
        since, until = (date.fromisoformat(day) if day else None for day in given)
        return since, until
    interval = context.get("data_interval_start"), context.get("data_interval_end")
    if context["dag_run"].run_type == "backfill" and all(interval):
        since, until = (at.date() for at in interval if at)
        return since, until
    return None, None
