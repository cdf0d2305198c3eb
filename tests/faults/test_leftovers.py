"""What editors, systems and people leave among the files of the configuration and of the data."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from upath import UPath

from rasid.configuration import config_files
from rasid.errors import ConfigError, RasidError
from rasid.outlets import load_outlets
from rasid.own_file import write_beside
from rasid.storage import root_of
from samples.site import DAY
from tests.conftest import COMMAND, Rasid

OUTLET = (
    "outlets: {{{}: {{name: {{ar: x, en: x}}, country: DZ, timezone: UTC, sources: [{{feed: 'http://a.example/'}}]}}}}"
)


def _write(name: str) -> Callable[[Path], object]:
    return lambda beside: (beside / name).write_text("}{ half of it")


PASSED_OVER: dict[str, Callable[[Path], object]] = {
    "nothing": lambda beside: None,
    "back-up": _write("mine.yaml~"),
    "Vim's": _write(".mine.yaml.swp"),
    "patch's": _write("mine.yaml.orig"),
    "Emacs's": _write("#mine.yaml#"),
    "Emacs's lock": lambda beside: (beside / ".#mine.yaml").symlink_to("me@host.1:2"),
    "macOS's": lambda beside: (beside / "._mine.yaml").write_bytes(b"\0\5\x16\7\0\2"),
    "empty": lambda beside: (beside / "empty.yaml").touch(),
    "comments": lambda beside: (beside / "comments.yaml").write_text("# nothing yet\n"),
    "BOM and line ends of Windows": lambda beside: (beside / "mine.yaml").write_bytes(
        b"\xef\xbb\xbf" + (beside / "mine.yaml").read_bytes().replace(b"\n", b"\r\n")
    ),
}


def _as_folder(beside: Path) -> None:
    (beside / "mine.yaml").unlink()
    beside.rmdir()


TOLD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (lambda beside: (beside / "x.yaml").mkdir(), r"x\.yaml:1: cannot be read: Is a directory"),
    "a pipe": (lambda beside: os.mkfifo(beside / "x.yaml"), r"x\.yaml:1: cannot be read: Not a file"),
    "a link to nothing": (
        lambda beside: (beside / "x.yaml").symlink_to("none"),
        r"x\.yaml:1: cannot be read: No such file",
    ),
    "a copy": (
        lambda beside: (beside / "mine copy.yaml").write_text(OUTLET.format("mine")),
        r"mine\.yaml:1: outlets\.mine: stands in an earlier file",
    ),
    "a file as its folder": (
        lambda beside: (_as_folder(beside), beside.touch()),
        r"outlets\.d:1: cannot be read: Not a directory",
    ),
    "a circle as its folder": (
        lambda beside: (_as_folder(beside), beside.symlink_to(beside.name)),
        r"outlets\.d:1: cannot be read: Too many levels",
    ),
    "its folder a link to nothing": (
        lambda beside: (_as_folder(beside), beside.symlink_to("none")),
        r"outlets\.d:1: cannot be read: No such file",
    ),
}


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """Where a person has an outlet of her own."""
    (folder := tmp_path / "config" / "outlets.d").mkdir(parents=True)
    (tmp_path / "config" / "outlets.yaml").write_text(OUTLET.format("one"))
    (folder / "mine.yaml").write_text(OUTLET.format("mine") + "\n")
    return folder


@pytest.mark.parametrize("left", PASSED_OVER)
def test_what_is_no_file_of_ours_is_passed_over(beside: Path, left: str) -> None:
    PASSED_OVER[left](beside)
    assert list(load_outlets(config_files(beside.parent, "outlets.yaml"))) == ["one", "mine"]


@pytest.mark.parametrize("left", TOLD)
def test_what_could_be_missed_is_told(beside: Path, left: str) -> None:
    spoil, told = TOLD[left]
    spoil(beside)
    with pytest.raises(ConfigError, match=told):
        load_outlets(config_files(beside.parent, "outlets.yaml"))


def test_a_folder_that_takes_no_file(beside: Path) -> None:
    _as_folder(beside)
    beside.symlink_to("/proc")  # where nobody makes a file, not even root
    with pytest.raises(RasidError, match=r"new\.yaml: .*; or name a folder of your own by RASID_CONFIG"):
        write_beside(beside.parent, "outlets.yaml", "new", OUTLET.format("new"), load_outlets)


def test_a_name_that_is_not_read_is_told(rasid: Rasid, beside: Path) -> None:
    (beside / "other.yml").write_text(OUTLET.format("other"))
    rasid.environment["RASID_CONFIG"] = str(beside.parent)
    (found,) = json.loads(rasid("doctor", "--json").stdout)
    assert found["what"] == f"{beside / 'other.yml'}:1: this file is not read: name it other.yaml"


def test_copies_of_days_are_no_days(rasid: Rasid, beside: Path) -> None:
    rasid.environment["RASID_CONFIG"] = str(beside.parent)
    for room in ("captures", "articles", "runs"):
        for day in (f"{DAY} (copy)", "20250310", "old"):
            (rasid.data / room / day).mkdir(parents=True)
            (rasid.data / room / day / "one.jsonl").write_text("x")
            (rasid.data / room / day / "one.warc.gz").write_text("x")
    done = rasid("doctor")
    assert (done.returncode, done.stdout) == (0, "all files are whole\n"), done.stderr


@pytest.mark.parametrize("to", ["captures", "none"])
def test_a_folder_that_is_a_link_to_nothing_is_told(rasid: Rasid, beside: Path, to: str) -> None:
    rasid.environment["RASID_CONFIG"] = str(beside.parent)
    (rasid.data / "captures").symlink_to(to)
    (found,) = json.loads(rasid("doctor", "--json").stdout)
    assert found["what"] == "captures is a file, or a link to nothing"


def test_home_in_a_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert root_of("~/data") == UPath(tmp_path / "data")


@pytest.mark.service
@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(rasid: Rasid, beside: Path, closed: str) -> None:
    rasid.environment["RASID_CONFIG"] = str(beside.parent)
    command = ["sh", "-c", f'"$0" outlets list {closed}', str(COMMAND)]
    done = subprocess.run(command, env=rasid.environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.service
def test_a_folder_that_is_deleted(rasid: Rasid, beside: Path) -> None:
    rasid.environment["RASID_CONFIG"] = str(beside.parent)
    command = ["sh", "-c", 'mkdir x && cd x && rmdir ../x && "$0" outlets list', str(COMMAND)]
    done = subprocess.run(command, env=rasid.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "the folder in which this command runs was deleted: go to another one (cd)\n"
