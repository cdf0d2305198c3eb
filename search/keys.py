"""API keys of least privilege, for a cluster with security: one for each of what Rasid does with it."""

import base64
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from rasid.errors import RasidError
from search.errors import ClusterError

_KEPT = ["articles*", "rejected-*", "outlet-health*", "runs*", "deals", "rebuilt-*"]
"""``rebuilt-*`` is what `search.migrate` calls an index that it built anew."""
_TOLD = ["alert-deliveries", "alert-rules", "rebuilt-alert-*"]
_LOOK = ["read", "view_index_metadata", "monitor"]
_WRITE = [*_LOOK, "write", "create_index", "maintenance"]

ROLES: dict[str, dict[str, Any]] = {
    "writer": {"cluster": ["monitor"], "indices": [{"names": _KEPT, "privileges": _WRITE}]},
    "reader": {"cluster": ["monitor"], "indices": [{"names": [*_KEPT, *_TOLD], "privileges": _LOOK}]},
    "alerts": {
        "cluster": ["monitor"],
        "indices": [{"names": _KEPT, "privileges": _LOOK}, {"names": _TOLD, "privileges": _WRITE}],
    },
    "desk": {"cluster": ["monitor"], "indices": [{"names": [*_KEPT, *_TOLD], "privileges": _LOOK}]},
    "kibana": {
        "cluster": [],
        "applications": [{"application": "kibana-.kibana", "privileges": ["all"], "resources": ["*"]}],
    },
}
"""Privileges of each key, in Elasticsearch's names. No key can delete an index, and only ``kibana``, which has no index
at all, may change what Kibana keeps.
"""
FILES = {
    "writer": "job/elasticsearch_api_key",
    "reader": "job/elasticsearch_reader_api_key",
    "alerts": "job/elasticsearch_alerts_api_key",
    "desk": "desk/elasticsearch_reader_api_key",
    "kibana": "kibana/kibana_api_key",
}
"""Where each key is written below the folder: each file has a setting's name, so that ``RASID_SECRETS`` reads it."""


ANALYST = "analyst"
"""The user of Kibana for analysts. Its role reads what Rasid keeps, and changes nothing but one space of Kibana."""


def make_analyst(client: Elasticsearch, password: str, space: str | None) -> None:
    """Creates the user of analysts with its role, or brings both up to date.

    Args:
        client: client that logs in as a user who may manage security.
        password: password of the user.
        space: space of Kibana; the default one when absent.

    Raises:
        RasidError: the cluster refuses it.
    """
    role = f"rasid-{ANALYST}"
    kibana = {
        "application": "kibana-.kibana",
        "privileges": ["space_all"],
        "resources": [f"space:{space or 'default'}"],
    }
    indices = [{"names": [*_KEPT, *_TOLD], "privileges": ["read", "view_index_metadata"]}]
    try:
        client.security.put_role(name=role, cluster=[], indices=indices, applications=[kibana])
        client.security.put_user(username=ANALYST, password=password, roles=[role], full_name="Rasid's analysts")
    except ClusterError as error:
        raise RasidError(f"Elasticsearch refuses to make the user {ANALYST}: {error.reason}") from None


def make_keys(client: Elasticsearch, folder: Path, kibana_password: str | None) -> list[str]:
    """Creates the keys that are missing in a folder, and brings the privileges of the others up to date.

    A key whose file is removed is made anew; the old one is then revoked.

    Args:
        client: client that logs in as a user who may manage security.
        folder: gets one file a key, which its owner alone can read.
        kibana_password: is given to ``kibana_system``, the user by which Kibana itself logs in; left alone when absent.

    Returns:
        names of those that were created.

    Raises:
        RasidError: the cluster refuses it, or a file there holds no key.
    """
    try:
        if kibana_password:
            client.security.change_password(username="kibana_system", password=kibana_password)
        return [name for name in ROLES if _made(client, name, folder / FILES[name])]
    except ClusterError as error:
        raise RasidError(f"Elasticsearch refuses to make keys: {error.reason}") from None


def _made(client: Elasticsearch, name: str, file: Path) -> bool:
    """False if the key was there, and now has today's privileges."""
    descriptors = {f"rasid-{name}": ROLES[name]}
    if file.exists():
        try:
            client.security.update_api_key(id=_id(file), role_descriptors=descriptors)
        except ClusterError as error:
            if error.status != 404:  # it is of another cluster, or revoked
                raise
        else:
            return False
    client.options(ignore_status=404).security.invalidate_api_key(name=f"rasid-{name}", owner=True)
    key = client.security.create_api_key(name=f"rasid-{name}", role_descriptors=descriptors)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(key["encoded"])
    return True


def _id(file: Path) -> str:
    try:
        return base64.b64decode(file.read_text(), validate=True).decode().split(":")[0]
    except ValueError:
        raise RasidError(f"{file} holds no API key; remove it to have a new one made") from None
