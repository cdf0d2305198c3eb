"""What the benchmarks claim stays above its floor. Their labelled data is not the tests': they are asked as a user
asks them.
"""

import subprocess
import sys

import pytest

from rasid.settings import ROOT

pytestmark = pytest.mark.service


def test_floors() -> None:
    command = [sys.executable, "-m", "benchmarks.gate", "topics", "reposts", "extraction"]  # one loads all they need
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_all_benchmarks_are_listed() -> None:
    run = subprocess.run([sys.executable, "-m", "benchmarks"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in ("alerts", "crawl", "extraction", "gate", "reposts", "schedule", "search", "topics"):
        assert f"python -m benchmarks.{name} " in run.stdout
