"""The alert rules of ``alerts.yaml``."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from rasid.outlets import Name
from rasid.yaml_file import Id, Written, load_yaml, with_ids
from search.query import filters, text_query


class Rule(Written):
    """What someone wants to be told of: the articles that have all that the rule names.

    Attributes:
        id: its key in the file.
        name: in Arabic and English.
        query: in Lucene's syntax, as in ``rasid search``.
        topics: any of these.
        outlets: any of these.
    """

    id: str
    name: Name
    query: str | None = Field(None, min_length=1)
    topics: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()

    @field_validator("topics")
    @classmethod
    def _exist(cls, topics: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known = (info.context or {}).get("topics")
        if known is not None and (unknown := [topic for topic in topics if topic not in known]):
            raise ValueError(f"there is no topic {', '.join(unknown)}; expected of: {', '.join(known)}")
        return topics

    @model_validator(mode="after")
    def _says_what(self) -> "Rule":
        if not (self.query or self.topics or self.outlets):
            raise ValueError("expected at least one of query:, topics: or outlets:")
        return self

    def search(self) -> dict[str, Any]:
        """The rule as a query of Elasticsearch."""
        must = [text_query(self.query)] if self.query else []
        return {"bool": {"must": must, "filter": filters(self.topics, self.outlets)}}


class RulesFile(Written):
    """The whole file."""

    alerts: Annotated[dict[Annotated[str, StringConstraints(pattern=Id)], Rule], BeforeValidator(with_ids)]


def load_rules(file: Path, topics: Collection[str]) -> list[Rule]:
    """The rules of a file, in its order.

    Args:
        file: its path.
        topics: ids that rules may name. Outlets are not compared, as a run may be over another list of them.

    Raises:
        ConfigError: the file has a mistake.
    """
    return list(load_yaml(file, RulesFile, {"topics": topics}).alerts.values())
