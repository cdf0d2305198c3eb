"""The outlets: how each does, what is not well, and a check at once."""

from collections.abc import Sequence
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.rules import Rule
from desk.alert_pages import alerting_of
from desk.rendering import language_of, page
from desk.signing import changing
from desk.work import Desk
from pipeline.outlet_file import own_file
from rasid.errors import RasidError
from rasid.outlets import load_outlets
from rasid.own_file import remove_beside
from search.health import days_of, last_days

DAYS = 28
"""Days of an outlet that are shown."""
TREND_DAYS = 14
"""Days of each outlet whose articles the list of all shows."""


def outlets_page(request: Request) -> Response:
    """All outlets, those in trouble first."""
    desk: Desk = request.app.state.desk
    last = last_days(desk.client, TREND_DAYS)
    days = {id_: each[0] for id_, each in last.items()}
    configured = desk.outlets
    names = desk.names(language_of(request))["outlet"]
    ids = sorted(
        {*configured, *days}, key=lambda id_: (days[id_].healthy if id_ in days else True, names.get(id_, id_))
    )
    trend = {id_: [day.articles for day in each] for id_, each in last.items()}
    checks = {id_: job for id_ in ids if (job := desk.jobs.last(*_check(id_))) and job.ended}
    removed = request.query_params.get("removed", "")
    return page(
        request,
        "outlets.html.j2",
        ids=ids,
        outlets=configured,
        days=days,
        trend=trend,
        checks=checks,
        removed="" if removed in configured else removed,
    )


def outlet_page(request: Request) -> Response:
    """One outlet: its sources, and its last days."""
    return _shown(request)


def _shown(request: Request, needed_by: Sequence[Rule] = ()) -> Response:
    """The page of an outlet; with the alerts for which it was not removed, if there are any."""
    desk: Desk = request.app.state.desk
    id_ = request.path_params["id"]
    outlet, days = desk.outlets.get(id_), days_of(desk.client, id_, DAYS)
    if not outlet and not days:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return page(
        request,
        "outlet.html.j2",
        HTTPStatus.BAD_REQUEST if needed_by else HTTPStatus.OK,
        id=id_,
        outlet=outlet,
        days=days,
        needed_by=needed_by,
        is_own=outlet is not None and own_file(id_, desk.settings) is not None,
        last_check=desk.jobs.last(*_check(id_)),
    )


async def remove_outlet(request: Request) -> Response:
    """Takes an outlet away that was added by its address; what was indexed of it stays."""
    await changing(request)
    return await run_in_threadpool(_removed, request)


def _removed(request: Request) -> Response:
    desk: Desk = request.app.state.desk
    id_ = request.path_params["id"]
    if id_ not in desk.outlets:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if not own_file(id_, desk.settings):
        raise RasidError(f"the outlet {id_} stands in a file that a person wrote: take it out there")
    if needed_by := [rule for rule in alerting_of(desk).rules if id_ in rule.outlets]:
        return _shown(request, needed_by)
    remove_beside(desk.settings.config, "outlets.yaml", id_, load_outlets)
    return RedirectResponse(f"/outlets?removed={id_}", HTTPStatus.SEE_OTHER)


def _check(id_: str) -> tuple[str, ...]:
    return "outlets", "check", id_, "--json"


async def check_outlet(request: Request) -> Response:
    """Starts a check of an outlet."""
    await changing(request)
    desk: Desk = request.app.state.desk
    id_ = request.path_params["id"]
    if id_ not in desk.outlets:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    job = await run_in_threadpool(desk.jobs.start, *_check(id_))
    return RedirectResponse(f"/jobs/{job.id}", HTTPStatus.SEE_OTHER)


def job_page(request: Request) -> Response:
    """What a job has said so far; the page loads itself again until it has ended."""
    desk: Desk = request.app.state.desk
    job = desk.jobs.job(request.path_params["id"])
    if not job:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    ended = job.ended
    answer = page(request, "job.html.j2", job=job, ended=ended, found=None if ended is None else job.result)
    if ended is None:
        answer.headers["Refresh"] = "2"
    return answer
