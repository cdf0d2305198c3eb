"""`docker-compose.yml`, read by Docker Compose itself. `tests/test_schedule.py` runs what it starts."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rasid.settings import ROOT
from tests.secured import PASSWORD, secured
from tests.stack import BIN, COMPOSE, Stack, resolved, stack_in

PATH = {"PATH": os.environ["PATH"]}
GIB = 1 << 30
ONCE = {"setup", "kibana-setup", "airflow-init", "snapshot-folder"}

pytestmark = pytest.mark.skipif(not COMPOSE, reason="Docker Compose is packaged for Linux on x86-64 only")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    return stack_in(tmp_path_factory.mktemp("stack"))


def test_compose_accepts_it_with_and_without_the_profile(stack: Stack) -> None:
    assert set(resolved(stack.folder)) == set(stack.services) - {"redis", "airflow-worker"}
    assert set(resolved(stack.folder, "scale")) == set(stack.services)


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
    ours = stack.secrets
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
    secrets = stack.secrets
    for name, service in stack.services.items():
        has = {secret for secret, value in secrets.items() if value in json.dumps(service.get("environment", {}))}
        if name.startswith("airflow-"):
            assert not has & {"ELASTIC_PASSWORD", "KIBANA_SYSTEM_PASSWORD", "KIBANA_ENCRYPTION_KEY"}, name
            assert ("AIRFLOW_ADMIN_PASSWORD" in has) == (name == "airflow-init")
        elif name == "kibana":
            assert has == {"KIBANA_SYSTEM_PASSWORD", "KIBANA_ENCRYPTION_KEY"}
        elif "setup" in name:
            assert has <= {"ELASTIC_PASSWORD", "KIBANA_SYSTEM_PASSWORD"}


@pytest.mark.skipif(not shutil.which("curl"), reason="the images have curl, this machine has not")
def test_elasticsearchs_health_check_needs_the_password(stack: Stack, cluster: str) -> None:
    kind, command = stack.services["elasticsearch"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    with secured(cluster) as guarded:
        here = command.replace("$$", "$").replace("http://localhost:9200", guarded.url)
        for password, healthy in ((PASSWORD, True), ("another", False)):
            run = subprocess.run(here, shell=True, env={"ELASTIC_PASSWORD": password, **PATH}, check=False)
            assert (run.returncode == 0) == healthy


def test_airflow_knows_the_workers_command(stack: Stack) -> None:
    words = stack.services["airflow-worker"]["command"]
    run = subprocess.run([BIN / words[0], *words[1:], "--help"], capture_output=True, text=True, check=False)
    assert run.returncode == 0
    assert "--concurrency" in run.stdout


def test_the_image_has_all_that_its_services_need_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER rasid"]
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    sent = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    packages = set(re.search(r"module-name = \[(.+)\]", (ROOT / "pyproject.toml").read_text())[1].split('"')[1::2])  # type: ignore[index]
    assert packages | {"config", "kibana", "requirements.txt", "requirements-uv.txt"} <= sent
    assert all((ROOT / name).exists() for name in sent)
