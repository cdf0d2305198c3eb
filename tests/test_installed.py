"""Rasid installed from its wheel, without the checkout: its files come with it, and those of RASID_CONFIG lie over."""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from rasid.configuration import SHIPPED, config_file, copy_shipped, topic_models
from rasid.errors import RasidError
from rasid.settings import ROOT
from tests.pages import FARM, sample_capture

UV = Path(sys.executable).with_name("uv")
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of Python that has the wheel, and sees the libraries of this one, but not the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "RASID_CONFIG"}}

    def do(*command: object) -> None:
        subprocess.run(list(map(str, command)), check=True, capture_output=True, env=clean, cwd=folder)

    do(UV, "build", "--offline", "--wheel", "--out-dir", folder / "dist", ROOT)
    (wheel,) = (folder / "dist").glob("rasid-*.whl")
    do(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    there = folder / "venv"
    do(UV, "pip", "install", "--offline", "--no-deps", "--python", there / "bin" / "python", wheel)
    (site,) = there.glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return there


@pytest.fixture
def run(environment: Path, tmp_path: Path) -> Run:
    """Runs a program of the environment, in an empty folder; variables of Rasid's are given by name."""
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "RASID_CONFIG"}}

    def run(program: str, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        home = {"HOME": str(tmp_path / "home"), "RASID_DATA": str(tmp_path / "data"), "COLUMNS": "200"}
        command = [str(environment / "bin" / program), *arguments]
        done = subprocess.run(
            command, env=clean | home | variables, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


@pytest.mark.service
def test_the_wheel_works_outside_the_checkout(run: Run, environment: Path, tmp_path: Path) -> None:
    where = run("python", "-c", "import rasid.settings; print(rasid.settings.Settings().config, rasid.settings.DATA)")
    config, data = where.stdout.split()
    assert environment in Path(config).parents
    assert data.startswith(str(tmp_path / "home"))
    page = tmp_path / "farm.html"
    page.write_bytes(sample_capture("alsaleh", FARM).body)
    extracted = run("rasid", "extract", str(page), "--url", "https://farm.example/2025/03/a")
    assert extracted.returncode == 0, extracted.stderr
    article = json.loads(extracted.stdout)
    assert article["title"] == FARM.title
    assert {"arms_deals", "caatsa"} <= set(article["topics"])
    assert "western_sahara" in run("rasid", "topics", "list").stdout
    assert run("python", "-m", "rasid", "--version").stdout == "0.1.0\n"


@pytest.mark.service
def test_what_the_rooms_read_comes_with_the_wheel(environment: Path) -> None:
    (site,) = environment.glob("lib/python*/site-packages")
    rooms = ["alerts", "config", "kibana", "processing", "rasid", "samples", "search", "dags", "cli", "pipeline"]
    named = subprocess.run(["git", "ls-files", *rooms], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    missing = [name for name in named.splitlines() if (ROOT / name).exists() and not (site / name).exists()]
    assert len(named.splitlines()) > 150
    assert not missing
    assert (site / "rasid" / "py.typed").exists()


@pytest.mark.service
def test_a_folder_to_edit(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    made = run("rasid", "init", "mine")
    assert (made.returncode, made.stdout) == (0, f"{folder}\n"), made.stderr
    topics = YAML(typ="safe").load((folder / "topics.yaml").read_text(encoding="utf-8"))["topics"]
    assert {file.stem for file in (folder / "models").iterdir()} <= set(topics)
    again = run("rasid", "init", "mine")
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    words = "topics: {moon: {label: {ar: القمر, en: Moon}, description: of the moon, proof: [القمر]}}\n"
    (folder / "topics.yaml").write_text(words, encoding="utf-8")
    (folder / "entities.yaml").unlink()
    listed = run("rasid", "topics", "list", RASID_CONFIG=str(folder)).stdout
    assert "moon" in listed
    assert "western_sahara" not in listed
    lost = run("rasid", "topics", "list", RASID_CONFIG=str(tmp_path / "min"))
    assert (lost.returncode, "RASID_CONFIG: expected a folder that exists" in lost.stderr) == (1, True)


def test_files_lie_over_the_shipped_ones_by_name(tmp_path: Path) -> None:
    assert config_file(tmp_path, "topics.yaml") == SHIPPED / "topics.yaml"
    (tmp_path / "topics.yaml").symlink_to(tmp_path / "nowhere")  # is an error of the file, not the shipped one
    assert config_file(tmp_path, "topics.yaml") == tmp_path / "topics.yaml"


def test_a_model_belongs_to_the_topics_beside_it(tmp_path: Path) -> None:
    shipped = sorted((SHIPPED / "models").glob("*.json"))
    assert topic_models(tmp_path) == topic_models(SHIPPED) == shipped
    own = tmp_path / "models" / shipped[0].name
    own.parent.mkdir()
    own.write_text("{}")
    assert topic_models(tmp_path) == [own, *shipped[1:]]
    (tmp_path / "topics.yaml").write_text("")
    assert topic_models(tmp_path) == [own]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "synonyms.yaml").write_text("mine")
    with pytest.raises(RasidError, match=r"synonyms\.yaml is there already"):
        copy_shipped(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["synonyms.yaml"]
    with pytest.raises(RasidError, match="is there already"):
        copy_shipped(SHIPPED)
    copies = copy_shipped(tmp_path / "a" / "b")
    for copy in copies:
        assert copy.read_bytes() == (SHIPPED / copy.relative_to(tmp_path / "a" / "b")).read_bytes()
