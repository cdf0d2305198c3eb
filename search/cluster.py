"""The Elasticsearch that is in use: the cluster at ``ELASTICSEARCH_URL``, else this machine's own node."""

from typing import TYPE_CHECKING, Any

from elasticsearch import Elasticsearch
from elasticsearch.serializer import OrjsonSerializer

from rasid.errors import RasidError
from rasid.settings import Role, Settings
from search.client import Cluster
from search.errors import ClusterError
from search.node.here import local_node

if TYPE_CHECKING:
    from search.node.distribution import Progress

OLDEST = 9
"""Of Elasticsearch's versions: those before do not take what the client of this one asks."""


def connect(settings: Settings, role: Role = "writer", progress: "Progress | None" = None) -> Elasticsearch:
    """A client of the cluster in use, checked to answer. Without ``ELASTICSEARCH_URL`` the local node is started.

    Args:
        settings: settings that say where it is.
        role: role whose API key is used, if there are keys.
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
