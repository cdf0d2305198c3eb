"""Disks that are nearly full, which is told before anything stops for it."""

import shutil

from elasticsearch import Elasticsearch

from rasid.settings import Settings
from rasid.storage import is_local
from search.errors import ClusterError

FREE = 0.1
HEADROOM = 150_000_000_000
"""A disk of which less is free than both, as a share and in bytes, is nearly full: Elasticsearch's high watermark."""
LEAST = 1_000_000_000
"""So is one of which fewer bytes are free than a day of many outlets may take."""


def nearly_full(client: Elasticsearch, settings: Settings) -> list[str]:
    """A sentence for each disk that is nearly full: those of the cluster's nodes, and that of ``RASID_DATA``. The local
    node has no disk of its own, and minds no watermark.

    Args:
        client: client of the cluster.
        settings: settings of the installation.
    """
    told = []
    if settings.elasticsearch_url:
        try:
            nodes = client.nodes.stats(metric="fs")["nodes"].values()
        except ClusterError as error:
            return [f"whether Elasticsearch's disk is nearly full is not known: {error}"]
        for node in nodes:
            disk = node["fs"]["total"]
            if is_nearly_full(disk["available_in_bytes"], disk["total_in_bytes"]):
                left = _left(disk["available_in_bytes"], disk["total_in_bytes"])
                told.append(f"the disk of Elasticsearch's node {node['name']} has {left}: at 5 % it takes no articles")
    return [*told, *nearly_full_data(settings)]


def nearly_full_data(settings: Settings) -> list[str]:
    """The same for the disk of ``RASID_DATA`` alone, which is asked of no cluster."""
    if not is_local(settings.data) or not settings.data.exists():
        return []
    usage = shutil.disk_usage(settings.data.path)
    if not is_nearly_full(usage.free, usage.total):
        return []
    return [f"the disk of RASID_DATA has {_left(usage.free, usage.total)}: make room, or move it"]


def is_nearly_full(free: int, total: int) -> bool:
    """Whether a disk of so many bytes is."""
    return free < max(min(FREE * total, HEADROOM), LEAST)


def _left(free: int, total: int) -> str:
    return f"{free / 1e9:.1f} GB left of {total / 1e9:.0f}"
