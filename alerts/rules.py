"""The alert rules of ``alerts.yaml``."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from alerts.channels import Channel
from alerts.timing import Digest, Quiet
from rasid.near import there_is_no
from rasid.outlets import Name
from rasid.printable import printable
from rasid.yaml_file import Id, MisplacedError, Written, load_yaml, with_ids, written_under
from search.query import filters, text_query

FEED = "feed"
"""The channel that every rule has: its Atom file, and the terminal."""


KINDS = {"topics": "topic", "countries": "country", "weapons": "weapon", "outlets": "outlet"}
"""Field of a rule → what its ids are of."""


class Rule(Written):
    """What someone wants to be told of: the articles that have all that the rule names.

    Attributes:
        id: key of the rule in the file.
        name: name of the rule in Arabic and English.
        query: query in Lucene's syntax, as in ``rasid search``.
        topics: ids of topics, of which an article has any.
        countries: ISO codes of countries, of which the text names any.
        weapons: ids of weapons in `entities.yaml`, of which the text names any.
        outlets: ids of outlets, of which the article is of any.
        min_score: least score of one of `topics`, from 0 to 1: how sure its model is; without a model it is 1 or more.
        reposts: ``fold`` tells of a story once, ``each`` of every article.
        within_days: articles that were published longer ago are not told, such as those of a backfill; the ledger
            (`rasid alerts history`) has each of them.
        reprocessed: articles that are long known, or were published long ago, are told of when they come to match.
        channels: ids of the channels that get the rule's alerts, besides its Atom file and the terminal.
        digest: the channels get them once a day at this hour.
        quiet: the channels get nothing in these hours.
        at_most: alerts that a channel gets in a day; the others wait for the next one.
        paused: nothing is looked for and nothing sent until it goes on; what came meanwhile is told then.
    """

    id: str
    name: Name
    query: str | None = Field(None, min_length=1)
    topics: tuple[str, ...] = ()
    countries: tuple[Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")], ...] = ()
    weapons: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    min_score: float | None = Field(None, gt=0, le=1)
    reposts: Literal["fold", "each"] = "fold"
    within_days: int = Field(7, ge=1, le=36_500)
    reprocessed: bool = False
    channels: tuple[str, ...] = ()
    digest: Digest | None = None
    quiet: Quiet | None = None
    at_most: int | None = Field(None, ge=1)
    paused: bool = False

    @field_validator("topics", "countries", "weapons", "outlets")
    @classmethod
    def _exist(cls, ids: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        _check(KINDS[str(info.field_name)], ids, (info.context or {}).get(info.field_name))
        return ids

    @field_validator("channels")
    @classmethod
    def _are_channels(cls, ids: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        _check("channel", ids, written_under(info, "channels"))
        return ids

    @field_validator("query")
    @classmethod
    def _is_text(cls, query: str | None) -> str | None:
        if query and printable(query) != query:
            raise ValueError("expected text without control characters and halves of letters")
        return query

    @model_validator(mode="after")
    def _says_what(self) -> "Rule":
        if not (self.query or self.topics or self.countries or self.weapons or self.outlets):
            raise ValueError("expected at least one of query:, topics:, countries:, weapons: or outlets:")
        if self.min_score and not self.topics:
            raise ValueError("min_score: is of topics; expected topics: as well")
        return self

    def search(self) -> dict[str, Any]:
        """The rule as a query of Elasticsearch."""
        must = [text_query(self.query)] if self.query else []
        named: list[dict[str, Any]] = [
            {"terms": {name: list(values)}}
            for name, values in (("countries", self.countries), ("weapons", self.weapons))
            if values
        ]
        if self.min_score:
            proof = [
                {"terms": {"topic_evidence.topic": list(self.topics)}},
                {"range": {"topic_evidence.score": {"gte": self.min_score}}},
            ]
            named.append({"nested": {"path": "topic_evidence", "query": {"bool": {"filter": proof}}}})
        return {"bool": {"must": must, "filter": [*filters(self.topics, self.outlets), *named]}}


class Operators(Written):
    """The part of the file by which those who run Rasid are told.

    Attributes:
        channels: where alerts may go, by id.
        operators: ids of the channels that get the summary of each run, and word of failed and late ones.
    """

    model_config = ConfigDict(extra="ignore")

    channels: Annotated[dict[Annotated[str, StringConstraints(pattern=Id)], Channel], BeforeValidator(with_ids)] = (
        Field(default_factory=dict)
    )
    operators: tuple[str, ...] = ()

    @field_validator("channels")
    @classmethod
    def _free(cls, channels: dict[str, Channel]) -> dict[str, Channel]:
        if FEED in channels:
            raise ValueError(f"{FEED} is the name of the Atom file's channel; expected another")
        return channels

    @field_validator("operators")
    @classmethod
    def _are_channels(cls, operators: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        _check("channel", operators, written_under(info, "channels"))
        return operators


class RulesFile(Operators):
    """The whole file.

    Attributes:
        alerts: the rules, by id.
    """

    model_config = ConfigDict(extra="forbid")

    alerts: Annotated[dict[Annotated[str, StringConstraints(pattern=Id)], Rule], BeforeValidator(with_ids)]


def _check(kind: str, ids: tuple[str, ...], known: Collection[str] | None) -> None:
    """Names all ids that are of nothing, where it is known what there is."""
    wrong = [place for place, id_ in enumerate(ids) if known is not None and id_ not in known]
    if known is not None and wrong:
        raise MisplacedError({(place,): there_is_no(kind, ids[place], known) for place in wrong})


@dataclass(frozen=True)
class Alerting:
    """Who is told of what, and how; and the channels by which operators learn of failed and late runs."""

    rules: tuple[Rule, ...]
    channels: dict[str, Channel]
    operators: tuple[str, ...] = ()


def load_alerting(files: Path | Sequence[Path], known: Mapping[str, Collection[str] | None]) -> Alerting:
    """The rules of a file, or of several, in their order, and their channels.

    Args:
        files: paths of the files.
        known: field of a rule, such as ``weapons`` → the ids that may stand there; any of a field that is absent or
            None.

    Raises:
        ConfigError: a file has a mistake.
    """
    found = load_yaml(files, RulesFile, known)
    return Alerting(tuple(found.alerts.values()), found.channels, found.operators)
