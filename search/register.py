"""Questions to the register of deals, and its answers as tables for spreadsheets."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TextIO

from elasticsearch import Elasticsearch
from pydantic import AwareDatetime

from processing.deals.arms import as_written
from rasid.json_record import of_fields
from rasid.records import DealMention
from search.client import first
from search.indices import DEALS
from search.query import any_of, between
from search.spreadsheet import write_rows

MOST = 10_000
"""Deals that one question gives, at most."""
CSV_FIELDS = (
    "supplier", "recipient", "weapons", "weapon_classes", "quantities", "values", "stage", "stages", "contradicted",
    "caatsa_exposure", "confidence", "first_reported_at", "last_reported_at", "outlets", "report_count", "sentence",
    "id",
)  # fmt: skip
SIPRI_FIELDS = (
    "Recipient", "Supplier", "Year of order", "Number ordered", "Weapon designation", "Weapon description",
    "Number delivered", "Year(s) of delivery", "Status", "Comments",
)  # fmt: skip
"""Columns of SIPRI's trade register, in its order, with the stage and the sentence."""
Order = Literal["rasid", "sipri"]


@dataclass(frozen=True)
class DealReport:
    """An article's word of a deal, as the register has it."""

    article: str
    outlet_name: str
    url: str
    title: str
    published_at: AwareDatetime
    mention: DealMention


@dataclass(frozen=True)
class RegisteredDeal:
    """A deal of the register; the names are those of the index.

    Attributes:
        id: id of the deal.
        stage: how far it has come.
        supplier: codes of those that give.
        recipient: codes of those that take.
        weapons: keys of `entities.yaml`, or words.
        weapon_classes: classes of the weapons.
        quantities: how many; several contradict or add to each other.
        values: what it is worth.
        stages: its course.
        contradicted: fields of which reports say different things.
        caatsa_exposure: why the law may reach the recipient.
        confidence: of the surest report.
        first_reported_at: when it was first told.
        last_reported_at: when it was last told.
        outlets: ids of those that told of it.
        report_count: articles that tell of it.
        sentence: of the surest report.
        reports: all of them.
        source: all fields, as JSON.
    """

    id: str
    confidence: float
    first_reported_at: AwareDatetime
    last_reported_at: AwareDatetime
    report_count: int
    sentence: str
    reports: tuple[DealReport, ...]
    stage: str | None = None
    supplier: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    weapons: tuple[str, ...] = ()
    weapon_classes: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    contradicted: tuple[str, ...] = ()
    caatsa_exposure: str | None = None
    outlets: tuple[str, ...] = ()
    source: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, str]:
        """Value of a quantity or the worth → the words of the first report that says it."""
        told = [report.mention for report in reversed(self.reports)]
        return {
            each.value: each.quote
            for mention in told
            for each in reversed((*mention.quantity, *((mention.value,) if mention.value else ())))
        }

    @property
    def written(self) -> dict[str, str]:
        """Weapon that has no name of its own → its words as the first report that can be told has them."""
        told = [each for report in reversed(self.reports) for each in reversed(report.mention.weapon)]
        return {each.value: words for each in told if (words := as_written(each.value, each.quote))}


@dataclass(frozen=True)
class DealQuery:
    """What deals are asked for; of several values any is enough.

    Attributes:
        suppliers: codes.
        recipients: codes.
        weapons: systems or classes.
        stages: that they have come to.
        since: day from which on they were last reported.
        until: last day on which they were first reported.
        caatsa: only those that the law may reach.
        articles: ids of those that tell of them; of any when absent.
        ids: ids of the deals.
        parties: codes of countries that are on either side.
    """

    suppliers: Sequence[str] = ()
    recipients: Sequence[str] = ()
    weapons: Sequence[str] = ()
    stages: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    caatsa: bool = False
    articles: Sequence[str] | None = None
    ids: Sequence[str] = ()
    parties: Sequence[str] = ()

    def filters(self) -> list[dict[str, Any]]:
        """In Elasticsearch's form."""
        parties = [("supplier", self.suppliers), ("recipient", self.recipients)]
        where = any_of([*parties, ("stage", self.stages), ("id", self.ids)])
        for fields, wanted in (
            (("weapons", "weapon_classes"), self.weapons),
            (("supplier", "recipient"), self.parties),
        ):
            if either := any_of([(name, wanted) for name in fields]):
                where.append({"bool": {"should": either}})
        where += between("last_reported_at", self.since, None) + between("first_reported_at", None, self.until)
        if self.articles is not None:
            where.append({"terms": {"article_ids": list(self.articles)}})
        if self.caatsa:
            where.append({"exists": {"field": "caatsa_exposure"}})
        return where


def find_deals(client: Elasticsearch, query: DealQuery, size: int = MOST) -> list[RegisteredDeal]:
    """The deals of the register that fit, the last reported first.

    Args:
        client: client of the cluster.
        query: what is asked for.
        size: how many, at most.

    Raises:
        ClusterError: the cluster failed.
    """
    newest = [{"last_reported_at": "desc"}, {"id": "asc"}]
    hits = first(client, DEALS, {"bool": {"filter": query.filters()}}, newest, size)
    return [of_fields(RegisteredDeal, {**hit["_source"], "source": hit["_source"]}) for hit in hits]


def held(client: Elasticsearch) -> dict[str, Counter[str]]:
    """Field of a deal (``supplier``, ``recipient``, ``weapons``, ``weapon_classes``, or ``party`` for who is on either
    side) → value that the register holds → how many deals.

    Raises:
        ClusterError: the cluster failed.
    """
    fields = ("supplier", "recipient", "weapons", "weapon_classes")
    aggs = {field: {"terms": {"field": field, "size": MOST}} for field in fields}
    answer = client.search(index=DEALS, size=0, aggs=aggs)
    buckets = {field: answer.get("aggregations", {}).get(field, {}).get("buckets", ()) for field in fields}
    found = {field: Counter({each["key"]: each["doc_count"] for each in buckets[field]}) for field in fields}
    return {**found, "party": found["supplier"] + found["recipient"]}


def count_each(client: Elasticsearch, queries: Mapping[str, DealQuery]) -> Counter[str]:
    """Name of a query → how many deals fit it.

    Raises:
        ClusterError: the cluster failed.
    """
    if not queries:
        return Counter()
    filters = {name: {"bool": {"filter": query.filters()}} for name, query in queries.items()}
    answer = client.search(index=DEALS, size=0, aggs={"each": {"filters": {"filters": filters}}})
    buckets = answer.get("aggregations", {}).get("each", {}).get("buckets", {})
    return Counter({name: bucket["doc_count"] for name, bucket in buckets.items()})


def write_deals(
    stream: TextIO, deals: Iterable[RegisteredDeal], order: Order, headings: Mapping[str, str] | None = None
) -> None:
    """Deals as CSV for spreadsheets, with headings as `write_rows` has them; SIPRI's columns keep SIPRI's names."""
    if order == "sipri":
        write_rows(stream, SIPRI_FIELDS, (row for deal in deals for row in _as_sipri(deal)))
    else:
        write_rows(stream, CSV_FIELDS, (_as_written(deal) for deal in deals), headings)


def _as_written(deal: RegisteredDeal) -> dict[str, Any]:
    return {**deal.source, "weapons": [deal.written.get(each, each) for each in deal.weapons]}


def _as_sipri(deal: RegisteredDeal) -> Iterator[dict[str, Any]]:
    """A line a weapon. What no report says is empty."""
    years = {report.mention.stage.value: report.published_at.year for report in deal.reports if report.mention.stage}
    for number, weapon in enumerate(deal.weapons or ("",)):
        kinds = deal.weapon_classes
        yield {
            "Recipient": list(deal.recipient),
            "Supplier": list(deal.supplier),
            "Year of order": years.get("signed", ""),
            "Number ordered": list(deal.quantities) if len(deal.weapons) < 2 else "",
            "Weapon designation": deal.written.get(weapon, weapon),
            "Weapon description": kinds[number] if len(kinds) == len(deal.weapons) else list(kinds),
            "Number delivered": "",
            "Year(s) of delivery": years.get("delivered", ""),
            "Status": deal.stage or "",
            "Comments": deal.sentence,
        }
