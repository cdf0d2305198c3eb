"""What Elasticsearch itself does with Rasid's indices in production: it merges and deletes months, and takes snapshots.
The local node can do neither, as these are features that its jars do not have.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from elasticsearch import Elasticsearch

from rasid.errors import RasidError
from rasid.near import there_is_no
from search.errors import ClusterError
from search.indices import ALL, MONTHLY
from search.retention import month_of

LIFECYCLE = "rasid-monthly"
SNAPSHOTS = "rasid-daily"
REPOSITORY = "rasid"


def has_policies(client: Elasticsearch) -> bool:
    """Whether the cluster knows index lifecycles."""
    answer = client.options(ignore_status=400).xpack.info(categories=["features"])
    return bool(answer.get("features", {}).get("ilm", {}).get("available"))


def put_policies(client: Elasticsearch, keep_months: int | None, snapshots: str | None) -> list[str]:
    """Creates the policies, or brings them up to date, and puts all monthly indices under theirs.

    Args:
        client: client of a cluster that knows them.
        keep_months: older months are deleted, this one counted; none when absent.
        snapshots: a folder in the cluster's ``path.repo``, or ``s3://bucket/path``; no snapshots when absent.

    Returns:
        names of the policies.

    Raises:
        RasidError: the cluster refuses one.
    """
    try:
        client.ilm.put_lifecycle(name=LIFECYCLE, policy=lifecycle(keep_months))
        for index in client.indices.get(index=MONTHLY, features="aliases"):
            ours = {"lifecycle.name": LIFECYCLE, "lifecycle.origination_date": _month_begins(index)}
            client.indices.put_settings(index=index, settings={"index": ours})
        if not snapshots:
            return [LIFECYCLE]
        client.snapshot.create_repository(name=REPOSITORY, repository=repository(snapshots))
        client.slm.put_lifecycle(policy_id=SNAPSHOTS, **snapshot_policy())
    except ClusterError as error:
        raise RasidError(f"Elasticsearch refuses a policy: {error.reason}") from None
    return [LIFECYCLE, SNAPSHOTS]


def take_snapshot(client: Elasticsearch, place: str, day: date) -> str:
    """Takes the snapshot of a day, in a cluster without policies; those of more than 30 days before are deleted.

    Args:
        client: client of the cluster.
        place: as with `put_policies`.
        day: day in the snapshot's name; one of the same day is replaced.

    Returns:
        its name.

    Raises:
        RasidError: the cluster refuses it, or could not save all of it.
    """
    name = f"rasid-{day:%Y.%m.%d}"
    try:
        client.snapshot.create_repository(name=REPOSITORY, repository=repository(place))
        found = client.snapshot.get(repository=REPOSITORY, snapshot="rasid-*", ignore_unavailable=True)["snapshots"]
        oldest = f"rasid-{day - timedelta(days=30):%Y.%m.%d}"
        for each in found:
            if each["snapshot"] < oldest or each["snapshot"] == name:
                client.snapshot.delete(repository=REPOSITORY, snapshot=each["snapshot"])
        taken = client.snapshot.create(
            repository=REPOSITORY, snapshot=name, wait_for_completion=True, **snapshot_policy()["config"]
        )["snapshot"]
    except ClusterError as error:
        raise RasidError(f"Elasticsearch refuses the snapshot: {error.reason}") from None
    if taken["state"] != "SUCCESS":
        raise RasidError(f"the snapshot {name} is not whole: {taken['state']}: {taken['failures']}")
    return name


LAST = "last"
"""Names the newest snapshot that is whole."""


def restore_snapshot(client: Elasticsearch, place: str, name: str) -> tuple[str, list[str]]:
    """Puts the indices of a snapshot in place of those of the same names: what these have got since is gone, and comes
    back by `rasid reprocess` over its days.

    Args:
        client: client of the cluster, which may delete indices.
        place: as with `put_policies`.
        name: name of the snapshot, or `LAST`.

    Returns:
        its name, and names of the indices.

    Raises:
        RasidError: there is no such snapshot, or the cluster refuses it or could not restore all of it.
    """
    try:
        client.snapshot.create_repository(name=REPOSITORY, repository=repository(place))
        found = client.snapshot.get(repository=REPOSITORY, snapshot="rasid-*", ignore_unavailable=True)["snapshots"]
        whole = {each["snapshot"]: each["indices"] for each in found if each["state"] == "SUCCESS"}
        if not whole:
            raise RasidError(f"there is no whole snapshot in {place}")
        if name != LAST and name not in whole:
            raise RasidError(there_is_no("whole snapshot", name, whole))
        name = list(whole)[-1] if name == LAST else name  # they come in the order of their beginnings
        indices = sorted(whole[name])
        for index in client.indices.get(index=indices, ignore_unavailable=True, features="aliases"):
            client.indices.delete(index=index)  # it restores none that is open
        answer = client.snapshot.restore(
            repository=REPOSITORY,
            snapshot=name,
            indices=indices,
            include_global_state=False,
            wait_for_completion=True,
        )["snapshot"]
    except ClusterError as error:
        raise RasidError(f"Elasticsearch does not restore the snapshot: {error.reason}") from None
    if answer["shards"]["failed"]:
        raise RasidError(f"the snapshot {name} is not whole again: {answer['shards']['failed']} shards failed")
    return name, indices


def lifecycle(keep_months: int | None) -> dict[str, Any]:
    """The policy of a monthly index. Its age counts from the month's begin once `rasid setup` has said when that was,
    else from its creation, which is never earlier: nothing is deleted too soon.
    """
    phases: dict[str, Any] = {"hot": {"min_age": "0ms", "actions": {"set_priority": {"priority": 100}}}}
    if not keep_months or keep_months > 3:
        # Stories are put together over two months; then a month is read more than written.
        merged = {"forcemerge": {"max_num_segments": 1}, "set_priority": {"priority": 50}}
        phases["warm"] = {"min_age": "75d", "actions": merged}
    if keep_months:
        phases["delete"] = {"min_age": f"{31 * keep_months}d", "actions": {"delete": {}}}
    return {"phases": phases}


def snapshot_policy() -> dict[str, Any]:
    """Every night after the daily job, for 30 days."""
    return {
        "schedule": "0 30 6 * * ?",
        "name": "<rasid-{now/d}>",
        "repository": REPOSITORY,
        "config": {"indices": ALL.split(","), "include_global_state": False, "ignore_unavailable": True},
        "retention": {"expire_after": "30d", "min_count": 7, "max_count": 60},
    }


def repository(snapshots: str) -> dict[str, Any]:
    """The snapshot repository at a place, as Elasticsearch takes it."""
    place = urlsplit(snapshots)
    if place.scheme == "s3":
        return {"type": "s3", "settings": {"bucket": place.netloc, "base_path": place.path.strip("/")}}
    return {"type": "fs", "settings": {"location": snapshots}}


def _month_begins(index: str) -> int:
    """Milliseconds since 1970."""
    year, month = month_of(index)
    return int(datetime(year, month, 1, tzinfo=UTC).timestamp() * 1000)
