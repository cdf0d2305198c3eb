"""Who is told when a run fails or is late: the channels under `operators:` of `alerts.yaml`."""

import asyncio
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from airflow.sdk.execution_time.xcom import XCom

from dags.rasid_connection import take_secrets, take_secrets_in_triggerer

if TYPE_CHECKING:
    from pipeline.stages import Stages
    from pipeline.summary import Summary

HOURS = os.environ.get("RASID_LATE_HOURS")
LATE_AFTER = timedelta(hours=float(HOURS or 0))
FAILURE = "failure"
"""Key under which the task `summary` keeps why the run failed."""
_failures: dict[str, str] = {}
"""Id of a run → the same: `airflow dags test` does all in one process, whose callbacks cannot ask Airflow."""


@contextmanager
def failure_kept() -> Iterator[None]:
    """A context in the task `summary`: why it fails is kept with the task, for the notice of the run."""
    from rasid.errors import RasidError

    try:
        yield
    except RasidError as error:
        context = get_current_context()
        _failures[context["run_id"]] = str(error)
        context["ti"].xcom_push(key=FAILURE, value=str(error))
        raise


def _failure_of(run: Any) -> str | None:
    """Why a run failed, in a sentence; None where it is not known, as it broke off before its summary."""
    if run.run_id in _failures:
        return _failures[run.run_id]
    try:
        kept = XCom.get_one(key=FAILURE, dag_id=run.dag_id, task_id="summary", run_id=run.run_id)
    except Exception as error:  # whatever Airflow has, the notice goes out
        logging.getLogger(__name__).warning("why the run failed is not known: %r", error)
        return None
    return str(kept) if kept else None


def tell_failure(context: Mapping[str, Any]) -> None:
    """Tells of a failed run, and why where it is known."""
    run = context["dag_run"]
    reason = _failure_of(run) or context.get("reason") or "failed"
    take_secrets()
    _tell(f"Rasid: {run.dag_id} {run.run_id} failed", f"{run.dag_id}, {run.run_id}: {reason}")


async def tell_late(**given: Any) -> None:
    """Tells of a run that has not ended `RASID_LATE_HOURS` after it was queued."""
    await take_secrets_in_triggerer()
    run = given.get("context", {}).get("dag_run", {})
    name = f"{run.get('dag_id', 'news_monitoring')} {run.get('dag_run_id') or run.get('run_id', '')}".strip()
    # In a thread: a slow channel would hold all that the triggerer does, and a webhook has an event loop of its own.
    await asyncio.to_thread(_tell, f"Rasid: {name} is late", f"{name} has not ended {LATE_AFTER} after it was queued.")


def tell_summary(done: "Stages", summary: "Summary") -> None:
    """Tells what a run did, and gives a sign of life to whoever watches from outside. Who does not take it is named in
    the task's log and where the run is watched; the run is none the worse.
    """
    from alerts.channels import DeliveryError, give_sign_of_life
    from alerts.notice import notify
    from rasid.errors import RasidError
    from rasid.reports import Event

    subject = (
        f"Rasid: {summary.created} new articles, {summary.alerts} alerts, {len(summary.unhealthy)} outlets unhealthy"
    )
    counts = f"{summary.captures} captures = {summary.articles} articles + {summary.unchanged} unchanged"
    lines = [f"{counts} + {summary.rejected} rejected; {summary.updated} changed in the index"]
    lines += [f"{outlet}: {problem}" for outlet, problems in summary.unhealthy.items() for problem in problems]
    lines += [f"warning: {warning}" for warning in summary.warnings]
    logging.getLogger(__name__).info("%s\n%s", subject, "\n".join(lines))
    untold = []
    try:
        notify(done.settings, subject, "\n".join(lines))
    except RasidError as error:
        untold.append(str(error))
    if done.settings.alive_url:
        try:
            give_sign_of_life(done.settings.alive_url)
        except DeliveryError as error:
            untold.append(str(error))
    if untold:
        logging.getLogger(__name__).warning("%s", "\n".join(untold))
        done.tell(Event("check", state="done", message="; ".join(untold)))


def _tell(subject: str, text: str) -> None:
    from alerts.notice import notify
    from rasid.settings import load_settings

    notify(load_settings(), subject, text)


LATE = (
    DeadlineAlert(reference=DeadlineReference.DAGRUN_QUEUED_AT, interval=LATE_AFTER, callback=AsyncCallback(tell_late))
    if HOURS
    else None
)
