"""Stories in the index: finds what shares a text with new or changed articles, and writes each one's place.

Texts are compared, and places given, in memory; only an article that shares its text with another is read and written
a second time. The candidates are those of its month and of the months beside it, so that the cost does not grow with
the years that the index holds. Writing depends on the version that was read, and everything is read again until nothing
is left to change: so a story ends whole also when several workers index its articles at the same time.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from elasticsearch import Elasticsearch
from pydantic import TypeAdapter

from processing.reposts.overlap import Overlap, Text, copied, prepared
from processing.reposts.story import Member, Place, arrange, out_at
from rasid.errors import RasidError
from rasid.records import Article, Mention
from rasid.urls import canonical_url
from search.batches import batches
from search.candidates import candidates
from search.client import try_to_write

PLACE_FIELDS = ("story_id", "is_repost", "original_url", "original_outlet", "similarity", "copied_share")
"""Fields of the index that this module writes."""
ROUNDS = 20
"""Times that stories are read again while others change them."""
BATCH = 4000
"""New articles whose stories are settled together: all that is read of most of them are their bands."""
READ = 1000
"""Articles that are read whole in one answer, and of those that were there before, settled together."""
STORY_SIZE = 10_000
"""Articles of one story that are read, at most: what Elasticsearch gives in one answer."""
_READ = (
    "id", "url", "outlet", "outlet_name", "body", "mentions", "credited_to", "links", "bands",
    "published_at", "published_precision", "first_seen_at", *PLACE_FIELDS,
)  # fmt: skip
_MENTIONS = TypeAdapter(tuple[Mention, ...])


def settle(
    client: Elasticsearch,
    new: Iterable[Article],
    ids: Iterable[str] = (),
    stories: Iterable[str] = (),
    gone: Collection[str] = (),
) -> int:
    """Gives articles, and those that share a text with them, their places. Doing it again changes nothing.

    Args:
        client: of the cluster.
        new: articles that have just been written, with the place that `alone` gives.
        ids: of other articles in it.
        stories: ids of stories that lost an article, or of which one changed.
        gone: ids of articles that are about to be deleted: the places are as if they were not there.

    Returns:
        how many articles got another place than they had.

    Raises:
        RasidError: others kept changing the same stories, or the cluster failed.
    """
    client.indices.refresh(index="articles")
    changed = sum(_settle(client, dict(map(_as_written, some)), gone) for some in batches(list(new), BATCH))
    for some in batches(list(ids), READ):
        changed += _settle(client, _read(client, {"ids": {"values": some}}), gone)
    for some in batches(list(stories), READ):
        changed += _settle(client, _read(client, {"terms": {"story_id": some}}), gone)
    return changed


def alone(id_: str) -> dict[str, Any]:
    """The fields of a place in no story, as an article has them until one is found."""
    return {name: value for name, value in vars(Place(id_)).items() if value is not None}


def _settle(client: Elasticsearch, hits: dict[str, dict[str, Any]], gone: Collection[str]) -> int:
    changed = 0
    texts = _Texts()
    for _ in range(ROUNDS):
        found = _Found(client, hits, gone, texts)
        linked = arrange(found.members.values(), found.overlaps)
        places = {id_: linked.get(id_) or Place(id_) for id_ in found.hits}
        moved = [hit for id_, hit in found.hits.items() if _differs(hit["_source"], places[id_])]
        # Where another worker was faster, the next round sees what it wrote.
        beaten = try_to_write(client, (_update(hit, places[hit["_id"]]) for hit in moved))
        for error in beaten.values():
            if error.is_of_request:
                raise error
        changed += len(moved) - len(beaten)
        # Who came in the meantime saw the articles that this round saw, and puts itself beside one that was alone. In
        # a story, another worker may have kept as it was what this round has changed.
        again = [hit["_id"] for hit in moved if hit["_id"] in linked or hit["_id"] in beaten]
        if not again:
            return changed
        client.indices.refresh(index="articles")
        hits = _read(client, {"ids": {"values": again}})
    raise RasidError(f"others changed the same stories {ROUNDS} times over; run it again")


def _as_written(article: Article) -> tuple[str, dict[str, Any]]:
    source = {"bands": article.bands, "published_at": article.published_at.isoformat(), **alone(article.id)}
    return article.id, {"_id": article.id, "_source": source}


def _read(client: Elasticsearch, query: dict[str, Any]) -> dict[str, dict[str, Any]]:
    answer = client.search(
        index="articles",
        query=query,
        source_includes=_READ,
        seq_no_primary_term=True,
        size=STORY_SIZE,
        sort="_doc",
    )
    return {hit["_id"]: hit for hit in answer["hits"]["hits"]}


def _update(hit: dict[str, Any], place: Place) -> dict[str, Any]:
    return {
        "_op_type": "update",
        "_index": hit["_index"],
        "_id": hit["_id"],
        "if_seq_no": hit["_seq_no"],
        "if_primary_term": hit["_primary_term"],
        "doc": vars(place),
    }


def _differs(source: dict[str, Any], place: Place) -> bool:
    return any(source.get(name) != value for name, value in vars(place).items())


@dataclass
class _Found:
    """Articles, and all that share a text with one of them, or with one of those, and so on.

    Attributes:
        client: of the cluster.
        given: id → hit of the articles to begin with; who has no candidates is as this says.
        gone: ids of articles that do not count.
        texts: those that were compared before.
        hits: id → hit of all of them; as the index has it, if it shares a text.
        members: those that share a text.
        overlaps: of the pairs that do, under both orders.
    """

    client: Elasticsearch
    given: dict[str, dict[str, Any]]
    gone: Collection[str]
    texts: "_Texts"
    hits: dict[str, dict[str, Any]] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    overlaps: dict[tuple[str, str], Overlap] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._read: dict[str, dict[str, Any]] = {}
        self._compared: set[frozenset[str]] = set()
        edge = {id_: hit for id_, hit in self.given.items() if id_ not in self.gone}
        while edge:
            self.hits |= edge
            edge = {id_: self._read[id_] for id_ in self._reached(edge)}

    def _reached(self, edge: Mapping[str, dict[str, Any]]) -> set[str]:
        """Compares some articles with their candidates. Gives the ids of those that are new among them."""
        near = candidates(self.client, {id_: hit["_source"] for id_, hit in edge.items()})
        pairs = {frozenset((id_, other)) for id_, others in near.items() for other in others if other not in self.gone}
        self._fetch({id_ for pair in pairs for id_ in pair} - self._read.keys())
        reached: set[str] = set()
        for pair in pairs - self._compared:
            one, other = sorted(pair)
            if not self._read.keys() >= pair:
                continue  # it was deleted in the meantime
            overlap = self.texts.overlap(self._read[one]["_source"], self._read[other]["_source"])
            if overlap:
                self.overlaps[one, other], self.overlaps[other, one] = overlap, overlap.reversed()
                reached |= pair - self.hits.keys()
                for id_ in pair - self.members.keys():
                    self.hits[id_], self.members[id_] = self._read[id_], _member(self._read[id_]["_source"])
        self._compared |= pairs
        return reached

    def _fetch(self, ids: Collection[str]) -> None:
        for some in batches(sorted(ids), READ):
            self._read |= _read(self.client, {"ids": {"values": some}})


class _Texts:
    """Compares the texts of articles. One that is read again as it was is not compared again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Any, Text]] = {}
        self._copied = cache(copied)

    def overlap(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> Overlap | None:
        """As `copied`, of articles as the index has them."""
        return self._copied(self._text(one), self._text(other))

    def _text(self, source: Mapping[str, Any]) -> Text:
        content = source["body"], source.get("mentions", [])
        known = self._known.get(source["id"])
        if not known or known[0] != content:
            known = self._known[source["id"]] = content, prepared(content[0], _MENTIONS.validate_python(content[1]))
        return known[1]


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
