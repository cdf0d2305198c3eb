"""The Elasticsearch that is in use: the cluster at ``ELASTICSEARCH_URL``, else this machine's own node."""

import hashlib
import json
from pathlib import Path
from typing import Any

from elastic_transport import ConnectionError as NoConnectionError
from elasticsearch import ApiError, BadRequestError, Elasticsearch

from rasid.errors import RasidError
from rasid.settings import Settings
from rasid.storage import Storage
from search.node.distribution import Progress
from search.node.local_node import LocalNode
from search.query import cause
from search.synonyms import load_synonyms

TEMPLATES = ("articles", "deliveries", "alert-rules", "outlet-health", "rejected")


def local_node(settings: Settings) -> LocalNode:
    """This installation's own node, running or not.

    Raises:
        RasidError: ``RASID_DATA`` is not a folder of this machine.
    """
    return LocalNode(Storage(settings.data).local("elasticsearch"), settings.es_heap)


def connect(settings: Settings, progress: Progress | None = None) -> Elasticsearch:
    """A client of the cluster in use, checked to answer. Without ``ELASTICSEARCH_URL`` the local node is started.

    Args:
        settings: where it is.
        progress: told of the local node's first download.

    Raises:
        RasidError: it does not answer, refuses the API key, or could not be started.
    """
    url = settings.elasticsearch_url or local_node(settings).start(progress).url
    client = Elasticsearch(url, api_key=settings.elasticsearch_api_key, request_timeout=60)
    try:
        client.info()
    except (NoConnectionError, ApiError) as error:
        raise RasidError(f"Elasticsearch at {url} cannot be used: {error}") from None
    return client


def set_up(client: Elasticsearch, config: Path) -> None:
    """Installs the index templates; safe to repeat. Indices that exist gain the fields that are new.

    Args:
        client: of the cluster.
        config: folder of the synonyms.

    Raises:
        ConfigError: a file of synonyms has a mistake.
        RasidError: Elasticsearch refuses a template.
    """
    for name, body in templates(config).items():
        try:
            client.indices.put_index_template(name=f"rasid-{name}", **body)
        except BadRequestError as error:
            raise RasidError(
                f"Elasticsearch refuses the template of {name}: {cause(error.body.get('error'))}"
            ) from None
        client.indices.put_mapping(
            index=body["index_patterns"],
            properties=body["template"]["mappings"]["properties"],
            allow_no_indices=True,
            ignore_unavailable=True,
        )


def templates(config: Path) -> dict[str, dict[str, Any]]:
    """The index templates, by name, as Elasticsearch takes them. Each of their indices has the template's digest in
    ``_meta``, to know it by.

    Args:
        config: folder of the synonyms.

    Raises:
        ConfigError: a file of synonyms has a mistake.
    """
    found = {}
    for name in TEMPLATES:
        body = json.loads((Path(__file__).parent / f"{name}-template.json").read_text(encoding="utf-8"))
        if name == "articles":
            synonyms = body["template"]["settings"]["analysis"]["filter"]["domain_synonyms"]
            synonyms["synonyms"] = load_synonyms(config)
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]
        body["template"]["mappings"]["_meta"] = {"template": digest}
        found[name] = body
    return found
