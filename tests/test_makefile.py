"""What `make` does with the data of an installation."""

import subprocess
from pathlib import Path
from shutil import copyfile

import pytest

from rasid.settings import ROOT

pytestmark = pytest.mark.service


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that is set up, where `rasid` and `python` say where their data is."""
    for name in ("Makefile", "pyproject.toml", "requirements-dev.txt", "requirements-uv.txt"):
        copyfile(ROOT / name, tmp_path / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in ("rasid", "python"):
        program = tmp_path / ".venv" / "bin" / name
        program.write_text('#!/bin/sh\necho "$RASID_DATA"\n')
        program.chmod(0o755)
    (tmp_path / ".venv" / ".complete").touch()
    return tmp_path


def _make(checkout: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", **variables}
    command = ["make", "--silent", *arguments]
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


def test_where_the_data_of_real_outlets_and_of_samples_is(checkout: Path) -> None:
    assert _make(checkout, "live").stdout == "data/live\n"
    assert _make(checkout, "live", RASID_DATA="elsewhere").stdout == "elsewhere\n"
    (checkout / ".env").write_text("RASID_CONTACT=https://example.org/\nRASID_DATA=data/ours\n")
    assert _make(checkout, "live").stdout == "\n"  # so that the command reads it in .env
    assert _make(checkout, "run").stdout == "data\n"


@pytest.mark.parametrize("kept", ["live/captures", "labels/caatsa.jsonl", "models/caatsa.json"])
def test_what_cannot_be_made_again_is_removed_only_on_demand(checkout: Path, kept: str) -> None:
    (checkout / "data" / kept).mkdir(parents=True)
    refused = _make(checkout, "clean")
    assert refused.returncode
    assert "make clean ALL=1" in refused.stdout
    assert (checkout / "data" / kept).exists()
    assert (checkout / ".venv").exists()
    assert not _make(checkout, "clean", "ALL=1").returncode
    assert not (checkout / "data").exists()


def test_samples_are_removed_without_a_question(checkout: Path) -> None:
    (checkout / "data" / "captures").mkdir(parents=True)
    assert not _make(checkout, "clean").returncode
    assert not (checkout / "data").exists()
    assert not (checkout / ".venv").exists()
