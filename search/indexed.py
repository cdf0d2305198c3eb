"""Articles as the index has them, with their places in their stories."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from elasticsearch import Elasticsearch
from pydantic import AwareDatetime

from rasid.errors import RasidError
from rasid.json_record import of_fields
from rasid.records import Evidence
from rasid.urls import MAX_ADDRESS, article_id
from search.batches import batches
from search.client import every, first
from search.indices import ARTICLES

BATCH = 1000
"""Stories or articles that are looked for in one request."""


@dataclass(frozen=True)
class Indexed:
    """An article in the index, as far as it is shown; the names are those of the index.

    Attributes:
        id: id of the article.
        url: address of the article.
        outlet: id of the outlet.
        outlet_name: Arabic name of the outlet.
        title: title of the article.
        published_at: when it was published.
        story_id: id of its story.
        body: its text; empty where none was asked for.
        topics: ids of its topics.
        topic_evidence: passages that prove the topics.
        countries: ISO 3166-1 codes of the countries that the text names.
        weapons: ids of the weapons that the text names.
        is_repost: whether it is a copy of another article.
        original_url: address of the original, for a repost.
        similarity: how much a repost and the original have in common, from 0 to 1.
        copied_share: share of a repost's words that stand in the original, from 0 to 1.
        source: all fields that were asked for, as JSON.
    """

    id: str
    url: str
    outlet: str
    outlet_name: str
    title: str
    published_at: AwareDatetime
    story_id: str
    body: str = ""
    topics: tuple[str, ...] = ()
    topic_evidence: tuple[Evidence, ...] = ()
    countries: tuple[str, ...] = ()
    weapons: tuple[str, ...] = ()
    is_repost: bool = False
    original_url: str | None = None
    similarity: float | None = None
    copied_share: float | None = None
    source: Mapping[str, Any] = field(default_factory=dict)


def indexed(source: Mapping[str, Any]) -> Indexed:
    """The article that a hit's ``_source`` has."""
    return replace(of_fields(Indexed, source), source=source)


def members(client: Elasticsearch, stories: Collection[str], bodies: bool = False) -> dict[str, list[Indexed]]:
    """The articles of stories, the original first and then by time.

    Args:
        client: client of the cluster.
        stories: ids of the stories.
        bodies: whether the bodies are wanted.

    Returns:
        id of the story → its articles, without bands and mentions.
    """
    found: dict[str, list[Indexed]] = {}
    without = ["bands", "mentions", *([] if bodies else ["body"])]
    for some in batches(list(stories), BATCH):
        for hit in every(client, ARTICLES, {"terms": {"story_id": list(some)}}, without=without):
            article = indexed(hit["_source"])
            found.setdefault(article.story_id, []).append(article)
    for articles in found.values():
        articles.sort(key=lambda article: (article.is_repost, article.published_at, article.id))
    return found


def story_ids(client: Elasticsearch, ids: Iterable[str]) -> set[str]:
    """The ids of the stories of some articles."""
    found: set[str] = set()
    for some in batches(list(ids), BATCH):
        hits = first(client, ARTICLES, {"ids": {"values": list(some)}}, ["_doc"], len(some), ["story_id"])
        found.update(hit["_source"]["story_id"] for hit in hits)
    return found


def _known_as(*names: str) -> list[str]:
    """Ids under which something is kept that is asked for by ids or addresses. What is longer than any address is none,
    and Elasticsearch would refuse it.
    """
    return [*(name for name in names if len(name) <= MAX_ADDRESS), *map(article_id, names)]


def article_of(client: Elasticsearch, *ids: str) -> Indexed | None:
    """The article with all its fields; None if there is none in the index.

    Args:
        client: client of the cluster.
        ids: ids of articles, or addresses of them; of several that are there, any.
    """
    known_as = _known_as(*ids)
    query = {"bool": {"should": [{"ids": {"values": known_as}}, {"terms": {"url": known_as}}]}}
    found = first(client, ARTICLES, query, ["_score"], 1)
    return indexed(found[0]["_source"]) if found else None


def story_of(client: Elasticsearch, id_: str) -> list[Indexed]:
    """The articles of one story with their bodies, the original first and then by time.

    Args:
        client: client of the cluster.
        id_: id of the story or of one of its articles, or the address of one.

    Raises:
        RasidError: there is no such article in the index.
    """
    known_as = _known_as(id_)
    query = {"bool": {"should": [{"ids": {"values": known_as}}, {"terms": {"story_id": known_as}}]}}
    found = first(client, ARTICLES, query, ["_score"], 1, ["story_id"])
    if not found:
        raise RasidError(f"no article and no story {id_} in the index")
    story: str = found[0]["_source"]["story_id"]
    return members(client, [story], bodies=True)[story]
