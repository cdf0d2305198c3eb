"""The third stage: a day's articles → Elasticsearch. Doing it again changes nothing."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import BulkIndexError, bulk, parallel_bulk
from pydantic import TypeAdapter

from rasid.errors import RasidError
from rasid.records import ARTICLES, Article
from rasid.storage import Storage
from search.batches import batches
from search.captured import no_longer_given
from search.months import index_of
from search.stories import PLACE_FIELDS, settle

BATCH = 10_000
"""Articles looked for at once: as many as Elasticsearch gives in one answer."""
_ARTICLE = TypeAdapter(Article)


@dataclass(frozen=True)
class IndexReport:
    """What became of a day's articles: ``articles == created + updated + unchanged``.

    Attributes:
        articles: of the day, each in its last revision.
        created: that were not in the index.
        updated: that were there with another content.
        unchanged: that were there, with the same content or in a later revision.
        removed: articles in the index that the day's captures no longer give.
        reposts: of the day's articles, those that are copies of another one.
        total: articles in the index afterwards, of all days.
    """

    articles: int
    created: int
    updated: int
    unchanged: int
    removed: int
    reposts: int
    total: int


def index_day(client: Elasticsearch, storage: Storage, day: date, outlets: Iterable[str]) -> IndexReport:
    """Brings the articles of a day and of these outlets into the index, each in its story, and checks that they are
    all there. Those that came from the day's captures and that these no longer give are removed.

    Raises:
        RasidError: the cluster failed, refused a document, or does not hold them all afterwards.
    """
    articles: dict[str, Article] = {}
    captures: list[str] = []
    for outlet in outlets:
        file = storage.articles(day, outlet)
        if file.exists():
            articles.update((article.id, article) for article in ARTICLES.loads(file.read_bytes()))
            captures.append(storage.relative(storage.captures(day, outlet)))
    try:
        return _index(client, articles, captures)
    except BulkIndexError as error:
        first = error.errors[0]
        raise RasidError(f"Elasticsearch refused {len(error.errors)} articles; the first: {first}") from None
    except (TransportError, ApiError) as error:
        raise RasidError(f"indexing failed: {error}; run it again to complete the day") from error


@dataclass
class Written:
    """What `write` did.

    Attributes:
        created: articles that were not in the index.
        updated: that were there with another content.
        unchanged: that were there, with the same content or in a later revision.
        unsettled: ids of articles whose story is to be looked for.
        stories: ids of the stories in which they were.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    unsettled: list[str] = field(default_factory=list)
    stories: set[str] = field(default_factory=set)


def write(client: Elasticsearch, articles: Sequence[Article]) -> Written:
    """Brings articles into the index, as far as they are not there."""
    written = Written()
    client.indices.refresh(index="articles", ignore_unavailable=True)
    for batch in batches(articles, BATCH):  # none is looked for while others are written, to an index that may be new
        present = _present(client, [article.id for article in batch])
        changed: list[tuple[Article, dict[str, Any] | None]] = []
        for article in batch:
            hit = present.get(article.id)
            known = hit is not None and (
                hit["_source"]["revision"] > article.revision or _same(hit["_source"], article)
            )
            # Without its place, it was written by a run that died before it looked for the story.
            if not hit or not known or "is_repost" not in hit["_source"]:
                written.unsettled.append(article.id)
                written.stories.update([hit["_source"]["story_id"]] if hit and "story_id" in hit["_source"] else [])
            written.unchanged += known
            written.updated += hit is not None and not known
            written.created += hit is None
            if not known:
                changed.append((article, hit))
        actions = (action for article, hit in changed for action in _actions(article, hit))
        deque(parallel_bulk(client, actions), maxlen=0)
    return written


def _index(client: Elasticsearch, articles: dict[str, Article], captures: list[str]) -> IndexReport:
    written = write(client, list(articles.values()))
    removed = no_longer_given(client, "articles", captures, articles)
    if written.unsettled or removed:
        lost = {hit["_source"].get("story_id", hit["_id"]) for hit in removed}
        settle(client, written.unsettled, written.stories | lost, {hit["_id"] for hit in removed})
    bulk(client, ({"_op_type": "delete", "_index": hit["_index"], "_id": hit["_id"]} for hit in removed))
    client.indices.refresh(index="articles", ignore_unavailable=True)
    found = [
        hit
        for batch in batches(list(articles.values()), BATCH)
        for hit in _present(client, [article.id for article in batch]).values()
    ]
    if missing := len(articles) - len(found):
        raise RasidError(f"{missing} of {len(articles)} articles are not in the index; run it again")
    reposts = sum(hit["_source"]["is_repost"] for hit in found)
    total = client.count(index="articles", ignore_unavailable=True)["count"]
    counts = (written.created, written.updated, written.unchanged)
    return IndexReport(len(articles), *counts, len(removed), reposts, total)


def _actions(article: Article, hit: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    target = index_of(article.published_at)
    if hit and target not in hit["_index"]:  # its date moved into another month
        yield {"_op_type": "delete", "_index": hit["_index"], "_id": article.id}
    source = {**document(article), "indexed_at": datetime.now(UTC).isoformat()}
    # The story to read again, if this run dies before it has done so.
    source["story_id"] = hit["_source"].get("story_id", article.id) if hit else article.id
    yield {"_op_type": "index", "_index": target, "_id": article.id, "_source": source}


def document(article: Article) -> dict[str, Any]:
    """An article as the index has it, without its place in a story."""
    fields: dict[str, Any] = _ARTICLE.dump_python(article, mode="json")
    # Kibana shows no part of what is nested as a column of a table.
    fields["quotes"] = list(dict.fromkeys(each["quote"] for each in fields["topic_evidence"]))
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _same(source: dict[str, Any], article: Article) -> bool:
    ours = {name: value for name, value in source.items() if name not in {"indexed_at", *PLACE_FIELDS}}
    return ours == document(article)


def _present(client: Elasticsearch, ids: list[str]) -> dict[str, dict[str, Any]]:
    answer = client.search(
        index="articles", query={"ids": {"values": ids}}, size=len(ids), ignore_unavailable=True, sort="_doc"
    )
    return {hit["_id"]: hit for hit in answer["hits"]["hits"]}
