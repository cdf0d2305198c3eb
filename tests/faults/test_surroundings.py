"""Faults that strike no stage: two at once, odd days, ports in use, other users, blanks in paths."""

import re
import struct
import subprocess
import sys
import threading
import zlib
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from operator import itemgetter
from pathlib import Path
from shutil import copytree, which

import psutil
import pytest

from pipeline.progress import ProgressReader, progress_file, progress_writer
from rasid.reports import Event
from rasid.settings import ROOT, Settings
from samples.site import DAY
from search.node.local_node import LocalNode
from tests.conftest import COMMAND, PATIENCE, Rasid, said_by
from tests.faults.installation import SECRETS, STAGES, Installation, Outside, install
from tests.faults.kinds import gate


@pytest.mark.long
@pytest.mark.parametrize(
    "other",
    [
        ("run", "--date", str(DAY)),
        ("run", "--date", str(DAY + timedelta(days=1))),
        ("reprocess", "--since", str(DAY), "--until", str(DAY)),
    ],
    ids=["run", "run of the next day", "reprocess"],
)
def test_two_at_once(installation: Installation, other: tuple[str, ...]) -> None:
    installation.run("crawl")
    both = [installation.rasid.popen(*command) for command in (("run", "--date", str(DAY)), other)]
    for process in both:
        said = said_by(process)
        assert process.returncode == 0, said
        assert "Traceback" not in said
    installation.run(*STAGES)
    installation.check()


@pytest.mark.long
def test_a_run_that_fails_at_once_shows_nothing_of_an_earlier_one(installation: Installation) -> None:
    installation.run("crawl", "process")
    home = installation.rasid.data / "home"
    home.mkdir()
    (home / "airflow.cfg").write_text("[core\n")
    installation.rasid.environment["AIRFLOW_HOME"] = str(home)
    done = installation.rasid.program("run", "--date", str(DAY))
    assert done.returncode == 1
    assert "airflow.log" in done.stderr
    assert "captures" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31", "2025-02-29", "2025-W11-1", "-5", ""])
def test_a_day_that_cannot_be_meant(rasid: Rasid, day: str) -> None:
    done = rasid("crawl", f"--date={day}")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (rasid.data / "captures").exists()


@pytest.mark.long
def test_a_day_before_clocks_of_computers_begin(installation: Installation) -> None:
    installation.run(*STAGES, day=date(1969, 12, 31))
    assert Counter(article["url"] for article in installation.indexed()) == Counter(installation.outside.pages)


def test_a_line_of_progress_that_is_torn_costs_itself_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    tell = progress_writer(settings, DAY)
    tell(Event("crawl", "earlier"))
    file = progress_file(settings, DAY)
    with file.open("ab") as stream:
        stream.write(b'{"stage": "cra')
    reader = ProgressReader(file)
    tell(Event("crawl", "one"))  # on the torn line
    with file.open("ab") as stream:
        stream.write(b'{"stage"\n[]\n{"other": 1}\n\xff\n')
    tell(Event("crawl", "two"))
    assert [event.outlet for event in reader.new_events()] == ["one", "two"]


ALL_PORTS = """
import fcntl, os, socket, struct, sys
probe = socket.socket()
fcntl.ioctl(probe, 0x8914, struct.pack("16sh14x", b"lo", 1))  # the loopback device of this name space goes up
taken = [socket.create_server(("127.0.0.1", port)) for port in range(9200, 9300)]
os.spawnv(os.P_WAIT, sys.argv[1], sys.argv[1:])
"""


@pytest.mark.long
def test_a_node_for_which_no_port_is_free(rasid: Rasid) -> None:
    apart = ["unshare", "-Urn"]
    if not which("unshare") or subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no name space may be made here")
    command = [*apart, sys.executable, "-c", ALL_PORTS, str(COMMAND), "es", "start"]
    done = subprocess.run(command, env=rasid.environment, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert "did not start; why is said in" in done.stderr
    assert "Traceback" not in done.stderr
    log = rasid.data / "elasticsearch" / "logs" / "elasticsearch.log"
    assert str(log) in done.stderr
    assert "Failed to bind to 127.0.0.1:[9200-9299]" in log.read_text()


@pytest.mark.long
def test_data_of_a_newer_elasticsearch(rasid: Rasid) -> None:
    node = LocalNode(rasid.data / "elasticsearch")
    node.start()
    node.stop()
    commit = max((node.folder / "data" / "_state").glob("segments_*"), key=lambda file: file.stat().st_mtime)
    head = re.sub(rb"(node_version.)\d{7}", rb"\g<1>9990099", commit.read_bytes()[:-8], flags=re.DOTALL)
    commit.write_bytes(head + struct.pack(">Q", zlib.crc32(head)))
    done = rasid.program("es", "start")
    assert done.returncode == 1
    assert "Elasticsearch 9.99.0 wrote its data, and this is 9.5.3; use the newer Rasid, or move" in done.stderr
    assert "Traceback" not in done.stderr
    (node.folder / "data").rename(node.folder / "data of another")
    assert rasid.program("es", "start").returncode == 0
    node.stop()


@pytest.mark.long
@pytest.mark.service
@pytest.mark.parametrize("part", ["_block/write", "/rebuilt-", "/_bulk", "/_aliases"])
def test_a_node_killed_while_an_index_is_built_anew(
    tmp_path: Path, world: Outside, doomed_node: LocalNode, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setenv("TEST_HOOK", world.hook)
    monkeypatch.setenv("TEST_KEY", SECRETS[1])
    doomed_node.start()
    installation = install(tmp_path, world, doomed_node)
    installation.run(*STAGES)
    before = sorted(installation.indexed(), key=itemgetter("id"))
    synonyms = Path(installation.rasid.environment["RASID_CONFIG"]) / "synonyms.yaml"
    synonyms.write_text("synonyms: [[سلاح, أسلحة], [مناكفة, كلمةغريبة]]\n", encoding="utf-8")
    there, go_on = threading.Event(), threading.Event()

    def stand() -> None:
        there.set()
        go_on.wait(PATIENCE)

    with gate(installation.url, part, stand) as url:
        here = installation.rasid
        process = replace(here, environment=here.environment | {"ELASTICSEARCH_URL": url}).popen("setup", "--migrate")
        assert there.wait(PATIENCE)
        psutil.Process(installation.node_pid).kill()
        go_on.set()
        said = said_by(process)
    assert "Traceback" not in said
    assert process.returncode == 1
    assert "run this again when it answers" in said, said
    installation.commanded("setup", "--migrate")
    assert sorted(installation.indexed(), key=itemgetter("id")) == before
    installation.run(*STAGES)
    installation.check()


def test_a_program_in_a_path_with_blanks(tmp_path: Path, rasid: Rasid) -> None:
    there = tmp_path / "a folder" / "راصد ٢"
    for room in ("rasid", "processing", "search", "alerts", "crawlers", "config"):
        copytree(ROOT / room, there / room)
    rasid.environment.update({"PYTHONPATH": str(there), "RASID_CONFIG": str(there / "config")})
    done = rasid.program("tag", stdin='{"id": "1", "title": "صفقة سلاح", "body": "-"}')
    assert (done.returncode, done.stderr) == (0, "")
    assert "arms_deals" in done.stdout


def test_more_outlets_than_airflow_maps_by_default(rasid: Rasid, tmp_path: Path) -> None:
    outlet = "name: {ar: x, en: x}, country: DZ, timezone: UTC, sources: [{feed: 'http://127.0.0.1:9/'}]"
    file = tmp_path / "outlets.yaml"
    file.write_text("outlets:\n" + "".join(f"  o{number}: {{{outlet}}}\n" for number in range(1100)))
    done = rasid("outlets", "list", "--outlets", str(file))
    assert done.returncode == 0
    assert done.stdout.count("http://127.0.0.1:9/") == 1100
