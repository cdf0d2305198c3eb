"""The third stage: a day's articles → Elasticsearch. Doing it again changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import BulkIndexError, bulk
from pydantic import TypeAdapter

from rasid.errors import RasidError
from rasid.records import ARTICLES, Article
from rasid.storage import Storage
from search.cluster import set_up

BATCH = 500
_ARTICLE = TypeAdapter(Article)


@dataclass(frozen=True)
class IndexReport:
    """What became of a day's articles: ``articles == created + updated + unchanged``.

    Attributes:
        articles: of the day, each in its last revision.
        created: that were not in the index.
        updated: that were there with another content.
        unchanged: that were there, with the same content or in a later revision.
        total: articles in the index afterwards, of all days.
    """

    articles: int
    created: int
    updated: int
    unchanged: int
    total: int


def index_day(client: Elasticsearch, storage: Storage, day: date, outlets: Iterable[str]) -> IndexReport:
    """Brings the articles of a day and of these outlets into the index, and checks that they are all there.

    Raises:
        RasidError: the cluster failed, refused a document, or does not hold them all afterwards.
    """
    articles: dict[str, Article] = {}
    for outlet in outlets:
        file = storage.articles(day, outlet)
        if file.exists():
            articles.update((article.id, article) for article in ARTICLES.loads(file.read_bytes()))
    try:
        return _index(client, list(articles.values()))
    except BulkIndexError as error:
        first = error.errors[0]
        raise RasidError(f"Elasticsearch refused {len(error.errors)} articles; the first: {first}") from None
    except (TransportError, ApiError) as error:
        raise RasidError(f"indexing failed: {error}; run it again to complete the day") from error


def index_name(article: Article) -> str:
    """The index of the month in which an article was published."""
    return f"articles-{article.published_at:%Y.%m}"


def _index(client: Elasticsearch, articles: list[Article]) -> IndexReport:
    set_up(client)
    created = updated = unchanged = 0
    for batch in _batches(articles):
        present = _present(client, [article.id for article in batch])
        actions: list[dict[str, Any]] = []
        for article in batch:
            hit = present.get(article.id)
            if hit and (hit["_source"]["revision"] > article.revision or _same(hit["_source"], article)):
                unchanged += 1
                continue
            updated += hit is not None
            created += hit is None
            actions.extend(_actions(article, hit))
        bulk(client, actions, refresh="wait_for" if actions else False)
    missing = len(articles) - sum(len(_present(client, [a.id for a in batch])) for batch in _batches(articles))
    if missing:
        raise RasidError(f"{missing} of {len(articles)} articles are not in the index; run it again")
    total = client.count(index="articles", ignore_unavailable=True)["count"]
    return IndexReport(len(articles), created, updated, unchanged, total)


def _actions(article: Article, hit: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    target = index_name(article)
    if hit and hit["_index"] != target:  # its date moved into another month
        yield {"_op_type": "delete", "_index": hit["_index"], "_id": article.id}
    document = {**_document(article), "indexed_at": datetime.now(UTC).isoformat()}
    yield {"_op_type": "index", "_index": target, "_id": article.id, "_source": document}


def _document(article: Article) -> dict[str, Any]:
    fields: dict[str, Any] = _ARTICLE.dump_python(article, mode="json")
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _same(source: dict[str, Any], article: Article) -> bool:
    return {name: value for name, value in source.items() if name != "indexed_at"} == _document(article)


def _present(client: Elasticsearch, ids: list[str]) -> dict[str, dict[str, Any]]:
    client.indices.refresh(index="articles", ignore_unavailable=True)
    answer = client.search(
        index="articles", query={"ids": {"values": ids}}, size=len(ids), ignore_unavailable=True, sort="_doc"
    )
    return {hit["_id"]: hit for hit in answer["hits"]["hits"]}


def _batches(articles: list[Article]) -> Iterator[list[Article]]:
    for start in range(0, len(articles), BATCH):
        yield articles[start : start + BATCH]
