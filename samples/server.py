"""Serves the sample outlets on this machine while a command runs: ``python -m samples.server rasid run …``."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from rasid.errors import RasidError
from rasid.outlets import Outlet, load_outlets
from samples.site import HERE, Site

OUTLETS_FILE = HERE / "outlets.yaml"
SILENT = {"tassili"}
"""Outlets for which nothing listens."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, site: Site) -> None:
        parts = urlsplit(site.base)
        super().__init__((parts.hostname or "", parts.port or 80), _Handler)
        self.site = site
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
def serving(outlets: dict[str, Outlet]) -> Iterator[None]:
    """Serves these sample outlets at the addresses of their sources.

    Raises:
        RasidError: an address is taken.
    """
    servers: list[_Server] = []
    try:
        for outlet in outlets.values():
            if outlet.id in SILENT:
                continue
            site = Site(outlet)
            try:
                servers.append(_Server(site))
            except OSError as error:
                raise RasidError(f"cannot serve the sample outlet {outlet.id} at {site.base}: {error}") from None
            threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        yield
    finally:
        for server in servers:
            server.stopped.set()
            server.shutdown()
            server.server_close()


def main() -> int:
    """Serves while the command in the arguments runs, or until interrupted when there is none.

    Returns:
        the command's exit code.
    """
    try:
        with serving(load_outlets(OUTLETS_FILE)):
            if command := sys.argv[1:]:
                return subprocess.run(command, check=False).returncode
            print(f"The sample outlets of {Path(OUTLETS_FILE).name} are served; Ctrl+C ends.")
            threading.Event().wait()
    except RasidError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
