"""The day as it is now: what is new, what is more than usual, which outlets are not well."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.trends import SPAN, trends
from desk.rendering import page
from desk.signing import own_form
from desk.work import Desk
from search.health import latest
from search.hits import Search, search_each
from search.query import EVERYTHING

SEEN = "rasid_seen"
"""Name of the cookie that has the time up to which a reader has seen everything."""
FOLLOWED = "rasid_topics"
"""Name of the cookie that has the topics that a reader follows; all, also those to come, without it."""
SHOWN = 12
"""New stories of a topic."""
YEAR = 365 * 86400


def today_page(request: Request) -> Response:
    """What is new since the reader has marked all as seen, and how the day compares."""
    desk: Desk = request.app.state.desk
    now = datetime.now(UTC)
    yesterday = now - timedelta(days=1)
    since = yesterday if "day" in request.query_params else _seen(request) or yesterday
    topics = _followed(request)
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
        followed=topics,
        topics=list(desk.tagger.topics),
        new={topic: hits for topic, hits in found if hits.total},
        trends=trends(desk.client, now),
        span=SPAN,
        health=health,
        unwell=[each for each in health if not each.healthy],
    )


async def mark_seen(request: Request) -> Response:
    """Keeps that the reader has seen everything up to a time, and leads to where that can be taken back."""
    form = await own_form(request)
    now = datetime.now(UTC)
    until, before = _time(str(form.get("until", ""))) or now, _seen(request) or now - timedelta(days=1)
    back = f"?{urlencode({'before': before.isoformat()})}" if until > before else ""
    answer = RedirectResponse(f"/today{back}", HTTPStatus.SEE_OTHER)
    answer.set_cookie(SEEN, until.isoformat(), max_age=YEAR, httponly=True, samesite="lax")
    return answer


async def follow(request: Request) -> Response:
    """Keeps which topics the reader follows."""
    form, topics = await own_form(request), request.app.state.desk.tagger.topics
    chosen = [topic for topic in topics if topic in form.getlist("topic")]
    answer = RedirectResponse("/today", HTTPStatus.SEE_OTHER)
    if 0 < len(chosen) < len(topics):
        answer.set_cookie(FOLLOWED, ".".join(chosen), max_age=YEAR, httponly=True, samesite="lax")
    else:
        answer.delete_cookie(FOLLOWED, httponly=True, samesite="lax")
    return answer


def _followed(request: Request) -> list[str]:
    """The topics that the reader follows; all when none that she has chosen is there."""
    topics, chosen = list(request.app.state.desk.tagger.topics), request.cookies.get(FOLLOWED, "").split(".")
    return [topic for topic in topics if topic in chosen] or topics


def _seen(request: Request) -> datetime | None:
    return _time(request.cookies.get(SEEN, ""))


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    now = datetime.now(UTC)
    return found if found.tzinfo and now - timedelta(seconds=YEAR) < found <= now else None
