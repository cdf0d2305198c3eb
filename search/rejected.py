"""The rejected pages in Elasticsearch: one document a page, in ``rejected-YYYY.MM``."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from elasticsearch import Elasticsearch

from rasid.errors import RasidError
from rasid.json_record import of_fields
from rasid.printable import shortened
from rasid.records import REJECTED, Rejected
from rasid.storage import Storage
from search.captured import no_longer_given
from search.client import refresh, write_all
from search.errors import ClusterError
from search.query import any_of, between


@dataclass(frozen=True)
class Rejections:
    """What a search among the rejected pages found.

    Attributes:
        total: pages that match.
        pages: some of them, the newest first.
        reasons: reason → how many of all that match have it.
    """

    total: int
    pages: tuple[Rejected, ...]
    reasons: Mapping[str, int]


def search_rejected(
    client: Elasticsearch,
    words: str,
    outlets: Sequence[str] = (),
    since: datetime | None = None,
    until: date | None = None,
    size: int = 10,
    page: int = 1,
) -> Rejections:
    """The rejected pages that match, by the time at which they were fetched.

    Args:
        client: client of the cluster.
        words: that must all stand in the address, the reason or its detail; ``*`` for all pages.
        outlets: ids of outlets, of any of which they are; of all when there are none.
        since: they were fetched from then on.
        until: the last day on which they were fetched.
        size: how many a page of the answer has.
        page: which page of it is wanted, from 1.

    Raises:
        RasidError: the words are more than the cluster looks for.
        ClusterError: the cluster failed.
    """
    clauses: list[dict[str, Any]] = []
    for word in words.split():
        likes = {quote(word, safe="/:?=&%"), word} if word != "*" else set()
        fields = ("url", "reason", "detail")
        should = [
            {"wildcard": {field: {"value": f"*{_literal(like)}*", "case_insensitive": True}}}
            for field in fields
            for like in likes
        ]
        clauses += [{"bool": {"should": should, "minimum_should_match": 1}}] if should else []
    clauses += any_of([("outlet", outlets)]) + between("fetched_at", since, until)
    try:
        answer = client.search(
            index="rejected-*",
            query={"bool": {"filter": clauses}},
            sort=[{"fetched_at": "desc"}],
            size=size,
            from_=(page - 1) * size,
            track_total_hits=True,
            aggs={"reasons": {"terms": {"field": "reason", "size": 50}}},
        )
    except ClusterError as error:
        if error.is_of_request:
            raise RasidError(f"these words cannot be looked for: {shortened(error.reason, 200)}") from None
        raise
    pages = tuple(of_fields(Rejected, hit["_source"]) for hit in answer["hits"]["hits"])
    buckets = answer.get("aggregations", {}).get("reasons", {}).get("buckets", ())
    counts = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    return Rejections(answer["hits"]["total"]["value"], pages, counts)


def _literal(text: str) -> str:
    return re.sub(r"([*?\\])", r"\\\1", text)


def index_rejected(client: Elasticsearch, storage: Storage, day: date, outlets: Iterable[str]) -> int:
    """Brings a day's rejected pages of these outlets into the index, and removes those that are rejected no longer.

    Returns:
        how many there are.

    Raises:
        ClusterError: the cluster failed or refused one.
    """
    index, now = f"rejected-{day:%Y.%m}", datetime.now(UTC).isoformat()
    documents: dict[str, dict[str, Any]] = {}
    files = {outlet: REJECTED.read(storage.rejected(day, outlet)) for outlet in outlets}
    for file in files.values():
        for page in file.records:
            place = f"{page.capture.file}:{page.capture.offset}"
            documents[place] = {**asdict(page), "indexed_at": now}
    proven = [outlet for outlet, file in files.items() if file.proves_absence]
    captures = [storage.relative(storage.captures(day, outlet)) for outlet in proven]
    writes = [{"_index": index, "_id": place, "_source": document} for place, document in documents.items()]
    removals = [
        {"_op_type": "delete", "_index": hit["_index"], "_id": hit["_id"]}
        for hit in no_longer_given(client, index, captures, documents)
    ]
    write_all(client, [*writes, *removals])
    refresh(client, index)
    return len(documents)
