"""Every quarter of an hour: what is recorded and due by now goes out. That is digests whose hour has come, alerts that
waited for the end of quiet hours, and what a channel could not take before; so they do not wait for the next daily job.
"""

import os
from datetime import UTC, datetime, timedelta

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.task_context import DEFAULTS, stages


@dag(
    schedule=CronTriggerTimetable(
        os.environ.get("RASID_DUE_SCHEDULE", "*/15 * * * *"), timezone=os.environ.get("RASID_TIMEZONE", "UTC")
    ),
    start_date=datetime(2025, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    description="sends digests and what waited",
    doc_md=__doc__,
    tags=["rasid"],
    default_args={**DEFAULTS, "retries": 0, "execution_timeout": timedelta(minutes=30)},
)
def due_alerts() -> None:
    """Lays out the task. Nobody is told of its failures: the next run is near, and the daily job tells of what stays
    undelivered.
    """

    @task
    def send() -> list[str]:
        from pipeline.upkeep import send_due_alerts

        now = stages()
        left = send_due_alerts(now.settings, now.config)
        return [f"{each.channel}: {each.alerts} of {each.rule}: {each.reason}" for each in left]

    send()


due_alerts()
