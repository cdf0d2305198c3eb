"""A search as an alert rule, and rules of the desk's own that are changed, paused and taken away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.channels import Channel
from alerts.rules import load_alerting
from desk.alert_pages import alerting_of, known, rule_of, shown
from desk.named_fields import UnknownNameError, by_ids
from desk.own_rules import FIELDS, NAME, changed, free_id, place_of, rule_yaml
from desk.question import PARAMETERS, Question
from desk.rendering import language_of, page
from desk.signing import changing
from desk.words import WORDS
from desk.work import Desk
from rasid.errors import RasidError
from rasid.one_line import one_line
from rasid.own_file import beside, remove_beside, write_beside
from search.errors import ClusterError
from search.hits import search
from search.query import EVERYTHING, refusal, text_query

FOUND = 5
"""Articles shown that a new rule would have found."""
_PAGES = ("new", "retry")
"""Ids under which the desk has other pages."""


@dataclass(frozen=True)
class Wish:
    """What a person wants of a rule.

    Attributes:
        name: its name.
        query: its words.
        chosen: field of the rule → ids.
        channels: ids of channels that are told.
        address: e-mail address that is told besides.
    """

    name: str = ""
    query: str = ""
    chosen: Mapping[str, list[str]] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    address: str = ""

    @classmethod
    def of(cls, form: FormData) -> "Wish":
        """What a form has."""
        name, query, address = (str(form.get(key, "")).strip() for key in ("name", "query", "address"))
        chosen = {
            field_: list(dict.fromkeys(filter(None, map(str, form.getlist(parameter)))))
            for parameter, field_ in FIELDS.items()
        }
        return cls(one_line(name, 100), query, chosen, tuple(map(str, form.getlist("channel"))), address)


def new_alert_page(request: Request) -> Response:
    """A search as a rule, to be looked at before it is saved."""
    question = Question.of(request.query_params)
    return _asked(request, question, Wish(_suggested(request, question)))


async def new_alert(request: Request) -> Response:
    """Saves a search as a rule, in a file of its own beside `alerts.yaml`."""
    _, form = await changing(request)
    return await run_in_threadpool(_saved, request, Wish.of(form))


def _saved(request: Request, wish: Wish) -> Response:
    desk: Desk = request.app.state.desk
    question = Question.of(request.query_params)
    try:
        asked = replace(question, query=_checked(request, question.query, bool(question.chosen)))
        name = wish.name or _suggested(request, question)
        id_ = free_id(name, _Taken(desk))
        channels, mail = _told(request, wish, id_)
        text = rule_yaml(asked, id_, name, channels, mail)
        write_beside(desk.settings.config, NAME, id_, text, _reading(desk))
    except RasidError as error:
        return _asked(request, question, wish, str(error))
    return RedirectResponse(f"/alerts/{id_}?saved=1", HTTPStatus.SEE_OTHER)


async def change_alert(request: Request) -> Response:
    """Gives a rule of the desk's another name, has it ask for something else, or tell others."""
    _, form = await changing(request)
    return await run_in_threadpool(_changed, request, Wish.of(form))


def _changed(request: Request, wish: Wish) -> Response:
    desk, rule = request.app.state.desk, rule_of(request)
    try:
        query = _checked(request, wish.query, any(wish.chosen.values()))
        channels, mail = _told(request, wish, rule.id)
        name = wish.name or rule.id
        fields = {"name": {"ar": name, "en": name}, "query": query, **wish.chosen, "channels": list(channels)}
        _rewrite(desk, rule.id, lambda text: changed(text, rule.id, fields, mail))
    except RasidError as error:
        return shown(request, rule, str(error))
    return RedirectResponse(f"/alerts/{rule.id}?saved=1", HTTPStatus.SEE_OTHER)


async def pause_alert(request: Request) -> Response:
    """Pauses a rule of the desk's, or has it go on."""
    await changing(request)
    desk, rule = request.app.state.desk, rule_of(request)
    fields = {"paused": not rule.paused}
    await run_in_threadpool(_rewrite, desk, rule.id, lambda text: changed(text, rule.id, fields))
    return RedirectResponse(f"/alerts/{rule.id}", HTTPStatus.SEE_OTHER)


async def delete_alert(request: Request) -> Response:
    """Takes a rule of the desk's away; it can come back as long as this desk runs."""
    await changing(request)
    desk, rule = request.app.state.desk, rule_of(request)
    text = _ours(desk, rule.id)
    await run_in_threadpool(remove_beside, desk.settings.config, NAME, rule.id, _reading(desk))
    desk.deleted[rule.id] = rule, text
    return RedirectResponse(f"/alerts?deleted={rule.id}", HTTPStatus.SEE_OTHER)


async def restore_alert(request: Request) -> Response:
    """Brings a rule back that was taken away here."""
    await changing(request)
    desk, id_ = request.app.state.desk, request.path_params["id"]
    if id_ not in desk.deleted:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    await run_in_threadpool(write_beside, desk.settings.config, NAME, id_, desk.deleted[id_][1], _reading(desk))
    del desk.deleted[id_]
    return RedirectResponse(f"/alerts/{id_}?restored=1", HTTPStatus.SEE_OTHER)


def _rewrite(desk: Desk, id_: str, change: Callable[[str], str]) -> None:
    text = change(_ours(desk, id_))
    write_beside(desk.settings.config, NAME, id_, text, _reading(desk), is_new=False)


def _ours(desk: Desk, id_: str) -> str:
    """The text of the file of a rule that the desk wrote.

    Raises:
        RasidError: a person wrote it.
    """
    place = place_of(desk.settings.config, id_)
    if not place or not place.is_ours:
        raise RasidError(f"the rule {id_} is not the desk's own: change the file that it stands in")
    return place.file.read_text("utf-8")


def _reading(desk: Desk) -> Callable[[Any], object]:
    ids = known(desk)
    return lambda files: load_alerting(files, ids)


class _Taken:
    """The ids that a new rule may not have: of other rules, also of those that are gone and were told of."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._rules = {rule.id for rule in alerting_of(desk).rules} | set(_PAGES)

    def __contains__(self, id_: object) -> bool:
        file = beside(self._desk.settings.config, NAME, str(id_))
        return id_ in self._rules or file.exists() or self._desk.storage.alert_feed(str(id_)).exists()


def _checked(request: Request, query: str, has_more: bool) -> str:
    """The words of a rule as the index has them, once it is sure that they can be looked for.

    Raises:
        RasidError: it does not, in the reader's language.
    """
    desk, words = request.app.state.desk, WORDS[language_of(request)]
    if not (query or has_more):
        raise RasidError(words["nothing_asked"])
    try:
        found = by_ids(query, desk)
    except UnknownNameError:
        raise RasidError(words["unknown_name"]) from None
    if found and refusal(desk.client, text_query(found)):
        raise RasidError(words["not_understood"])
    return found


def _told(request: Request, wish: Wish, id_: str) -> tuple[tuple[str, ...], Mapping[str, Any]]:
    """The channels of a rule, and that which it brings along for an address that has none."""
    if not wish.address:
        return wish.channels, {}
    desk, language = request.app.state.desk, language_of(request)
    channels = alerting_of(desk).channels
    if there := next((each.id for each in channels.values() if each.email == (wish.address,)), None):
        return tuple(dict.fromkeys((*wish.channels, there))), {}
    if not desk.settings.smtp_url:
        raise RasidError(WORDS[language]["no_mail"])
    new = free_id(f"{id_}-mail", channels)
    try:
        Channel(id=new, email=(wish.address,), language=language)
    except ValidationError:
        raise RasidError(f"{WORDS[language]['no_address']} {wish.address}") from None
    return (*wish.channels, new), {new: {"email": [wish.address], "language": language}}


def _suggested(request: Request, question: Question) -> str:
    """A name for a rule, of what its search asks for."""
    names = request.app.state.desk.names(language_of(request))
    chosen = [
        names.get(PARAMETERS[name], {}).get(each, each) for name, some in question.chosen.items() for each in some
    ]
    return " · ".join(filter(None, [question.query, *chosen]))[:100]


def _asked(request: Request, question: Question, wish: Wish, mistake: str = "") -> Response:
    """The form of a new rule; without a search, it asks for one."""
    desk: Desk = request.app.state.desk
    asks = bool(question.query or question.chosen)
    where = Question(chosen=question.chosen, span="week").where(datetime.now(UTC), ZoneInfo(desk.settings.timezone))
    try:
        query = _checked(request, question.query, bool(question.chosen)) if asks else ""
        hits = search(desk.client, query or EVERYTHING, where, FOUND, newest=True) if asks else None
    except ClusterError:
        raise
    except RasidError as error:
        hits, mistake = None, mistake or str(error)
    return page(
        request,
        "new_alert.html.j2",
        HTTPStatus.BAD_REQUEST if mistake else HTTPStatus.OK,
        question=question,
        wish=wish,
        asks=asks,
        hits=hits,
        channels=alerting_of(desk).channels,
        has_mail=bool(desk.settings.smtp_url),
        yaml=rule_yaml(question, "rule", wish.name, wish.channels) if asks else "",
        mistake=mistake,
    )
