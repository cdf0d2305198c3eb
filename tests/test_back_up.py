"""Back-ups that break off, and restores of what is not whole. Docker cannot run here: a command of its name gives what
a container would, or fails.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rasid.settings import ROOT

DOCKER = """\
#!/bin/sh
echo "$*" >> docker.log
case "$*" in
    *"$BREAKS"*) printf half; exit 1 ;;
    *pg_dump*) echo "-- PostgreSQL database dump complete" ;;
    *sh*tar*) tar -C config -cf - . ;;
    *) cat > /dev/null ;;
esac
"""
pytestmark = pytest.mark.service
Script = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def machine(tmp_path: Path) -> Script:
    """Runs a script of ``deploy/`` on a machine whose Docker fails at what has the words `breaks`."""
    for folder in ("bin", "config"):
        (tmp_path / folder).mkdir()
    (tmp_path / "config" / "alerts.yaml").write_text("alerts: {}\n")
    (tmp_path / ".env").write_text("POSTGRES_PASSWORD=x\n")
    for name, text in {"docker": DOCKER, "make": "#!/bin/sh\n"}.items():
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)

    def run(script: str, *arguments: str, breaks: str = "nothing at all") -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "BREAKS": breaks}
        command = [str(ROOT / "deploy" / script), *arguments]
        options = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
        return subprocess.run(command, cwd=tmp_path, env=environment, check=False, **options)

    return run


@pytest.mark.parametrize("part", ["pg_dump", "exec -T elasticsearch", "exec -T airflow-worker"])
def test_a_back_up_that_breaks_off_leaves_none(machine: Script, tmp_path: Path, part: str) -> None:
    broken = machine("back-up.sh", "kept/one", breaks=part)
    assert broken.returncode == 1
    assert "no back-up was made" in broken.stderr
    assert list((tmp_path / "kept").iterdir()) == []
    assert machine("back-up.sh", "kept/one").stdout == "kept/one\n"
    assert [each.name for each in (tmp_path / "kept").iterdir()] == ["one"]


def _shortened(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:700])


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: _shortened(folder / "data.tar"), "has a damaged data.tar"),
        (lambda folder: _shortened(folder / "snapshots.tar"), "has a damaged snapshots.tar"),
        (lambda folder: (folder / "airflow.sql").write_text("CREATE"), "has half an airflow.sql"),
        (lambda folder: (folder / "data.tar").unlink(), "has no data.tar"),
        (lambda folder: folder.rename(f"{folder}.partial"), "was not written to its end"),
    ],
)
def test_what_is_not_whole_is_refused_before_anything_is_touched(
    machine: Script, tmp_path: Path, damage: Callable[[Path], object], told: str
) -> None:
    assert machine("back-up.sh", "one").returncode == 0
    damage(tmp_path / "one")
    (tmp_path / ".env").unlink()
    (tmp_path / "docker.log").unlink()
    (tmp_path / "config" / "alerts.yaml").write_text("mine: {}\n")
    folder = next(tmp_path.glob("one*"))
    refused = machine("restore.sh", f"{folder.name}/")
    assert refused.returncode == 1
    assert told in refused.stderr
    assert not (tmp_path / "docker.log").exists()
    assert not (tmp_path / ".env").exists()
    assert (tmp_path / "config" / "alerts.yaml").read_text() == "mine: {}\n"


def test_a_restore_that_breaks_off_says_how_to_try_again(machine: Script, tmp_path: Path) -> None:
    assert machine("back-up.sh", "one").returncode == 0
    (tmp_path / ".env").unlink()
    broken = machine("restore.sh", "one", breaks="psql")
    assert broken.returncode == 1
    assert "docker compose down --volumes, rm .env" in broken.stderr
    (tmp_path / ".env").unlink()
    shutil.rmtree(tmp_path / "config")
    assert machine("restore.sh", "one").returncode == 0
    assert (tmp_path / "config" / "alerts.yaml").exists()
