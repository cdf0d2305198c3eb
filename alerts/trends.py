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
ENOUGH = 4
"""Days of the week before on which anything must have been published, before it is said that a day is unusual."""
_VALUES = 1000  # that Elasticsearch is asked for: more than any of the fields has


@dataclass(frozen=True)
class Trend:
    """What was published on one thing.

    Attributes:
        value: value of the field, as Elasticsearch gives a key.
        counts: articles or stories of each 24 hours, the oldest first.
        has_usual: whether there are enough days before, so that it can be said what is usual.
    """

    value: str
    counts: tuple[int, ...]
    has_usual: bool = True

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
        """Whether the day has at least 3, and twice the usual, if that is known."""
        return self.has_usual and self.day >= max(3, 2 * self.usual)


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
    all_of_them = (_counts(bucket) for bucket in found["is_repost"]["buckets"])
    days_with_any = sum(map(any, list(zip(*all_of_them, strict=True))[:-1]))
    buckets_of = {**found, **found["originals"]}
    return {field: _most(buckets_of[field]["buckets"], days_with_any >= ENOUGH) for field in FIELDS}


def _counts(bucket: dict[str, Any]) -> tuple[int, ...]:
    return tuple(day["doc_count"] for day in bucket["days"]["buckets"])


def _most(buckets: list[dict[str, Any]], has_usual: bool) -> list[Trend]:
    every = [Trend(bucket.get("key_as_string", bucket["key"]), _counts(bucket), has_usual) for bucket in buckets]
    return sorted(every, key=lambda trend: (trend.day, sum(trend.counts)), reverse=True)[:SHOWN]
