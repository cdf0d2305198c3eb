"""What the rules find among the articles that were indexed lately, as alerts."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch

from alerts.passage import passage
from alerts.rules import Rule
from rasid.alert import Alert
from rasid.records import Evidence
from search.batches import batches
from search.client import answers
from search.errors import ClusterError
from search.indexed import Indexed
from search.indices import ARTICLES

WINDOW = timedelta(days=7)
"""Articles indexed earlier are no news; a rule that failed for longer does not flood when it works again."""
CONTEXT = 120
"""Characters of the text shown on each side of a quote."""
PASSAGES = 3
"""Quotes of an alert."""
RULES_A_REQUEST = 100
"""Rules that are asked for in one request."""
MOST = 10_000
"""Articles that one rule finds in one run, at most: what Elasticsearch gives in one answer."""


@dataclass(frozen=True)
class Found:
    """What a rule found.

    Attributes:
        stories: id of an article → id of its story.
        old: of these, the articles that were published too long ago to be told.
    """

    stories: Mapping[str, str]
    old: frozenset[str] = frozenset()

    @property
    def news(self) -> dict[str, str]:
        """Those that are to be told: id of an article → id of its story."""
        return {id_: story for id_, story in self.stories.items() if id_ not in self.old}


def found_by(
    client: Elasticsearch,
    rules: Sequence[Rule],
    starts: Mapping[str, datetime],
    refused: dict[str, str],
    window: timedelta = WINDOW,
    now: datetime | None = None,
    as_of: datetime | None = None,
) -> dict[str, Found]:
    """What rules find among the articles that were indexed lately.

    Args:
        client: client of the cluster.
        rules: the rules to ask for.
        starts: id of a rule → articles indexed before count for nothing.
        refused: gets the rules whose query is not valid or asks for too much, and why.
        window: neither do articles count that were indexed longer ago.
        now: the clock's time when absent.
        as_of: from when a rule's `within_days` are counted back; `now` when absent.

    Returns:
        id of a rule that is not refused → what it found.

    Raises:
        ClusterError: the cluster failed.
    """
    found: dict[str, Found] = {}
    now = now or datetime.now(UTC)
    earliest = now - window
    for some in batches(rules, RULES_A_REQUEST):
        searches = [_search(rule, max(starts[rule.id], earliest), earliest) for rule in some]
        for rule, answer in zip(some, answers(client, ARTICLES, searches), strict=True):
            if not isinstance(answer, ClusterError):
                found[rule.id] = _found(rule, answer["hits"]["hits"], as_of or now)
            elif answer.is_of_request or answer.kind == "circuit_breaking_exception":
                refused[rule.id] = answer.reason
            else:
                raise answer
    return found


def _found(rule: Rule, hits: Iterable[Mapping[str, Any]], as_of: datetime) -> Found:
    sources = {hit["_id"]: hit["_source"] for hit in hits}
    since = as_of - timedelta(days=rule.within_days)
    old = (
        id_
        for id_, source in sources.items()
        if not rule.reprocessed and datetime.fromisoformat(source["published_at"]) < since
    )
    return Found({id_: source["story_id"] for id_, source in sources.items()}, frozenset(old))


def _search(rule: Rule, indexed: datetime, seen: datetime) -> dict[str, Any]:
    recent = [{"range": {"indexed_at": {"gte": indexed.isoformat()}}}]
    if not rule.reprocessed:
        recent.append({"range": {"first_seen_at": {"gte": seen.isoformat()}}})
    return {
        "query": {"bool": {"filter": [rule.search(), *recent]}},
        "track_total_hits": False,
        "_source": ["story_id", "published_at"],
        "size": MOST,
        "sort": [{"published_at": "desc"}],
    }


def alerts_of(rule: Rule, found: Mapping[str, str], stories: Mapping[str, Sequence[Indexed]]) -> list[Alert]:
    """The alerts for what a rule found, newest first.

    Args:
        rule: the rule.
        found: id of an article → id of its story.
        stories: id of a story → its articles with their bodies, by `search.indexed.members`.
    """
    groups: Iterable[Sequence[Indexed]] = [stories[story] for story in set(found.values())]
    if rule.reposts == "each":
        groups = [[article] for articles in groups for article in articles if article.id in found]
    return sorted((_alert(rule, group, found) for group in groups), key=lambda alert: alert.published_at, reverse=True)


def _alert(rule: Rule, articles: Sequence[Indexed], found: Container[str]) -> Alert:
    told = next(article for article in articles if article.id in found)
    proof = [each for each in told.topic_evidence if each.topic in rule.topics] or told.topic_evidence
    texts = {"title": told.title, "body": told.body}
    return Alert(
        rule=rule.id,
        story_id=told.story_id,
        article_id=told.id,
        url=told.url,
        title=told.title,
        outlet_name=told.outlet_name,
        published_at=told.published_at,
        topics=told.topics,
        countries=told.countries,
        weapons=told.weapons,
        passages=tuple(passage(texts[each.field], each.start, each.end, CONTEXT) for each in _apart(proof)[:PASSAGES]),
        copies=tuple(dict.fromkeys(article.outlet_name for article in articles if article is not told)),
        article_ids=tuple(article.id for article in articles),
    )


def _apart(proof: Sequence[Evidence]) -> list[Evidence]:
    """Those of which no text around them is that of an earlier one, so that no passage is read twice."""
    apart: list[Evidence] = []
    for each in proof:
        others = [(other.start, other.end) for other in apart if other.field == each.field]
        if all(start - each.end > 2 * CONTEXT or each.start - end > 2 * CONTEXT for start, end in others):
            apart.append(each)
    return apart
