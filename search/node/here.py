"""The local node of an installation."""

from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from typing import TYPE_CHECKING

from rasid.errors import RasidError
from rasid.settings import Settings
from rasid.storage import Storage

if TYPE_CHECKING:
    from search.node.local_node import LocalNode


def local_node(settings: Settings) -> "LocalNode":
    """This installation's own node, running or not.

    Raises:
        RasidError: ``RASID_DATA`` is not a folder of this machine, or the node is not part of this installation.
    """
    if not all(map(find_spec, ("jgo", "psutil"))):
        raise RasidError("set ELASTICSEARCH_URL, or install rasid[local], to have a node started here")
    from search.node.local_node import LocalNode

    return LocalNode(Storage(settings.data).local("elasticsearch"), settings.es_heap)


def unless_interrupted(settings: Settings) -> AbstractContextManager[None]:
    """A context that leaves no local node behind when it is interrupted, unless that ran before."""
    return nullcontext() if settings.elasticsearch_url else local_node(settings).unless_interrupted()
