"""The application: which page answers to which address, and what is said when one fails."""

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from desk.asking import rejected_page, why_page
from desk.guard import COOKIE, Guard
from desk.reading import article_page, captured_page, explained_page, revisions_page, story_page
from desk.rendering import HERE, LANGUAGE, language_of, page
from desk.searching import search_csv, search_json, search_page
from desk.signing import enter, enter_page, leave
from desk.words import WORDS
from desk.work import Desk
from rasid.errors import RasidError
from search.errors import ClusterError

__all__ = ["COOKIE", "make_app"]


def make_app(desk: Desk) -> Guard:
    """The desk as an ASGI application.

    Args:
        desk: what its pages work with.
    """
    app = Starlette(
        routes=[
            Route("/", search_page),
            Route("/search.csv", search_csv),
            Route("/search.json", search_json),
            Route("/articles/{id}", article_page),
            Route("/articles/{id}/why", explained_page),
            Route("/articles/{id}/captured", captured_page),
            Route("/articles/{id}/revisions", revisions_page),
            Route("/stories/{id}", story_page),
            Route("/why", why_page),
            Route("/rejected", rejected_page),
            Route("/language/{language}", choose_language),
            Route("/enter", enter_page),
            Route("/enter", enter, methods=["POST"]),
            Route("/leave", leave, methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        exception_handlers={
            ClusterError: _cluster_failed,
            RasidError: _mistaken,
            HTTPException: _refused,
        },
    )
    app.state.desk = desk
    return Guard(app, filter(None, (name.strip() for name in desk.settings.desk_hosts.split(","))))


def choose_language(request: Request) -> Response:
    """Keeps the reader's language, and leads back to where she was."""
    back = request.query_params.get("back", "/")
    here = back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
    answer = RedirectResponse(here, HTTPStatus.SEE_OTHER)
    language = "en" if request.path_params["language"] == "en" else "ar"
    answer.set_cookie(LANGUAGE, language, max_age=365 * 86400, samesite="lax", httponly=True)
    return answer


def _cluster_failed(request: Request, error: Exception) -> Response:
    told = f"{WORDS[language_of(request)]['cluster_failed']}: {error}"
    return page(request, "none.html.j2", HTTPStatus.SERVICE_UNAVAILABLE, told=told)


def _mistaken(request: Request, error: Exception) -> Response:
    return page(request, "none.html.j2", HTTPStatus.BAD_REQUEST, told=str(error))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    told = WORDS[language_of(request)]["no_page"] if error.status_code == HTTPStatus.NOT_FOUND else error.detail
    return page(request, "none.html.j2", error.status_code, told=told)
