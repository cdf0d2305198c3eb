"""The records that pass between the rooms.

Dates are UTC and aware. A record is never changed; a later stage makes a new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator

from rasid.json_lines import JsonLines
from rasid.printable import printable, shortened

Precision = Literal["second", "day", "feed", "crawl"]
"""How ``published_at`` is known: to the second or the day from the page, from the feed, or only the crawl's time."""

RejectReason = Literal[
    "http_status", "not_html", "undecodable", "empty", "short", "listing", "gallery", "login", "soft_404", "language",
    "extractor", "refused",
]  # fmt: skip
"""Why a page gives no article; `listing` is a home or section page, `refused` an article that Elasticsearch does not
take."""


@dataclass(frozen=True)
class CaptureRef:
    """Where a capture stands.

    Attributes:
        file: the WARC file, relative to ``RASID_DATA``.
        offset: of its record in that file, in bytes.
        digest: of the payload as the WARC record states it, such as ``sha1:3I42H3S6…``.
    """

    file: str
    offset: int
    digest: str


@dataclass(frozen=True, slots=True)
class Link:
    """How a page was found: the entry of a feed or sitemap, or the link on a section page, that pointed to it.

    Attributes:
        url: as published there.
        via: kind of the source.
        source: address of that source.
        title: that it gives for the page, if any.
        published_at: that it gives for the page, if any.
    """

    url: str
    via: Literal["feed", "sitemap", "section"]
    source: str
    title: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True)
class Capture:
    """What a server answered to one request.

    Attributes:
        outlet: id of the outlet.
        url: that answered, after redirects.
        link: how it was found.
        fetched_at: when the answer was whole.
        status: of HTTP.
        headers: of HTTP, as received.
        body: of HTTP as received, so perhaps still compressed.
        ref: where it is kept.
        revisit: the page is as an earlier capture has it, so there is no body.
    """

    outlet: str
    url: str
    link: Link
    fetched_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    ref: CaptureRef
    revisit: bool = False

    def header(self, name: str) -> str:
        """The headers of that name in any case, joined by commas as HTTP means them, or an empty string."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())


TextField = Literal["title", "body"]


@dataclass(frozen=True)
class Evidence:
    """The passage that proves a topic: ``article.<field>[start:end] == quote``.

    Attributes:
        topic: id of the topic.
        score: of the topic in this article.
        quote: the passage, as it stands there.
        field: ``title`` or ``body``.
        start: of the quote in the field, in characters.
        end: of the quote in the field, exclusive.
    """

    topic: str
    score: float
    quote: str
    field: TextField
    start: int
    end: int


EntityKind = Literal["countries", "weapons", "organisations", "people"]


@dataclass(frozen=True)
class Mention:
    """A passage that names an entity: ``article.<field>[start:end] == quote``.

    Attributes:
        kind: the field of the article that lists the entity.
        entity: a country's ISO 3166-1 code, or the id in `entities.yaml`.
        quote: the passage, as it stands there.
        field: ``title`` or ``body``.
        start: of the quote in the field, in characters.
        end: of the quote in the field, exclusive.
    """

    kind: EntityKind
    entity: str
    quote: str
    field: TextField
    start: int
    end: int


DealStage = Literal[
    "talks", "requested", "approved", "signed", "paid", "delivered", "suspended", "cancelled", "embargo"
]
"""How far an arms deal has come, in this order."""


@dataclass(frozen=True)
class Quote:
    """A passage of an article: ``article.<field>[start:end] == quote``.

    Attributes:
        quote: the passage, as it stands there.
        field: ``title`` or ``body``.
        start: of the quote in the field, in characters.
        end: of the quote in the field, exclusive.
    """

    quote: str
    field: TextField
    start: int
    end: int


@dataclass(frozen=True)
class Stated(Quote):
    """What an article says, and the passage that says it.

    Attributes:
        value: what it says, normalised.
    """

    value: str


@dataclass(frozen=True)
class DealMention:
    """What an article says of an arms deal. What it does not say is empty.

    Attributes:
        supplier: ISO 3166-1 codes of states, EU, NATO, or keys of organisations in `entities.yaml`.
        recipient: the same.
        weapon: keys of `entities.yaml`, or the words as they stand.
        weapon_classes: of these weapons, such as `fighter`; `arms` where the text says no more.
        quantity: numbers with their unit, or words such as «دفعة أولى».
        value: amount and ISO 4217 code, such as `2500000000 USD`.
        stage: how far it has come.
        date: as the text says it.
        confidence: from 0 to 1.
        caatsa_exposure: why the law may reach the recipient.
        sentence: that speaks of it first.
    """

    supplier: tuple[Stated, ...]
    recipient: tuple[Stated, ...]
    weapon: tuple[Stated, ...]
    weapon_classes: tuple[str, ...]
    quantity: tuple[Stated, ...]
    value: Stated | None
    stage: Stated | None
    date: Stated | None
    confidence: float
    caatsa_exposure: str | None
    sentence: Quote


def band(slot: int, minimum: int) -> int:
    """A band as a number below 2^38: the minimum, below 2^32, of a slot below 64."""
    return slot << 32 | minimum


def numbered(bands: Sequence[int] | Sequence[str]) -> list[int]:
    """Bands as numbers, also those that were once kept as a slot and its minimum in hexadecimal, such as ``3.1a2b``."""
    return [each if isinstance(each, int) else _from_hexadecimal(each) for each in bands]


def _from_hexadecimal(written: str) -> int:
    slot, _, minimum = written.partition(".")
    return band(int(slot), int(minimum, 16))


@dataclass(frozen=True)
class Article:
    """An extracted article. The names are those of the index. `docs/reference/fields.md` is made of this text.

    Attributes:
        id: 32 hexadecimal digits of the SHA-256 of the canonical address; the document's `_id`.
        url: the address that the page gives for itself, if it is of the same site; else the one that answered. It has
            no tracking parameters.
        outlet: key of the outlet in `outlets.yaml`.
        outlet_name: the outlet's Arabic name.
        country: the outlet's country, ISO 3166, two letters.
        language: `ar`.
        title: without the outlet's name.
        body: paragraphs, one a line, without repeated titles, links, furniture and footers of hashtags.
        published_at: when it was published; see `published_precision`.
        published_precision: `second` and `day`: the page says so (a day is its midnight in UTC); `feed`: the feed or
            sitemap says so; `crawl`: nothing does, it is the time of the crawl.
        first_seen_at: when Rasid first fetched the article.
        revision: 1, and one more for each changed text.
        word_count: words of the body.
        capture: where the page is kept: WARC `file` below `RASID_DATA`, `offset` of its record in bytes, `digest` of
            the payload.
        versions: of `rasid`, of `trafilatura`, and of the topic `rules` (a digest of `topics.yaml`, `entities.yaml` and
            the models).
        section: as the page states it.
        summary: the page's own description.
        published_source: where `published_at` comes from: `hint`, `json-ld`, the name of a `meta` element such as
            `article:published_time`, `microdata`, `microformat`, `time`, `attribute`, `text`, `url`, `feed`, `meta`,
            `crawl`; with `, change` where only the date of a later version is known.
        authors: names from the byline or the metadata.
        credited_to: agencies that the dateline or a source line names, by their usual name, such as رويترز.
        hashtags: without `#`, each once; in the index `hashtags.words` has their words, parted at `_`.
        image: address of the main picture.
        changed_at: when the text of this revision was first fetched.
        topics: ids of the topics found.
        topic_evidence: for each passage: `topic`, `score` (by a model: how sure it is, from 0 to 1; by words alone: 1
            and more), `quote`, `field` (`title` or `body`), `start`, `end`: `field[start:end] == quote`, in characters.
        countries: ISO 3166-1 codes of the countries that the text names, by name, adjective or capital.
        weapons: keys of `entities.yaml` that the text names, such as `S-400`.
        organisations: keys of `entities.yaml` that the text names, such as `Wagner Group`.
        people: keys of `entities.yaml` that the text names, such as `Sabri Boukadoum`.
        mentions: for each passage that names one: `kind`, `entity`, `quote`, `field`, `start`, `end`.
        deals: what the text says of arms deals: for each `supplier`, `recipient`, `weapon`, `quantity`, `value`,
            `stage` and `date`, with the passage that says it; in the index `deal_pairs` has their parties, such as
            `US>DZ`.
        mentioned_dates: days that the text names; one without a year is the nearest to the publication.
        links: canonical addresses of other sites to which the text links.
        bands: numbers of which articles that share a passage have some in common.
    """

    id: str
    url: str
    outlet: str
    outlet_name: str
    country: str
    language: str
    title: str
    body: str
    published_at: datetime
    published_precision: Precision
    first_seen_at: datetime
    revision: int
    word_count: int
    capture: CaptureRef
    versions: dict[str, str]
    section: str | None = None
    summary: str | None = None
    published_source: str | None = None
    authors: tuple[str, ...] = ()
    credited_to: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    image: str | None = None
    changed_at: datetime | None = None
    topics: tuple[str, ...] = ()
    topic_evidence: tuple[Evidence, ...] = ()
    countries: tuple[str, ...] = ()
    weapons: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    deals: tuple[DealMention, ...] = ()
    mentioned_dates: tuple[date, ...] = ()
    links: tuple[str, ...] = ()
    bands: Annotated[tuple[int, ...], BeforeValidator(numbered)] = ()


MAX_DETAIL = 300
"""Characters of what is kept of the reason for which a page was rejected, at most."""


@dataclass(frozen=True)
class Rejected:
    """A capture that could not become an article.

    Attributes:
        outlet: id of the outlet.
        url: of the capture.
        reason: one of a few, to count by.
        detail: what was seen, printable and cut to `MAX_DETAIL` characters.
        fetched_at: when the answer was whole.
        capture: where the capture is kept.
    """

    outlet: str
    url: str
    reason: RejectReason
    detail: str
    fetched_at: datetime
    capture: CaptureRef

    def __post_init__(self) -> None:
        object.__setattr__(self, "detail", shortened(printable(self.detail), MAX_DETAIL))


ARTICLES = JsonLines(Article)
REJECTED = JsonLines(Rejected)
