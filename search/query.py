"""Full-text search in the analysts' syntax: the same query means the same here, in alerts and in Kibana."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from rasid.errors import RasidError

MARK, END_MARK = "\ue000", "\ue001"
"""Around a matched word in highlights: letters of Unicode's private use area, which no article has."""

COPIES = 100
"""Articles of one story in a hit, at most: Elasticsearch's own limit."""
FACETS = ("topics", "outlet", "countries", "weapons", "organisations", "people")
"""Fields whose values are counted."""
FACET_SIZE = 10
"""Values of each."""
_UNSHOWN = ["body", "bands", "mentions"]
_HIGHLIGHT = {
    "pre_tags": [MARK],
    "post_tags": [END_MARK],
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
        article: its fields, without the body.
        title: with the matched words between `MARK` and `END_MARK`.
        snippets: passages of the body, marked likewise; its beginning when the match is elsewhere.
        copies: the other articles of its story that match, where reposts are folded.
    """

    article: dict[str, Any]
    title: str
    snippets: tuple[str, ...]
    copies: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Hits:
    """What a search found.

    Attributes:
        total: articles that match.
        hits: the first of them.
        facets: field → its most frequent values among all that match, with how many articles have each.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, dict[str, int]]


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
    since: date | None = None,
    until: date | None = None,
) -> list[dict[str, Any]]:
    """Filter clauses; of each kind, any of its values. `until` is the last day included."""
    clauses: list[dict[str, Any]] = [
        {"terms": {name: list(values)}}
        for name, values in (("topics", topics), ("outlet", outlets), ("country", countries))
        if values
    ]
    if since or until:
        bounds = {"gte": since, "lt": f"{until}||+1d" if until else None}
        clauses.append({"range": {"published_at": {name: str(day) for name, day in bounds.items() if day}}})
    return clauses


def search(
    client: Elasticsearch,
    query: str,
    where: list[dict[str, Any]],
    size: int = 10,
    reposts: bool = False,
    newest: bool = False,
    facets: bool = False,
) -> Hits:
    """The articles that match.

    Args:
        client: of the cluster.
        query: in Lucene's syntax.
        where: clauses of `filters`.
        size: hits wanted.
        reposts: each article of a story is a hit of its own. Else a story is one hit: its original if that matches.
        newest: the newest first. Else the best first.
        facets: whether they are counted, too.

    Raises:
        RasidError: the query is not valid, or nothing has been indexed yet.
    """
    shown: dict[str, Any] = {"_source": {"excludes": _UNSHOWN}, "highlight": _HIGHLIGHT}
    story = {"name": "story", "size": COPIES, "sort": [{"is_repost": "asc"}, {"published_at": "asc"}], **shown}
    folded = shown if reposts else {"collapse": {"field": "story_id", "inner_hits": story}, "_source": False}
    try:
        answer = client.search(
            index="articles",
            body={
                "query": {"bool": {"must": [text_query(query)], "filter": where}},
                "size": size,
                "track_total_hits": True,
                "sort": [{"published_at": "desc"}, "_score"] if newest else ["_score", {"published_at": "desc"}],
                "aggs": {field: {"terms": {"field": field, "size": FACET_SIZE}} for field in FACETS} if facets else {},
                **folded,
            },
        )
    except NotFoundError:
        raise RasidError("nothing has been indexed yet: run `rasid run` first") from None
    except BadRequestError as error:
        raise RasidError(f"the query {query!r} is not valid: {cause(error.body.get('error'))}") from None
    counted = {
        field: {bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]}
        for field, found in answer.get("aggregations", {}).items()
    }
    return Hits(answer["hits"]["total"]["value"], tuple(map(_hit, answer["hits"]["hits"])), counted)


def _hit(hit: dict[str, Any]) -> Hit:
    first, *copies = hit["inner_hits"]["story"]["hits"]["hits"] if "inner_hits" in hit else [hit]
    marked = first.get("highlight", {})
    title = marked.get("title", [first["_source"]["title"]])[0]
    return Hit(first["_source"], title, tuple(marked.get("body", ())), tuple(copy["_source"] for copy in copies))


def refusal(client: Elasticsearch, query: dict[str, Any]) -> str | None:
    """Why Elasticsearch would refuse a query, whatever is in the index; None if it would not.

    Args:
        client: of the cluster.
        query: in Elasticsearch's form.
    """
    answer = client.indices.validate_query(index="articles", query=query, explain=True, ignore_unavailable=True)
    return None if answer["valid"] else str(answer.get("error") or answer["explanations"][0].get("error"))


def cause(error: Any) -> str:
    """Why Elasticsearch refused a request, by the ``error`` of its answer: for a query, with the place in it."""
    if not isinstance(error, dict):
        return str(error)
    shards = [shard["reason"] for shard in error.get("failed_shards", ())]
    first = [*shards, *error.get("root_cause", ()), error][0]
    inner = first.get("caused_by", first)  # it has the place, the outer one repeats the query alone
    return str(inner.get("reason") or first.get("reason")).partition("\n")[0]
