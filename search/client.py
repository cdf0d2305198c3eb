"""The client of the cluster that all rooms use, and how documents are written by it."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.helpers import streaming_bulk

from search.errors import ClusterError, answered, told

PATIENCE = 30.0
"""Seconds for which a request is repeated while Elasticsearch says that it cannot do it yet."""
PAUSE = 0.5
REQUEST_BYTES = 4_000_000
"""Of documents in one request, unless one alone is larger: a node turns away what takes a tenth of its memory."""
RETRIES = 5
"""Of documents that a full queue turned away."""
BEATEN = {"version_conflict_engine_exception", "document_missing_exception"}
"""What an update is told that came after another one."""


class Cluster(Elasticsearch):
    """A client that raises `ClusterError` for all that fails, waits for a cluster that is not ready yet, and takes no
    search for answered of which a shard is missing.
    """

    def perform_request(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, **options: Any
    ) -> Any:
        """A request of Elasticsearch's API.

        Raises:
            ClusterError: it failed.
        """
        if path.endswith("/_search"):
            params = {"allow_partial_search_results": False, **(params or {})}
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                return super().perform_request(method, path, params=params, **options)
            except (ApiError, TransportError) as error:
                failure = told(error)
            if not failure.passes or time.monotonic() > give_up:
                raise failure
            time.sleep(PAUSE)


def try_to_write(client: Elasticsearch, actions: Iterable[dict[str, Any]]) -> dict[str, ClusterError]:
    """Writes and deletes documents. What is to be deleted may be gone.

    Args:
        client: of the cluster.
        actions: as Elasticsearch's bulk helpers take them.

    Returns:
        ids of those that could not be written for what they hold, or since another was faster → why.

    Raises:
        ClusterError: the cluster failed.
    """
    refused = {}
    written = streaming_bulk(
        client,
        actions,
        max_chunk_bytes=REQUEST_BYTES,
        max_retries=RETRIES,
        initial_backoff=1,
        raise_on_error=False,
        yield_ok=False,
    )
    for _, item in written:
        ((operation, answer),) = item.items()
        error = answered(answer["status"], answer.get("error"))
        if operation == "delete" and error.status == 404:
            continue
        if not error.is_of_request and error.kind not in BEATEN:
            raise error
        refused[answer["_id"]] = error
    return refused


def write_all(client: Elasticsearch, actions: Iterable[dict[str, Any]]) -> None:
    """Writes and deletes documents, as `try_to_write` does.

    Raises:
        ClusterError: the cluster failed, or refused one of them.
    """
    for error in try_to_write(client, actions).values():
        raise error
