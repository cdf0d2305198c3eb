"""The rejected pages in Elasticsearch: one document a page, in ``rejected-YYYY.MM``."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import BulkIndexError, bulk

from rasid.errors import RasidError
from rasid.records import REJECTED
from rasid.storage import Storage
from search.captured import no_longer_given


def index_rejected(client: Elasticsearch, storage: Storage, day: date, outlets: Iterable[str]) -> int:
    """Brings a day's rejected pages of these outlets into the index, and removes those that are rejected no longer.

    Returns:
        how many there are.

    Raises:
        RasidError: the cluster failed or refused one.
    """
    try:
        return _index(client, storage, day, list(outlets))
    except (BulkIndexError, TransportError, ApiError) as error:
        detail = error.errors[:1] if isinstance(error, BulkIndexError) else error
        raise RasidError(f"the rejected pages could not be indexed: {detail}") from None


def _index(client: Elasticsearch, storage: Storage, day: date, outlets: list[str]) -> int:
    index, now = f"rejected-{day:%Y.%m}", datetime.now(UTC).isoformat()
    documents: dict[str, dict[str, Any]] = {}
    for outlet in outlets:
        file = storage.rejected(day, outlet)
        for page in REJECTED.loads(file.read_bytes()) if file.exists() else ():
            place = f"{page.capture.file}:{page.capture.offset}"
            documents[place] = {**asdict(page), "indexed_at": now}
    captures = [storage.relative(storage.captures(day, outlet)) for outlet in outlets]
    writes = [{"_index": index, "_id": place, "_source": document} for place, document in documents.items()]
    removals = [
        {"_op_type": "delete", "_index": hit["_index"], "_id": hit["_id"]}
        for hit in no_longer_given(client, index, captures, documents)
    ]
    bulk(client, [*writes, *removals], refresh=True)
    return len(documents)
