"""The runs in Elasticsearch: one document a run, stage and outlet, in ``runs-YYYY.MM``."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from elasticsearch import Elasticsearch

from rasid.reports import Step
from search.client import write_all


def index_run(client: Elasticsearch, day: date, run: str, steps: Iterable[Step]) -> None:
    """Writes what a run did, in place of what it was before.

    Args:
        client: of the cluster.
        day: of the run.
        run: its id.
        steps: of it.

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
        actions.append({"_index": f"runs-{day:%Y.%m}", "_id": id_, "_source": present})
    write_all(client, actions)
    client.indices.refresh(index="runs", ignore_unavailable=True)


def last_runs(client: Elasticsearch, count: int) -> list[dict[str, Any]]:
    """The last runs as a whole, the newest first, as the index has them."""
    answer = client.search(
        index="runs",
        query={"term": {"stage": "run"}},
        sort=[{"started_at": "desc"}],
        size=count,
        ignore_unavailable=True,
    )
    return [hit["_source"] for hit in answer["hits"]["hits"]]
