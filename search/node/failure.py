"""Why a local node did not start, and what to do."""

import re
from pathlib import Path

from search.node.distribution import Distribution

TAIL = 5_000
"""Bytes at the end of a node's log: by what it was ended stands there, and not what an earlier start said."""
_NEWER = re.compile(r"cannot downgrade a node from version \[([\d.]{1,20})\] to version \[([\d.]{1,20})\]")


def why_not_started(server: Distribution, data: Path, log: Path, console: Path) -> str:
    """One sentence. A program that is damaged is removed, to be made anew.

    Args:
        server: program of the node.
        data: folder of the node's data.
        log: the node's log.
        console: what the node said before it had a log.
    """
    begins = "the local Elasticsearch node did not start"
    if jar := server.removed_if_damaged():
        return (
            f"{begins}: {jar} of its program in {server.home} is damaged; that folder was removed, and the next start "
            "makes it anew"
        )
    if newer := _NEWER.search(_end_of(log)):
        return (
            f"{begins}: Elasticsearch {newer[1]} wrote its data, and this is {newer[2]}; use the newer Rasid, "
            f"or move {data} away and run `rasid reprocess`, which makes articles and stories anew from the captures"
        )
    return f"{begins}; why is said in {log} or {console}"


def _end_of(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - TAIL))
            return stream.read().decode(errors="replace")
    except OSError:
        return ""
