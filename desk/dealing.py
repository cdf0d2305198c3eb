"""The register of arms deals."""

import io
from dataclasses import replace
from typing import get_args

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from alerts.deal_words import STAGES
from desk.deal_names import Held, names_in, parties_offered, party_called, weapons_called, weapons_offered
from desk.named_fields import UnknownNameError
from desk.question import day_in
from desk.rendering import language_of, page
from desk.words import COLUMNS, WORDS
from desk.work import Desk
from rasid.records import DealStage
from search.register import DealQuery, Order, find_deals, held, write_deals

SHOWN = 200
"""Deals on the page."""
SIDES = ("party", "supplier", "recipient")
"""What parties are asked for as; the first is either side."""


def deals_page(request: Request) -> Response:
    """The deals that fit, the last reported first."""
    desk: Desk = request.app.state.desk
    given, language, there = request.query_params, language_of(request), held(desk.client)
    query, mistake, advice = DealQuery(), "", ""
    try:
        query = _query(given, desk, there)
    except UnknownNameError as error:
        mistake, advice = str(error), WORDS[language][f"unknown_{error.args[0].partition(':')[0]}"]
    return page(
        request,
        "deals.html.j2",
        status=400 if mistake else 200,
        query=query,
        mistake=mistake,
        advice=advice,
        typed={name: w for name in (*SIDES, "weapon") if (w := ", ".join(names_in(given.getlist(name))))},
        deals=[] if mistake else find_deals(desk.client, query, SHOWN),
        stages=STAGES[language],
        there=there,
        parties={side: parties_offered(desk, there[side], language) for side in SIDES},
        weapons=weapons_offered(desk, there, language),
        every_stage=get_args(DealStage),
        asked=request.url.query,
    )


def deal_page(request: Request) -> Response:
    """One deal: what each report says, and where reports differ."""
    desk: Desk = request.app.state.desk
    deal = next(iter(find_deals(desk.client, DealQuery(ids=[request.path_params["id"]]), 1)), None)
    if not deal:
        return page(request, "none.html.j2", 404, told=WORDS[language_of(request)]["no_page"])
    return page(request, "deal.html.j2", deal=deal, stages=STAGES[language_of(request)])


def deals_csv(request: Request) -> Response:
    """The deals as CSV for spreadsheets, by ``?order=sipri`` in the columns of SIPRI's register."""
    desk: Desk = request.app.state.desk
    stream = io.StringIO()
    order: Order = "sipri" if request.query_params.get("order") == "sipri" else "rasid"
    deals = find_deals(desk.client, _query(request.query_params, desk, held(desk.client)))
    write_deals(stream, deals, order, COLUMNS[language_of(request)])
    name = "deals-sipri.csv" if order == "sipri" else "deals.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _query(given: QueryParams, desk: Desk, there: Held) -> DealQuery:
    sides = {side: [party_called(desk, there, name) for name in names_in(given.getlist(side))] for side in SIDES}
    weapons = [each for name in names_in(given.getlist("weapon")) for each in weapons_called(desk, there, name)]
    query = DealQuery(sides["supplier"], sides["recipient"], weapons, parties=sides["party"])
    stages = [each for each in given.getlist("stage") if each]
    return replace(
        query, stages=stages, since=day_in(given, "since"), until=day_in(given, "until"), caatsa="caatsa" in given
    )
