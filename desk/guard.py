"""Who is let in: requests of this machine's browser, or of a proxy that is named; changes only of who has the token.

A page of another site can make a reader's browser ask for any address, also for one of this machine (DNS rebinding,
forms). So requests under another name than ours, or sent by another site's page, are refused.
"""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.work import Desk

LOOPBACK = ("127.0.0.1", "localhost", "::1")
OTHERS = ("cross-site", "same-site")
"""What a browser says where another site's page asks: its pictures and scripts would have us search for nobody."""
COOKIE = "rasid_desk"
ADDRESS_BYTES = 16_000
"""Of an address with all that it asks for. Elasticsearch refuses words of more than 32 kB."""
FORM_BYTES = 1_000_000
"""Of all that a request sends."""
FORM_SECONDS = 30.0
"""In which it must be there."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # stricter, and browsers would not say where our own forms come from
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
    "Cache-Control": "no-store",
}
"""Of each answer that does not set them itself."""


class Guard:
    """Refuses requests that are not of the desk's own pages, and has browsers keep what it sends to itself.

    Args:
        app: what is guarded.
        hosts: names under which it may be asked for, without ports.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = {*LOOPBACK, *(host.lower() for host in hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if len(scope["raw_path"]) + len(scope["query_string"]) > ADDRESS_BYTES:
            refused = PlainTextResponse("this address is too long", HTTPStatus.REQUEST_URI_TOO_LONG)
            await refused(scope, receive, with_headers)
        elif refusal := self._refusal(scope["method"], Headers(scope=scope)):
            await PlainTextResponse(refusal, HTTPStatus.FORBIDDEN)(scope, receive, with_headers)
        else:
            with suppress(asyncio.CancelledError):  # the desk ends, and who is still sending or reading is cut off
                await self._app(scope, _bounded(receive), with_headers)

    def _refusal(self, method: str, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if _host(f"//{host}") not in self._hosts or len(headers.getlist("host")) != 1:
            return "this desk is not served under that name (RASID_DESK_HOSTS has those that are)"
        if headers.get("sec-fetch-site") in OTHERS and headers.get("sec-fetch-dest") != "document":
            return "other sites may lead here, and not ask for parts of their pages"
        origin = headers.get("origin")
        if origin is None:
            return None if method in {"GET", "HEAD"} else "a form must say where it comes from"
        return (
            None
            if origin.lower().removeprefix("https://").removeprefix("http://") == host.lower()
            else "pages of other sites may not ask this desk"
        )


def _bounded(receive: Receive) -> Receive:
    """What a request sends, refused when it is more or takes longer than forms do."""
    end, size, is_whole = time.monotonic() + FORM_SECONDS, 0, False

    async def received() -> Message:
        nonlocal size, is_whole
        if is_whole:  # what comes now is that the client has gone, however long that takes
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), end - time.monotonic())
        except TimeoutError:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, f"not sent within {FORM_SECONDS:.0f} s") from None
        size, is_whole = size + len(message.get("body", b"")), not message.get("more_body", False)
        if size > FORM_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {FORM_BYTES:,} bytes")
        return message

    return received


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def who(request: Request) -> str | None:
    """The name of the person who may change something: whom the proxy names, or who has shown the token. None if nobody
    may.
    """
    desk: Desk = request.app.state.desk
    if desk.read_only:
        return None
    if header := desk.settings.desk_user_header:
        return request.headers.get(header) or None
    shown = request.cookies.get(COOKIE, "")
    return desk.user if hmac.compare_digest(shown.encode(), desk.token.encode()) else None


def form_key(desk: Desk, name: str) -> str:
    """What a form of ours carries: no page of another site can know it. The name of a reader who has shown no token is
    empty.
    """
    return hmac.new(desk.token.encode(), f"form of {name}".encode(), hashlib.sha256).hexdigest()


def is_ours(desk: Desk, name: str, key: str) -> bool:
    """Whether a form is one that was shown to this person."""
    return hmac.compare_digest(form_key(desk, name).encode(), key.encode())
