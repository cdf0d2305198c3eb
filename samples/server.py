"""Serves the sample outlets on this machine while a command runs: ``python -m samples.server rasid run --outlets {}``.
In the command, ``{}`` stands for the outlets file that has their addresses.
"""

import hashlib
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from rasid.outlets import load_outlets
from rasid.settings import load_settings
from samples.site import HERE, Site

OUTLETS_FILE = HERE / "outlets.yaml"
SILENT = {"tassili"}
"""Outlets for which nothing listens."""
PATIENCE = 60
"""Seconds that an interrupted command may take to end what it has started."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site

    def __init__(self, host: str) -> None:
        name, _, port = host.partition(":")
        try:
            super().__init__((name, int(port)), _Handler)
        except OSError:  # the port is taken, such as by the samples of another checkout
            super().__init__((name, 0), _Handler)
        self.host = f"{name}:{self.server_port}"
        self.stopped = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answers from the site."""
        answer = self.server.site.answer(self.path)
        if answer.hang:
            self.server.stopped.wait(30)
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing: the terminal is the product's."""


@contextmanager
def serving() -> Iterator[Path]:
    """Serves the sample outlets, and gives the outlets file that has their addresses: `OUTLETS_FILE`, or a copy with
    other ports where some of its are taken.
    """
    text = OUTLETS_FILE.read_text(encoding="utf-8")
    servers = {}
    with tempfile.TemporaryDirectory() as folder:
        file = OUTLETS_FILE
        try:
            for outlet in load_outlets(OUTLETS_FILE).values():
                if outlet.id not in SILENT:
                    host = urlsplit(outlet.sources[0].url).netloc
                    servers[outlet.id] = server = _Server(host)
                    text = text.replace(host, server.host)
            if text != OUTLETS_FILE.read_text(encoding="utf-8"):
                file = Path(folder) / "outlets.yaml"
                file.write_text(text, encoding="utf-8")
            outlets = load_outlets(file)
            for id_, server in servers.items():
                server.site = Site(outlets[id_])
                threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()  # how soon it ends
            yield file
        finally:
            for server in servers.values():
                server.stopped.set()
                if hasattr(server, "site"):  # else it does not serve yet, and would wait for its own end
                    server.shutdown()
                server.server_close()


def main() -> int:
    """Serves while the command in the arguments runs, or until interrupted when there is none.

    Returns:
        the command's exit code.
    """
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        with _one_of_this_data(), serving() as file:
            if command := [str(file) if word == "{}" else word for word in sys.argv[1:]]:
                return _run(command)
            print(f"The sample outlets of {file} are served; Ctrl+C ends.")
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
            return 0
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


@contextmanager
def _one_of_this_data() -> Iterator[None]:
    """Waits for another one that fills the same data: on other ports, its articles would come a second time."""
    data = hashlib.sha256(str(load_settings().data).encode()).hexdigest()[:12]
    cache = user_cache_path("rasid", ensure_exists=True)
    lock = FileLock(cache / f"samples-{data}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print("another run of the samples fills the same data; this one waits for its end", file=sys.stderr)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _run(command: list[str]) -> int:
    with subprocess.Popen(command) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the command has it from the terminal, too
            with suppress(subprocess.TimeoutExpired):
                return process.wait(PATIENCE)
            return _ended(process)
        except SystemExit:
            _ended(process)
            raise


def _ended(process: "subprocess.Popen[bytes]") -> int:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        return process.wait(PATIENCE)
    process.kill()
    return process.wait()


if __name__ == "__main__":
    sys.exit(main())
