"""Once a day, after the daily job: are yesterday's captures as they were written, which captures, logs and months are
too old, a snapshot of the index, and which outlets give less from week to week. Without Airflow's schedule, `rasid
maintenance` does the same.
"""

import os
from datetime import UTC, datetime, timedelta

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.notices import tell_failure
from dags.task_context import DEFAULTS, stages


@dag(
    schedule=CronTriggerTimetable(
        os.environ.get("RASID_MAINTENANCE_SCHEDULE", "0 8 * * *"), timezone=os.environ.get("RASID_TIMEZONE", "UTC")
    ),
    start_date=datetime(2025, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    on_failure_callback=tell_failure,
    description="WARC files checked, old days, months and logs deleted, snapshots",
    doc_md=__doc__,
    tags=["rasid"],
    default_args=DEFAULTS,
)
def maintenance() -> None:
    """Lays out the tasks, which do not wait for each other."""

    @task
    def check_captures() -> int:
        from pipeline.upkeep import check_captures

        today = stages()
        return check_captures(today.storage, today.day - timedelta(days=1))

    @task
    def drop_captures() -> list[str]:
        from pipeline.upkeep import drop_captures

        today = stages()
        return drop_captures(today.storage, today.settings.keep_captures_days, today.day)

    @task
    def drop_logs() -> list[str]:
        from pipeline.upkeep import drop_logs

        today = stages()
        return drop_logs(today.storage, today.day)

    @task
    def drop_months() -> list[str]:
        from pipeline.upkeep import drop_months

        today = stages()
        return drop_months(today.settings, today.day)

    @task
    def snapshot() -> str | None:
        from pipeline.upkeep import snapshot

        today = stages()
        return snapshot(today.settings, today.day)

    @task
    def falling_outlets() -> dict[str, str]:
        from pipeline.upkeep import falling_outlets

        today = stages()
        return falling_outlets(today.settings, today.day)

    check_captures()
    drop_captures()
    drop_logs()
    drop_months()
    snapshot()
    falling_outlets()


maintenance()
