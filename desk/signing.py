"""Signing in with the desk's token, and what a form must have before it changes anything."""

import hmac
from http import HTTPStatus

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.guard import COOKIE, is_ours, who
from desk.rendering import language_of, page
from desk.words import WORDS
from desk.work import Desk

MONTH = 30 * 86400
"""Seconds for which a browser is known."""


async def enter_page(request: Request) -> Response:
    """Asks for the token; the address that `rasid desk` prints has it already."""
    token = request.query_params.get("token")
    return _entered(request, token) if token else page(request, "enter.html.j2", wrong=False)


async def enter(request: Request) -> Response:
    """Takes the token."""
    return _entered(request, str((await request.form()).get("token", "")))


def _entered(request: Request, token: str) -> Response:
    desk: Desk = request.app.state.desk
    if not hmac.compare_digest(token.strip().encode(), desk.token.encode()):
        return page(request, "enter.html.j2", HTTPStatus.FORBIDDEN, wrong=True)
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    answer.set_cookie(COOKIE, desk.token, max_age=MONTH, httponly=True, samesite="strict")
    return answer


async def leave(_: Request) -> Response:
    """Forgets the browser."""
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


async def changing(request: Request) -> tuple[str, FormData]:
    """Who sent a form, and the form, once it is sure that this person may change something.

    Raises:
        HTTPException: she may not, or the form is none of ours.
    """
    desk: Desk = request.app.state.desk
    words, name = WORDS[language_of(request)], who(request)
    if not name:
        told = words["read_only"] if desk.read_only else words["token_needed"]
        raise HTTPException(HTTPStatus.FORBIDDEN, told)
    return name, await own_form(request)


async def own_form(request: Request) -> FormData:
    """A form of ours. That is enough to change what the reader's own browser keeps: it needs no token.

    Raises:
        HTTPException: the form is none of ours.
    """
    form = await request.form()
    if not is_ours(request.app.state.desk, who(request) or "", str(form.get("key", ""))):
        raise HTTPException(HTTPStatus.FORBIDDEN, WORDS[language_of(request)]["form_old"])
    return form
