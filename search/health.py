"""The outlets' health in Elasticsearch: one document an outlet and day, in ``outlet-health-YYYY.MM``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from elasticsearch import Elasticsearch

from rasid.json_record import of_fields
from rasid.reports import Health, ProblemKind
from search.client import every, first, refresh, write_all
from search.indices import HEALTH

RECENT, EARLIER = 7, 28
"""Days that are compared: the last ones, and those before them."""
FALLEN = 0.5
"""An outlet that gives less than this share of what it gave is falling."""
MIN_A_DAY = 2.0
"""Articles; outlets that gave fewer go up and down by chance."""
MOST = 10_000
"""Outlets that one answer gives, at most: Elasticsearch's own limit."""


def index_health(client: Elasticsearch, day: date, outlets: Iterable[Health]) -> None:
    """Writes the health of a day, in place of what an earlier run of it wrote; nothing of outlets that it did not
    crawl.

    Raises:
        ClusterError: the cluster failed or refused it.
    """
    now = datetime.now(UTC).isoformat()
    actions = [
        {
            "_index": f"{HEALTH}-{day:%Y.%m}",
            "_id": f"{day}-{health.outlet.id}",
            "_source": {
                "day": day.isoformat(),
                "outlet": health.outlet.id,
                "outlet_name": health.outlet.name.ar,
                "country": health.outlet.country,
                "healthy": not health.problems,
                "problems": [problem.kind for problem in health.problems],
                "details": [problem.detail for problem in health.problems],
                "found": health.found,
                "failed": sum(health.failed.values()),
                "captures": health.captures,
                "articles": health.articles,
                "unchanged": health.unchanged,
                "rejected": sum(health.rejected.values()),
                "seconds": health.seconds,
                "indexed_at": now,
            },
        }
        for health in outlets
        if health.crawled
    ]
    write_all(client, actions)
    refresh(client, HEALTH)


@dataclass(frozen=True)
class OutletDay:
    """How an outlet did on a day; the names are those of the index.

    Attributes:
        day: the day.
        outlet: id of the outlet.
        outlet_name: Arabic name of the outlet.
        healthy: whether nothing was wrong.
        found: pages that its sources listed.
        failed: pages that could not be fetched.
        captures: pages fetched.
        articles: articles made of them.
        unchanged: pages that were as before.
        rejected: pages that gave no article.
        seconds: what the crawl took.
        problems: kinds of what was wrong.
        details: the same, a sentence each.
    """

    day: date
    outlet: str
    outlet_name: str
    healthy: bool
    found: int = 0
    failed: int = 0
    captures: int = 0
    articles: int = 0
    unchanged: int = 0
    rejected: int = 0
    seconds: float = 0.0
    problems: tuple[ProblemKind, ...] = ()
    details: tuple[str, ...] = ()


def latest(client: Elasticsearch) -> list[OutletDay]:
    """Each outlet's last day, by outlet.

    Raises:
        ClusterError: the cluster failed.
    """
    one_each = {"field": "outlet"}
    answer = client.search(index=HEALTH, size=MOST, sort=[{"day": "desc"}], collapse=one_each, query={"match_all": {}})
    days = (of_fields(OutletDay, hit["_source"]) for hit in answer["hits"]["hits"])
    return sorted(days, key=lambda each: each.outlet)


def last_days(client: Elasticsearch, size: int) -> dict[str, list[OutletDay]]:
    """Each outlet's last days, the newest first.

    Args:
        client: client of the cluster.
        size: days of an outlet, at most 100.

    Raises:
        ClusterError: the cluster failed.
    """
    days = {"name": "days", "size": size, "sort": [{"day": "desc"}]}
    answer = client.search(index=HEALTH, size=MOST, source=False, collapse={"field": "outlet", "inner_hits": days})
    found = {}
    for hit in answer["hits"]["hits"]:
        own = hit["inner_hits"]["days"]["hits"]["hits"]
        found[hit["fields"]["outlet"][0]] = [of_fields(OutletDay, each["_source"]) for each in own]
    return found


def days_of(client: Elasticsearch, outlet: str, size: int) -> list[OutletDay]:
    """The last days of an outlet, the newest first.

    Raises:
        ClusterError: the cluster failed.
    """
    hits = first(client, HEALTH, {"term": {"outlet": outlet}}, [{"day": "desc"}], size)
    return [of_fields(OutletDay, hit["_source"]) for hit in hits]


def unhealthy(client: Elasticsearch, day: date) -> dict[str, tuple[str, ...]]:
    """Outlets that needed a look on a day → why, a sentence each.

    Args:
        client: client of the cluster.
        day: the day.
    """
    asked = {"bool": {"filter": [{"term": {"day": day.isoformat()}}, {"term": {"healthy": False}}]}}
    found = [of_fields(OutletDay, hit["_source"]) for hit in every(client, HEALTH, asked)]
    return {
        each.outlet: tuple(f"{kind}: {detail}" for kind, detail in zip(each.problems, each.details, strict=False))
        for each in sorted(found, key=lambda each: each.outlet)
    }


def daily(client: Elasticsearch, since: date, until: date) -> dict[str, dict[str, int]]:
    """Outlet → day, ISO 8601 → articles, for the days that have a report.

    Args:
        client: client of the cluster.
        since: first day.
        until: last day.
    """
    between = {"range": {"day": {"gte": since.isoformat(), "lte": until.isoformat()}}}
    hits = every(client, HEALTH, between, ["outlet", "day", "articles"])
    found: dict[str, dict[str, int]] = {}
    for source in sorted((hit["_source"] for hit in hits), key=lambda source: (source["outlet"], source["day"])):
        found.setdefault(source["outlet"], {})[source["day"]] = source["articles"]
    return found


def falling(client: Elasticsearch, today: date) -> dict[str, str]:
    """Outlets that gave less than half as many articles a day in the last week as in the four weeks before → how many.

    Args:
        client: client of the cluster.
        today: the last day of that week.
    """
    turn = (today - timedelta(days=RECENT - 1)).isoformat()
    found = {}
    for outlet, counts in daily(client, today - timedelta(days=RECENT + EARLIER - 1), today).items():
        recent = [count for day, count in counts.items() if day >= turn]
        earlier = [count for day, count in counts.items() if day < turn]
        if recent and earlier:
            now, before = sum(recent) / len(recent), sum(earlier) / len(earlier)
            if before >= MIN_A_DAY and now < FALLEN * before:
                found[outlet] = f"{now:.1f} articles a day, {before:.1f} before"
    return found
