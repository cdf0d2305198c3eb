"""The runs in Elasticsearch: one document a run, stage and outlet, in ``runs-YYYY.MM``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from elasticsearch import Elasticsearch
from pydantic import AwareDatetime

from rasid.json_record import of_fields
from rasid.reports import Step
from search.client import first, refresh, write_all
from search.indices import RUNS


def index_run(client: Elasticsearch, day: date, run: str, steps: Iterable[Step]) -> None:
    """Writes what a run did, in place of what it was before.

    Args:
        client: client of the cluster.
        day: day of the run.
        run: id of the run.
        steps: what each stage did.

    Raises:
        ClusterError: the cluster failed or refused it.
    """
    actions = []
    for step in steps:
        source: dict[str, Any] = {
            "run": run,
            "day": day.isoformat(),
            "stage": step.stage,
            "outlet": step.outlet,
            "state": step.state,
            "error": step.error,
            "started_at": step.started_at and step.started_at.isoformat(),
            "seconds": step.seconds,
        }
        source.update(step.counts.items())
        id_ = f"{day}:{run}:{step.stage}:{step.outlet or ''}"
        present = {name: value for name, value in source.items() if value is not None}
        actions.append({"_index": f"{RUNS}-{day:%Y.%m}", "_id": id_, "_source": present})
    write_all(client, actions)
    refresh(client, RUNS)


@dataclass(frozen=True)
class Run:
    """A run as a whole, as the index has it.

    Attributes:
        run: id of the run.
        day: the day that it was for.
        state: whether it came to its end.
        started_at: when it began; None if no stage did.
        seconds: that it took.
        error: why it failed; None if it did not.
        found: pages that the crawls were to fetch.
        failed: pages that they could not fetch.
        captures: captures of the day.
        articles: new articles and changed texts that they gave.
        unchanged: captures of a text that was known.
        rejected: captures that gave no article.
        created: articles that were new to the index.
        updated: articles that had changed.
        removed: articles that left the index, as their captures no longer give them.
        shared: articles that stand in the index as those of another outlet.
        alerts: new alerts.
        undelivered: alerts that a channel did not take.
    """

    run: str
    day: date
    state: Literal["done", "failed"]
    started_at: AwareDatetime | None = None
    seconds: float = 0.0
    error: str | None = None
    found: int = 0
    failed: int = 0
    captures: int = 0
    articles: int = 0
    unchanged: int = 0
    rejected: int = 0
    created: int = 0
    updated: int = 0
    removed: int = 0
    shared: int = 0
    alerts: int = 0
    undelivered: int = 0


def last_runs(client: Elasticsearch, count: int) -> list[Run]:
    """The last runs, the newest first.

    Args:
        client: client of the cluster.
        count: how many, at most.

    Raises:
        ClusterError: the cluster failed.
    """
    hits = first(client, RUNS, {"term": {"stage": "run"}}, [{"started_at": "desc"}], count)
    return [of_fields(Run, hit["_source"]) for hit in hits]
