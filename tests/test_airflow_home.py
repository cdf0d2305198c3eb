"""Airflow's home below RASID_DATA: its owner's alone, and made anew when its database is lost or damaged."""

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from upath import UPath

from pipeline.airflow import _prepare, airflow_environment, is_unusable
from rasid.settings import ROOT, Settings


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.service
def test_the_database_is_private_and_made_anew_when_it_is_damaged(tmp_path: Path) -> None:
    environment = airflow_environment(Settings(data=UPath(tmp_path)))
    told: list[str] = []
    home, database, log = tmp_path / "airflow", tmp_path / "airflow" / "airflow.db", tmp_path / "log"

    def prepare() -> None:
        with log.open("ab") as stream:
            _prepare(environment, {"env": environment, "stdout": stream, "stderr": stream}, log, told.append)
        assert (_mode(home), _mode(database)) == (0o700, 0o600)
        with sqlite3.connect(database) as connection:
            assert connection.execute("SELECT count(*) FROM dag_run").fetchone() == (0,)

    home.mkdir(mode=0o755)
    (home / f".prepared-{version('apache-airflow')}").touch()  # it once was
    damaged = b"no database" * 1000
    database.write_bytes(damaged)
    journal = home / "airflow.db-journal"
    journal.write_bytes(b"of the damaged one")
    prepare()
    assert sorted(file.read_bytes() for file in home.glob("damaged-*")) == [damaged, b"of the damaged one"]
    assert [line.endswith("was set aside, as Airflow cannot use it, and is made anew") for line in told] == [True] * 2
    database.chmod(0o644)  # as an older version left it
    size = log.stat().st_size
    prepare()
    assert log.stat().st_size == size  # nothing was migrated
    database.unlink()
    assert is_unusable(database)  # what is lost is made anew as what is damaged is


@pytest.mark.service
def test_a_copy_has_all_that_airflow_keeps_in_the_copy(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    asked = (
        "from airflow.configuration import write_default_airflow_configuration_if_needed as begin;"
        "print(begin().as_dict(display_sensitive=True))"
    )

    def settings_of_airflow(environment: dict[str, str]) -> str:
        asks = (sys.executable, "-c", asked)
        return subprocess.run(asks, env=environment, capture_output=True, text=True, check=True).stdout

    settings_of_airflow({**os.environ, "AIRFLOW_HOME": str(one / "airflow")})
    shutil.copytree(one, other)
    assert str(one) in (other / "airflow" / "airflow.cfg").read_text()
    told = settings_of_airflow(airflow_environment(Settings(data=UPath(other))))
    assert f"sqlite:///{other}/airflow/airflow.db" in told
    assert str(one) not in told


def test_no_module_of_the_dags_hides_one_of_the_standard_library() -> None:
    """Airflow puts their folder in front of all others."""
    assert not {file.stem for file in (ROOT / "dags").glob("*.py")} & set(sys.stdlib_module_names)


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """As it was; put back afterwards."""
    before = dict(os.environ)
    yield before
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.service
def test_the_connection_sets_what_is_rasids_alone(tmp_path: Path, environment: dict[str, str]) -> None:
    from dags.rasid_connection import take_secrets  # late, as Airflow takes seconds

    channels = "channels: {desk: {webhook: DESK_HOOK, secret: DESK_KEY}, phone: {apprise: PHONE}}\n"
    rules = "alerts: {one: {name: {ar: x, en: x}, topics: [none]}}\n"
    (tmp_path / "alerts.yaml").write_text(channels + rules)
    settings = {"RASID_CONFIG": str(tmp_path), "RASID_TIMEOUT": "7", "ELASTICSEARCH_API_KEY": "k"}
    named = {"DESK_HOOK": "h", "DESK_KEY": "s", "PHONE": "p"}
    others = ("PATH", "LD_PRELOAD", "PYTHONPATH", "AIRFLOW__CORE__FERNET_KEY", "RASID_SECRETS", "ANOTHER_HOOK")
    extra = {**settings, **named, **dict.fromkeys(others, "/evil")}
    os.environ["AIRFLOW_CONN_RASID"] = json.dumps({"conn_type": "generic", "extra": extra})
    take_secrets()
    unchanged = {name: environment.get(name) for name in others}
    assert {name: os.environ.get(name) for name in extra} == settings | named | unchanged
