"""What went wrong in Elasticsearch, in one sentence: nothing else reads its errors."""

from collections.abc import Iterator, Mapping
from typing import Any

from elasticsearch import ApiError, ConnectionTimeout, SerializationError, TransportError

from rasid.errors import RasidError, without_users
from rasid.printable import printable, shortened

_STATES = {
    "index_closed_exception": "the index {index} is closed: open it by POST /{index}/_open, and run this again",
    "circuit_breaking_exception": "Elasticsearch has too little memory for this: ask for less at once, or give it more "
    "(RASID_ES_HEAP for the local node)",
    "es_rejected_execution_exception": "Elasticsearch has too much to do: run this again later",
    "strict_dynamic_mapping_exception": "an index is of an older template ({reason}): run `rasid setup`",
    "cluster_block_exception": "Elasticsearch takes no writes or is not ready ({reason}): make room on its disk, or "
    "take the block away, and run this again",
    "unavailable_shards_exception": "a shard of {index} is away: run this again when Elasticsearch is healthy",
    "no_shard_available_action_exception": "a shard of {index} is away: run this again when Elasticsearch is healthy",
    "search_phase_execution_exception": "Elasticsearch cannot read all of its shards ({reason}): run this again, and "
    "look at its log if it stays so",
    "master_not_discovered_exception": "Elasticsearch cannot write its own state: see its log, make room on its disk "
    "if it is full, and run this again",
    "validation_exception": "Elasticsearch cannot make an index: {reason}",
    "security_exception": "Elasticsearch refuses the API key: {reason}",
}
"""Elasticsearch's name of an error → what to say of it. These speak of its own state, not of what it was given."""
_NO_ROOM = "No space left on device"
"""What the operating system has Elasticsearch say, whatever it was doing."""
LONGEST = 500
"""Characters of a reason; Elasticsearch repeats what it was given."""


class ClusterError(RasidError):
    """Elasticsearch did not do what it was asked to; the message is a sentence that says why, and what to do.

    Args:
        message: the sentence.
        status: status of HTTP; 0 without an answer.
        kind: Elasticsearch's name of the error; empty for those of the connection.
        reason: reason in Elasticsearch's words.
    """

    def __init__(self, message: str, status: int = 0, kind: str = "", reason: str = "") -> None:
        Exception.__init__(self, without_users(message))  # and not as a class of Elasticsearch's begins, see `told`
        self.status, self.kind, self.reason = status, kind, reason or message

    def __str__(self) -> str:
        return str(self.args[0])

    @property
    def is_of_request(self) -> bool:
        """Whether what was asked, or a document's content, is at fault: it would fail on any cluster."""
        return self.status in {400, 413} and self.kind not in _STATES

    @property
    def passes(self) -> bool:
        """Whether to wait is enough: the shards of a node that starts, or a queue that is full."""
        return self.status == 503 or self.kind == "es_rejected_execution_exception"


def told(error: ApiError | TransportError) -> ClusterError:
    """An error of Elasticsearch's client as a sentence. It stays of its class, too, for which its helpers look."""
    failure = _told(error)
    failure.__dict__ = {**vars(error), **vars(failure)}
    failure.__class__ = type("ClusterError", (ClusterError, type(error)), {})
    return failure


def _told(error: ApiError | TransportError) -> ClusterError:
    if isinstance(error, ApiError):
        return answered(error.meta.status, _said(error.body) or error.message)
    if isinstance(error, SerializationError):
        if "deserialize" in error.message:
            return ClusterError("Elasticsearch's answer cannot be read: is that address one of Elasticsearch?")
        return ClusterError("it has letters that are no text in UTF-8", 400)
    if isinstance(error, ConnectionTimeout):
        return ClusterError("Elasticsearch did not answer in time: run this again when it has less to do")
    return ClusterError(f"Elasticsearch cannot be reached ({_short(error)}): run this again when it answers")


def _said(body: Any) -> Any:
    """The error of an answer; of a refresh or flush, which has none of its own, that of its first shard."""
    if not isinstance(body, Mapping):
        return None
    shards = body.get("_shards", {}).get("failures", ())
    return body.get("error") or next((shard["reason"] for shard in shards), None)


def answered(status: int, error: Any) -> ClusterError:
    """The error of an answer, or of one document or search among several, as a sentence.

    Args:
        status: status of HTTP, as the answer states it.
        error: the answer's ``error``.
    """
    first = _first(error)
    kind, reason = str(first.get("type", "")), _reason(first)
    if any(_NO_ROOM in str(each.get("reason")) for each in _causes(first)):
        text = "Elasticsearch's disk is full: make room on it, and run this again"
    elif kind in _STATES:
        text = _STATES[kind].format(index=first.get("index") or "its index", reason=reason)
    elif status in {401, 403}:
        text = _STATES["security_exception"].format(reason=reason)
    else:
        text = f"Elasticsearch refuses this: {reason}"
    return ClusterError(text, status, kind, reason)


def _first(error: Any) -> Mapping[str, Any]:
    """The innermost part of an error that has a type of its own."""
    if not isinstance(error, Mapping):
        return {"reason": error}
    shards = [shard["reason"] for shard in error.get("failed_shards", ())]
    found: Mapping[str, Any] = [*shards, *error.get("root_cause", ()), error][0]
    return found


def _causes(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """An error, its cause, and so on."""
    while error:
        yield error
        error = error.get("caused_by", {})


def _reason(error: Mapping[str, Any]) -> str:
    inner = error.get("caused_by", error)  # it has the place in a query, the outer one repeats the query alone
    return _short(inner.get("reason") or error.get("reason") or error.get("type"))


def _short(reason: Any) -> str:
    return shortened(printable(str(reason)).partition("\n")[0], LONGEST)
