"""Search in what is indexed."""

import sys
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.completion import outlet_ids, topic_ids, weapon_ids
from cli.options import ANALYST, Json, day_of, moment_of
from cli.session import cluster, data_settings
from cli.terminal import console, errors, show_json

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from rasid.settings import Settings

app = typer.Typer()
Several = list[str] | None
From = Annotated[
    datetime | None, typer.Option(parser=moment_of, metavar="DAY|7d", help="a day, or days (d) or hours (h) back")
]
To = Annotated[date | None, typer.Option(parser=day_of, metavar="DAY", help="the last day")]
Size = Annotated[int, typer.Option(min=1, max=1000, help="hits on a page")]
Page = Annotated[int, typer.Option(min=1, help="which page of the hits")]


@app.command("search", rich_help_panel=ANALYST)
def search_articles(
    query: Annotated[str, typer.Argument(help="in Lucene's syntax")] = "*",
    topic: Annotated[Several, typer.Option(autocompletion=topic_ids)] = None,
    outlet: Annotated[Several, typer.Option(autocompletion=outlet_ids)] = None,
    country: Annotated[Several, typer.Option(help="of the outlet, such as DZ")] = None,
    weapon: Annotated[
        Several, typer.Option(help="that the text names, such as S-400", autocompletion=weapon_ids)
    ] = None,
    since: From = None,
    until: To = None,
    size: Size = 10,
    page: Page = 1,
    sort: Annotated[Literal["relevance", "time"], typer.Option(help="the best or the newest first")] = "relevance",
    reposts: Annotated[bool, typer.Option("--reposts", help="do not fold them under their original")] = False,
    facets: Annotated[bool, typer.Option("--facets", help="how many have each topic, outlet, country …")] = False,
    rejected: Annotated[bool, typer.Option("--rejected", help="search the rejected pages instead, by address")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="for spreadsheets")] = False,
    as_json: Json = False,
) -> None:
    """Searches all articles, and marks the words that match; a story is shown once, with its copies."""
    from cli.screens.hits import advise, show_facets, show_hits
    from search.hits import search
    from search.query import filters
    from search.spreadsheet import write_csv

    settings = data_settings()
    with cluster(settings, "reader") as client:
        given = {"topic": topic or [], "outlet": outlet or [], "country": country or [], "weapon": weapon or []}
        names = _checked(client, settings, given)
        if rejected:
            _search_rejected(client, query, given, (since, until), (size, page), as_json)
            return
        where = filters(given["topic"], given["outlet"], given["country"], given["weapon"], since, until)
        hits = search(client, query, where, size, page, reposts, sort == "time", facets)
    if as_json:
        show_json({"total": hits.total, "hits": [hit.source for hit in hits.hits], "facets": hits.facets})
    elif as_csv:
        write_csv(sys.stdout, hits)
    else:
        show_hits(console, hits, size, page)
        show_facets(console, hits.facets, names)
        if not hits.total:
            advise(errors, query, [*(f"--{name}" for name, ids in given.items() if ids), *_bounds(since, until)])


def _checked(client: "Elasticsearch", settings: "Settings", given: dict[str, list[str]]) -> dict[str, dict[str, str]]:
    """The Arabic names of all ids, by field, once it is sure that those given are of something."""
    from alerts.names import labels
    from processing.topics.loading import configured_tagger
    from rasid.configuration import config_files
    from rasid.outlets import load_outlets
    from search.query import check_filter

    outlets = load_outlets(config_files(settings.config, "outlets.yaml"))
    names = labels(configured_tagger(settings).names, "ar")
    names |= {"outlet": {id_: outlet.name.ar for id_, outlet in outlets.items()}}
    fields = {"topic": "topics", "outlet": "outlet", "country": "country", "weapon": "weapons"}
    for kind, ids in given.items():
        known = names["countries" if kind == "country" else fields[kind]]
        check_filter(client, fields[kind], kind, ids, known)
    return names


def _bounds(since: datetime | None, until: date | None) -> list[str]:
    return [name for name, bound in (("--since", since), ("--until", until)) if bound]


def _search_rejected(
    client: "Elasticsearch",
    query: str,
    given: dict[str, list[str]],
    between: tuple[datetime | None, date | None],
    paging: tuple[int, int],
    as_json: bool,
) -> None:
    from cli.screens.hits import show_rejections
    from rasid.json_record import fields_of
    from search.rejected import search_rejected

    if unfit := [f"--{name}" for name in ("topic", "country", "weapon") if given[name]]:
        raise typer.BadParameter(f"rejected pages have none of {', '.join(unfit)}", param_hint="--rejected")
    found = search_rejected(client, query, given["outlet"], *between, *paging)
    if as_json:
        show_json(fields_of(found))
    else:
        show_rejections(console, found, *paging)


@app.command(rich_help_panel=ANALYST)
def story(
    id_: Annotated[str, typer.Argument(metavar="ID", help="of the story, or of an article, or its address")],
    as_json: Json = False,
) -> None:
    """Shows a story as a time line: who published it, when, how much of it, and what they changed."""
    from cli.screens.story import show_story
    from search.indexed import story_of

    with cluster(data_settings(), "reader") as client:
        articles = story_of(client, id_)
    if as_json:
        show_json([article.source for article in articles])
    else:
        show_story(console, articles)
