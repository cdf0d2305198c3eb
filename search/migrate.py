"""Indices of an older template, built anew: searches go on without a gap, and nothing is lost.

Each is copied into a new index while writes to it are blocked; then, in one step, the new index takes its name as an
alias and the old one is deleted. A run that dies is done again from the start; until then writes are refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from rasid.errors import RasidError
from rasid.records import numbered
from search.client import write_all
from search.errors import ClusterError
from search.templates import templates


@dataclass(frozen=True)
class Outdated:
    """An index that an older template built.

    Attributes:
        name: under which it is written to, such as ``articles-2025.03``.
        index: what it is called in the cluster: the same, or what an earlier migration built.
        template: as it would be built today.
    """

    name: str
    index: str
    template: dict[str, Any]

    @property
    def successor(self) -> str:
        """The index that takes its place. No template's pattern fits it, as it would be searched before its time."""
        return f"rebuilt-{self.name}-{self.template['mappings']['_meta']['template']}"


def outdated(client: Elasticsearch, synonyms: Sequence[str]) -> list[Outdated]:
    """The indices that differ from today's templates, by name.

    Args:
        client: client of the cluster.
        synonyms: groups of words, as `search.synonyms` loads them.
    """
    return sorted(_outdated(client, synonyms), key=lambda each: each.name)


def _outdated(client: Elasticsearch, synonyms: Sequence[str]) -> Iterator[Outdated]:
    for body in templates(synonyms).values():
        template, (pattern,) = body["template"], body["index_patterns"]
        found = client.indices.get(index=pattern, features=["aliases", "mappings"], ignore_unavailable=True)
        for index, state in found.items():
            if state["mappings"].get("_meta") != template["mappings"]["_meta"]:
                names = [index, *state["aliases"]]
                prefix = pattern.rstrip("*")
                name = next(name for name in names if name.startswith(prefix))
                yield Outdated(name, index, template)


def migrate(client: Elasticsearch, old: Outdated) -> int:
    """Builds an index anew.

    Args:
        client: client of the cluster.
        old: the index.

    Returns:
        how many documents it has.

    Raises:
        RasidError: the cluster failed or a document does not fit; the old index is as it was, but takes no writes.
    """
    new = old.successor
    try:
        client.indices.delete(index=new, ignore_unavailable=True)
        client.indices.add_block(index=old.index, block="write")
        client.indices.create(index=new, settings=old.template["settings"], mappings=old.template["mappings"])
        _copy(client, old.index, new)
        client.indices.refresh(index=[old.index, new])
        before, after = (client.count(index=index)["count"] for index in (old.index, new))
        if before != after:
            raise RasidError(f"{new} has {after} documents, not the {before} of {old.index}; run it again")
        aliases = [old.name, *old.template.get("aliases", {})]
        added = [{"add": {"index": new, "alias": alias}} for alias in aliases]
        client.indices.update_aliases(actions=[{"remove_index": {"index": old.index}}, *added])
    except ClusterError as error:
        raise RasidError(f"{old.name} could not be built anew: {error}") from error
    return int(after)


def _copy(client: Elasticsearch, index: str, target: str) -> None:
    hits = scan(client, index=index)
    write_all(client, ({"_index": target, "_id": hit["_id"], "_source": _today(hit["_source"])} for hit in hits))


def _today(source: dict[str, Any]) -> dict[str, Any]:
    return source | {"bands": numbered(source["bands"])} if "bands" in source else source
