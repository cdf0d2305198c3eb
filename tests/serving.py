"""A web server that answers as a test says."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from rasid.outlets import Outlet


@dataclass(frozen=True)
class Reply:
    """An answer of the server. Asked again with its ``ETag``, it answers 304."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    stream: Callable[[], Iterable[bytes]] | None = None
    """Instead of a body of known length: parts that are sent as they come, until the client goes."""
    cookie: str | None = None
    """That a client must send; without it, it is sent here again together with it."""


@dataclass
class Web:
    """A running server: its `replies` by path may be changed (of several, each is given once and the last
    from then on), and `asked` has each path that was asked for."""

    base: str
    replies: dict[str, "Reply | list[Reply]"]
    asked: list[str] = field(default_factory=list)
    times: list[tuple[str, float]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    @property
    def host(self) -> str:
        return self.base.removeprefix("http://")

    def feed(self, *links: str, etag: str | None = None) -> None:
        """Makes ``/feed`` list these links."""
        items = "".join(f"<item><title>خبر</title><link>{link}</link></item>" for link in links)
        body = f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>".encode()
        headers = {"Content-Type": "application/rss+xml; charset=utf-8"}
        self.replies["/feed"] = Reply(body, headers=headers | ({"ETag": etag} if etag else {}))

    def outlet(self, **options: object) -> Outlet:
        """An outlet whose source is that feed and whose host may be fetched."""
        return Outlet.model_validate(
            {
                "id": "test",
                "name": {"ar": "الاختبار", "en": "Test"},
                "country": "DZ",
                "timezone": "UTC",
                "sources": [{"feed": f"{self.base}/feed"}],
                "allow_hosts": [self.host],
                "delay": 0,
                **options,
            }
        )


@contextmanager
def web(replies: Mapping[str, Reply] | None = None) -> Iterator[Web]:
    """Serves while the context lasts; other paths are 404."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            served.asked.append(self.path)
            served.agents.add(self.headers["User-Agent"])
            served.times.append((self.path, time.monotonic()))
            plain = served.replies.get(self.path.partition("?")[0], Reply(status=404))
            reply = served.replies.get(self.path, plain)
            if isinstance(reply, list):
                reply = reply.pop(0) if len(reply) > 1 else reply[0]
            if (etag := reply.headers.get("ETag")) and self.headers["If-None-Match"] == etag:
                reply = Reply(status=304, headers={"ETag": etag})
            if reply.cookie and reply.cookie not in self.headers.get("Cookie", ""):
                reply = Reply(status=302, headers={"Location": self.path, "Set-Cookie": f"{reply.cookie}; Path=/"})
            self.send_response(reply.status)
            if reply.stream:
                self._stream(reply)
                return
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def _stream(self, reply: Reply) -> None:
            self.close_connection = True
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            assert reply.stream
            with contextlib.suppress(ConnectionError):  # the client has seen enough
                for part in reply.stream():
                    self.wfile.write(part)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that breaks off is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    served = Web(f"http://127.0.0.1:{server.server_port}", dict(replies or {}))
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
