"""Serving the desk over HTTP."""

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence
from typing import Any

import uvicorn
from elasticsearch import Elasticsearch
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from desk.app import make_app
from desk.work import Desk, desk_token
from rasid.errors import RasidError, told_by_system
from rasid.settings import Settings
from rasid.storage import Storage

PORT = 8765
"""Where the desk is when nobody says where."""
NEXT = 20
"""Ports from there that are tried."""
AT_ONCE = 200
"""Requests that are answered or wait; who comes then is told to come again."""
GRACE = 10
"""Seconds from the request to end until who is still sending or reading is cut off."""

HEAD_SECONDS = 15.0
"""In which a connection must have asked for something: those that never do would take all places."""


class Punctual(AutoHTTPProtocol):  # type: ignore[valid-type, misc]  # one of two classes, by what is installed
    """A connection that is closed when it does not ask."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """A client has come."""
        super().connection_made(transport)
        self.loop.call_later(HEAD_SECONDS, self._look, None)

    def _look(self, before: Any) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is None or (self.cycle is before and before.response_complete):
            self.transport.close()
        else:
            self.loop.call_later(HEAD_SECONDS, self._look, self.cycle)


def serve(
    settings: Settings, client: Elasticsearch, host: str, port: int | None, read_only: bool, tell: Callable[[str], None]
) -> None:
    """Serves the desk until the process is told to end.

    Args:
        settings: settings of the installation.
        client: client of the cluster.
        host: address to listen at.
        port: port to listen at; 0 takes any that is free, None `PORT` or the next one that is free.
        read_only: nobody may change anything.
        tell: gets the address once it answers.

    Raises:
        RasidError: the port is taken.
    """
    desk = Desk(settings, client, desk_token(Storage(settings.data)), read_only)
    listening = _listening(host, range(PORT, PORT + NEXT) if port is None else [port])
    desk.names(settings.language)  # read before anybody waits for it; a mistake in a file ends the command here
    place = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
    tell(f"the desk: {place}/" if read_only else f"the desk: {place}/enter?token={desk.token}")
    if port is None and listening.getsockname()[1] != PORT:
        tell(f"port {PORT} is taken: another one is used (--port chooses one)")
    tell("Ctrl-C ends it")
    try:
        uvicorn.Server(config_of(desk)).run(sockets=[listening])
    finally:
        desk.jobs.end()


def _listening(host: str, ports: Sequence[int]) -> socket.socket:
    """Listens at the first of some ports that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in ports:
        try:
            return socket.create_server((host, port), family=family)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or port == ports[-1]:
                told = told_by_system(error) or str(error)
                raise RasidError(f"the desk cannot listen at {host}:{port}: {told}; choose another by --port") from None
    raise AssertionError("no port was given")


def config_of(desk: Desk) -> uvicorn.Config:
    """How a desk is served."""
    return uvicorn.Config(
        make_app(desk),
        http=Punctual,
        log_level="warning",
        access_log=False,
        limit_concurrency=AT_ONCE,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE,
    )
