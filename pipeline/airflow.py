"""Runs the DAG once in Airflow's own runner, with a home of its own under ``RASID_DATA``."""

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rasid.errors import RasidError
from rasid.settings import ROOT, Settings
from rasid.storage import Storage, regular
from rasid.tied import tied

DAG = "news_monitoring"
DATABASE = "airflow.db"
"""Airflow's own, in its home, unless the environment names another."""
_CONNECTION = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"


def airflow_environment(settings: Settings) -> dict[str, str]:
    """The variables under which Airflow finds our DAGs; what the environment already says stands."""
    home = str(Storage(settings.data).local("airflow"))
    ours = {
        "AIRFLOW_HOME": home,
        **({} if "AIRFLOW_HOME" in os.environ else _paths_in(home)),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__MAX_MAP_LENGTH": "10000",  # outlets; by default a run of more than 1,024 fails
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "RASID_RETRIES": "0",  # whoever watches can run it again
        "RASID_LATE_HOURS": "",  # `airflow dags test` of 3.3 cannot end a run that has a deadline
        "RASID_DATA": str(settings.data),
        "RASID_CONFIG": str(settings.config.absolute()),
    }
    fixed = ("RASID_DATA", "RASID_CONFIG", "RASID_RETRIES", "RASID_LATE_HOURS")
    return ours | os.environ | {name: ours[name] for name in fixed}


def _paths_in(home: str) -> dict[str, str]:
    """The variables of what Airflow keeps in its home. It writes their paths into its `airflow.cfg` once, where those
    of another home stand when `RASID_DATA` has been moved or copied.
    """
    return {
        _CONNECTION: _connection(home),
        "AIRFLOW__CORE__PLUGINS_FOLDER": f"{home}/plugins",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": f"{home}/logs",
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": f"{home}/logs/dag_processor",
        "AIRFLOW__FAB__CONFIG_FILE": f"{home}/webserver_config.py",
    }


def _connection(home: object) -> str:
    return f"sqlite:///{home}/{DATABASE}"


def run_dag(
    settings: Settings,
    day: date,
    outlets_file: Path | None,
    log: Path,
    wait: Callable[[], None],
    tell: Callable[[str], None],
) -> bool:
    """Runs ``news_monitoring`` for a day.

    Args:
        settings: settings of the installation.
        day: logical date of the run.
        outlets_file: a file of outlets other than the configured one.
        log: takes Airflow's output.
        wait: called again and again while it runs.
        tell: called with what was found damaged, and what is done about it.

    Returns:
        whether the run succeeded.

    Raises:
        RasidError: Airflow's database could not be prepared, or Airflow was ended by a signal.
    """
    environment = airflow_environment(settings)
    conf = {"outlets_file": str(outlets_file.absolute()) if outlets_file else None}
    log.parent.mkdir(parents=True, exist_ok=True)
    with alone(Path(environment["AIRFLOW_HOME"]), wait), regular(log).open("ab") as stream:
        options = {"env": environment, "stdin": subprocess.DEVNULL, "stdout": stream, "stderr": subprocess.STDOUT}
        _prepare(environment, options, log, tell)
        with tied("airflow", "dags", "test", DAG, day.isoformat(), "--conf", json.dumps(conf), **options) as process:
            while process.poll() is None:
                wait()
    if process.returncode < 0:
        name = signal.Signals(-process.returncode).name
        raise RasidError(f"Airflow was ended by {name}: run the day again, it goes on from there; details: {log}")
    return process.returncode == 0


@contextmanager
def alone(home: Path, wait: Callable[[], None]) -> Iterator[None]:
    """A context of one run at a time, for two would take each other's reports for their own.

    Args:
        home: home of Airflow.
        wait: called again and again while another run goes on.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(home / "run.lock", timeout=0)
    while not lock.is_locked:
        try:
            lock.acquire()
        except Timeout:
            wait()
    try:
        yield
    finally:
        lock.release()


def _prepare(environment: dict[str, str], options: dict[str, Any], log: Path, tell: Callable[[str], None]) -> None:
    """Airflow's home and database, for their owner alone: runs and connections are in there. A database that is lost or
    damaged is made anew, as all that Rasid keeps is elsewhere; the damaged one is put aside.
    """
    home = Path(environment["AIRFLOW_HOME"])
    if home == Path(environment["RASID_DATA"]) / "airflow":
        home.chmod(0o700)
    mark = home / f".prepared-{version('apache-airflow')}"
    database = home / DATABASE
    is_ours = environment.get(_CONNECTION, _connection(home)) == _connection(home)
    is_lost = is_ours and is_unusable(database)
    if is_lost or not mark.exists():
        if is_lost and database.exists():
            for part in (database, *home.glob(f"{DATABASE}-*")):  # its journals would spoil the new one
                aside = part.rename(home / f"damaged-{time.time_ns()}-{part.name}")
                tell(f"{aside} was set aside, as Airflow cannot use it, and is made anew")
        with tied("airflow", "db", "migrate", **options) as process:
            pass
        if process.returncode:
            raise RasidError(f"Airflow's database could not be prepared; see {log}")
        mark.touch()
    if is_ours:
        database.chmod(0o600)


def is_unusable(database: Path) -> bool:
    """Whether a file of SQLite is missing, damaged, or not Airflow's."""
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            whole = connection.execute("PRAGMA quick_check(1)").fetchone()
            migrated = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        return True
    return whole != ("ok",) or migrated is None
