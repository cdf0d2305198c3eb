"""The register of arms deals: the index ``deals``, made of what the articles in the index say of them.

Deals belong to pairs of parties, and pairs are apart from each other. So when articles came, changed or went, the deals
of their pairs are made anew from all articles that speak of these, and only what differs is written.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch
from pydantic import TypeAdapter

from processing.deals.grouping import Deal, Report, group, pair_of
from rasid.json_record import fields_of
from rasid.records import DealMention
from search.batches import batches
from search.client import every, write_all
from search.indices import ARTICLES, DEALS

BATCH = 200
"""Pairs of parties whose deals are made at once."""
ARTICLES_AT_ONCE = 5_000
"""Articles on which deals are looked for in one request."""
_MENTIONS = TypeAdapter(tuple[DealMention, ...])
_READ = ("id", "outlet", "outlet_name", "url", "title", "published_at", "story_id", "deals")


def settle_deals(client: Elasticsearch, articles: Collection[str], pairs: Iterable[str]) -> int:
    """Makes the deals anew on which articles bear. Doing it again changes nothing.

    Args:
        client: client of the cluster, whose articles have been written and can be searched.
        articles: ids of those that came, changed or went.
        pairs: parties of the deals that they tell of now, as `pair_of` gives them.

    Returns:
        how many deals were written or removed.

    Raises:
        ClusterError: the cluster failed.
    """
    client.indices.refresh(index=DEALS)
    touched = set(pairs)
    for some in batches(sorted(articles), ARTICLES_AT_ONCE):
        touched |= {hit["_source"]["pair"] for hit in every(client, DEALS, {"terms": {"article_ids": some}}, ["pair"])}
    changed = 0
    for some in batches(sorted(touched), BATCH):
        known = {hit["_id"]: hit["_source"] for hit in every(client, DEALS, {"terms": {"pair": some}})}
        made = {deal.id: document(deal) for deal in _deals(client, some)}
        writes = [
            {"_op_type": "index", "_index": DEALS, "_id": id_, "_source": fields}
            for id_, fields in made.items()
            if known.get(id_) != fields
        ]
        removals = [{"_op_type": "delete", "_index": DEALS, "_id": id_} for id_ in known.keys() - made.keys()]
        write_all(client, [*writes, *removals])
        changed += len(writes) + len(removals)
    if changed:
        client.indices.refresh(index=DEALS)
    return changed


def _deals(client: Elasticsearch, pairs: Collection[str]) -> Iterator[Deal]:
    reports: dict[str, list[Report]] = {pair: [] for pair in pairs}
    for hit in every(client, ARTICLES, {"terms": {"deal_pairs": list(pairs)}}, _READ):
        source = hit["_source"]
        for number, mention in enumerate(_MENTIONS.validate_python(source["deals"])):
            pair = pair_of(mention)
            if pair in reports:
                reports[pair].append(_report(source, number, mention))
    for found in reports.values():
        yield from group(found)


def _report(source: dict[str, Any], number: int, mention: DealMention) -> Report:
    return Report(
        article=source["id"],
        number=number,
        outlet=source["outlet"],
        outlet_name=source["outlet_name"],
        url=source["url"],
        title=source["title"],
        published_at=datetime.fromisoformat(source["published_at"]),
        story_id=source.get("story_id", source["id"]),
        mention=mention,
    )


def document(deal: Deal) -> dict[str, Any]:
    """A deal as the index has it."""
    mentions = [report.mention for report in deal.reports]
    surest = max(mentions, key=lambda each: each.confidence)
    quantities, values = deal.said("quantity"), deal.said("value")
    exposures = [each.caatsa_exposure for each in mentions if each.caatsa_exposure]
    fields: dict[str, Any] = {
        "id": deal.id,
        "pair": deal.pair,
        "supplier": [each.value for each in mentions[0].supplier],
        "recipient": [each.value for each in mentions[0].recipient],
        "weapons": list(deal.weapons),
        "weapon_classes": list(deal.weapon_classes),
        "quantities": list(quantities),
        "values": list(values),
        "stage": deal.stage,
        "stages": [stage for stage, _ in deal.course],
        "contradicted": [name for name in ("quantity", "value") if deal.contradicts(deal.said(name))],
        "caatsa_exposure": exposures[-1] if exposures else None,
        "confidence": surest.confidence,
        "first_reported_at": deal.reports[0].published_at.isoformat(),
        "last_reported_at": deal.reports[-1].published_at.isoformat(),
        "outlets": sorted({report.outlet for report in deal.reports}),
        "story_ids": sorted({report.story_id for report in deal.reports}),
        "article_ids": sorted({report.article for report in deal.reports}),
        "report_count": len({report.article for report in deal.reports}),
        "sentence": surest.sentence.quote,
        "reports": [fields_of(report) for report in deal.reports],
    }
    return {name: value for name, value in fields.items() if value not in (None, [])}
