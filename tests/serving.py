"""A web server that answers as a test says."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from rasid.outlets import Outlet


@dataclass(frozen=True)
class Reply:
    """An answer of the server."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


@dataclass
class Web:
    """A running server: its `replies` by path may be changed, and `asked` has each path that was asked for."""

    base: str
    replies: dict[str, Reply]
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    @property
    def host(self) -> str:
        return self.base.removeprefix("http://")

    def feed(self, *links: str) -> None:
        """Makes ``/feed`` list these links."""
        items = "".join(f"<item><title>خبر</title><link>{link}</link></item>" for link in links)
        body = f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>".encode()
        self.replies["/feed"] = Reply(body, headers={"Content-Type": "application/rss+xml; charset=utf-8"})

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
def web(replies: dict[str, Reply] | None = None) -> Iterator[Web]:
    """Serves while the context lasts; other paths are 404."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            served.asked.append(self.path)
            served.agents.add(self.headers["User-Agent"])
            reply = served.replies.get(self.path, Reply(status=404))
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Web(f"http://127.0.0.1:{server.server_port}", dict(replies or {}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
