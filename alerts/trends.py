"""How much was published on what: a day against the week before it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from elasticsearch import Elasticsearch

from search.indices import ARTICLES

SPAN = timedelta(days=1)
SPANS = 8
"""The day, and the week before it."""
SHOWN = 10
"""Values of a field that are given: those with most on the day, and of equal ones most in the week."""
FIELDS = ("is_repost", "topics", "outlet", "countries", "weapons")
"""That are counted. All but the first and `outlet` count each story once, however often it was copied."""
_VALUES = 1000  # that Elasticsearch is asked for: more than any of the fields has


@dataclass(frozen=True)
class Trend:
    """What was published on one thing.

    Attributes:
        value: value of the field, as Elasticsearch gives a key.
        counts: articles or stories of each 24 hours, the oldest first.
    """

    value: str
    counts: tuple[int, ...]

    @property
    def day(self) -> int:
        """In the last 24 hours."""
        return self.counts[-1]

    @property
    def usual(self) -> float:
        """Of the days before, a day."""
        return sum(self.counts[:-1]) / (len(self.counts) - 1)

    @property
    def is_high(self) -> bool:
        """Whether the day has at least 3, and twice the usual."""
        return self.day >= max(3, 2 * self.usual)


def trends(client: Elasticsearch, until: datetime) -> dict[str, list[Trend]]:
    """Counts by time of publication.

    Args:
        client: client of the cluster.
        until: when the last 24 hours end.

    Returns:
        each of `FIELDS` → what was most published, most first.
    """
    start = until - SPANS * SPAN
    steps = [(start + step * SPAN).isoformat() for step in range(SPANS + 1)]
    days = {
        "date_range": {
            "field": "published_at",
            "ranges": [{"from": one, "to": other} for one, other in pairwise(steps)],
        }
    }
    counted: dict[str, Any] = {
        field: {"terms": {"field": field, "size": _VALUES}, "aggs": {"days": days}} for field in FIELDS
    }
    each_once = {field: counted.pop(field) for field in FIELDS if field not in ("is_repost", "outlet")}
    answer = client.search(
        index=ARTICLES,
        size=0,
        query={"range": {"published_at": {"gte": steps[0], "lt": steps[-1]}}},
        aggs={**counted, "originals": {"filter": {"term": {"is_repost": False}}, "aggs": each_once}},
    )
    found = answer.get("aggregations")
    if not found:
        return {field: [] for field in FIELDS}
    return {field: _most({**found, **found["originals"]}[field]["buckets"]) for field in FIELDS}


def _most(buckets: list[dict[str, Any]]) -> list[Trend]:
    every = [
        Trend(bucket.get("key_as_string", bucket["key"]), tuple(day["doc_count"] for day in bucket["days"]["buckets"]))
        for bucket in buckets
    ]
    return sorted(every, key=lambda trend: (trend.day, sum(trend.counts)), reverse=True)[:SHOWN]
