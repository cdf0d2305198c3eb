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
    """The best hits, and how many articles match in all."""

    total: int
    hits: tuple[Hit, ...]


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
    client: Elasticsearch, query: str, where: list[dict[str, Any]], size: int = 10, reposts: bool = False
) -> Hits:
    """The articles that match, best first.

    Args:
        client: of the cluster.
        query: in Lucene's syntax.
        where: clauses of `filters`.
        size: hits wanted.
        reposts: each article of a story is a hit of its own. Else a story is one hit: its original if that matches.

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
                "sort": ["_score", {"published_at": "desc"}],
                **folded,
            },
        )
    except NotFoundError:
        raise RasidError("nothing has been indexed yet: run `rasid run` first") from None
    except BadRequestError as error:
        raise RasidError(f"the query {query!r} is not valid: {_cause(error)}") from None
    return Hits(answer["hits"]["total"]["value"], tuple(map(_hit, answer["hits"]["hits"])))


def _hit(hit: dict[str, Any]) -> Hit:
    first, *copies = hit["inner_hits"]["story"]["hits"]["hits"] if "inner_hits" in hit else [hit]
    marked = first.get("highlight", {})
    title = marked.get("title", [first["_source"]["title"]])[0]
    return Hit(first["_source"], title, tuple(marked.get("body", ())), tuple(copy["_source"] for copy in copies))


def _cause(error: BadRequestError) -> str:
    causes = error.body.get("error", {}).get("root_cause", []) if isinstance(error.body, dict) else []
    return causes[0]["reason"] if causes else str(error)
