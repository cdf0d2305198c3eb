"""Full-text search in the analysts' syntax: the same query means the same here, in alerts and in Kibana."""

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

from elasticsearch import Elasticsearch

from rasid.errors import RasidError
from rasid.near import there_is_no
from rasid.printable import shortened
from search.errors import ClusterError
from search.indexed import Indexed, indexed
from search.indices import ARTICLES

MARK, END_MARK = "\ue000", "\ue001"
"""Around a matched word in highlights: letters of Unicode's private use area, which are taken out of what is found."""
_SECRET = secrets.token_hex(8)
_TAG, _END_TAG = f"<{_SECRET}>", f"</{_SECRET}>"
"""What Elasticsearch marks with: no page can know it, and so none can mark its own words."""

MOST = 10_000
"""Hits that can be paged through: Elasticsearch's own limit."""
COPIES = 100
"""Articles of one story in a hit, at most: Elasticsearch's own limit."""
Facet = Literal["topics", "outlet", "countries", "weapons", "organisations", "people"]
"""A field whose values are counted."""
FACETS: tuple[Facet, ...] = get_args(Facet)
FACET_SIZE = 10
"""Values of each."""
BARS = 60
"""Of a histogram over time, at most."""
_WIDTHS = (1, 2, 7, 14, 28, 91, 182, 365, 1826, 36_525)
"""Days of a bar."""
_UNSHOWN = ["body", "bands", "mentions"]
_HIGHLIGHT = {
    "pre_tags": [_TAG],
    "post_tags": [_END_TAG],
    "fields": {
        "title": {"number_of_fragments": 0, "matched_fields": ["title", "title.exact"]},
        "body": {
            "number_of_fragments": 2,
            "fragment_size": 160,
            "no_match_size": 160,
            "matched_fields": ["body", "body.exact"],
        },
    },
}


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
class Bar:
    """A stretch of time in a histogram.

    Attributes:
        first: its first day.
        last: its last day.
        count: articles that were published in it.
    """

    first: date
    last: date
    count: int


@dataclass(frozen=True)
class Hits:
    """What a search found.

    Attributes:
        total: articles that match.
        hits: the first of them.
        facets: field → its most frequent values among all that match, with how many articles have each.
        over_time: when all that match were published, without gaps.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[Facet, Mapping[str, int]]
    over_time: tuple[Bar, ...] = ()


def text_query(query: str) -> dict[str, Any]:
    """Lucene's syntax over title and body; words match by stem and synonym, what is in quotes as it is spelt."""
    return {
        "query_string": {
            "query": query,
            "fields": ["title^3", "body"],
            "quote_field_suffix": ".exact",
            "default_operator": "AND",
        }
    }


def filters(
    topics: Iterable[str] = (),
    outlets: Iterable[str] = (),
    countries: Iterable[str] = (),
    weapons: Iterable[str] = (),
    since: datetime | None = None,
    until: date | None = None,
) -> list[dict[str, Any]]:
    """Filter clauses; of each kind, any of its values. `until` is the last day included."""
    named = (("topics", topics), ("outlet", outlets), ("country", countries), ("weapons", weapons))
    return [*any_of(named), *between("published_at", since, until)]


def any_of(named: Iterable[tuple[str, Iterable[str]]]) -> list[dict[str, Any]]:
    """Clauses for fields that have any of some values; none for a field without."""
    return [{"terms": {name: list(values)}} for name, values in named if values]


def between(field: str, since: date | None, until: date | None) -> list[dict[str, Any]]:
    """The clause for a field between a day or a time and the end of a day; none where neither is given."""
    bounds = {"gte": since.isoformat() if since else None, "lt": f"{until}||+1d" if until else None}
    given = {name: bound for name, bound in bounds.items() if bound}
    return [{"range": {field: given}}] if given else []


def check_filter(client: Elasticsearch, field: str, kind: str, ids: Iterable[str], known: Collection[str]) -> None:
    """Makes sure that ids given to a filter are of something: configured, or of an article in the index.

    Args:
        client: client of the cluster.
        field: the field that has such ids.
        kind: of what they are, such as ``topic``.
        ids: the ids.
        known: those that are configured.

    Raises:
        RasidError: one is of nothing; names what may be meant.
        ClusterError: the cluster failed.
    """
    for id_ in ids:
        if id_ not in known and not client.count(index=ARTICLES, query={"term": {field: id_}})["count"]:
            raise RasidError(there_is_no(kind, id_, known))


def search(  # noqa: PLR0913, PLR0917 - each is a choice of the reader
    client: Elasticsearch,
    query: str,
    where: list[dict[str, Any]],
    size: int = 10,
    page: int = 1,
    reposts: bool = False,
    newest: bool = False,
    facets: bool = False,
    days_of: str | None = None,
) -> Hits:
    """The articles that match.

    Args:
        client: client of the cluster.
        query: query in Lucene's syntax.
        where: clauses that `filters` gives.
        size: how many hits a page has.
        page: which page of them is wanted, from 1.
        reposts: each article of a story is a hit of its own. Else a story is one hit: its original if that matches.
        newest: the newest first. Else the best first.
        facets: whether they are counted, too.
        days_of: time zone by whose days articles are counted over time; they are not when absent.

    Raises:
        RasidError: the query is not valid, or nothing has been indexed yet.
        ClusterError: the cluster failed.
    """
    if page * size > MOST:
        raise RasidError(f"only the first {MOST:,} hits can be shown: narrow the search, such as by --since")
    order: list[Any] = ["_score", {"published_at": "desc"}]
    body = {
        "query": {"bool": {"must": [text_query(query)], "filter": where}},
        "size": size,
        "from": (page - 1) * size,
        "track_total_hits": True,
        "sort": order[::-1] if newest else order,
        "aggs": _counted(facets, days_of),
        **_shown(reposts),
    }
    try:
        answer = client.search(index=ARTICLES, body=body)
    except ClusterError as error:
        if error.is_of_request:
            raise RasidError(
                f"the query {shortened(repr(query), 200)} is not valid: {_in_words(error.reason)}"
            ) from None
        raise
    if not answer["_shards"]["total"]:
        raise RasidError("nothing has been indexed yet: run `rasid run` first")
    return _hits(answer.body)


def _hits(answer: Mapping[str, Any]) -> Hits:
    found = answer.get("aggregations", {})
    values: dict[Facet, dict[str, int]] = {
        field: {bucket["key"]: bucket["doc_count"] for bucket in found[field]["buckets"]}
        for field in FACETS
        if field in found
    }
    hits = tuple(map(_hit, answer["hits"]["hits"]))
    by_day = {
        datetime.fromisoformat(bucket["key_as_string"]).date(): bucket["doc_count"]
        for bucket in found.get("over_time", {"buckets": ()})["buckets"]
    }
    return Hits(answer["hits"]["total"]["value"], hits, values, bars(by_day))


def _shown(reposts: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"_source": {"excludes": _UNSHOWN}, "highlight": _HIGHLIGHT}
    if reposts:
        return shown
    story = {"name": "story", "size": COPIES, "sort": [{"is_repost": "asc"}, {"published_at": "asc"}], **shown}
    return {"collapse": {"field": "story_id", "inner_hits": story}, "_source": False}


def _counted(facets: bool, days_of: str | None) -> dict[str, Any]:
    counted: dict[str, Any] = {field: {"terms": {"field": field, "size": FACET_SIZE}} for field in FACETS * facets}
    if days_of:
        every_day = {"field": "published_at", "calendar_interval": "day", "time_zone": days_of, "min_doc_count": 1}
        counted["over_time"] = {"date_histogram": every_day}
    return counted


def bars(by_day: Mapping[date, int]) -> tuple[Bar, ...]:
    """A histogram of at most `BARS` bars of equally many days, without gaps.

    Args:
        by_day: day → articles; days without any may be absent.
    """
    if not by_day:
        return ()
    first, last = min(by_day), max(by_day)
    width = next(width for width in _WIDTHS if (last - first).days < width * BARS)
    counts = Counter[int]()
    for day, count in by_day.items():
        counts[(day - first).days // width] += count
    starts = [first + timedelta(days=width * number) for number in range((last - first).days // width + 1)]
    return tuple(
        Bar(start, min(start + timedelta(days=width - 1), last), counts[number]) for number, start in enumerate(starts)
    )


def _in_words(reason: str) -> str:
    """What Lucene says of a query, with what to do where its own words are those of a parser."""
    if '"<EOF>"' in reason:
        return f"it ends too early: a bracket or quote is not closed, or its last word is missing ({reason})"
    return reason


def _hit(hit: dict[str, Any]) -> Hit:
    first, *copies = hit["inner_hits"]["story"]["hits"]["hits"] if "inner_hits" in hit else [hit]
    marked = first.get("highlight", {})
    title = marked.get("title", [first["_source"]["title"]])[0]
    snippets = tuple(map(_marked, marked.get("body", ())))
    return Hit(indexed(first["_source"]), _marked(title), snippets, tuple(indexed(copy["_source"]) for copy in copies))


def _marked(text: str) -> str:
    own = text.replace(MARK, "").replace(END_MARK, "")
    return own.replace(_TAG, MARK).replace(_END_TAG, END_MARK)


def refusal(client: Elasticsearch, query: dict[str, Any]) -> str | None:
    """Why Elasticsearch would refuse a query, whatever is in the index; None if it would not.

    Args:
        client: client of the cluster.
        query: query in Elasticsearch's form.
    """
    answer = client.indices.validate_query(index=ARTICLES, query=query, explain=True)
    return None if answer["valid"] else str(answer.get("error") or answer["explanations"][0].get("error"))
