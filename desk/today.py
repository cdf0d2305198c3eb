"""The day as it is now: what is new, what is more than usual, which outlets are not well."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.trends import SPAN, trends
from desk.rendering import page
from desk.work import Desk
from search.health import latest
from search.hits import Search, search_each
from search.query import EVERYTHING

SEEN = "rasid_seen"
"""Name of the cookie that has the time up to which a reader has seen everything."""
SHOWN = 12
"""New stories of a topic."""
YEAR = 365 * 86400


def today_page(request: Request) -> Response:
    """What is new since the reader has marked all as seen, and how the day compares."""
    desk: Desk = request.app.state.desk
    now = datetime.now(UTC)
    yesterday = now - timedelta(days=1)
    since = yesterday if "day" in request.query_params else _seen(request) or yesterday
    topics = list(desk.tagger.topics)
    seen = {"range": {"first_seen_at": {"gt": since.isoformat()}}}
    each = [Search(EVERYTHING, [{"term": {"topics": topic}}, seen], SHOWN, newest=True) for topic in topics]
    found = zip(topics, search_each(desk.client, each), strict=True)
    health = latest(desk.client)
    return page(
        request,
        "today.html.j2",
        since=since,
        now=now,
        before=_time(request.query_params.get("before", "")),
        new={topic: hits for topic, hits in found if hits.total},
        trends=trends(desk.client, now),
        span=SPAN,
        health=health,
        unwell=[each for each in health if not each.healthy],
    )


def mark_seen(request: Request) -> Response:
    """Keeps that the reader has seen everything up to a time, and leads to where that can be taken back."""
    now = datetime.now(UTC)
    until, before = _time(request.query_params.get("until", "")) or now, _seen(request) or now - timedelta(days=1)
    back = f"?{urlencode({'before': before.isoformat()})}" if until > before else ""
    answer = RedirectResponse(f"/today{back}", HTTPStatus.SEE_OTHER)
    answer.set_cookie(SEEN, until.isoformat(), max_age=YEAR, httponly=True, samesite="lax")
    return answer


def _seen(request: Request) -> datetime | None:
    return _time(request.cookies.get(SEEN, ""))


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    now = datetime.now(UTC)
    return found if found.tzinfo and now - timedelta(seconds=YEAR) < found <= now else None
