"""What keeps files, index and alerts in order between two runs: WARC files that are checked, old days, months and logs
that go, snapshots, alerts that have become due.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from alerts.send import send_due
from pipeline.config import Config
from rasid.errors import RasidError
from rasid.reports import Failure
from rasid.settings import Settings
from rasid.storage import Storage, day_of, regular
from search.cluster import connect
from search.health import falling
from search.policies import take_snapshot
from search.retention import drop_old

OF_A_DAY = ("captures", "articles", "rejected", "runs")
"""Folders with one folder a day."""
LOGS = timedelta(days=30)
"""Logs that nothing was written to for so long are deleted."""


def maintain(settings: Settings, today: date) -> Iterator[tuple[str, bool]]:
    """Does all that the DAG ``maintenance`` does, each part also where another has failed.

    Args:
        settings: settings of the installation.
        today: the day of the maintenance; captures of the day before are checked.

    Yields:
        what a part has done or why it failed, in a sentence, and whether it succeeded.
    """
    storage, yesterday = Storage(settings.data), today - timedelta(days=1)

    def dropped(what: str, gone: list[str]) -> str:
        return f"{what}: {', '.join(gone) or 'none is too old'}"

    parts: tuple[Callable[[], str], ...] = (
        lambda: f"captures of {yesterday}: {check_captures(storage, yesterday):,} records are whole",
        lambda: dropped("days deleted", drop_captures(storage, settings.keep_captures_days, today)),
        lambda: dropped("logs deleted", drop_logs(storage, today)),
        lambda: dropped("months deleted", drop_months(settings, today)),
        lambda: f"snapshot: {snapshot(settings, today) or 'none, as RASID_SNAPSHOTS is not set or a policy takes it'}",
        lambda: f"falling outlets: {_listed(falling_outlets(settings, today))}",
    )
    for part in parts:
        try:
            yield part(), True
        except (RasidError, OSError) as error:
            yield str(error), False


def _listed(falling: dict[str, str]) -> str:
    return "; ".join(f"{outlet}: {how}" for outlet, how in falling.items()) or "none"


def check_captures(storage: Storage, day: date) -> int:
    """Reads all WARC files of a day, as `warcio check` does: each record is whole, and has the digest that it states.

    Returns:
        how many records there are.

    Raises:
        RasidError: some do not; the message names each file and what is wrong.
    """
    folder = storage.captures(day, "any").parent
    files = sorted(folder.glob("*.warc.gz"), key=str) if folder.exists() else []
    count, damaged = 0, []
    for file in files:
        try:
            with regular(file).open("rb") as stream:
                records = ArchiveIterator(stream, check_digests=True)
                for record in records:
                    count += 1
                    record.content_stream().read()
                    if record.digest_checker.passed is False:
                        damaged.append(f"{file}: record at byte {records.get_record_offset()}: not its digest")
        except (ArchiveLoadFailed, OSError, EOFError) as error:
            damaged.append(f"{file}: {error}")
    if damaged:
        raise RasidError("\n".join(damaged))
    return count


def drop_captures(storage: Storage, keep_days: int | None, today: date) -> list[str]:
    """Deletes the files of days that are too old. Reports and the index keep what they have.

    Args:
        storage: storage of the installation.
        keep_days: so many last days stay; all when absent.
        today: the last of them.

    Returns:
        the days that went.
    """
    if keep_days is None:
        return []
    first = today - timedelta(days=keep_days - 1)
    gone = set()
    for name in OF_A_DAY:
        root = storage.root / name
        for folder in list(root.iterdir()) if root.exists() else []:
            if (day := day_of(folder.name)) and day < first:
                gone.add(folder.name)
                for file in list(folder.iterdir()):
                    file.unlink()
                if folder.exists():  # object stores have no empty folders
                    folder.rmdir()
    return sorted(gone)


def drop_logs(storage: Storage, today: date) -> list[str]:
    """Deletes the logs on this machine that nothing was written to for 30 days.

    Returns:
        the days of runs from which some went.
    """
    before = (datetime.combine(today, time(), UTC) - LOGS).timestamp()
    folder = storage.logs(today).parent
    gone = set()
    for day in [each for each in folder.iterdir() if day_of(each.name)] if folder.exists() else []:
        for file in [each for each in day.iterdir() if each.lstat().st_mtime < before and not each.is_dir()]:
            file.unlink()
            gone.add(day.name)
        if not any(day.iterdir()):
            day.rmdir()
    return sorted(gone)


def drop_months(settings: Settings, today: date) -> list[str]:
    """Deletes from the index what ``RASID_KEEP_MONTHS`` says. A cluster with policies does it itself."""
    if settings.managed or not settings.keep_months:
        return []
    with connect(settings) as client:
        return drop_old(client, settings.keep_months, today)


def snapshot(settings: Settings, today: date) -> str | None:
    """Takes a snapshot of the index to ``RASID_SNAPSHOTS``, if set. A cluster with policies does it itself."""
    if settings.managed or not settings.snapshots:
        return None
    with connect(settings) as client:
        return take_snapshot(client, settings.snapshots, today)


def falling_outlets(settings: Settings, today: date) -> dict[str, str]:
    """Outlets that give less than half of what they gave before, and how much."""
    with connect(settings, "reader") as client:
        return falling(client, today)


def send_due_alerts(settings: Settings, config: Config) -> tuple[Failure, ...]:
    """Sends the alerts that are recorded and due by now. Gives what channels could not deliver."""
    with connect(settings, "alerts") as client:
        return send_due(client, Storage(settings.data), config.alerting, config.tagger.names, settings)
