"""Searching the articles: a page of hits with the words that match marked, stories folded, and what is counted."""

import re
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal, get_args

from elasticsearch import Elasticsearch

from rasid.errors import RasidError
from rasid.printable import shortened
from search.batches import batches
from search.client import answers
from search.errors import ClusterError
from search.indexed import Indexed, indexed
from search.indices import ARTICLES
from search.over_time import Bar, bars
from search.query import text_query

MARK, END_MARK = "\ue000", "\ue001"
"""Around a matched word in highlights: letters of Unicode's private use area, which are taken out of what is found."""
_SECRET = secrets.token_hex(8)
_TAG, _END_TAG = f"<{_SECRET}>", f"</{_SECRET}>"
"""What Elasticsearch marks with: no page can know it, and so none can mark its own words."""

MOST = 10_000
"""Hits that can be paged through: Elasticsearch's own limit."""
COPIES = 100
"""Copies in a hit, at most."""
STORIES = MOST // COPIES
"""Whose articles are looked for at once."""
COUNTED = 40_000
"""Stories that are counted one by one: Elasticsearch's own limit."""
Facet = Literal["topics", "outlet", "countries", "weapons", "organisations", "people"]
"""A field whose values are counted."""
FACETS: tuple[Facet, ...] = get_args(Facet)
STORIES_OF = {"cardinality": {"field": "story_id", "precision_threshold": COUNTED}}
"""The aggregation that counts stories."""
FACET_SIZE = 10
"""Values of each."""
_UNSHOWN = ["body", "bands", "mentions"]
_SNIPPETS = {"number_of_fragments": 2, "fragment_size": 160, "no_match_size": 160}
_BY_SPELLING = re.compile(r'["*]|exact')
"""In a query of which a part may look for words as they are spelt."""
_HALVES = re.compile("[\ud800-\udfff]")
_ORIGINAL_FIRST = [{"is_repost": "asc"}, {"published_at": "asc"}]


@dataclass(frozen=True)
class Hit:
    """An article found.

    Attributes:
        article: the article, without its body.
        title: its title, with the matched words between `MARK` and `END_MARK`.
        snippets: passages of the body, marked likewise; its beginning when the match is elsewhere.
        copies: the other articles of its story that match, where reposts are folded.
    """

    article: Indexed
    title: str
    snippets: tuple[str, ...]
    copies: tuple[Indexed, ...] = ()

    @property
    def source(self) -> dict[str, Any]:
        """All fields of the article that were asked for, as JSON, with those of its `copies`."""
        return {**self.article.source, "copies": [copy.source for copy in self.copies]}


@dataclass(frozen=True)
class Hits:
    """What a search found.

    Attributes:
        total: articles that match.
        hits: the first of them.
        facets: field → its most frequent values among all that match, with how many articles have each.
        over_time: when all that match were published, without gaps.
        stories: of which they are: as many hits as all pages have, where reposts are folded. Of more than
            `COUNTED`, an estimate.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[Facet, Mapping[str, int]]
    over_time: tuple[Bar, ...] = ()
    stories: int = 0


class NothingIndexedError(RasidError):
    """There is no index yet."""


@dataclass(frozen=True)
class Search:
    """What is asked for.

    Attributes:
        query: query in Lucene's syntax.
        where: clauses that `filters` gives.
        size: how many hits a page has.
        page: which page of them is wanted, from 1.
        reposts: each article of a story is a hit of its own. Else a story is one hit: its original if that matches.
        newest: the newest first. Else the best first.
        facets: whether they are counted, too.
        days_of: time zone by whose days articles are counted over time; they are not when absent.
    """

    query: str
    where: Sequence[dict[str, Any]] = ()
    size: int = 10
    page: int = 1
    reposts: bool = False
    newest: bool = False
    facets: bool = False
    days_of: str | None = None


def search(  # noqa: PLR0913, PLR0917 - each is a choice of the reader
    client: Elasticsearch,
    query: str,
    where: Sequence[dict[str, Any]],
    size: int = 10,
    page: int = 1,
    reposts: bool = False,
    newest: bool = False,
    facets: bool = False,
    days_of: str | None = None,
) -> Hits:
    """What `search_each` finds of one search, given as `Search` has it."""
    (found,) = search_each(client, [Search(query, where, size, page, reposts, newest, facets, days_of)])
    return found


def search_each(client: Elasticsearch, searches: Sequence[Search]) -> list[Hits]:
    """The articles that match each of several searches.

    Elasticsearch is asked twice, however many they are: which stories match, and how many articles; then for the
    articles of these stories, as to mark words costs most. What is counted is a search of its own, which Elasticsearch
    need not do again for another page.

    Raises:
        RasidError: a query is not valid, or asks for a page too far.
        NothingIndexedError: there are no articles yet.
        ClusterError: the cluster failed.
    """
    for each in searches:
        if each.page * each.size > MOST:
            raise RasidError(f"only the first {MOST:,} hits can be shown: narrow the search, such as by --since")
        if _HALVES.search(each.query):
            raise _refused(each, "it has letters that are no text in UTF-8")
    first = _asked(client, searches, [[_ranked(each), _counted(each)] for each in searches])
    if any(not ranked["_shards"]["total"] for ranked, _ in first):
        raise NothingIndexedError("nothing has been indexed yet: run `rasid run` first")
    second = _asked(
        client, searches, [_of_stories(each, ranked) for each, (ranked, _) in zip(searches, first, strict=True)]
    )
    return [
        _hits(counted, [_hit(hit) for hit in ranked["hits"]["hits"]] if each.reposts else _folded(ranked, told))
        for each, (ranked, counted), told in zip(searches, first, second, strict=True)
    ]


def _asked(
    client: Elasticsearch, searches: Sequence[Search], bodies: Sequence[Sequence[dict[str, Any]]]
) -> list[list[Mapping[str, Any]]]:
    """Of each search, the answers to its requests."""
    found = iter(answers(client, ARTICLES, [body for some in bodies for body in some]))
    told: list[list[Mapping[str, Any]]] = []
    for each, some in zip(searches, bodies, strict=True):
        told.append([])
        for answer in islice(found, len(some)):
            if isinstance(answer, ClusterError):
                raise _refused(each, answer.reason) if answer.is_of_request else answer
            told[-1].append(answer)
    return told


def _refused(search: Search, reason: str) -> RasidError:
    return RasidError(f"the query {shortened(repr(search.query), 200)} is not valid: {_in_words(reason)}")


def _ranked(search: Search) -> dict[str, Any]:
    """Which stories match, or which articles, in their order."""
    order: list[Any] = ["_score", {"published_at": "desc"}]
    return {
        "query": {"bool": {"must": [text_query(search.query)], "filter": search.where}},
        "size": search.size,
        "from": (search.page - 1) * search.size,
        "sort": order[::-1] if search.newest else order,
        "track_total_hits": False,
        **(_shown(search) if search.reposts else {"collapse": {"field": "story_id"}, "stored_fields": "_none_"}),
    }


def _counted(search: Search) -> dict[str, Any]:
    """How many articles match, of what, and when they were published."""
    aggs: dict[str, Any] = {field: {"terms": {"field": field, "size": FACET_SIZE}} for field in FACETS * search.facets}
    aggs["stories"] = STORIES_OF
    if search.days_of:
        every_day = {"field": "published_at", "calendar_interval": "day", "time_zone": search.days_of}
        aggs["over_time"] = {"date_histogram": {**every_day, "min_doc_count": 1}}
    return {"query": _filter(search), "size": 0, "track_total_hits": True, "aggs": aggs}


def _of_stories(search: Search, ranked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The first of the articles that match of each story, with marks; then, of so many stories, all of them."""
    found: list[dict[str, Any]] = []
    for some in batches([] if search.reposts else list(_stories(ranked)), STORIES):
        plain = {
            "query": _filter(search, {"terms": {"story_id": list(some)}}),
            "sort": _ORIGINAL_FIRST,
            "track_total_hits": False,
        }
        found.append({**plain, "size": len(some), "collapse": {"field": "story_id"}, **_shown(search)})
        found.append({**plain, "size": len(some) * COPIES, "_source": {"excludes": _UNSHOWN}})
    return found


def _filter(search: Search, *more: dict[str, Any]) -> dict[str, Any]:
    return {"bool": {"filter": [text_query(search.query), *search.where, *more]}}


def _shown(search: Search) -> dict[str, Any]:
    """What is wanted of an article that is shown."""
    exact = bool(_BY_SPELLING.search(search.query))  # to look at a text twice takes twice the time
    matched = {name: {"matched_fields": [name, f"{name}.exact"]} if exact else {} for name in ("title", "body")}
    fields = {"title": {"number_of_fragments": 0, **matched["title"]}, "body": {**_SNIPPETS, **matched["body"]}}
    marks = {"pre_tags": [_TAG], "post_tags": [_END_TAG], "fields": fields}
    return {"_source": {"excludes": _UNSHOWN}, "highlight": marks}


def _stories(answer: Mapping[str, Any]) -> Iterator[str]:
    yield from (hit["fields"]["story_id"][0] for hit in answer["hits"]["hits"])


def _folded(ranked: Mapping[str, Any], told: Sequence[Mapping[str, Any]]) -> list[Hit]:
    """Of each story one hit, in their order."""
    first = {hit["_id"]: hit for answer in told[::2] for hit in answer["hits"]["hits"]}
    copies: dict[str, list[Indexed]] = defaultdict(list)
    for hit in (hit for answer in told[1::2] for hit in answer["hits"]["hits"]):
        if hit["_id"] not in first:
            copies[hit["_source"]["story_id"]].append(indexed(hit["_source"]))
    found = {
        story: _hit(hit, copies[story][:COPIES]) for hit in first.values() if (story := hit["_source"]["story_id"])
    }
    return [found[story] for story in _stories(ranked) if story in found]  # it may be gone since


def _hits(counted: Mapping[str, Any], hits: Sequence[Hit]) -> Hits:
    aggs = counted.get("aggregations", {})
    values: dict[Facet, dict[str, int]] = {
        field: {bucket["key"]: bucket["doc_count"] for bucket in aggs[field]["buckets"]}
        for field in FACETS
        if field in aggs
    }
    by_day = {
        datetime.fromisoformat(bucket["key_as_string"]).date(): bucket["doc_count"]
        for bucket in aggs.get("over_time", {"buckets": ()})["buckets"]
    }
    return Hits(
        counted["hits"]["total"]["value"], tuple(hits), values, bars(by_day), aggs.get("stories", {"value": 0})["value"]
    )


def _in_words(reason: str) -> str:
    """What Lucene says of a query, with what to do where its own words are those of a parser."""
    if '"<EOF>"' in reason:
        return f"it ends too early: a bracket or quote is not closed, or its last word is missing ({reason})"
    return reason


def _hit(hit: Mapping[str, Any], copies: Sequence[Indexed] = ()) -> Hit:
    marked = hit.get("highlight", {})
    title = marked.get("title", [hit["_source"]["title"]])[0]
    snippets = tuple(map(_marked, marked.get("body", ())))
    return Hit(indexed(hit["_source"]), _marked(title), snippets, tuple(copies))


def _marked(text: str) -> str:
    own = text.replace(MARK, "").replace(END_MARK, "")
    return own.replace(_TAG, MARK).replace(_END_TAG, END_MARK)
