"""Starts, finds and stops the Elasticsearch node of this machine. Its data, log and port are under ``RASID_DATA``."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from rasid.errors import RasidError
from search.indices import ALL
from search.node.distribution import Progress, distribution

START_TIMEOUT = 90.0
STOP_TIMEOUT = 30.0

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
        pid: its process.
        version: of Elasticsearch.
    """

    url: str
    pid: int
    version: str


class LocalNode:
    """The node whose files are in a folder.

    Args:
        folder: holds ``config``, ``data``, ``logs`` and ``node.json`` (process and address of the running node).
        heap: of the Java process, such as ``512m``.
    """

    def __init__(self, folder: Path, heap: str = "512m") -> None:
        self.folder = folder.absolute()
        self.heap = heap
        self.log_file = self.folder / "logs" / "elasticsearch.log"
        self._record = self.folder / "node.json"

    def status(self) -> NodeStatus | None:
        """The running node, or None. A process that lives but does not answer counts as not running."""
        try:
            record = json.loads(self._record.read_text())
            answer = httpx.get(record["url"], timeout=5, trust_env=False).json()
        except (FileNotFoundError, httpx.HTTPError, json.JSONDecodeError):
            return None
        # Another node may have taken the port since: only the one that works on this folder is ours.
        if answer.get("cluster_name") != self._cluster_name():
            return None
        return NodeStatus(record["url"], record["pid"], answer["version"]["number"])

    def start(self, progress: Progress | None = None) -> NodeStatus:
        """Starts the node and waits until it answers; gives the running one if there is one.

        Args:
            progress: told of the download of the server's jars at the first start.

        Raises:
            RasidError: it could not be built or did not start; the message has the end of its log.
        """
        if running := self.status():
            return running
        server = distribution(progress)
        ports_file = self.folder / "logs" / "http.ports"
        for folder in ("config", "data", "logs"):
            (self.folder / folder).mkdir(parents=True, exist_ok=True)
        ports_file.unlink(missing_ok=True)
        (self.folder / "config" / "elasticsearch.yml").write_text(self._settings(), encoding="utf-8")
        (self.folder / "config" / "log4j2.properties").write_text(LOGGING)
        with (self.folder / "logs" / "console.log").open("wb") as console:
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
                    "rasid.LocalNode",
                    str(server.home),
                    str(self.folder / "config"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a node outlives the command that started it
            )
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if ports_file.exists() and (address := ports_file.read_text().strip()):
                self._record.write_text(json.dumps({"pid": process.pid, "url": f"http://{address.split()[0]}"}))
                if running := self.status():
                    return running
            if process.poll() is not None:
                # Two starts at once: the data folder's lock let one of them through.
                if running := self.status():
                    return running
                raise RasidError(f"the local Elasticsearch node did not start:\n{self._log_tail()}")
            time.sleep(0.1)
        process.kill()
        raise RasidError(f"the local node did not answer within {START_TIMEOUT:.0f} s; see {self.log_file}")

    def stop(self) -> bool:
        """Stops the node and waits for its end. False if none was running.

        Raises:
            RasidError: it did not end in time.
        """
        if not (running := self.status()):
            return False
        os.kill(running.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT
        while _is_alive(running.pid):
            if time.monotonic() > deadline:
                raise RasidError(f"the local node (process {running.pid}) did not stop; see {self.log_file}")
            time.sleep(0.1)
        self._record.unlink()
        return True

    def _cluster_name(self) -> str:
        # A folder is one cluster: its own name tells it from a node that another folder started.
        return "rasid-" + hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]

    def _settings(self) -> str:
        # JSON is YAML, and quotes any path rightly.
        return json.dumps(
            {
                "cluster.name": self._cluster_name(),
                "node.name": "rasid",
                "discovery.type": "single-node",
                "network.host": "127.0.0.1",
                "http.port": "9200-9299",
                "transport.port": "9300-9399",
                "node.portsfile": True,
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

    def _log_tail(self) -> str:
        lines: list[str] = []
        for file in (self.log_file, self.folder / "logs" / "console.log"):
            if file.exists():
                lines += file.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        return "\n".join(lines)


def _is_alive(pid: int) -> bool:
    # Reaps the node if this very process started it; else it would stay as a zombie and look alive.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
