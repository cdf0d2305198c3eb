"""Parts that are costly to start: one Elasticsearch node and one finished day for all tests that only look."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from shutil import disk_usage

import psutil
import pytest
from elasticsearch import Elasticsearch
from hypothesis import settings
from upath import UPath

from rasid.outlets import Outlet, load_outlets
from rasid.settings import Settings
from samples.server import serving
from samples.site import DAY
from search.cluster import connect
from search.indices import ALL
from search.node.local_node import LocalNode
from search.synonyms import load_synonyms
from search.templates import set_up
from tests.compiled import CONFIG, compiled, warm
from tests.crawling import Crawl
from tests.in_process import call
from tests.serving import Web, web
from tests.watchdog import MARK, marked, watched

MEMORY = Path("/dev/shm")
if MEMORY.exists() and disk_usage(MEMORY).free > 4e9 and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
    os.environ.setdefault("TMPDIR", str(MEMORY))  # nobody waits for a disk: nodes and databases do so all the time
    tempfile.tempdir = None  # pytest has asked for it already
# A test's node lives for a minute: what Java's second compiler saves it is less than that takes.
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")
# A job in a shell's background ignores interrupts, and so would all that is started here to be interrupted.
signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ["RASID_CONFIG"] = str(CONFIG)
settings.register_profile("rasid", deadline=None, max_examples=40)  # a machine that is busy makes no test fail
settings.register_profile("long", deadline=None, max_examples=400)  # of `make long` and `make sample`
settings.load_profile("rasid")

COMMAND = Path(sys.executable).with_name("rasid")
SERVICES = (
    *("running", "finished_day", "installation", "local_node", "node", "stack"),
    *("sites", "sample_outlets", "site", "crawl", "rasid"),
)
"""Fixtures that start other programs or servers, those that take longest first. A test that uses one is a `service`."""
BEGUN = pytest.StashKey[float]()
"""When the tests began."""
PATIENCE = 1000.0
"""Seconds that a test waits for what must come: fewer than it may take, so that it can still say what it waits for."""
_guarded: list[str] = []
"""The test that runs, if it may start no process."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """For a sample of tests that would take too long together."""
    parser.addoption("--minutes", type=float, help="begin no test after so many; which come first, the date decides")
    parser.addoption("--pictures", type=os.path.abspath, help="folder where the docs' pictures are made anew")
    parser.addoption("--date", default=date.today().isoformat(), help="that decides it; today when absent")  # noqa: DTZ011


def pytest_sessionstart(session: pytest.Session) -> None:
    session.stash[BEGUN] = time.monotonic()


def pytest_runtest_setup(item: pytest.Item) -> None:
    minutes = item.config.option.minutes
    if minutes and time.monotonic() - item.session.stash[BEGUN] > 60 * minutes:
        pytest.skip("the time of this sample is over")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what needs a service. One worker has all tests of a file, and one all that look at the finished day. Groups
    that take long begin, and the many that take nothing come last, so that no worker waits long for the other.
    """
    ranks: dict[str, int] = {}
    for item in items:
        rank = _rank(item)
        if rank < len(SERVICES):
            item.add_marker(pytest.mark.service)
        item.add_marker(pytest.mark.xdist_group(_group(item)))
        ranks[_group(item)] = min(rank, ranks.get(_group(item), rank))
    if config.option.minutes:
        order = random.Random(config.option.date)
        order.shuffle(items)
        files = sorted({item.path for item in items})
        order.shuffle(files)
        items.sort(key=lambda item: files.index(item.path))
    else:
        items.sort(key=lambda item: ranks[_group(item)])


def _rank(item: pytest.Item) -> int:
    used = getattr(item, "fixturenames", ())
    by_name = (rank for rank, name in enumerate(SERVICES) if name in used)
    return next(by_name, len(SERVICES) + (item.get_closest_marker("service") is None))


def _group(item: pytest.Item) -> str:
    return "finished day" if "finished_day" in getattr(item, "fixturenames", ()) else item.path.name


def _no_process(event: str, _: object) -> None:
    if _guarded and event in {"subprocess.Popen", "os.fork", "os.posix_spawn"}:
        pytest.fail(f"{_guarded[0]} starts a process: mark it pytest.mark.service, or give it a fixture that does")


sys.addaudithook(_no_process)


@pytest.fixture(autouse=True)
def _quick_tests_start_nothing(request: pytest.FixtureRequest) -> Iterator[None]:
    if not request.node.get_closest_marker("service"):
        _guarded.append(request.node.nodeid)
    yield
    _guarded.clear()


def said_by(process: "subprocess.Popen[str]", stdin: str | None = None) -> str:
    """What a process says until it and all that has its output from it have ended, which must be soon."""
    try:
        return process.communicate(stdin, timeout=PATIENCE)[0]
    except subprocess.TimeoutExpired:
        left = [each.cmdline() for each in marked(os.environ[MARK]) if each.is_running()]
        process.kill()
        raise AssertionError(f"{process.args} or what it has started does not end; there are {left}") from None


@dataclass(frozen=True)
class Rasid:
    """The command line over one folder of data."""

    data: Path
    environment: dict[str, str]

    def __call__(self, *arguments: str, stdin: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Runs a command in this process."""
        return call(arguments, self.environment, self.data, stdin)

    def program(self, *arguments: str, stdin: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Runs a command as a program."""
        return subprocess.run(
            [COMMAND, *arguments],
            env=self.environment,
            cwd=self.data,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def popen(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [COMMAND, *arguments],
            env=self.environment,
            cwd=self.data,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def settings(self) -> Settings:
        return Settings(data=UPath(self.data), ELASTICSEARCH_URL=self.environment.get("ELASTICSEARCH_URL"))

    def kept(self, day: date, name: str) -> dict[str, int]:
        return json.loads((self.data / "runs" / day.isoformat() / f"{name}.json").read_text())


def _rasid(data: Path, **variables: str) -> Rasid:
    warm(data)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("RASID_", "ELASTICSEARCH_"))}
    return Rasid(data, clean | {"RASID_DATA": str(data), "RASID_CONFIG": str(CONFIG), "COLUMNS": "120"} | variables)


@pytest.fixture(scope="session", autouse=True)
def _nothing_outlives_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with watched(tmp_path_factory.getbasetemp()):
        yield
        server = forkserver._forkserver  # type: ignore[attr-defined]  # of which `tests.crawling` has its processes
        if server._forkserver_pid:
            for left in psutil.Process(server._forkserver_pid).children():  # it would wait for their ends
                left.kill()
        server._stop()
        resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("RASID_", "ELASTICSEARCH_")) and name != "RASID_CONFIG":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)  # no .env either


@pytest.fixture
def rasid(tmp_path: Path) -> Rasid:
    """The command line over a folder of the test's own, without a cluster."""
    return _rasid(tmp_path / "data")


@pytest.fixture(scope="session")
def local_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalNode]:
    """A running node."""
    node = LocalNode(tmp_path_factory.mktemp("elasticsearch"))
    node.start()
    yield node
    node.stop()


def address(node: LocalNode) -> str:
    """Address of a running node, with user and password."""
    status = node.status()
    assert status
    return status.url.replace("://", f"://{':'.join(node.login)}@")


@pytest.fixture(scope="session")
def cluster(local_node: LocalNode) -> str:
    """Address of a running node, with user and password."""
    return address(local_node)


def wipe(client: Elasticsearch) -> None:
    """Deletes what Rasid keeps; a node refuses to delete by wildcard."""
    for index in client.indices.get(index=ALL, ignore_unavailable=True):
        client.indices.delete(index=index)


@contextmanager
def emptied(cluster: str, config: Path = CONFIG) -> Iterator[Elasticsearch]:
    """A node without documents, and set up by a configuration."""
    with connect(Settings(ELASTICSEARCH_URL=cluster)) as client:
        wipe(client)
        set_up(client, synonyms(config))
        yield client


@cache
def synonyms(config: Path) -> tuple[str, ...]:
    """Read once a configuration, as each test begins with it."""
    return load_synonyms(config, compiled() if config == CONFIG else None)


@pytest.fixture
def client(cluster: str) -> Iterator[Elasticsearch]:
    """The shared node, emptied."""
    with emptied(cluster) as client:
        yield client


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address on which nothing listens."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture(scope="session")
def sample_outlets() -> Iterator[Path]:
    """An outlets file whose sample outlets are being served."""
    with serving() as file:
        yield file


@dataclass(frozen=True)
class FinishedDay:
    """A day that ran twice through the DAG on the sample outlets. Two cannot be crawled: the second run allows none."""

    rasid: Rasid
    outlets_file: Path
    runs: tuple["subprocess.CompletedProcess[str]", ...]
    counts: tuple[dict[str, int], ...]

    @property
    def outlets(self) -> dict[str, Outlet]:
        return load_outlets(self.outlets_file)


@pytest.fixture(scope="session")
def finished_day(tmp_path_factory: pytest.TempPathFactory, sample_outlets: Path) -> Iterator[FinishedDay]:
    """The daily job, twice, over a node that it starts itself."""
    rasid = _rasid(tmp_path_factory.mktemp("day"))
    arguments = ("run", "--date", DAY.isoformat(), "--outlets", str(sample_outlets))
    runs, counts = [], []
    for allowed in ("0.5", "0"):
        strict = replace(rasid, environment={**rasid.environment, "RASID_FAILED_OUTLETS": allowed})
        runs.append(strict.program(*arguments))
        with Elasticsearch(address(LocalNode(rasid.data / "elasticsearch"))) as client:
            counts.append({name: client.count(index=name)["count"] for name in ("articles", "alert-deliveries")})
    yield FinishedDay(rasid, sample_outlets, tuple(runs), tuple(counts))
    LocalNode(rasid.data / "elasticsearch").stop()


@pytest.fixture
def crawl(tmp_path: Path) -> Crawl:
    """Crawls into a folder of the test's own."""
    return Crawl(tmp_path)


@pytest.fixture
def site() -> Iterator[Web]:
    """A web server of the test's own."""
    with web() as served:
        yield served
