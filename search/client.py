"""The client of the cluster that all rooms use, and how documents are written by it."""

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.helpers import scan, streaming_bulk

from search.errors import ClusterError, answered, told

PATIENCE = 30.0
"""Seconds for which a request is repeated while Elasticsearch says that it cannot do it yet."""
PAUSE = 0.5
REQUEST_BYTES = 4_000_000
"""Of documents in one request, unless one alone is larger: a node turns away what takes a tenth of its memory."""
AT_ONCE = 2
"""Requests of one writing that are under way: a node works on one with one of its processors."""
DOCUMENTS = 500
"""Of one request, at most."""
RETRIES = 5
"""Of documents that a full queue turned away."""
READS = ("/_search", "/_count", "/_refresh", "/_validate/query")
"""Ends of the paths of requests that an index which is not there yet has no part in."""
BEATEN = {"version_conflict_engine_exception", "document_missing_exception"}
"""What an update is told that came after another one."""


class Cluster(Elasticsearch):
    """A client that raises `ClusterError` for all that fails, waits for a cluster that is not ready yet, and takes no
    search for answered of which a shard is missing. An index that is not there yet has nothing, and may be
    searched. One that is closed may not.
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
            if failure.kind == "index_not_found_exception" and path.endswith(READS):
                params = {**(params or {}), "ignore_unavailable": True}  # asked at once, it would ignore closed ones
                continue
            if not failure.passes or time.monotonic() > give_up:
                raise failure
            time.sleep(PAUSE)


def try_to_write(client: Elasticsearch, actions: Iterable[dict[str, Any]]) -> dict[str, ClusterError]:
    """Writes and deletes documents. What is to be deleted may be gone.

    Args:
        client: client of the cluster.
        actions: as Elasticsearch's bulk helpers take them; each of another document.

    Returns:
        ids of those that could not be written for what they hold, or since another was faster → why.

    Raises:
        ClusterError: the cluster failed.
    """
    refused: dict[str, ClusterError] = {}
    rest = iter(actions)
    under_way: deque[Future[dict[str, ClusterError]]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while some := list(islice(rest, DOCUMENTS)):  # the next are made ready while Elasticsearch writes
            under_way.append(pool.submit(_written, client, some))
            if len(under_way) > AT_ONCE:
                refused |= under_way.popleft().result()
        for each in under_way:
            refused |= each.result()
    return refused


def _written(client: Elasticsearch, actions: Iterable[dict[str, Any]]) -> dict[str, ClusterError]:
    refused = {}
    written: Generator[tuple[bool, dict[str, Any]], None, None] = streaming_bulk(  # type: ignore[assignment]
        client,
        actions,
        chunk_size=DOCUMENTS,
        max_chunk_bytes=REQUEST_BYTES,
        max_retries=RETRIES,
        initial_backoff=1,
        raise_on_error=False,
        yield_ok=False,
    )
    with closing(written):  # in this thread: what it traces by belongs to it
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


def every(
    client: Elasticsearch, index: str, query: dict[str, Any], fields: Sequence[str] = (), without: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """All hits of a query, in no order; none if the index is not there.

    Args:
        client: client of the cluster.
        index: name of the index, or its alias.
        query: the query, in Elasticsearch's form.
        fields: names of the fields that are wanted, if not of all.
        without: names of fields that are not.

    Raises:
        ClusterError: the cluster failed, or refuses the query.
    """
    body = {"query": query, "_source": {"includes": list(fields), "excludes": list(without)}}
    yield from scan(client, index=index, query=body)


def first(
    client: Elasticsearch,
    index: str,
    query: dict[str, Any],
    sort: Sequence[dict[str, str] | str],
    size: int,
    fields: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """The first hits of a query; none if the index is not there.

    Args:
        client: client of the cluster.
        index: name of the index, or its alias.
        query: the query, in Elasticsearch's form.
        sort: the order, in Elasticsearch's form.
        size: how many hits are wanted, at most.
        fields: names of the fields that are wanted, if not of all.

    Raises:
        ClusterError: the cluster failed, or refuses the query.
    """
    answer = client.search(index=index, query=query, sort=list(sort), size=size, source_includes=fields)
    hits: list[dict[str, Any]] = answer["hits"]["hits"]
    return hits


def answers(
    client: Elasticsearch, index: str, searches: Sequence[dict[str, Any]]
) -> list[Mapping[str, Any] | ClusterError]:
    """For each of several searches, which are sent in one request, its answer, or why it failed. As for one that is
    sent alone, an index that is not there yet has nothing, and those that cannot be answered yet are asked again.

    Args:
        client: client of the cluster.
        index: name of the index, or its alias.
        searches: bodies of the searches, in Elasticsearch's form.

    Raises:
        ClusterError: the cluster failed as a whole.
    """
    found: dict[int, Mapping[str, Any] | ClusterError] = {}
    options: dict[str, Any] = {"allow_partial_search_results": False}
    give_up = time.monotonic() + PATIENCE
    rest = list(range(len(searches)))
    while rest:
        lines = [line for number in rest for line in (options, searches[number])]
        for number, answer in zip(rest, client.msearch(index=index, searches=lines)["responses"], strict=True):
            found[number] = answered(answer["status"], answer["error"]) if "error" in answer else answer
        failed = {number: each for number in rest if isinstance(each := found[number], ClusterError)}
        rest = [number for number, each in failed.items() if each.passes]
        if rest and time.monotonic() > give_up:
            break
        missing = [number for number, each in failed.items() if each.kind == "index_not_found_exception"]
        if missing and "ignore_unavailable" not in options:
            options["ignore_unavailable"] = True  # asked at once, it would ignore closed ones
            rest += missing
        elif rest:
            time.sleep(PAUSE)
    return [found[number] for number in range(len(searches))]


def refresh(client: Elasticsearch, *indices: str) -> None:
    """Lets searches see what was written; once for all that a step wrote, as waiting for each costs a second."""
    client.indices.refresh(index=list(indices))
