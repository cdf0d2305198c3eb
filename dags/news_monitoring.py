"""The daily job: what the outlets published → captures → articles → index → alerts → the day's report.

An outlet that fails does not stop the others: its crawl is marked failed, and the summary names it. The run fails when
a later stage fails, or when no outlet at all could be crawled.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import Param, dag, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowFailException

if TYPE_CHECKING:
    from rasid.stages import Stages


def stages() -> "Stages":
    """The stages for the run of the task that calls this."""
    from rasid import stages as rasid_stages
    from rasid.progress import progress_writer
    from rasid.settings import load_settings

    context = get_current_context()
    settings = load_settings()
    outlets_file = context["params"]["outlets"]
    config = rasid_stages.load_config(settings, Path(outlets_file) if outlets_file else None)
    day = (context.get("logical_date") or context["dag_run"].run_after).date()
    return rasid_stages.Stages(settings, config, day, progress_writer(settings, day))


@dag(
    schedule="0 4 * * *",
    start_date=datetime(2025, 1, 1),  # noqa: DTZ001  Airflow reads it in its own default zone
    catchup=False,
    max_active_runs=1,
    doc_md=__doc__,
    tags=["rasid"],
    default_args={"execution_timeout": timedelta(hours=2)},
    params={
        "outlets": Param(
            None, type=["null", "string"], description="path of an outlets file other than config/outlets.yaml"
        )
    },
)
def news_monitoring() -> None:
    """Lays out the tasks."""

    @task
    def validate() -> list[str]:
        from rasid.outlets import select_outlets

        day = stages()
        day.forget()
        return [outlet.id for outlet in select_outlets(day.config.outlets, [])]

    @task
    def crawl(outlet: str) -> dict[str, Any]:
        report = stages().crawl(outlet)
        if report.error:
            raise AirflowFailException(report.error)
        return {"captures": report.captures, "failed": report.failed}

    @task(trigger_rule="all_done")  # a failed crawl may still have brought pages home
    def process(outlet: str) -> dict[str, Any]:
        report = stages().process(outlet)
        return {"articles": report.articles, "unchanged": report.unchanged, "rejected": report.rejected}

    @task_group
    def watch(outlet: str) -> None:
        crawl(outlet) >> process(outlet)

    @task(trigger_rule="all_done")
    def index(outlet_ids: list[str]) -> dict[str, int]:
        report = stages().index(outlet_ids)
        return {"created": report.created, "updated": report.updated, "unchanged": report.unchanged}

    @task
    def alert() -> int:
        return len(stages().alert().alerts)

    @task
    def report(outlet_ids: list[str]) -> str:
        day = stages()
        path = day.report(outlet_ids)
        day.check(outlet_ids)
        return str(path)

    ids = validate()
    watch.expand(outlet=ids) >> index(ids) >> alert() >> report(ids)  # type: ignore[arg-type]


news_monitoring()
