"""The Elasticsearch that is in use: the cluster at ``ELASTICSEARCH_URL``, else this machine's own node."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elasticsearch import Elasticsearch
from elasticsearch.serializer import OrjsonSerializer

from rasid.errors import RasidError
from rasid.settings import Role, Settings
from rasid.storage import Storage
from search.client import Cluster
from search.errors import ClusterError
from search.indices import TEMPLATES
from search.policies import LIFECYCLE, has_policies
from search.synonyms import load_synonyms

if TYPE_CHECKING:
    from search.node.distribution import Progress
    from search.node.local_node import LocalNode

OLDEST = 9
"""Of Elasticsearch's versions: those before do not take what the client of this one asks."""
LIMITS = TEMPLATES["articles"]["template"]["settings"]["index"]
"""Of what an article may hold: settings of the template that an index which exists can take over."""


def local_node(settings: Settings) -> "LocalNode":
    """This installation's own node, running or not.

    Raises:
        RasidError: ``RASID_DATA`` is not a folder of this machine, or the node is not part of this installation.
    """
    try:
        from search.node.local_node import LocalNode
    except ModuleNotFoundError:
        raise RasidError("set ELASTICSEARCH_URL, or install rasid[local], to have a node started here") from None
    return LocalNode(Storage(settings.data).local("elasticsearch"), settings.es_heap)


def unless_interrupted(settings: Settings) -> AbstractContextManager[None]:
    """A context that leaves no local node behind when it is interrupted, unless that ran before."""
    return nullcontext() if settings.elasticsearch_url else local_node(settings).unless_interrupted()


def connect(settings: Settings, role: Role = "writer", progress: "Progress | None" = None) -> Elasticsearch:
    """A client of the cluster in use, checked to answer. Without ``ELASTICSEARCH_URL`` the local node is started.

    Args:
        settings: where it is.
        role: whose API key is used, if there are keys.
        progress: told of the local node's first download.

    Raises:
        RasidError: it does not answer, refuses the API key, or could not be started.
    """
    return _connected(settings, progress, api_key=settings.api_key(role))


def connect_as_admin(settings: Settings, progress: "Progress | None" = None) -> Elasticsearch:
    """A client that may set up the cluster: of the user ``elastic`` if there is a password, else as `connect` has it.

    Raises:
        RasidError: as with `connect`.
    """
    if not settings.elasticsearch_password:
        return connect(settings, progress=progress)
    return _connected(settings, progress, basic_auth=("elastic", settings.elasticsearch_password))


def _connected(settings: Settings, progress: "Progress | None", **login: Any) -> Elasticsearch:
    url = settings.elasticsearch_url
    if not url:
        node = local_node(settings)
        url, login = node.start(progress).url, {"basic_auth": node.login}
    if settings.elasticsearch_ca:
        login["ca_certs"] = str(settings.elasticsearch_ca)
    try:
        client = Cluster(url, request_timeout=60, serializer=OrjsonSerializer(), **login)
        version = client.info()["version"]["number"]
    except (ClusterError, OSError, ValueError) as error:
        raise RasidError(f"Elasticsearch at {url} cannot be used: {error}") from None
    if int(version.partition(".")[0]) < OLDEST:
        raise RasidError(f"Elasticsearch at {url} is {version}; Rasid needs {OLDEST} or newer")
    return client


def set_up(client: Elasticsearch, config: Path) -> None:
    """Installs the index templates; safe to repeat. Indices that exist gain the fields and limits that are new.

    Args:
        client: of the cluster.
        config: folder of the synonyms.

    Raises:
        ConfigError: a file of synonyms has a mistake.
        RasidError: Elasticsearch refuses a template.
        ClusterError: the cluster failed.
    """
    lasting = has_policies(client)
    for name, body in templates(config).items():
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
    """Gives the indices of a template the fields that are new in it.

    Raises:
        RasidError: one has other fields of these names.
    """
    properties = body["template"]["mappings"]["properties"]
    for index in client.indices.get(index=body["index_patterns"], features="aliases", ignore_unavailable=True):
        try:
            client.indices.put_mapping(index=index, properties=properties)
        except ClusterError as error:
            if not error.is_of_request:
                raise
            raise RasidError(
                f"{index} was not made by Rasid's template ({error.reason}): delete it, and index its days again"
            ) from None


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


def templates(config: Path) -> dict[str, dict[str, Any]]:
    """The index templates, by name, as Elasticsearch takes them. Each of their indices has the template's digest in
    ``_meta``, to know it by.

    Args:
        config: folder of the synonyms.

    Raises:
        ConfigError: a file of synonyms has a mistake.
    """
    found = {}
    for name, template in TEMPLATES.items():
        body = deepcopy(template)
        if name == "articles":
            synonyms = body["template"]["settings"]["analysis"]["filter"]["domain_synonyms"]
            synonyms["synonyms"] = load_synonyms(config)
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]
        body["template"]["mappings"]["_meta"] = {"template": digest}
        found[name] = body
    return found
