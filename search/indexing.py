"""The third stage: a day's articles → Elasticsearch. Doing it again changes nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from elasticsearch import Elasticsearch, SerializationError
from elasticsearch.serializer import OrjsonSerializer
from pydantic import TypeAdapter

from processing.deals.grouping import pair_of
from rasid.errors import RasidError
from rasid.json_lines import Lines
from rasid.records import ARTICLES, REJECTED, Article
from rasid.reports import IndexReport
from rasid.storage import Storage
from search.batches import batches
from search.captured import no_longer_given
from search.client import try_to_write, write_all
from search.deals import settle_deals
from search.errors import ClusterError, told
from search.months import index_of
from search.refused import Key, refused_pages, set_aside
from search.stories import PLACE_FIELDS, alone, settle

BATCH = 1000
"""Articles looked for at once."""
WRITTEN = 2000
"""Articles of which it is known what the index has, and that are written together."""
PLACES = 5
"""Indices in which one article may stand, at most: a run that dies while it moves one to another month leaves two."""
EARLIEST = 1990
"""Year of publication; no outlet was on the web before. A month that cannot be gets no index of its own."""
AHEAD = 1
"""Years after it was seen by which an article may be dated."""
_ARTICLE = TypeAdapter(Article)
_JSON = OrjsonSerializer()


def index_day(client: Elasticsearch, storage: Storage, day: date, outlets: Iterable[str]) -> IndexReport:
    """Brings the articles of a day and of these outlets into the index, each in its story, and checks that they are
    all there. Those that came from the day's captures and that these no longer give are removed, where all of these
    could be read. What Elasticsearch does not take goes to the day's rejected pages; what the index had of it before
    stays there.

    Raises:
        RasidError: the cluster failed, or does not hold them all afterwards.
    """
    try:
        return _index(client, storage, day, list(dict.fromkeys(outlets)))
    except ClusterError as error:
        raise RasidError(f"indexing failed: {error}; run it again to complete the day") from error


def _index(client: Elasticsearch, storage: Storage, day: date, outlets: list[str]) -> IndexReport:
    revisions: dict[str, list[Article]] = {}
    given_by: dict[str, str] = {}
    shared: dict[str, set[str]] = {}
    files = {outlet: ARTICLES.read(storage.articles(day, outlet)) for outlet in outlets}
    for outlet, file in files.items():
        for article in file.records:
            if given_by.setdefault(article.id, outlet) == outlet:
                revisions.setdefault(article.id, []).append(article)
            else:
                shared.setdefault(outlet, set()).add(article.id)

    writes: list[Written] = []
    refused: dict[str, dict[Key, str]] = {}
    todo = list(revisions)
    while todo:
        writes.append(write(client, [revisions[id_][-1] for id_ in todo]))
        for id_, reason in writes[-1].refused.items():
            refused.setdefault(given_by[id_], {})[id_, revisions[id_].pop().revision] = reason
        todo = [id_ for id_ in writes[-1].refused if revisions[id_]]  # the day has an earlier revision of it
    if len(revisions) > 1 and not any(len(each.new) + each.updated + each.unchanged for each in writes):
        reason = next(iter(writes[-1].refused.values()))
        raise RasidError(f"Elasticsearch takes none of {len(revisions)} articles ({reason}): look at its indices")
    for outlet, articles in refused.items():
        set_aside(storage, day, outlet, articles)

    ids = [id_ for id_, given in revisions.items() if given]
    pages = {outlet: found for outlet in outlets if (found := refused_pages(storage, day, outlet))}
    kept = {page.url for found in pages.values() for page in found}
    proven = [outlet for outlet, file in files.items() if file.proves_absence]
    captures = [storage.relative(storage.captures(day, outlet)) for outlet in proven]
    gone = no_longer_given(client, "articles", captures, set(ids))
    removed = [hit for hit in gone if hit["_source"]["url"] not in kept]
    new = {article.id: article for each in writes for article in each.new}
    stories = {hit["_source"].get("story_id", hit["_id"]) for hit in removed}.union(*(each.stories for each in writes))
    # Those that were there, too: a run that died may have written them and not looked for their stories.
    settle(client, new.values(), [id_ for id_ in ids if id_ not in new], stories, {hit["_id"] for hit in removed})
    write_all(client, map(_deletion, removed))
    client.indices.refresh(index="articles")
    pairs = {pair_of(mention) for given in revisions.values() if given for mention in given[-1].deals}
    settle_deals(client, [*ids, *(hit["_id"] for hit in removed)], pairs)
    reposts = _are_reposts(client, ids)
    if missing := len(ids) - len(reposts):
        raise RasidError(f"{missing} of {len(ids)} articles are not in the index; run it again")
    return IndexReport(
        articles=len(ids),
        created=sum(len(each.new) for each in writes),
        updated=sum(each.updated for each in writes),
        unchanged=sum(each.unchanged for each in writes),
        removed=len(removed),
        reposts=sum(reposts.values()),
        total=client.count(index="articles")["count"],
        refused={outlet: len(found) for outlet, found in pages.items()},
        shared={outlet: len(found) for outlet, found in shared.items()},
        damage=tuple(_damage(storage, day, files)),
    )


def _damage(storage: Storage, day: date, files: Mapping[str, Lines[Article]]) -> Iterator[str]:
    for outlet, articles in files.items():
        rejected = storage.rejected(day, outlet)
        for file, found in ((storage.articles(day, outlet), articles), (rejected, REJECTED.read(rejected))):
            if found.damage:
                yield storage.reparable(file, found.damage)


@dataclass
class Written:
    """What `write` did.

    Attributes:
        new: articles that were not in the index. They stand there alone, until their stories are looked for.
        updated: that were there with another content.
        unchanged: that were there, with the same content or in a later revision.
        stories: ids of the stories in which those were that have no place now.
        refused: id of an article that Elasticsearch does not take → why. The index has of it what it had before.
    """

    new: list[Article] = field(default_factory=list)
    updated: int = 0
    unchanged: int = 0
    stories: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)


def write(client: Elasticsearch, articles: Sequence[Article]) -> Written:
    """Brings articles into the index, as far as they are not there.

    Args:
        client: of the cluster.
        articles: each once.

    Raises:
        ClusterError: the cluster failed.
    """
    written = Written()
    client.indices.refresh(index="articles")
    for batch in batches(articles, WRITTEN):  # none is looked for while others are written, to an index that may be new
        present = _present(client, [article.id for article in batch])
        tasks: list[_Task] = []
        errors = try_to_write(client, _actions(batch, present, tasks, written.refused))
        written.refused |= {id_: error.reason for id_, error in errors.items()}
        tasks = [task for task in tasks if task.article.id not in written.refused]
        write_all(client, (_deletion(hit) for task in tasks for hit in task.outdated))
        for task in tasks:
            if not task.hit:
                written.new.append(task.article)
                continue
            written.updated += task.action is not None
            written.unchanged += task.action is None
            source = task.hit["_source"]
            # Without its place, it was written by a run that died before it looked for the story.
            if "story_id" in source and (task.action or "is_repost" not in source):
                written.stories.add(source["story_id"])
    return written


def _actions(
    batch: Iterable[Article],
    present: Mapping[str, list[dict[str, Any]]],
    tasks: list["_Task"],
    refused: dict[str, str],
) -> Iterator[dict[str, Any]]:
    for article in batch:
        try:
            task = _task(article, present.get(article.id, []))
        except ValueError as error:
            refused[article.id] = str(error)
            continue
        tasks.append(task)
        if task.action:
            yield task.action


@dataclass(frozen=True)
class _Task:
    """What is to be done for an article.

    Attributes:
        article: that is to be in the index.
        hit: what is there of it, if anything.
        action: writes it; None if there is nothing to write.
        outdated: what is to go after that, as its date moved into another month.
    """

    article: Article
    hit: dict[str, Any] | None
    action: dict[str, Any] | None
    outdated: list[dict[str, Any]]


def _task(article: Article, hits: list[dict[str, Any]]) -> _Task:
    """Raises ValueError for an article that cannot be in the index."""
    if not EARLIEST <= article.published_at.year <= article.first_seen_at.year + AHEAD:
        raise ValueError(f"published_at: {article.published_at.isoformat()} cannot be")
    index = index_of(article.published_at)
    here = [hit for hit in hits if index in hit["_index"]]
    hit = next(iter([*here, *hits]), None)
    fields = document(article)
    if hit and (hit["_source"]["revision"] > article.revision or _without_place(hit["_source"]) == fields):
        return _Task(article, hit, None, [other for other in hits if other is not hit])
    # Of an older one, the story to read again, also if this run dies before it has done so.
    place = {"story_id": hit["_source"].get("story_id", article.id)} if hit else alone(article.id)
    try:
        source = _JSON.dumps({**fields, "indexed_at": datetime.now(UTC).isoformat(), **place})
    except SerializationError as error:
        raise ValueError(told(error).reason) from None
    action = {"_op_type": "index", "_index": index, "_id": article.id, "_source": source}
    return _Task(article, hit, action, [other for other in hits if other not in here])


def _deletion(hit: dict[str, Any]) -> dict[str, Any]:
    return {"_op_type": "delete", "_index": hit["_index"], "_id": hit["_id"]}


def document(article: Article) -> dict[str, Any]:
    """An article as the index has it, without its place in a story."""
    fields: dict[str, Any] = _ARTICLE.dump_python(article, mode="json")
    # Kibana shows no part of what is nested as a column of a table.
    fields["quotes"] = list(dict.fromkeys(each["quote"] for each in fields["topic_evidence"]))
    deals = article.deals
    fields["deal_pairs"] = list(dict.fromkeys(map(pair_of, deals)))
    fields["deal_suppliers"] = list(dict.fromkeys(each.value for deal in deals for each in deal.supplier))
    fields["deal_recipients"] = list(dict.fromkeys(each.value for deal in deals for each in deal.recipient))
    fields["deal_stages"] = list(dict.fromkeys(deal.stage.value for deal in deals if deal.stage))
    if article.image and not article.image.startswith(("http://", "https://")):
        fields["image"] = None  # a script, perhaps: Kibana shows it as a link
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _without_place(source: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in source.items() if name not in {"indexed_at", *PLACE_FIELDS}}


def _present(client: Elasticsearch, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Id of an article → what the index has of it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for some in batches(ids, BATCH):
        query = {"ids": {"values": list(some)}}
        answer = client.search(index="articles", query=query, size=PLACES * len(some), sort="_doc")
        for hit in answer["hits"]["hits"]:
            found.setdefault(hit["_id"], []).append(hit)
    return found


def _are_reposts(client: Elasticsearch, ids: Sequence[str]) -> dict[str, bool]:
    """Id of an article in the index → whether it is a repost."""
    found: dict[str, bool] = {}
    for some in batches(ids, BATCH):
        answer = client.search(
            index="articles",
            query={"ids": {"values": list(some)}},
            size=PLACES * len(some),
            sort="_doc",
            source=False,
            docvalue_fields=[{"field": "is_repost"}],
        )
        for hit in answer["hits"]["hits"]:
            found.setdefault(hit["_id"], hit["fields"]["is_repost"][0])
    return found
