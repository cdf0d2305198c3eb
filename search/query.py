"""Full-text search in the analysts' syntax: the same query means the same here, in alerts and in Kibana."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from elasticsearch import Elasticsearch

from rasid.errors import RasidError
from rasid.near import there_is_no
from search.indices import ARTICLES

EVERYTHING = "*"
"""The query that all articles match."""


def text_query(query: str) -> dict[str, Any]:
    """Lucene's syntax over title and body; words match by stem and synonym, what is in quotes as it is spelt."""
    if query == EVERYTHING:
        return {"match_all": {}}
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


def refusal(client: Elasticsearch, query: dict[str, Any]) -> str | None:
    """Why Elasticsearch would refuse a query, whatever is in the index; None if it would not.

    Args:
        client: client of the cluster.
        query: query in Elasticsearch's form.
    """
    answer = client.indices.validate_query(index=ARTICLES, query=query, explain=True)
    return None if answer["valid"] else str(answer.get("error") or answer["explanations"][0].get("error"))
