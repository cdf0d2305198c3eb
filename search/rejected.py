"""The rejected pages in Elasticsearch: one document a page, in ``rejected-YYYY.MM``."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from elasticsearch import Elasticsearch

from rasid.records import REJECTED
from rasid.storage import Storage
from search.captured import no_longer_given
from search.client import refresh, write_all


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
