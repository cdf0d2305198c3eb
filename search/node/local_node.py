"""Starts, finds and stops the Elasticsearch node of this machine. Its data, log and password are under ``RASID_DATA``.

The node is known by its process, whose command line names its folder and which works in it: no file has to be believed,
and a folder that is moved or deleted while its node runs shows.
"""

import hashlib
import json
import logging
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
from filelock import FileLock, Timeout
from upath import UPath

from rasid.errors import RasidError, told_by_system
from rasid.storage import regular, write_whole
from search.indices import ALL
from search.node.distribution import Distribution, Progress, distribution
from search.node.failure import why_not_started

_LOG = logging.getLogger(__name__)

PORTS = range(9200, 9300)
"""Those that a node may take: its last one, if that is free, or else the first one that is."""
START_TIMEOUT = 300.0
"""Seconds until it answers: ten where nothing else runs, a minute and more on a machine that is overloaded."""
SHARDS_TIMEOUT = 60.0
"""Seconds from then on until all indices do."""
STOP_TIMEOUT = 30.0
MAIN = "rasid.LocalNode"
USER = "rasid"

LOGGING = """\
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = ${sys:es.logs.base_path}/elasticsearch.log
appender.file.filePattern = ${sys:es.logs.base_path}/elasticsearch-%i.log.gz
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] [%node_name] %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 16MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 4
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
"""


@dataclass(frozen=True)
class NodeStatus:
    """A local node that answers.

    Attributes:
        url: where it listens, such as ``http://127.0.0.1:9200``.
        pid: id of the node's process.
        version: version of Elasticsearch.
        red: indices that do not answer, or not yet.
    """

    url: str
    pid: int
    version: str
    red: tuple[str, ...] = ()


class LocalNode:
    """The node whose files are in a folder.

    Args:
        folder: holds ``config``, ``data``, ``logs``, ``netrc`` (the password, for `curl` as well) and, for other
            programs, ``node.json`` (process and address of the node that was started last).
        heap: heap of the Java process, such as ``512m``.
    """

    def __init__(self, folder: Path, heap: str = "512m") -> None:
        self.folder = folder.resolve()
        self.heap = heap
        self.log_file = self.folder / "logs" / "elasticsearch.log"
        self.console_file = self.folder / "logs" / "console.log"
        self.netrc = self.folder / "netrc"

    @property
    def login(self) -> tuple[str, str]:
        """User and password; the password is empty when its file is lost or damaged, until `start` makes it anew."""
        try:
            words = regular(self.netrc).read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError):
            words = []
        return USER, words[5] if len(words) == 6 and words[:5] == self._netrc_words() else ""

    def status(self) -> NodeStatus | None:
        """The running node, or None.

        Raises:
            RasidError: it runs, and does not answer, or its folder was moved.
        """
        if not (process := self._process()):
            return None
        if not self._is_at_home(process):
            raise RasidError(
                f"{_moved(process)}: `rasid es stop` ends it, and the next command that needs it starts it here"
            )
        if not (running := self._ask(process)):
            raise RasidError(
                f"the local node (process {process.pid}) does not answer; it may still be starting: see {self.log_file}"
            )
        return running

    def start(self, progress: Progress | None = None) -> NodeStatus:
        """Starts the node, or finds the one that runs or that another command is starting, and waits until it and its
        indices answer. One of an older Rasid, or whose folder was moved or deleted, is replaced.

        Args:
            progress: told of the download of the server's jars at the first start.

        Raises:
            RasidError: it could not be built, did not start, or an index does not answer; the message names its log.
        """
        server = distribution(progress)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            with FileLock(self.folder / "start.lock", timeout=START_TIMEOUT + SHARDS_TIMEOUT):
                if not self.login[1]:
                    self._make_password()
                process = self._process()
                if process and not self._is_at_home(process):
                    _LOG.info("%s; it is ended", _moved(process))
                if process and not (str(server.home) in process.info["cmdline"] and self._is_at_home(process)):
                    self.stop()
                    process = None
                running = (process and self._ready(process)) or self._launch(server)
                known = json.dumps({"pid": running.pid, "url": running.url})
                write_whole(UPath(self.folder / "node.json"), known.encode())
                return running
        except Timeout:
            raise RasidError(
                f"another command is starting the local node and does not end; see {self.log_file}"
            ) from None
        except OSError as error:
            raise RasidError(
                f"the local node cannot be kept in {self.folder}: {told_by_system(error) or error}"
            ) from None

    def stop(self) -> bool:
        """Stops the node and waits for its end; one that does not stop is killed. False if none was running.

        Raises:
            RasidError: it cannot be ended.
        """
        if not (process := self._process()):
            return False
        # What it has acknowledged outlives both. One whose folder was moved would make that anew, to end in order.
        for end in (process.terminate, process.kill) if self._is_at_home(process) else (process.kill,):
            with suppress(psutil.NoSuchProcess):
                end()
            deadline = time.monotonic() + STOP_TIMEOUT
            while time.monotonic() < deadline:
                if _ends(process):
                    return True
        raise RasidError(f"the local node (process {process.pid}) did not end; see {self.log_file}")

    @contextmanager
    def unless_interrupted(self) -> Iterator[None]:
        """A context that, interrupted, stops the node that was started in it."""
        was_there = self._process()
        try:
            yield
        except (KeyboardInterrupt, SystemExit):
            if not was_there:
                self.stop()
            raise

    def _process(self) -> psutil.Process | None:
        """The process that was started under this folder's name, or works in it under another."""
        mine = psutil.Process().username()  # who else has a process of this command line is after the password
        found = []
        for process in psutil.process_iter(["cmdline", "username"]):
            command = process.info["cmdline"] or []
            if command[-3:-2] == [MAIN] and process.info["username"] == mine:
                named = command[-1] == str(self.folder / "config")
                found += [process] * (named or _works_in(process, self.folder))
        return next((each for each in found if self._is_at_home(each)), next(iter(found), None))

    def _is_at_home(self, process: psutil.Process) -> bool:
        """Whether this folder is still the one that a process was started in."""
        return process.info["cmdline"][-1] == str(self.folder / "config") and _works_in(process, self.folder)

    def _ask(self, process: psutil.Process) -> NodeStatus | None:
        """None if it does not answer."""
        client = httpx.Client(auth=self.login, timeout=30, trust_env=False)
        with suppress(psutil.Error, httpx.HTTPError), client:
            for each in process.net_connections("tcp"):
                if each.status == psutil.CONN_LISTEN:
                    url = f"http://127.0.0.1:{each.laddr.port}"
                    about = client.get(url).raise_for_status().json()
                    health = client.get(f"{url}/_cluster/health?level=indices").raise_for_status().json()
                    red = tuple(name for name, found in health["indices"].items() if found["status"] == "red")
                    if health["status"] == "red" and not red:  # it has yet to read which indices there are
                        return None
                    return NodeStatus(url, process.pid, about["version"]["number"], red)
        return None

    def _launch(self, server: Distribution) -> NodeStatus:
        _LOG.info("starting Elasticsearch; it takes ten seconds, and a minute and more on a busy machine …")
        for folder in ("config", "data", "logs"):
            (self.folder / folder).mkdir(exist_ok=True)
        (self.folder / "config" / "elasticsearch.yml").write_text(self._settings(), encoding="utf-8")
        (self.folder / "config" / "log4j2.properties").write_text(LOGGING)
        with regular(self.console_file).open("wb") as console:
            process = subprocess.Popen(
                [
                    str(server.java),
                    f"-Xms{self.heap}",
                    f"-Xmx{self.heap}",
                    "-XX:+UseSerialGC",  # the node shares two cores with the crawl
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dlog4j2.disable.jmx=true",
                    "-cp",
                    server.class_path,
                    MAIN,
                    str(server.home),
                    str(self.folder / "config"),
                ],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a node outlives the command that started it
            )
        try:
            running = self._ready(psutil.Process(process.pid))
        except (KeyboardInterrupt, SystemExit):
            process.kill()
            process.wait()
            raise
        if not running:
            raise RasidError(why_not_started(server, self.folder / "data", self.log_file, self.console_file))
        return running

    def _ready(self, process: psutil.Process) -> NodeStatus | None:
        """Waits until it answers, and its indices do; None when it ends instead."""
        deadline = time.monotonic() + START_TIMEOUT
        while not (running := self._ask(process)) or running.red:
            if _ends(process):
                return None
            if running:
                deadline = min(deadline, time.monotonic() + SHARDS_TIMEOUT)
            if time.monotonic() > deadline and running:
                raise RasidError(
                    f"the local node runs, but these of its indices do not: {', '.join(running.red)}; see "
                    f"{self.log_file}. What an index of articles had comes back from the captures: delete it and run "
                    "`rasid reprocess`"
                )
            if time.monotonic() > deadline:
                raise RasidError(f"the local node did not answer within {START_TIMEOUT:.0f} s; see {self.log_file}")
        return running

    def _netrc_words(self) -> list[str]:
        return ["machine", "127.0.0.1", "login", USER, "password"]

    def _make_password(self) -> None:
        new = self.netrc.with_name("netrc.new")
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        new.write_text(" ".join([*self._netrc_words(), secrets.token_urlsafe(24)]) + "\n")
        new.replace(self.netrc)

    def _cluster_name(self) -> str:
        # A folder is one cluster: its own name tells it from a node that another folder started.
        return "rasid-" + hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]

    def _last_port(self) -> str:
        """With a comma; empty if it is not known. Who knows the address of the node finds it there again."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            port = urlsplit(json.loads(regular(self.folder / "node.json").read_bytes())["url"]).port
            return f"{port}," if port in PORTS else ""
        return ""

    def _settings(self) -> str:
        # JSON is YAML, and quotes any path rightly.
        return json.dumps(
            {
                "cluster.name": self._cluster_name(),
                "node.name": "rasid",
                "discovery.type": "single-node",
                "network.host": "127.0.0.1",
                "http.port": f"{self._last_port()}{PORTS[0]}-{PORTS[-1]}",
                "path.data": [str(self.folder / "data")],  # in a list, as a text is cut at commas
                "path.repo": [str(self.folder / "snapshots")],
                "path.logs": str(self.folder / "logs"),
                # The default keeps the last 5 to 15 % of the disk free, which stops a laptop's node for no reason.
                "cluster.routing.allocation.disk.threshold_enabled": False,
                # By default garbage counts as memory in use, and the serial collector leaves it lying longer than the
                # limit allows: requests would be refused although there is room.
                "indices.breaker.total.use_real_memory": False,
                "action.auto_create_index": f"{ALL},-*",
            },
            indent=2,
            ensure_ascii=False,
        )


def _works_in(process: psutil.Process, folder: Path) -> bool:
    """Whether a folder is that of a process, whatever it is called by now."""
    with suppress(OSError, psutil.Error):
        there = Path(f"/proc/{process.pid}/cwd")  # where the system has it, also of a folder that is deleted
        return folder.samefile(there if there.exists() else process.cwd())
    return False


def _moved(process: psutil.Process) -> str:
    was = Path(process.info["cmdline"][-1]).parent
    return f"the local node (process {process.pid}) was started in {was}, which was moved or deleted since"


def _ends(process: psutil.Process) -> bool:
    """Whether it has ended, or does within a moment."""
    try:
        process.wait(0.1)  # takes note of the end of a child of ours
    except psutil.TimeoutExpired:
        try:
            return bool(process.status() == psutil.STATUS_ZOMBIE)  # a child of another, which has yet to take note
        except psutil.NoSuchProcess:
            return True
    return True
