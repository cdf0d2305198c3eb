"""The alert rules: what each finds, what was sent, and its feed."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.atom import atom
from alerts.deliveries import failures, history
from alerts.rules import Alerting, Rule, load_alerting
from desk.own_rules import place_of
from desk.rendering import page
from desk.signing import changing
from desk.work import Desk
from pipeline.config import known_to
from rasid.configuration import config_files
from rasid.errors import RasidError
from rasid.storage import regular
from search.client import first
from search.hits import STORIES_OF, search
from search.indices import ARTICLES
from search.query import EVERYTHING

WEEK = timedelta(days=7)
SENT = 60
"""Deliveries shown."""
FOUND = 20
"""Articles shown that a rule finds."""


def alerts_page(request: Request) -> Response:
    """All rules."""
    desk: Desk = request.app.state.desk
    alerting = alerting_of(desk)
    return page(
        request,
        "alerts.html.j2",
        rules=alerting.rules,
        channels=alerting.channels,
        rule_names={rule.id: rule.name for rule in alerting.rules},
        counts={rule.id: _count(desk, rule) for rule in alerting.rules},
        deleted=desk.deleted.get(request.query_params.get("deleted", ""), [None])[0],
        failures=failures(desk.client),
        **_told(desk, None),
    )


def alert_page(request: Request) -> Response:
    """One rule: what it finds in the days of which it tells, and what was sent."""
    return shown(request, rule_of(request))


def shown(request: Request, rule: Rule, mistake: str = "") -> Response:
    """The page of a rule.

    Args:
        request: what it answers.
        rule: the rule.
        mistake: why it was not changed.
    """
    desk: Desk = request.app.state.desk
    where = [rule.search(), _within(rule.within_days)]
    return page(
        request,
        "alert.html.j2",
        HTTPStatus.BAD_REQUEST if mistake else HTTPStatus.OK,
        rule=rule,
        mistake=mistake,
        saved="saved" in request.query_params,
        restored="restored" in request.query_params,
        place=place_of(desk.settings.config, rule.id),
        channels=alerting_of(desk).channels,
        has_mail=bool(desk.settings.smtp_url),
        feed=str(request.base_url.replace(path=f"/alerts/{rule.id}/feed")),
        hits=search(desk.client, EVERYTHING, where, FOUND, newest=True, reposts=rule.reposts == "each"),
        **_told(desk, rule.id),
    )


async def retry_alerts(request: Request) -> Response:
    """Tries again what could not be delivered."""
    await changing(request)
    desk: Desk = request.app.state.desk
    job = await run_in_threadpool(desk.jobs.start, "alerts", "retry")
    return RedirectResponse(f"/jobs/{job.id}", HTTPStatus.SEE_OTHER)


def feed_page(request: Request) -> Response:
    """The Atom file of a rule, for feed readers. As all that is read here, it asks for no token: who is kept out of the
    desk, as by a proxy, is kept out of it, too.
    """
    desk: Desk = request.app.state.desk
    rule = rule_of(request)
    file = desk.storage.alert_feed(rule.id)
    # Without a file, no run has told anything yet.
    document = regular(file).read_bytes() if file.exists() else atom(rule, (), datetime.now(UTC))
    return Response(document, media_type="application/atom+xml; charset=utf-8")


def rule_of(request: Request) -> Rule:
    """The rule of an address.

    Raises:
        HTTPException: there is none of its id.
    """
    rules = alerting_of(request.app.state.desk).rules
    rule = next((each for each in rules if each.id == request.path_params["id"]), None)
    if not rule:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return rule


def alerting_of(desk: Desk) -> Alerting:
    """The rules and channels as they are now."""
    return load_alerting(config_files(desk.settings.config, "alerts.yaml"), known(desk))


def known(desk: Desk) -> dict[str, Collection[str]]:
    """What ids in rules may be of."""
    return {**known_to(desk.tagger), "outlets": desk.outlets}


def _told(desk: Desk, rule: str | None) -> dict[str, Any]:
    """What was sent, and what was too old to be told: of that, the records have no title."""
    old = history(desk.client, rule, SENT, is_old=True)
    ids = [id_ for each in old for id_ in each.article_ids]
    found = first(desk.client, ARTICLES, {"ids": {"values": ids}}, ["_doc"], len(ids), ["title"]) if ids else []
    return {
        "deliveries": history(desk.client, rule, SENT, is_old=False),
        "old": old,
        "titles": {hit["_id"]: hit["_source"]["title"] for hit in found},
    }


def _count(desk: Desk, rule: Rule) -> tuple[int, int] | str:
    """Articles and stories of the last week, or what is wrong with the rule."""
    query = {"bool": {"filter": [rule.search(), _within(WEEK.days)]}}
    try:
        answer = desk.client.search(
            index=ARTICLES, size=0, query=query, track_total_hits=True, aggs={"stories": STORIES_OF}
        )
    except RasidError as error:  # its query has a mistake, which costs this rule alone
        return str(error)
    stories = answer.get("aggregations", {}).get("stories", {"value": 0})["value"]
    return answer["hits"]["total"]["value"], stories


def _within(days: int) -> dict[str, Any]:
    since = datetime.now(UTC) - timedelta(days=days)
    return {"range": {"published_at": {"gte": since.isoformat()}}}
