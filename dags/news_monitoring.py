"""The daily job: what the outlets published → captures → articles → index → alerts → the day's report.

The outlets are spread over `RASID_BATCHES` tasks; each crawls its own side by side, and reads the pages of each as soon
as it has been crawled. An outlet that fails is tried again, it alone, and then named in the summary; it does not stop
the others. The run fails when a later stage fails, or when more outlets failed than `RASID_FAILED_OUTLETS` allows.

`airflow backfill create --dag-id news_monitoring --from-date … --to-date …` brings missing days home, as far as
sitemaps and section pages reach; what is at hand is not fetched again.
"""

import os
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from airflow.sdk import Asset, CronTriggerTimetable, Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowException

from dags.notices import LATE, failure_kept, tell_failure, tell_summary
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
    description="the daily job: crawl, articles, index, alerts, report",
    doc_md=__doc__,
    tags=["rasid"],
    default_args=DEFAULTS,
    params={
        "since": Param(
            None,
            title="Since",
            description="first day of publication; what is new when empty. The logical date below says under which day "
            "captures are kept, and no more",
            **DAY,
        ),
        "until": Param(None, title="Until", description="last day of publication", **DAY),
        **OUTLETS,
    },
)
def news_monitoring() -> None:
    """Lays out the tasks."""

    @task
    def validate() -> list[list[str]]:
        day = stages()
        ids = chosen(day)
        day.reports.forget()
        number = day.settings.batches
        return [ids[first::number] for first in range(min(number, len(ids)))]

    @task(pool=POOL, executor=EXECUTOR, map_index_template="{{ batch }}", execution_timeout=timedelta(hours=6))
    def watch(outlet_ids: list[str]) -> dict[str, int]:
        context = get_current_context()
        context["batch"] = _label(outlet_ids)  # type: ignore[typeddict-unknown-key]
        crawls = stages().watch(outlet_ids, *window())
        if failed := [f"{crawl.outlet}: {crawl.error}" for crawl in crawls if crawl.error]:
            context["batch"] = _label(failed)  # type: ignore[typeddict-unknown-key]
            raise AirflowException("\n".join(failed))
        return {"captures": sum(crawl.captures for crawl in crawls)}

    @task(trigger_rule="all_done", outlets=[Asset("articles")])
    def index(batches: list[list[str]]) -> dict[str, int]:
        report = stages().index(chain(*batches))
        return {"created": report.created, "updated": report.updated, "unchanged": report.unchanged}

    @task
    def alert() -> int:
        is_backfill = get_current_context()["dag_run"].run_type == "backfill"
        # What a backfill brings is old, however its days are called.
        return len(stages().alert(as_of=datetime.now(UTC) if is_backfill else None).alerts)

    @task
    def report(batches: list[list[str]]) -> str:
        return str(stages().report(list(chain(*batches))))

    @task(trigger_rule="all_done", retries=0)
    def summary(batches: list[list[str]]) -> dict[str, Any]:
        from dataclasses import asdict

        day = stages()
        with failure_kept():
            done = day.finish(chain(*batches), get_current_context()["run_id"])
        tell_summary(day, done)
        return asdict(done)

    batches = validate()
    watched = watch.expand(outlet_ids=batches)
    watched >> index(batches) >> alert() >> report(batches) >> summary(batches)  # type: ignore[arg-type]


def _label(names: list[str]) -> str:
    """What Airflow shows of a batch."""
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


news_monitoring()
