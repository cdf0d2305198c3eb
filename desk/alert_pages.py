"""The alert rules: what each finds, what was sent, and new ones from a search."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.deliveries import failures, history
from alerts.rules import Alerting, Rule, load_alerting
from desk.question import PARAMETERS, Question
from desk.rendering import page
from desk.signing import changing
from desk.work import Desk
from pipeline.config import known_to
from rasid.configuration import config_files
from rasid.errors import RasidError
from rasid.own_file import write_beside
from search.hits import STORIES_OF, search
from search.indices import ARTICLES

WEEK = timedelta(days=7)
SENT = 60
"""Deliveries shown."""
FOUND = 20
"""Articles shown that a rule finds."""
_OWN = {"topic": "topics", "country": "countries", "weapon": "weapons", "outlet": "outlets"}
"""Parameter of a search → field of a rule; what else is chosen stands in the rule's query."""


def alerts_page(request: Request) -> Response:
    """All rules."""
    desk: Desk = request.app.state.desk
    alerting = _alerting(desk)
    return page(
        request,
        "alerts.html.j2",
        rules=alerting.rules,
        counts={rule.id: _count(desk, rule) for rule in alerting.rules},
        failures=failures(desk.client),
        deliveries=history(desk.client, None, SENT),
    )


def alert_page(request: Request) -> Response:
    """One rule: what it finds in the days of which it tells, and what was sent."""
    desk: Desk = request.app.state.desk
    rule = next((each for each in _alerting(desk).rules if each.id == request.path_params["id"]), None)
    if not rule:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    where = [rule.search(), _within(rule.within_days)]
    return page(
        request,
        "alert.html.j2",
        rule=rule,
        hits=search(desk.client, "*", where, FOUND, newest=True, reposts=rule.reposts == "each"),
        deliveries=history(desk.client, rule.id, SENT),
    )


async def retry_alerts(request: Request) -> Response:
    """Tries again what could not be delivered."""
    await changing(request)
    desk: Desk = request.app.state.desk
    job = await run_in_threadpool(desk.jobs.start, "alerts", "retry")
    return RedirectResponse(f"/jobs/{job.id}", HTTPStatus.SEE_OTHER)


def new_alert_page(request: Request) -> Response:
    """A search as a rule, to be looked at before it is saved."""
    return _shown(request, Question.of(request.query_params), "", "", (), "", "")


async def new_alert(request: Request) -> Response:
    """Saves a search as a rule, in a file of its own beside `alerts.yaml`."""
    _, form = await changing(request)
    desk: Desk = request.app.state.desk
    question = Question.of(request.query_params)
    id_, name = str(form.get("id", "")).strip(), str(form.get("name", "")).strip()
    channels = tuple(map(str, form.getlist("channel")))
    try:
        file = await run_in_threadpool(_save, desk, id_, rule_yaml(question, id_, name, channels))
    except RasidError as error:
        return await run_in_threadpool(_shown, request, question, id_, name, channels, str(error), "")
    return await run_in_threadpool(_shown, request, question, id_, name, channels, "", str(file))


def rule_yaml(question: Question, id_: str, name: str, channels: tuple[str, ...]) -> str:
    """A search as a rule of ``alerts.yaml``.

    Args:
        question: the search; its time is left out, as a rule tells of what is new.
        id_: id of the rule.
        name: name of the rule.
        channels: ids of the channels that are told.
    """
    others = [
        f"{PARAMETERS[parameter]}:({' OR '.join(map(_quoted, values))})"
        for parameter, values in question.chosen.items()
        if parameter not in _OWN
    ]
    query = [f"({question.query})" if question.query and others else question.query, *others]
    rule: dict[str, Any] = {"name": {"ar": name or id_, "en": name or id_}}
    if any(query):
        rule["query"] = " AND ".join(filter(None, query))
    rule |= {field: list(question.chosen[name]) for name, field in _OWN.items() if name in question.chosen}
    if channels:
        rule["channels"] = list(channels)
    stream, yaml = StringIO(), YAML()
    yaml.allow_unicode, yaml.width = True, 120
    yaml.dump({"alerts": {id_ or "rule": rule}}, stream)
    return stream.getvalue()


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _save(desk: Desk, id_: str, text: str) -> Path:
    """Writes a rule to a file of its own.

    Raises:
        RasidError: it has a mistake, or there is no place for it.
    """
    known = _known(desk)
    return write_beside(desk.settings.config, "alerts.yaml", id_, text, lambda files: load_alerting(files, known))


def _shown(
    request: Request, question: Question, id_: str, name: str, channels: tuple[str, ...], mistake: str, file: str
) -> Response:
    desk: Desk = request.app.state.desk
    return page(
        request,
        "new_alert.html.j2",
        HTTPStatus.BAD_REQUEST if mistake else HTTPStatus.OK,
        question=question,
        id=id_,
        name=name,
        chosen=channels,
        channels=list(_alerting(desk).channels),
        yaml=rule_yaml(question, id_, name, channels),
        mistake=mistake,
        file=file,
    )


def _alerting(desk: Desk) -> Alerting:
    return load_alerting(config_files(desk.settings.config, "alerts.yaml"), _known(desk))


def _known(desk: Desk) -> dict[str, Collection[str]]:
    return {**known_to(desk.tagger), "outlets": desk.outlets}


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
