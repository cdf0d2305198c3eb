"""All stages after the crawl again, from the captures: so that better rules, or a better extractor, reach old articles.

Each day is a slice of its own. When one fails, clear it, and the run goes on from there; days that are done stay done.
What a day gives is the same however often it runs.
"""

from datetime import UTC, date, datetime
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task, task_group

from dags.notices import tell_failure
from dags.task_context import DEFAULTS, EXECUTOR, OUTLETS, POOL, chosen, stages

DAY: dict[str, Any] = {"type": "string", "format": "date"}
STAGES = ["process", "index", "report", "alert"]


@dag(
    schedule=None,
    start_date=datetime(2025, 1, 1, tzinfo=UTC),
    max_active_runs=1,
    on_failure_callback=tell_failure,
    description="all stages after the crawl again, over kept days",
    doc_md=__doc__,
    tags=["rasid"],
    default_args=DEFAULTS,
    params={
        "since": Param(title="Since", description="first day, as its captures are kept", **DAY),
        "until": Param(title="Until", description="last such day", **DAY),
        "stages": Param(
            STAGES[:3],
            type="array",
            items={"type": "string", "enum": STAGES},
            title="Stages",
            description="alert tells of articles that gained a topic, by rules with reprocessed: true",
        ),
        **OUTLETS,
    },
)
def reprocess() -> None:
    """Lays out the tasks."""

    @task
    def days() -> list[str]:
        from rasid.dates.spans import days_between

        params = get_current_context()["params"]
        asked = days_between(date.fromisoformat(params["since"]), date.fromisoformat(params["until"]))
        chosen(stages(asked[0]))  # a mistake in the configuration, or an unknown outlet, is told before anything runs
        return [day.isoformat() for day in asked]

    @task(pool=POOL, executor=EXECUTOR, max_active_tis_per_dagrun=2, map_index_template="{{ day }}")
    def process(day: str) -> int:
        get_current_context()["day"] = day  # type: ignore[typeddict-unknown-key]
        if "process" not in get_current_context()["params"]["stages"]:
            return 0
        of_day = stages(date.fromisoformat(day))
        ids = chosen(of_day)
        of_day.process(ids)
        return len(ids)

    @task(max_active_tis_per_dagrun=2, map_index_template="{{ day }}")
    def index(day: str) -> dict[str, int]:
        get_current_context()["day"] = day  # type: ignore[typeddict-unknown-key]
        wanted = get_current_context()["params"]["stages"]
        of_day = stages(date.fromisoformat(day))
        ids = chosen(of_day)
        counts = {"created": 0, "updated": 0}
        if "index" in wanted:
            report = of_day.index(ids, news="alert" in wanted)
            counts = {"created": report.created, "updated": report.updated}
        if "report" in wanted:
            of_day.report(ids)
        return counts

    @task_group
    def slice_of_a_day(day: str) -> None:
        process(day) >> index(day)

    @task
    def alert() -> int:
        params = get_current_context()["params"]
        if "alert" not in params["stages"]:
            return 0
        return len(stages(date.fromisoformat(params["until"])).alert().alerts)

    slice_of_a_day.expand(day=days()) >> alert()


reprocess()
