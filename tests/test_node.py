"""The local node: one a folder, found again, stopped cleanly, and nothing acknowledged is lost."""

import base64
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
from elasticsearch import Elasticsearch
from upath import UPath

from rasid.errors import RasidError
from rasid.settings import ROOT, Settings
from search.node.distribution import distribution
from search.node.local_node import MAIN, LocalNode
from tests.conftest import Rasid, emptied, said_by


def until(condition: Callable[[], object]) -> None:
    """Waits for something that comes."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come")


def processes_of(folder: Path) -> list[psutil.Process]:
    """The nodes of a folder."""
    found = psutil.process_iter(["cmdline"])
    return [each for each in found if MAIN in (each.info["cmdline"] or ()) and str(folder) in each.info["cmdline"][-1]]


@pytest.fixture
def node(tmp_path: Path) -> Iterator[LocalNode]:
    node = LocalNode(tmp_path / "node")
    yield node
    node.stop()


def test_life_of_a_node(node: LocalNode, tmp_path: Path) -> None:
    assert node.status() is None
    assert node.stop() is False
    first = node.start()
    assert first.url.startswith("http://127.0.0.1:")
    assert node.start() == LocalNode(node.folder).start() == first
    with Elasticsearch(first.url, basic_auth=node.login) as client:
        assert client.info()["version"]["number"] == first.version == "9.5.3"
        assert client.cluster.health()["status"] in {"green", "yellow"}
        for number in range(50):
            client.index(index="articles-2025.03", id=str(number), document={"number": number})
    os.kill(first.pid, signal.SIGKILL)  # no refresh, no flush: only the translog has them

    second = node.start()
    assert second.pid != first.pid
    settings = json.loads((node.folder / "config" / "elasticsearch.yml").read_text())
    assert settings["http.port"].startswith(f"{urlsplit(first.url).port},9200-")  # where it was, if that is still free
    with Elasticsearch(second.url, basic_auth=node.login) as client:
        client.cluster.health(wait_for_status="yellow")
        client.indices.refresh(index="articles-2025.03")
        assert client.count(index="articles-2025.03")["count"] == 50

    moved = LocalNode(node.folder.rename(node.folder.with_name("moved")))
    for each in (node, moved):
        with pytest.raises(
            RasidError, match=rf"process {second.pid}\) was started in {node.folder}, which was moved or"
        ):
            each.status()
    third = moved.start()
    assert [each.pid for each in processes_of(tmp_path)] == [third.pid]
    assert not node.folder.exists()
    with Elasticsearch(third.url, basic_auth=moved.login) as client:
        assert client.count(index="articles-2025.03")["count"] == 50
    shutil.rmtree(moved.folder)
    moved.folder.mkdir()  # another of the same name
    with pytest.raises(RasidError, match=r"moved or deleted since: `rasid es stop` ends it"):
        moved.status()
    assert moved.stop() is True
    assert moved.status() is None
    assert processes_of(tmp_path) == []


@pytest.mark.service
def test_a_node_that_cannot_start_says_so_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RasidError, match=r"did not start; why is said in .*console\.log$") as told:
        LocalNode(tmp_path, heap="1k").start()
    assert "\n" not in str(told.value)


def test_a_cache_that_cannot_be_written_is_named(rasid: Rasid, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    rasid.environment["XDG_CACHE_HOME"] = str(tmp_path / "file")
    result = rasid("es", "start")
    assert result.returncode == 1
    assert f"cannot be kept in {tmp_path / 'file'}" in result.stderr
    assert "\n" not in result.stderr.strip()


def test_a_program_that_is_damaged_is_made_anew(rasid: Rasid, tmp_path: Path) -> None:
    home = tmp_path / "cache" / "rasid" / distribution().home.name
    shutil.copytree(distribution().home, home)
    assert replace(distribution(), home=home).removed_if_damaged() is None
    (jar,) = home.glob("lib/lucene-core-*.jar")
    jar.write_bytes(jar.read_bytes()[:1_000_000])
    rasid.environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    done = rasid.program("es", "start")
    assert done.returncode == 1
    assert f"{jar.name} of its program in {home} is damaged; that folder was removed" in done.stderr
    assert list(home.parent.iterdir()) == []  # the next start finds none, as the first one did


def test_commands(rasid: Rasid) -> None:
    assert rasid("es", "status").returncode == 1
    node = LocalNode(rasid.data / "elasticsearch")
    try:
        both = [rasid.popen("es", "start") for _ in range(2)]  # one of them starts it, the other one waits
        said = [[line for line in said_by(each).splitlines() if line] for each in both]
        assert sorted(len(lines) for lines in said) == [1, 2]  # one of them says that it starts the node
        assert sum(lines[0].startswith("starting Elasticsearch") for lines in said) == 1
        first, second = (lines[-1] for lines in said)
        assert first == second
        assert first.startswith("Elasticsearch 9.5.3 at http://127.0.0.1:")
        status = rasid("es", "status").stdout
        assert status.startswith(first)
        assert str(node.netrc) in status
        assert node.login[1] not in status
        assert (rasid.data / "elasticsearch" / "logs" / "elasticsearch.log").exists()
    finally:
        assert rasid("es", "stop").stdout == "stopped\n"
    assert rasid("es", "stop").stdout == "was not running\n"


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_start_that_is_interrupted_leaves_no_node(rasid: Rasid, end: signal.Signals) -> None:
    folder = rasid.data / "elasticsearch"
    starting = rasid.popen("es", "start")
    until(lambda: processes_of(folder))
    starting.send_signal(end)
    said_by(starting)
    assert starting.returncode != 0
    assert not processes_of(folder)


def test_new_data_is_not_begun_in_silence(rasid: Rasid, tmp_path: Path) -> None:
    rasid.environment["RASID_DATA"] = str(tmp_path / "elsewhere")
    told = rasid("es", "status").stderr.splitlines()
    assert told == [f"data: {tmp_path / 'elsewhere'} (new)", "the local node is not running"]


def test_data_is_the_same_from_any_folder(tmp_path: Path) -> None:
    assert Path.cwd() == tmp_path
    assert Settings().data == UPath(ROOT / "data")


DAMAGES: dict[str, bytes | None] = {
    "lost": None,
    "empty": b"",
    "not JSON": b"{",
    "not text": b"\xff\xfe\x00",
    "an object": b"{}",
    "a list": b"[]",
    "null": b"null",
    "another process": b'{"pid": PID, "url": "http://127.0.0.1:9"}',
    "another address": b'{"pid": "1", "url": "no address"}',
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_node_is_found_whatever_its_file_says(local_node: LocalNode, tmp_path: Path, damage: str) -> None:
    running = local_node.status()
    with subprocess.Popen(["sleep", "600"]) as another:
        for folder in (local_node.folder, tmp_path):
            if (damaged := DAMAGES[damage]) is None:
                (folder / "node.json").unlink(missing_ok=True)
            else:
                (folder / "node.json").write_bytes(damaged.replace(b"PID", str(another.pid).encode()))
        assert local_node.status() == LocalNode(local_node.folder).start() == running
        without = LocalNode(tmp_path)
        assert without.status() is None
        assert without.stop() is False
        assert another.poll() is None
        another.kill()


@pytest.mark.service
def test_a_process_that_only_looks_like_the_node_is_left_alone(tmp_path: Path) -> None:
    node = LocalNode(tmp_path)
    with subprocess.Popen([sys.executable, "-c", "input()", MAIN, f"{node.folder}/config/"], stdin=-1) as another:
        assert node.stop() is False
        another.kill()


def test_a_password_that_is_lost_is_made_anew(local_node: LocalNode) -> None:
    kept = local_node.netrc.read_bytes()
    running = local_node.status()
    assert stat.S_IMODE(local_node.netrc.stat().st_mode) == 0o600
    assert stat.S_IMODE(local_node.folder.stat().st_mode) == 0o700
    try:
        for damage in (b"", b"\xff", b"machine 127.0.0.1 login rasid password", kept + b" more"):
            local_node.netrc.write_bytes(damage)
            with pytest.raises(RasidError, match="does not answer"):
                local_node.status()
            assert local_node.start() == running
            assert stat.S_IMODE(local_node.netrc.stat().st_mode) == 0o600
            assert local_node.netrc.read_bytes() != kept
    finally:
        local_node.netrc.write_bytes(kept)


def test_status_does_not_wait_for_a_node_that_does_not_answer(
    rasid: Rasid, local_node: LocalNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.node.here.local_node", lambda _: local_node)
    monkeypatch.setattr("pipeline.disks.LEAST", 10**18)  # any disk is full
    rasid.environment.pop("ELASTICSEARCH_URL", None)
    kept = local_node.netrc.read_bytes()
    try:
        local_node.netrc.write_bytes(b"")
        told = rasid("status")
        assert local_node.netrc.read_bytes() == b""  # nobody tried to start it
    finally:
        local_node.netrc.write_bytes(kept)
    assert told.returncode == 1
    assert "does not answer" in told.stderr
    assert "the disk of RASID_DATA has" in told.stderr


JSON = {"Content-Type": "application/json"}
ATTACKS: dict[str, tuple[int, dict[str, str]]] = {
    "a page whose name points here": (403, {"Host": "evil.example"}),
    "and has the port": (403, {"Host": "evil.example:PORT"}),
    "and begins as our name does": (403, {"Host": "127.0.0.1.evil.example"}),
    "and as localhost": (403, {"Host": "localhost.evil.example:PORT"}),
    "no host": (403, {"Host": ""}),
    "a page of another site": (403, {"Origin": "http://evil.example"}),
    "a page of another server here": (403, {"Origin": "http://127.0.0.1:8080"}),
    "a page in a sandbox": (403, {"Origin": "null"}),
    "a picture on a page": (403, {"Sec-Fetch-Site": "cross-site"}),
    "another port's picture": (403, {"Sec-Fetch-Site": "same-site"}),
    "a form": (406, {"Content-Type": "application/x-www-form-urlencoded"}),
    "a form with files": (406, {"Content-Type": "multipart/form-data; boundary=x"}),
    "a form of plain text": (406, {"Content-Type": "text/plain"}),
    "no type": (406, {}),
    "no password": (401, {"Authorization": "", **JSON}),
    "a wrong password": (401, {"Authorization": "Basic cmFzaWQ6cmFzaWQ=", **JSON}),
    "another scheme": (401, {"Authorization": "Bearer x", **JSON}),
}


@pytest.fixture(scope="module")
def attacked(cluster: str) -> Iterator[Elasticsearch]:
    """The shared node, with one article, which is there after each attack."""
    with emptied(cluster) as client:
        client.index(index="articles-2025.03", id="1", document={}, refresh=True)
        yield client


@pytest.mark.parametrize("attack", ATTACKS)
def test_who_is_outside_stays_outside(local_node: LocalNode, attacked: Elasticsearch, attack: str) -> None:
    running = local_node.status()
    assert running
    port = running.url.rpartition(":")[2]
    status, headers = ATTACKS[attack]
    basic = "Basic " + base64.b64encode(":".join(local_node.login).encode()).decode()
    given = {name: value.replace("PORT", port) for name, value in headers.items()}
    with httpx.Client(base_url=running.url, trust_env=False) as web:
        for method, path in (
            ("POST", "/articles-2025.03/_close"),
            ("DELETE", "/articles-2025.03"),
            ("GET", "/_search"),
        ):
            answer = web.request(method, path, headers={"Authorization": basic, **given}, content=b"{}")
            assert answer.status_code == status, answer.text
            assert "hits" not in answer.text
            assert "WWW-Authenticate" not in answer.headers
    assert attacked.count(index="articles-2025.03")["count"] == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:PORT", "localhost", "LOCALHOST:PORT", "[::1]:PORT"])
def test_who_has_the_password_is_let_in(local_node: LocalNode, host: str) -> None:
    running = local_node.status()
    assert running
    host = host.replace("PORT", running.url.rpartition(":")[2])
    for headers in ({}, {"Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        answer = httpx.get(running.url, auth=local_node.login, headers={"Host": host, **headers}, trust_env=False)
        assert answer.status_code == 200, answer.text


def test_curl_finds_the_password(local_node: LocalNode) -> None:
    running = local_node.status()
    assert running
    command = ["curl", "-s", "--netrc-file", str(local_node.netrc), running.url]
    assert '"number" : "9.5.3"' in subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_no_other_port_is_open(local_node: LocalNode) -> None:
    running = local_node.status()
    assert running
    connections = psutil.Process(running.pid).net_connections("inet")
    listening = [each.laddr for each in connections if each.status in {psutil.CONN_LISTEN, psutil.CONN_NONE}]
    assert [f"http://{each.ip.removeprefix('::ffff:')}:{each.port}" for each in listening] == [running.url]


def test_with_an_address_nothing_is_started(rasid: Rasid, cluster: str) -> None:
    rasid.environment["ELASTICSEARCH_URL"] = cluster
    told = rasid("es", "start").stdout
    assert told.startswith("nothing started: ELASTICSEARCH_URL is http://127.0.0.1:")
    assert "@" not in told  # neither user nor password
    assert rasid("setup").returncode == 0
    assert not (rasid.data / "elasticsearch").exists()


def test_a_cluster_that_does_not_answer(rasid: Rasid) -> None:
    rasid.environment["ELASTICSEARCH_URL"] = "http://user:a-secret@127.0.0.1:9"
    result = rasid("search", "سلاح")
    assert result.returncode == 1
    assert "Elasticsearch at http://127.0.0.1:9 cannot be used" in result.stderr
    assert "a-secret" not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
