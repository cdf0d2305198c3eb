"""The daily job: what the outlets published → captures → articles → index → alerts → the day's report.

An outlet that fails is tried again and then named in the summary; it does not stop the others. The run fails when a
later stage fails, or when more outlets failed than `RASID_FAILED_OUTLETS` allows.

`airflow backfill create --dag-id news_monitoring --from-date … --to-date …` brings missing days home, as far as
sitemaps and section pages reach; what is at hand is not fetched again.
"""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, CronTriggerTimetable, Param, dag, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowException

from dags.notices import LATE, tell_failure, tell_summary
from dags.task_context import DEFAULTS, EXECUTOR, OUTLETS, POOL, chosen, stages, window

SCHEDULE = os.environ.get("RASID_SCHEDULE", "0 4 * * *")
TIMEZONE = os.environ.get("RASID_TIMEZONE", "UTC")
INTERVAL = timedelta(days=1)
"""Of publication, that a run of a backfill is for: days are the finest that sitemaps tell apart."""
DAY: dict[str, Any] = {"type": ["null", "string"], "format": "date"}


@dag(
    schedule=CronTriggerTimetable(SCHEDULE, timezone=TIMEZONE, interval=INTERVAL),
    start_date=datetime(2025, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    on_failure_callback=tell_failure,
    deadline=LATE,
    doc_md=__doc__,
    tags=["rasid"],
    default_args=DEFAULTS,
    params={
        "since": Param(None, title="Since", description="first day of publication; what is new when empty", **DAY),
        "until": Param(None, title="Until", description="last such day", **DAY),
        **OUTLETS,
    },
)
def news_monitoring() -> None:
    """Lays out the tasks."""

    @task
    def validate() -> list[str]:
        day = stages()
        ids = chosen(day)
        day.reports.forget()
        return ids

    @task(pool=POOL, executor=EXECUTOR)
    def crawl(outlet: str) -> dict[str, Any]:
        report = stages().crawl(outlet, *window())
        if report.error:
            raise AirflowException(report.error)
        return {"captures": report.captures, "failed": report.failed}

    @task(pool=POOL, executor=EXECUTOR, trigger_rule="all_done")  # a failed crawl may still have brought pages home
    def process(outlet: str) -> dict[str, Any]:
        report = stages().process(outlet)
        return {"articles": report.articles, "unchanged": report.unchanged, "rejected": report.rejected}

    @task_group
    def watch(outlet: str) -> None:
        crawl(outlet) >> process(outlet)

    @task(trigger_rule="all_done", outlets=[Asset("articles")])
    def index(outlet_ids: list[str]) -> dict[str, int]:
        report = stages().index(outlet_ids)
        return {"created": report.created, "updated": report.updated, "unchanged": report.unchanged}

    @task
    def alert() -> int:
        return len(stages().alert().alerts)

    @task
    def report(outlet_ids: list[str]) -> str:
        return str(stages().report(outlet_ids))

    @task(trigger_rule="all_done", retries=0)
    def summary(outlet_ids: list[str]) -> dict[str, Any]:
        from dataclasses import asdict

        day = stages()
        done = day.finish(outlet_ids, get_current_context()["run_id"])
        tell_summary(day, done)
        return asdict(done)

    ids = validate()
    watch.expand(outlet=ids) >> index(ids) >> alert() >> report(ids) >> summary(ids)  # type: ignore[arg-type]


news_monitoring()
