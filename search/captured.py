"""What an index still holds of captures that no longer give it, such as after `rasid reprocess`."""

from collections.abc import Container, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from search.client import every


def no_longer_given(
    client: Elasticsearch, index: str, captures: Sequence[str], given: Container[str]
) -> list[dict[str, Any]]:
    """The documents to remove, as hits with their `url`, and their `story_id` if they have one.

    Args:
        client: client of the cluster.
        index: name of the index, or its alias; it may be missing.
        captures: WARC files, as ``capture.file`` has them.
        given: ids of the documents that these files give now.
    """
    hits = every(client, index, {"terms": {"capture.file": list(captures)}}, ["story_id", "url"])
    return [hit for hit in hits if hit["_id"] not in given]
