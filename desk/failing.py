"""What is answered where no page can be: a sentence that says why, in the form that was asked for."""

import io
import logging
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.rendering import language_of, page
from desk.words import COLUMNS, WORDS
from rasid.errors import ConfigError, RasidError, told_by_system
from rasid.mistakes import in_arabic
from rasid.printable import json_text, printable
from search.errors import ClusterError
from search.spreadsheet import write_rows

_LOG = logging.getLogger(__name__)
JSON, CSV = "application/json; charset=utf-8", "text/csv; charset=utf-8"


def _cluster_failed(request: Request, error: Exception) -> Response:
    return _told(request, HTTPStatus.SERVICE_UNAVAILABLE, WORDS[language_of(request)]["cluster_failed"], str(error))


def _mistaken(request: Request, error: Exception) -> Response:
    language = language_of(request)
    detail = in_arabic(error) if language == "ar" and isinstance(error, ConfigError) else str(error)
    return _told(request, HTTPStatus.BAD_REQUEST, WORDS[language]["not_accepted"], detail)


def _denied(request: Request, error: Exception) -> Response:
    assert isinstance(error, OSError)
    detail = told_by_system(error) or f"{error}"
    return _told(request, HTTPStatus.SERVICE_UNAVAILABLE, WORDS[language_of(request)]["disk_refused"], detail)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    told = WORDS[language_of(request)]["no_page"] if error.status_code == HTTPStatus.NOT_FOUND else error.detail
    return _told(request, error.status_code, told)


def _gone(_: Request, __: Exception) -> Response:
    return Response(status_code=HTTPStatus.BAD_REQUEST)  # which nobody sees


def _unexpected(request: Request, error: Exception) -> Response:
    """A mistake of ours: the reader gets a reference by which whoever runs the desk finds it in the log."""
    reference = secrets.token_hex(4)
    _LOG.error("%s: %s %s failed", reference, request.method, printable(request.url.path)[:300], exc_info=error)
    words = WORDS[language_of(request)]
    return _told(
        request, HTTPStatus.INTERNAL_SERVER_ERROR, words["unexpected"], "", words["unexpected_advice"], reference
    )


def _told(
    request: Request, status: int, told: str, detail: str = "", advice: str = "", reference: str = ""
) -> Response:
    said = {"error": detail or told, "advice": advice, "reference": reference}
    if request.url.path.endswith(".json"):
        return Response(json_text({name: text for name, text in said.items() if text}, 2), status, media_type=JSON)
    if request.url.path.endswith(".csv"):
        columns = [name for name, text in said.items() if text]
        write_rows(stream := io.StringIO(), columns, [said], COLUMNS[language_of(request)])
        return Response(stream.getvalue(), status, media_type=CSV)
    names: dict[str, Any] = {}  # the files that have them may be what is wrong
    retry = status >= HTTPStatus.INTERNAL_SERVER_ERROR and request.method == "GET"  # what was sent is not sent twice
    given = {"told": told, "detail": detail, "advice": advice, "reference": reference, "retry": retry}
    return page(request, "none.html.j2", status, names, **given)


HANDLERS: Mapping[Any, Callable[[Request, Exception], Response]] = {
    ClusterError: _cluster_failed,
    RasidError: _mistaken,
    OSError: _denied,
    HTTPException: _refused,
    ClientDisconnect: _gone,
}
"""Class of an error → what answers it."""


class Unexpected:
    """Answers where a page ends in an error that none of `HANDLERS` is for. Starlette's own handler of these raises
    them again, and they would be logged a second time, without their reference.

    Args:
        app: what makes the pages.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        has_begun = False

        async def noticed(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except Exception as error:
            if has_begun:
                raise
            await _unexpected(Request(scope), error)(scope, receive, send)
