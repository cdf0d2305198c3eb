"""The application: which page answers to which address."""

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from desk.alert_forms import change_alert, delete_alert, new_alert, new_alert_page, pause_alert, restore_alert
from desk.alert_pages import alert_page, alerts_page, feed_page, retry_alerts
from desk.asking import rejected_page, why_page
from desk.dealing import deal_page, deals_csv, deals_page
from desk.failing import HANDLERS, Unexpected
from desk.guard import Guard
from desk.new_outlet_pages import new_outlet, new_outlet_page
from desk.outlet_pages import check_outlet, job_page, outlet_page, outlets_page, remove_outlet
from desk.reading import article_page, captured_page, explained_page, revisions_page, story_page
from desk.rendering import HERE, LANGUAGE
from desk.searching import search_csv, search_json, search_page
from desk.signing import enter, enter_page, leave
from desk.today import follow, mark_seen, today_page
from desk.topic_pages import install_lesson, label, teach_page, topic_page, topics_page, train
from desk.work import Desk


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
            Route("/today", today_page),
            Route("/today/seen", mark_seen, methods=["POST"]),
            Route("/today/topics", follow, methods=["POST"]),
            Route("/deals", deals_page),
            Route("/deals.csv", deals_csv),
            Route("/deals/{id}", deal_page),
            Route("/outlets", outlets_page),
            Route("/outlets/new", new_outlet_page),
            Route("/outlets/new", new_outlet, methods=["POST"]),
            Route("/outlets/{id}", outlet_page),
            Route("/outlets/{id}/check", check_outlet, methods=["POST"]),
            Route("/outlets/{id}/remove", remove_outlet, methods=["POST"]),
            Route("/jobs/{id}", job_page),
            Route("/alerts", alerts_page),
            Route("/alerts/new", new_alert_page),
            Route("/alerts/new", new_alert, methods=["POST"]),
            Route("/alerts/retry", retry_alerts, methods=["POST"]),
            Route("/alerts/{id}", alert_page),
            Route("/alerts/{id}/feed", feed_page),
            Route("/alerts/{id}/change", change_alert, methods=["POST"]),
            Route("/alerts/{id}/pause", pause_alert, methods=["POST"]),
            Route("/alerts/{id}/delete", delete_alert, methods=["POST"]),
            Route("/alerts/{id}/restore", restore_alert, methods=["POST"]),
            Route("/topics", topics_page),
            Route("/topics/{id}", topic_page),
            Route("/topics/{id}/teach", teach_page),
            Route("/topics/{id}/label", label, methods=["POST"]),
            Route("/topics/{id}/train", train, methods=["POST"]),
            Route("/topics/{id}/install", install_lesson, methods=["POST"]),
            Route("/why", why_page),
            Route("/rejected", rejected_page),
            Route("/language/{language}", choose_language),
            Route("/enter", enter_page),
            Route("/enter", enter, methods=["POST"]),
            Route("/leave", leave, methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(Unexpected)],
        exception_handlers=HANDLERS,
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
