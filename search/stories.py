"""Stories in the index: finds what shares a text with new or changed articles, and writes each one's place.

The bands of an article are keywords, so its candidates are one query away, whatever outlet they are of. They are those
of its month and of the months beside it, so that the cost does not grow with the years that the index holds.
Writing depends on the version that was read, and everything is read again until nothing is left to change: so a story
ends whole also when several workers index its articles at the same time.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch
from pydantic import TypeAdapter

from processing.reposts.overlap import Overlap, Text, compare, prepared
from processing.reposts.signature import SHARED_BANDS
from processing.reposts.story import Member, Place, arrange, out_at
from rasid.errors import RasidError
from rasid.records import Mention
from rasid.urls import canonical_url
from search.batches import batches
from search.client import try_to_write
from search.errors import answered
from search.months import indices_around

PLACE_FIELDS = ("story_id", "is_repost", "original_url", "original_outlet", "similarity", "copied_share")
"""Fields of the index that this module writes."""
CANDIDATES = 50
"""Articles compared with one: those that share most bands with it."""
ROUNDS = 20
"""Times that stories are read again while others change them."""
BATCH = 1000
"""Articles whose stories are settled together."""
QUERIES = 50
"""Searches sent in one request."""
STORY_SIZE = 10_000
"""Articles of one story that are read, at most: what Elasticsearch gives in one answer."""
_READ = (
    "id", "url", "outlet", "outlet_name", "body", "mentions", "credited_to", "links", "bands",
    "published_at", "published_precision", "first_seen_at", *PLACE_FIELDS,
)  # fmt: skip
_NEAREST = ["_score", {"published_at": "asc"}, {"id": "asc"}]  # of many equal ones, everybody sees the same
_MENTIONS = TypeAdapter(tuple[Mention, ...])


def settle(client: Elasticsearch, ids: Iterable[str], stories: Iterable[str] = (), gone: Collection[str] = ()) -> int:
    """Gives articles, and those that share a text with them, their places. Doing it again changes nothing.

    Args:
        client: of the cluster.
        ids: articles that are new or changed.
        stories: ids of stories that lost an article, or of which one changed.
        gone: ids of articles that are about to be deleted: the places are as if they were not there.

    Returns:
        how many articles got another place than they had.

    Raises:
        RasidError: others kept changing the same stories, or the cluster failed.
    """
    changed = 0
    for some in batches(list(ids), BATCH):
        changed += _settle(client, {"ids": {"values": some}}, gone)
    for some in batches(list(stories), BATCH):
        changed += _settle(client, {"terms": {"story_id": some}}, gone)
    return changed


def _settle(client: Elasticsearch, query: dict[str, Any], gone: Collection[str]) -> int:
    changed = 0
    for _ in range(ROUNDS):
        client.indices.refresh(index="articles")
        found = _Found(client, query, gone)
        places = arrange(found.members.values(), found.overlaps)
        moved = [hit for id_, hit in found.hits.items() if _differs(hit["_source"], places[id_])]
        # Those that were asked for come last: if this process dies before, they show that the work is not done.
        moved.sort(key=lambda hit: hit["_id"] in found.asked_for)
        # Where another worker was faster, the next round sees what it wrote.
        beaten = try_to_write(client, (_update(hit, places[hit["_id"]]) for hit in moved))
        for error in beaten.values():
            if error.is_of_request:
                raise error
        changed += len(moved) - len(beaten)
        # Who came in the meantime saw the articles that this round saw, and puts itself beside one that was alone. In
        # a story, another worker may have kept as it was what this round has changed.
        linked = {id_ for id_, _ in found.overlaps}
        again = [hit["_id"] for hit in moved if hit["_id"] in linked or hit["_id"] in beaten]
        if not again:
            return changed
        query = {"ids": {"values": again}}
    raise RasidError(f"others changed the same stories {ROUNDS} times over; run it again")


def _update(hit: dict[str, Any], place: Place) -> dict[str, Any]:
    return {
        "_op_type": "update",
        "_index": hit["_index"],
        "_id": hit["_id"],
        "if_seq_no": hit["_seq_no"],
        "if_primary_term": hit["_primary_term"],
        "doc": asdict(place),
    }


def _differs(source: dict[str, Any], place: Place) -> bool:
    return any(source.get(name) != value for name, value in asdict(place).items())


@dataclass
class _Found:
    """The articles of a query, and all that share a text with one of them, or with one of those, and so on."""

    client: Elasticsearch
    query: dict[str, Any]
    gone: Collection[str]
    asked_for: set[str] = field(default_factory=set)
    hits: dict[str, dict[str, Any]] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    overlaps: dict[tuple[str, str], Overlap] = field(default_factory=dict)

    def __post_init__(self) -> None:
        texts: dict[str, Text] = {}
        compared: set[frozenset[str]] = set()
        answer = self.client.search(index="articles", body={"size": STORY_SIZE, **_searched(self.query)})
        edge = [hit for hit in answer["hits"]["hits"] if hit["_id"] not in self.gone]
        self.asked_for.update(hit["_id"] for hit in edge)
        self._add(edge, texts)
        while edge:
            reached: dict[str, dict[str, Any]] = {}
            for hit, candidates in zip(edge, self._candidates(edge), strict=True):
                for other in candidates:
                    pair = frozenset((hit["_id"], other["_id"]))
                    if len(pair) == 1 or other["_id"] in self.gone or pair in compared:
                        continue
                    overlap = compare(texts[hit["_id"]], _text(other, texts))
                    compared.add(pair)
                    if overlap.is_copy:
                        self.overlaps[hit["_id"], other["_id"]] = overlap
                        self.overlaps[other["_id"], hit["_id"]] = overlap.reversed()
                        if other["_id"] not in self.hits:
                            reached[other["_id"]] = other
            edge = list(reached.values())
            self._add(edge, texts)

    def _add(self, hits: Iterable[dict[str, Any]], texts: dict[str, Text]) -> None:
        for hit in hits:
            self.hits[hit["_id"]] = hit
            self.members[hit["_id"]] = _member(hit["_source"])
            _text(hit, texts)

    def _candidates(self, hits: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
        for some in batches(hits, QUERIES):
            searches: list[dict[str, Any]] = []
            for hit in some:
                sharing = {
                    "terms_set": {
                        "bands": {
                            "terms": hit["_source"].get("bands", []),
                            "minimum_should_match": SHARED_BANDS,
                        }
                    }
                }
                at = datetime.fromisoformat(hit["_source"]["published_at"])
                searches += [
                    {"index": indices_around(at), "ignore_unavailable": True, "allow_partial_search_results": False},
                    {"size": CANDIDATES, "sort": _NEAREST, "track_total_hits": False, **_searched(sharing)},
                ]
            for answer in self.client.msearch(searches=searches)["responses"]:
                if "error" in answer:
                    raise answered(answer["status"], answer["error"])
                yield answer["hits"]["hits"]


def _searched(query: dict[str, Any]) -> dict[str, Any]:
    return {"query": query, "_source": list(_READ), "seq_no_primary_term": True}


def _text(hit: dict[str, Any], texts: dict[str, Text]) -> Text:
    if hit["_id"] not in texts:
        source = hit["_source"]
        texts[hit["_id"]] = prepared(source["body"], _MENTIONS.validate_python(source.get("mentions", [])))
    return texts[hit["_id"]]


def _member(source: dict[str, Any]) -> Member:
    return Member(
        id=source["id"],
        url=source["url"],
        canonical_url=canonical_url(source["url"]),
        outlet=source["outlet"],
        outlet_name=source["outlet_name"],
        body=source["body"],
        credited_to=tuple(source.get("credited_to", ())),
        links=tuple(source.get("links", ())),
        out_at=out_at(
            datetime.fromisoformat(source["published_at"]),
            source["published_precision"],
            datetime.fromisoformat(source["first_seen_at"]),
        ),
    )
