"""How Rasid does: the last runs, what is late, which outlets need a look, the outlets' trend, and space."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from elasticsearch import Elasticsearch

from pipeline.disks import nearly_full
from rasid.settings import Settings
from search.health import daily, falling, unhealthy
from search.indices import ALL
from search.runs import Run, last_runs

RUNS = 10
TREND_DAYS = 14
LATE = timedelta(hours=26)
"""After the begin of the last run: a day, and the time that a run may take."""


@dataclass(frozen=True)
class Status:
    """What `rasid status` shows.

    Attributes:
        runs: the last runs, the newest first.
        late: why a run is missing; None if none is.
        unhealthy: outlet that needed a look in the last run → why, a sentence each.
        trend: outlet → day → articles, of the last days.
        falling: outlet → how much less it gives than before.
        indices: name → documents and bytes.
        files: folder of ``RASID_DATA`` → files and bytes.
        full: a sentence for each disk that is nearly full.
    """

    runs: list[Run]
    late: str | None
    unhealthy: dict[str, tuple[str, ...]]
    trend: dict[str, dict[str, int]]
    falling: dict[str, str]
    indices: dict[str, tuple[int, int]]
    files: dict[str, tuple[int, int]]
    full: tuple[str, ...] = ()


def status_of(client: Elasticsearch, settings: Settings, now: datetime | None = None) -> Status:
    """The status of an installation.

    Args:
        client: client of the cluster.
        settings: settings of the installation.
        now: the clock's time when absent.
    """
    now = now or datetime.now(UTC)
    runs, today = last_runs(client, RUNS), now.date()
    there = list(client.indices.get(index=ALL, features="aliases", ignore_unavailable=True))
    found = client.indices.stats(index=there, metric=["docs", "store"])["indices"] if there else {}
    return Status(
        runs=runs,
        late=_late(runs, now),
        unhealthy=unhealthy(client, runs[0].day) if runs else {},
        trend=daily(client, today - timedelta(days=TREND_DAYS - 1), today),
        falling=falling(client, today),
        indices={
            name: (each["primaries"]["docs"]["count"], each["total"]["store"]["size_in_bytes"])
            for name, each in sorted(found.items())
        },
        files=_files(settings),
        full=tuple(nearly_full(client, settings)),
    )


def _late(runs: list[Run], now: datetime) -> str | None:
    begun = [run.started_at for run in runs if run.started_at and run.started_at <= now]  # else a wrong clock wrote it
    if not begun:
        return "no run is on record"
    if now - max(begun) > LATE:
        hours = LATE.total_seconds() / 3600
        return f"the last run began at {max(begun):%Y-%m-%d %H:%M} UTC, more than {hours:.0f} hours ago"
    return None


def _files(settings: Settings) -> dict[str, tuple[int, int]]:
    sizes: dict[str, tuple[int, int]] = {}
    for folder in sorted(settings.data.iterdir(), key=str) if settings.data.exists() else []:
        if folder.is_dir():
            found = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
            sizes[folder.name] = (len(found), sum(found))
    return sizes
