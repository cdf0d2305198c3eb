"""`docker-compose.yml`, read by Docker Compose itself. `tests/test_schedule.py` runs what it starts."""

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rasid.settings import ROOT
from tests.secured import PASSWORD, secured
from tests.stack import BIN, COMPOSE, Stack, resolved, stack_in

PATH = {"PATH": os.environ["PATH"]}
GIB = 1 << 30
CORE = {"AIRFLOW_JWT_SECRET", "AIRFLOW_FERNET_KEY", "POSTGRES_PASSWORD"}
NEEDED = {
    "elasticsearch": {"ELASTIC_PASSWORD"},
    "setup": {"ELASTIC_PASSWORD", "KIBANA_SYSTEM_PASSWORD", "KIBANA_ANALYST_PASSWORD"},
    "kibana": {"KIBANA_SYSTEM_PASSWORD", "KIBANA_ENCRYPTION_KEY", "KIBANA_REPORTING_KEY", "KIBANA_SESSION_KEY"},
    "postgres": {"POSTGRES_PASSWORD"},
    "redis": {"REDIS_PASSWORD"},
    "airflow-init": {*CORE, "AIRFLOW_ADMIN_PASSWORD"},
    "airflow-api-server": {*CORE, "AIRFLOW_SECRET_KEY"},
    "airflow-scheduler": {*CORE, "REDIS_PASSWORD"},
    "airflow-dag-processor": CORE,
    "airflow-triggerer": CORE,
    "airflow-worker": {"REDIS_PASSWORD"},
}
"""The secrets of each service."""
ONCE = {"setup", "kibana-setup", "airflow-init", "snapshot-folder"}

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(not COMPOSE, reason="Docker Compose is packaged for Linux on x86-64 only"),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    return stack_in(tmp_path_factory.mktemp("stack"))


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


@pytest.mark.parametrize(
    "empty", ["REDIS_PASSWORD=", 'REDIS_PASSWORD=""', "REDIS_PASSWORD= # none yet", "export REDIS_PASSWORD=''"]
)
def test_an_older_env_is_made_private_whole_and_full(empty: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    file = tmp_path / ".env"
    file.write_text(f"{empty}\nREDIS_PASSWORD_OLD=\n# REDIS_PASSWORD=no\nKIBANA_SPACE=desk\nLAST=https://example.org")
    file.chmod(0o644)
    subprocess.run(["sh", "deploy/make-env.sh"], cwd=tmp_path, check=True, capture_output=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = file.read_text().splitlines()
    assert lines[:4] == ["REDIS_PASSWORD_OLD=", "# REDIS_PASSWORD=no", "KIBANA_SPACE=desk", "LAST=https://example.org"]
    (password,) = [line for line in lines if "REDIS_PASSWORD=" in line and not line.startswith("#")]
    assert re.fullmatch("REDIS_PASSWORD=[0-9a-f]{64}", password)
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".env")] == [".env"]


def test_images_are_pinned_by_the_digests_of_the_registry(stack: Stack, tmp_path: Path) -> None:
    """The registry cannot be asked here, so a command of the same name answers for it."""
    for name in ("docker-compose.yml", ".env"):
        shutil.copy(stack.folder / name, tmp_path)
    digest = f"sha256:{'7' * 64}"
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(f'#!/bin/sh\n[ "$1 $2 $3" = "buildx imagetools inspect" ] && echo {digest}\n')
    docker.chmod(0o755)
    path = {"PATH": f"{docker.parent}:{os.environ['PATH']}"}
    for _ in range(2):
        subprocess.run([ROOT / "deploy" / "pin-images.sh"], cwd=tmp_path, env=path, check=True, capture_output=True)
    pinned = resolved(tmp_path)
    images = {service["image"] for service in pinned.values()} - {"rasid"}
    assert images == {each["image"] + f"@{digest}" for each in stack.services.values() if each["image"] != "rasid"}
    assert pinned["setup"]["build"]["args"]["PYTHON_IMAGE"] == f"python:3.11-slim@{digest}"
    assert "ARG PYTHON_IMAGE=python:3.11-slim\nFROM ${PYTHON_IMAGE} AS build" in (ROOT / "Dockerfile").read_text()
    docker.write_text("#!/bin/sh\necho no such image; exit 1\n")
    kept = (tmp_path / ".env").read_text()
    run = subprocess.run([ROOT / "deploy" / "pin-images.sh"], cwd=tmp_path, env=path, check=False, capture_output=True)
    assert run.returncode != 0
    assert (tmp_path / ".env").read_text() == kept


def _networks(service: dict[str, Any]) -> set[str]:
    return set(service.get("networks") or ())


def test_what_reads_the_web_reaches_no_database_and_has_no_secret_but_the_queues(stack: Stack) -> None:
    services = stack.services
    worker = services["airflow-worker"]
    neighbours = {
        name for name, each in services.items() if _networks(each) & _networks(worker) and name != "airflow-worker"
    }
    assert neighbours == {"airflow-api-server", "airflow-scheduler", "redis"}
    assert not any("web" in _networks(each) for name, each in services.items() if name != "airflow-worker")
    has = {name for name, value in stack.secrets.items() if value in json.dumps(worker)}
    assert has == {"REDIS_PASSWORD"}
    assert {volume["target"] for volume in worker["volumes"]} == {"/data", "/opt/airflow/logs", "/opt/rasid/config"}
    assert "RASID_SECRETS" not in worker["environment"]


def test_databases_have_no_way_out_and_are_reached_by_those_who_need_them(stack: Stack) -> None:
    run = subprocess.run(
        [str(COMPOSE), "config", "--format", "json"], cwd=stack.folder, capture_output=True, text=True, check=True
    )
    internal = {name for name, network in json.loads(run.stdout)["networks"].items() if network.get("internal")}
    assert internal == {"broker", "database", "tasks"}
    members = {
        network: {name for name, each in stack.services.items() if network in _networks(each)}
        for network in ("broker", "database", "search")
    }
    airflow = {"airflow-api-server", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer", "airflow-init"}
    assert members["broker"] == {"redis", "airflow-scheduler", "airflow-worker"}
    assert members["database"] == {"postgres"} | airflow
    assert members["search"] == {"elasticsearch", "kibana", "desk", "setup", "kibana-setup", "airflow-scheduler"}
    assert not any(
        service.get("networks") is None and "network_mode" not in service for service in stack.services.values()
    )


def test_every_container_has_the_least_privileges(stack: Stack) -> None:
    for name, service in stack.services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service.get("cap_add", []) == (["CHOWN"] if name == "snapshot-folder" else []), name
        assert service.get("read_only", False) == (name != "elasticsearch"), name
        assert "privileged" not in service


def test_no_command_line_has_a_secret(stack: Stack) -> None:
    """Neither as it stands in the file, nor after a shell has put variables into it: only what a shell does itself, by
    printf or as a command's input, may have them.
    """
    for name, service in stack.services.items():
        words = json.dumps([service.get("command"), service.get("entrypoint"), service.get("healthcheck")])
        assert not [value for value in stack.secrets.values() if value in words], name
        for command in re.split(r"\|\|?|&&|;", re.sub("<<END.*END", "", words)):
            if re.search(r"\$\$?\{?[A-Z_]*(PASSWORD|AUTH)", command):
                assert re.search(r"\bprintf\b", command), f"{name}: {command}"


def test_only_this_machine_reaches_the_ports(stack: Stack) -> None:
    published = {name: service["ports"] for name, service in stack.services.items() if "ports" in service}
    assert set(published) == {"elasticsearch", "kibana", "desk", "airflow-api-server"}
    assert {port["host_ip"] for ports in published.values() for port in ports} == {"127.0.0.1"}


def test_it_fits_into_the_machine_that_the_docs_name(stack: Stack) -> None:
    """All that lasts, with the desk and the largest of what runs once, and something for the system and the build."""
    told = (ROOT / "docs" / "operator" / "production.md").read_text(encoding="utf-8")
    machine = int(re.search(r"One machine of (\d+) GiB", told)[1])  # type: ignore[index]
    limits = {name: int(service["mem_limit"]) for name, service in stack.services.items()}
    lasting = sum(limit for name, limit in limits.items() if name not in ONCE)
    assert lasting + max(limits[name] for name in ONCE) <= (machine - 2) * GIB


def test_elasticsearch_is_not_swapped_out(stack: Stack) -> None:
    elasticsearch = stack.services["elasticsearch"]
    assert int(elasticsearch["memswap_limit"]) == int(elasticsearch["mem_limit"])


def test_one_variable_is_elastics_version(stack: Stack, tmp_path: Path) -> None:
    for name in ("docker-compose.yml", ".env"):
        shutil.copy(stack.folder / name, tmp_path)
    with (tmp_path / ".env").open("a") as file:
        file.write("ELASTIC_VERSION=9.9.9\n")
    images = {name: service["image"] for name, service in resolved(tmp_path, "*").items()}
    assert {images["elasticsearch"], images["snapshot-folder"]} == {"elasticsearch:9.9.9"}
    assert images["kibana"] == "kibana:9.9.9"


def test_what_lasts_is_restarted_and_watched_and_what_waits_for_it_can(stack: Stack) -> None:
    for name, service in stack.services.items():
        if name in ONCE:
            assert service.get("restart", "no") in {"no", "on-failure:5"}
        else:
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name
        for other, after in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert after["condition"] == expected, f"{name} after {other}"


def test_up_waits_for_nothing_that_ends(stack: Stack) -> None:
    """Compose's `up --wait` takes the end of a service for a failure, unless another one waits for that end."""
    started = resolved(stack.folder)
    awaited = {other for service in started.values() for other in service.get("depends_on", {})}
    assert {name for name in started if name in ONCE} <= awaited
    assert "docker compose run --rm kibana-setup" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_logs_and_ports_and_ends_are_bounded(stack: Stack) -> None:
    for name, service in stack.services.items():
        assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}, name
    assert all("stop_grace_period" in stack.services[f"airflow-{name}"] for name in ("scheduler", "worker"))
    with (stack.folder / ".env").open("a") as file:
        file.write("AIRFLOW_PORT=18080\n")
    (port,) = resolved(stack.folder)["airflow-api-server"]["ports"]
    assert (port["host_ip"], port["published"]) == ("127.0.0.1", "18080")


def test_no_container_has_a_secret_that_it_does_not_need(stack: Stack) -> None:
    secrets = stack.secrets
    for name, service in stack.services.items():
        has = {secret for secret, value in secrets.items() if value in json.dumps(service.get("environment", {}))}
        assert has == NEEDED.get(name, set()), name
        reads_keys = {"airflow-scheduler", "desk", "kibana-setup"}
        assert (service.get("environment", {}).get("RASID_SECRETS") is not None) == (name in reads_keys), name
        has_keys = any(volume.get("source", "").endswith("-keys") for volume in service.get("volumes", []))
        assert has_keys == (name in {*reads_keys, "setup"}), name


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
