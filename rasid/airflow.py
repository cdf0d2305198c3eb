"""Runs the DAG once in Airflow's own runner, with a home of its own under ``RASID_DATA``."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from rasid.errors import RasidError
from rasid.settings import ROOT, Settings
from rasid.storage import Storage
from rasid.tied import tied

DAG = "news_monitoring"


def airflow_environment(settings: Settings) -> dict[str, str]:
    """The variables under which Airflow finds our DAGs; what the environment already says stands."""
    home = str(Storage(settings.data).local("airflow"))
    ours = {
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "RASID_RETRIES": "0",  # whoever watches can run it again
        "RASID_LATE_HOURS": "",  # `airflow dags test` of 3.3 cannot end a run that has a deadline
        "RASID_DATA": str(settings.data),
        "RASID_CONFIG": str(settings.config.absolute()),
    }
    fixed = ("RASID_DATA", "RASID_CONFIG", "RASID_RETRIES", "RASID_LATE_HOURS")
    return ours | os.environ | {name: ours[name] for name in fixed}


def run_dag(settings: Settings, day: date, outlets_file: Path | None, log: Path, wait: Callable[[], None]) -> bool:
    """Runs ``news_monitoring`` for a day.

    Args:
        settings: of the installation.
        day: the run's logical date.
        outlets_file: other than the configured one.
        log: takes Airflow's output.
        wait: called again and again while it runs.

    Returns:
        whether the run succeeded.

    Raises:
        RasidError: Airflow's database could not be prepared.
    """
    environment = airflow_environment(settings)
    conf = {"outlets_file": str(outlets_file.absolute()) if outlets_file else None}
    log.parent.mkdir(parents=True, exist_ok=True)
    with alone(Path(environment["AIRFLOW_HOME"]), wait), log.open("ab") as stream:
        options = {"env": environment, "stdin": subprocess.DEVNULL, "stdout": stream, "stderr": subprocess.STDOUT}
        if not _is_prepared(environment):
            with tied("airflow", "db", "migrate", **options) as process:
                pass
            if process.returncode:
                raise RasidError(f"Airflow's database could not be prepared; see {log}")
            _mark_prepared(environment)
        with tied("airflow", "dags", "test", DAG, day.isoformat(), "--conf", json.dumps(conf), **options) as process:
            while process.poll() is None:
                wait()
    return process.returncode == 0


@contextmanager
def alone(home: Path, wait: Callable[[], None]) -> Iterator[None]:
    """A context of one run at a time, for two would take each other's reports for their own.

    Args:
        home: of Airflow.
        wait: called again and again while another run goes on.
    """
    home.mkdir(parents=True, exist_ok=True)
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


def _prepared_mark(environment: dict[str, str]) -> Path:
    from importlib.metadata import version

    return Path(environment["AIRFLOW_HOME"]) / f".prepared-{version('apache-airflow')}"


def _is_prepared(environment: dict[str, str]) -> bool:
    return _prepared_mark(environment).exists()


def _mark_prepared(environment: dict[str, str]) -> None:
    _prepared_mark(environment).touch()
