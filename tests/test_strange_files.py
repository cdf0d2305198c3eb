"""A pipe, a socket or a device under the name of a file of ours is refused in a sentence that names it: whoever opens a
pipe waits for its other end, and whoever reads a device does so for ever.
"""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from upath import UPath

from crawlers.state import state_damage
from pipeline.kept import Reports
from processing.topics.model import load_models
from rasid.captures import CaptureWriter, read_captures, set_torn_aside
from rasid.errors import ConfigError, told_by_system
from rasid.outlets import load_outlets
from rasid.records import ARTICLES
from rasid.reports import IndexReport
from rasid.storage import Storage, regular
from samples.site import DAY
from tests.conftest import Rasid


def _socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(file.parent)  # as the address of a socket is short
        bound.bind(file.name)
        os.chdir(here)


STRANGE: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "socket": _socket,
    "device": lambda file: file.symlink_to("/dev/zero"),
}
NAMES = [
    f"captures/{DAY}/one.warc.gz",
    f"articles/{DAY}/one.jsonl",
    f"rejected/{DAY}/one.jsonl",
    f"runs/{DAY}/index.json",
    "state/one.jsonl",
    "labels/arms_deals.jsonl",
    "models/arms_deals.json",
]


@pytest.fixture(params=STRANGE)
def strange(request: pytest.FixtureRequest) -> Callable[[Path], Path]:
    """Makes something in place of a file."""

    def make(file: Path) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        STRANGE[request.param](file)
        return file

    return make


def test_files_that_are_read_and_written(tmp_path: Path, strange: Callable[[Path], Path]) -> None:
    storage = Storage(UPath(tmp_path))
    for name in NAMES:
        strange(tmp_path / name)
    captures = storage.captures(DAY, "one")
    doing: dict[str, Callable[[], object]] = {
        "captures": lambda: list(read_captures(storage, captures, "one")),
        "captures that are written": lambda: CaptureWriter(captures),
        "captures that end": lambda: set_torn_aside(captures),
        "articles": lambda: ARTICLES.read(storage.articles(DAY, "one")),
        "state": lambda: state_damage(storage.state("one")),
        "runs": lambda: Reports(storage, DAY, lambda _: None).kept(IndexReport),
    }
    for name, do in doing.items():
        with pytest.raises(OSError, match="Not a file") as raised:
            do()
        told = told_by_system(raised.value)
        assert told
        assert told.startswith(f"{tmp_path / name.split()[0]}/")
        assert told.endswith("Not a file; a pipe, a socket or a device stands where a file is to be: move it away")


def test_files_of_the_configuration(tmp_path: Path, strange: Callable[[Path], Path]) -> None:
    with pytest.raises(ConfigError, match=r"outlets\.yaml:1: cannot be read: Not a file$"):
        load_outlets(strange(tmp_path / "outlets.yaml"))
    with pytest.raises(ConfigError, match=r"arms\.json:1: is no topic's model: .*Not a file"):
        load_models([strange(tmp_path / "arms.json")])


def test_what_may_be_opened(tmp_path: Path) -> None:
    (file := tmp_path / "file").write_text("1")
    (link := tmp_path / "link").symlink_to(file)
    (nowhere := tmp_path / "nowhere").symlink_to(tmp_path / "none")
    for each in (file, link, nowhere, tmp_path, tmp_path / "none", file / "below", UPath(file), UPath("memory://x/y")):
        assert regular(each) is each


def test_all_are_told_in_one_pass(rasid: Rasid, strange: Callable[[Path], Path]) -> None:
    for name in NAMES:
        strange(rasid.data / name)
    (rasid.data / NAMES[0]).with_name("two.warc.gz").mkdir()
    found = json.loads(rasid("doctor", "--json").stdout)
    told = [line["what"].removeprefix(f"{rasid.data}/").split()[0] for line in found]
    assert told == [f"{NAMES[-1]}:1:", NAMES[0], NAMES[0].replace("one", "two"), *NAMES[1:-1]]
    assert {line["cure"] for line in found[1:]} == {"move it away"}


def test_a_stage_ends_at_once(rasid: Rasid, tmp_path: Path, strange: Callable[[Path], Path]) -> None:
    (config := tmp_path / "config").mkdir()
    outlet = "{name: {ar: x, en: x}, country: DZ, timezone: UTC, sources: [{feed: 'http://127.0.0.1:9/'}]}"
    (config / "outlets.yaml").write_text(f"outlets: {{one: {outlet}}}")
    rasid.environment["RASID_CONFIG"] = str(config)
    file = strange(rasid.data / NAMES[0])
    done = rasid("process", "--date", str(DAY))
    assert done.returncode == 1
    assert f"{file}: Not a file" in " ".join((done.stdout + done.stderr).split())
