"""Which articles may share a text with some others: those of their months that have bands in common with them.

One request finds the candidates of a thousand articles, as looking up many bands in their order costs little more
than looking up those of one: it gives all articles that share enough bands with any of them, and here is counted with
which. Where these are too many, as of a text that hundreds have copied, each article is asked for alone.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, zip_longest
from typing import Any

from elasticsearch import Elasticsearch

from processing.reposts.signature import SHARED_BANDS
from search.batches import batches
from search.client import AT_ONCE
from search.errors import answered
from search.months import indices_around, months_around

CANDIDATES = 50
"""Articles compared with one: those that share most bands with it, and of these the first ones."""
BATCH = 1000
"""Articles whose candidates are looked for in one request."""
ANSWERS = 10_000
"""Articles that one answer gives, at most: what Elasticsearch allows."""
EXPANDED = "open,closed"
"""What stands for a month's index: nothing if it is not there yet, an error if it is closed."""
QUERIES = 50
"""Searches for one article each, sent in one request."""


def candidates(client: Elasticsearch, sources: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """The candidates of articles; the index must have been refreshed.

    Args:
        client: of the cluster.
        sources: id → at least `bands` and `published_at`, as the index has them.

    Returns:
        id → ids of its candidates, for those that have some.

    Raises:
        ClusterError: the cluster failed.
    """
    by_months: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for id_, source in sources.items():
        if source.get("bands"):
            by_months[tuple(indices_around(datetime.fromisoformat(source["published_at"])))].append(id_)
    asked = [
        (indices, [_Article.of(id_, sources[id_]) for id_ in some])
        for indices, ids in by_months.items()
        for some in batches(ids, BATCH)
    ]
    found: dict[str, list[str]] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for each, near in zip(
            asked, pool.map(lambda each: _together(client, each[0], each[1], sources), asked), strict=True
        ):
            found |= _one_by_one(client, *each) if near is None else near
    return {id_: others for id_, others in found.items() if others}


@dataclass(frozen=True)
class _Article:
    id: str
    at: datetime
    bands: Sequence[int]

    @classmethod
    def of(cls, id_: str, source: Mapping[str, Any]) -> "_Article":
        return cls(id_, datetime.fromisoformat(source["published_at"]), source["bands"])


def _together(
    client: Elasticsearch,
    indices: Sequence[str],
    articles: Sequence[_Article],
    known: Mapping[str, Mapping[str, Any]],
) -> dict[str, list[str]] | None:
    """None if more share bands with them than one answer gives."""
    by_slot = [{*some} - {None} for some in zip_longest(*(article.bands for article in articles))]
    answer = client.search(
        index=indices,
        query={"bool": {"filter": _enough([{"terms": {"bands": list(some)}} for some in by_slot])}},
        source=False,  # most are the articles themselves, whose bands are known
        size=ANSWERS,
        track_total_hits=ANSWERS + 1,
        sort="_doc",
        expand_wildcards=EXPANDED,
    )["hits"]
    if answer["total"]["value"] > ANSWERS:
        return None
    ids = [hit["_id"] for hit in answer["hits"]]
    others = [_Article.of(id_, known[id_]) for id_ in ids if id_ in known]
    others += _read(client, indices, [id_ for id_ in ids if id_ not in known])
    bearers = _bearers(others)
    return {article.id: _nearest(article, bearers) for article in articles}


def _bearers(articles: Sequence[_Article]) -> dict[int, list[_Article]]:
    """Band → the articles that have it, of those that more than one has: most have none of these."""
    counts = Counter(chain.from_iterable(article.bands for article in articles))
    shared = {band for band, count in counts.items() if count > 1}
    bearers: dict[int, list[_Article]] = defaultdict(list)
    for article in articles:
        for band in shared.intersection(article.bands):
            bearers[band].append(article)
    return bearers


def _read(client: Elasticsearch, indices: Sequence[str], ids: Sequence[str]) -> list[_Article]:
    if not ids:
        return []
    answer = client.search(
        index=indices,
        query={"ids": {"values": list(ids)}},
        source_includes=["bands", "published_at"],
        size=len(ids),
        sort="_doc",
        expand_wildcards=EXPANDED,
    )
    return [_Article.of(hit["_id"], hit["_source"]) for hit in answer["hits"]["hits"]]


def _nearest(article: _Article, bearers: Mapping[int, list[_Article]]) -> list[str]:
    if bearers.keys().isdisjoint(article.bands):
        return []
    others = [other for band in article.bands for other in bearers.get(band, ()) if other.id != article.id]
    shared = Counter(other.id for other in others)
    first, end = months_around(article.at)
    near = {
        other.id: (-shared[other.id], other.at, other.id)
        for other in others
        if shared[other.id] >= SHARED_BANDS and first <= other.at < end
    }
    return sorted(near, key=near.__getitem__)[:CANDIDATES]


def _one_by_one(client: Elasticsearch, indices: Sequence[str], articles: Sequence[_Article]) -> dict[str, list[str]]:
    found = {}
    for some in batches(articles, QUERIES):
        searches: list[dict[str, Any]] = []
        for article in some:
            first, end = months_around(article.at)
            bands = [{"constant_score": {"filter": {"term": {"bands": band}}}} for band in article.bands]
            query = {
                **_enough(bands)["bool"],
                "filter": {"range": {"published_at": {"gte": first, "lt": end}}},
                "must_not": {"ids": {"values": [article.id]}},
            }
            searches += [
                {"index": indices, "expand_wildcards": EXPANDED, "allow_partial_search_results": False},
                {
                    "query": {"bool": query},
                    "sort": ["_score", {"published_at": "asc"}, {"id": "asc"}],
                    "size": CANDIDATES,
                    "_source": False,
                    "track_total_hits": False,
                },
            ]
        for article, answer in zip(some, client.msearch(searches=searches)["responses"], strict=True):
            if "error" in answer:
                raise answered(answer["status"], answer["error"])
            found[article.id] = [hit["_id"] for hit in answer["hits"]["hits"]]
    return found


def _enough(queries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"bool": {"should": queries, "minimum_should_match": SHARED_BANDS}}
