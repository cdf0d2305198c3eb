"""Searching: the page, and its hits as tables."""

import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from desk.named_fields import UnknownNameError, by_ids
from desk.question import PARAMETERS, SIZE, Question
from desk.rendering import language_of, page
from desk.words import COLUMNS, WORDS
from desk.work import Desk
from rasid.errors import RasidError
from rasid.printable import json_text
from search.errors import ClusterError
from search.health import latest
from search.hits import MOST, Hits, NothingIndexedError, search
from search.indexed import Indexed, members
from search.query import EVERYTHING
from search.spreadsheet import write_csv

ROWS = 1000
"""Hits in a table."""
_ADVICE: dict[type[RasidError], str] = {NothingIndexedError: "nothing_indexed", UnknownNameError: "unknown_name"}
_WORD = r"[^\W\d_]{4,}"
_PHRASE = re.compile(rf"(?<!\w){_WORD} {_WORD}(?!\w)")


def search_page(request: Request) -> Response:
    """The page that one begins with."""
    desk: Desk = request.app.state.desk
    words = WORDS[language_of(request)]
    question, hits, mistake, advice = Question(), None, "", ""
    try:
        question = Question.of(request.query_params)
        hits = _hits(desk, question)
    except ClusterError:
        raise
    except RasidError as error:
        advice = words[next((key for kind, key in _ADVICE.items() if isinstance(error, kind)), "not_understood")]
        question, mistake = Question(query=request.query_params.get("q", "")), str(error)
    found = 0 if not hits else hits.total if question.copies else hits.stories
    return page(
        request,
        "search.html.j2",
        status=400 if mistake and request.query_params else 200,
        question=question,
        hits=hits,
        mistake=mistake,
        advice=advice,
        last=min(-(-found // SIZE), MOST // SIZE),
        parameters=PARAMETERS,
        known=_outlet_names(desk, hits),
        firsts=_firsts(desk, hits),
        examples=_examples(hits, desk.names(language_of(request)), words) if hits else {},
        most=max((bar.count for bar in hits.over_time), default=0) if hits else 0,
    )


def _examples(hits: Hits, names: Mapping[str, Mapping[str, str]], words: Mapping[str, str]) -> dict[str, str]:
    """Kind of a query → one that finds something, as it is made of what was found."""
    phrases = [found[0] for hit in hits.hits if (found := _PHRASE.search(hit.article.title))]
    examples = {}
    if phrases:
        examples["phrase"] = f'"{phrases[0]}"'
        examples["either"] = " OR ".join(dict.fromkeys(phrase.split()[0] for phrase in phrases[:2]))
    if country := next(iter(hits.facets.get("countries", {})), None):
        examples["field"] = f'{words["country_field"]}:"{names["countries"].get(country, country)}"'
    return examples


def _outlet_names(desk: Desk, hits: Hits | None) -> dict[str, str]:
    """The names of outlets among the facets that are configured no longer, as they were on their last day."""
    if not hits or hits.facets.get("outlet", {}).keys() <= desk.outlets.keys():
        return {}
    return {each.outlet: each.outlet_name for each in latest(desk.client)}


def _firsts(desk: Desk, hits: Hits | None) -> dict[str, Indexed]:
    """Story of a hit that copied it → the article that was first, whether that matches or not."""
    copied = {hit.article.story_id for hit in hits.hits if hit.article.is_repost} if hits else set()
    return {id_: story[0] for id_, story in members(desk.client, copied).items() if not story[0].is_repost}


def _hits(desk: Desk, question: Question, size: int = SIZE, facets: bool = True) -> Hits:
    zone = desk.settings.timezone
    minute = datetime.now(UTC).replace(second=0, microsecond=0)  # within which Elasticsearch knows its counts again
    return search(
        desk.client,
        by_ids(question.query, desk) or EVERYTHING,
        question.where(minute, ZoneInfo(zone)),
        size,
        question.page,
        reposts=question.copies,
        newest=question.newest or not question.query,
        facets=facets,
        days_of=zone if facets else None,
    )


def search_csv(request: Request) -> Response:
    """The first hits as CSV for spreadsheets."""
    stream = io.StringIO()
    hits = _hits(request.app.state.desk, Question.of(request.query_params), ROWS, facets=False)
    write_csv(stream, hits, COLUMNS[language_of(request)])
    return _file(stream.getvalue(), "text/csv", "rasid.csv")


def search_json(request: Request) -> Response:
    """The first hits as JSON, as `rasid search --json` has them."""
    hits = _hits(request.app.state.desk, Question.of(request.query_params), ROWS, facets=False)
    return _file(
        json_text({"total": hits.total, "hits": [hit.source for hit in hits.hits]}, 2), "application/json", "rasid.json"
    )


def _file(text: str, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=f"{kind}; charset=utf-8", headers=headers)
