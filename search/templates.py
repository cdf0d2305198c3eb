"""The index templates in the cluster, and what indices that exist take over of them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from elasticsearch import Elasticsearch

from rasid.errors import RasidError
from search.errors import ClusterError
from search.indices import TEMPLATES
from search.policies import LIFECYCLE, has_policies

LIMITS = TEMPLATES["articles"]["template"]["settings"]["index"]
"""Of what an article may hold: settings of the template that an index which exists can take over."""


def set_up(client: Elasticsearch, synonyms: Sequence[str]) -> None:
    """Installs the index templates; safe to repeat. Indices that exist gain the fields and limits that are new.

    Args:
        client: client of the cluster.
        synonyms: groups of words, as `search.synonyms` loads them.

    Raises:
        RasidError: Elasticsearch refuses a template.
        ClusterError: the cluster failed.
    """
    lasting = has_policies(client)
    for name, body in templates(synonyms).items():
        if lasting and body["index_patterns"][0].endswith("*"):
            body["template"]["settings"]["index.lifecycle.name"] = LIFECYCLE
        try:
            client.indices.put_index_template(name=f"rasid-{name}", **body)
        except ClusterError as error:
            if not error.is_of_request:
                raise
            raise RasidError(f"Elasticsearch refuses the template of {name}: {error.reason}") from None
        _put_fields(client, body)
    _put_limits(client)
    _put_aliases(client)


def _put_fields(client: Elasticsearch, body: Mapping[str, Any]) -> None:
    """Gives the indices of a template the fields that are new in it. One that an older template built keeps a field as
    it has it until it is migrated.

    Raises:
        RasidError: one that no template of ours built has other fields of these names.
    """
    mappings = body["template"]["mappings"]
    properties = mappings["properties"]
    found = client.indices.get(index=body["index_patterns"], features="mappings", ignore_unavailable=True)
    for index, state in found.items():
        refused = _refused(client, index, properties)
        if refused and state["mappings"].get("_meta", mappings["_meta"]) == mappings["_meta"]:
            raise RasidError(
                f"{index} was not made by Rasid's template ({refused}): delete it, and index its days again"
            )
        if refused:
            for name, field in properties.items():
                _refused(client, index, {name: field})


def _refused(client: Elasticsearch, index: str, properties: Mapping[str, Any]) -> str:
    """Puts fields. Gives why Elasticsearch does not take them; an empty text if it does."""
    try:
        client.indices.put_mapping(index=index, properties=properties)
    except ClusterError as error:
        if not error.is_of_request:
            raise
        return error.reason
    return ""


def _put_aliases(client: Elasticsearch) -> None:
    """Gives indices the alias of their template again, where someone has taken it away.

    Raises:
        RasidError: an index has the alias's name.
    """
    actions = []
    for body in TEMPLATES.values():
        pattern = body["index_patterns"]
        for alias in body["template"].get("aliases", ()):
            if client.indices.exists(index=alias) and not client.indices.exists_alias(name=alias):
                raise RasidError(f"{alias} is an index, and is to be an alias of {pattern[0]}: delete it and try again")
            found = client.indices.get_alias(index=pattern, ignore_unavailable=True)
            bare = [index for index, state in found.items() if alias not in state["aliases"]]
            actions += [{"add": {"index": index, "alias": alias}} for index in bare]
    if actions:
        client.indices.update_aliases(actions=actions)


def _put_limits(client: Elasticsearch) -> None:
    (pattern,) = TEMPLATES["articles"]["index_patterns"]
    found = client.indices.get(index=pattern, features="settings", flat_settings=True, ignore_unavailable=True)
    for index, state in found.items():
        if any(state["settings"].get(f"index.{name}") != str(limit) for name, limit in LIMITS.items()):
            client.indices.put_settings(index=index, settings={"index": LIMITS})


def templates(synonyms: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The index templates, by name, as Elasticsearch takes them. Each of their indices has the template's digest in
    ``_meta``, to know it by.

    Args:
        synonyms: groups of words, as `search.synonyms` loads them.
    """
    found = {}
    for name, template in TEMPLATES.items():
        body = deepcopy(template)
        if name == "articles":
            body["template"]["settings"]["analysis"]["filter"]["domain_synonyms"]["synonyms"] = synonyms
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]
        body["template"]["mappings"]["_meta"] = {"template": digest}
        found[name] = body
    return found
