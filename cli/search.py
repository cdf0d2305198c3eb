"""Search in what is indexed."""

import sys
from datetime import date
from typing import Annotated, Literal

import typer

from cli.options import ANALYST, Json, day_of
from cli.session import cluster, data_settings
from cli.terminal import console, show_json

app = typer.Typer()
OptionalDay = Annotated[date | None, typer.Option(parser=day_of, metavar="DAY")]


@app.command("search", rich_help_panel=ANALYST)
def search_articles(
    query: Annotated[str, typer.Argument(help="in Lucene's syntax")],
    topic: Annotated[list[str] | None, typer.Option()] = None,
    outlet: Annotated[list[str] | None, typer.Option()] = None,
    country: Annotated[list[str] | None, typer.Option(help="of the outlet, such as DZ")] = None,
    since: OptionalDay = None,
    until: OptionalDay = None,
    size: Annotated[int, typer.Option(min=1, max=1000)] = 10,
    sort: Annotated[Literal["relevance", "time"], typer.Option(help="the best or the newest first")] = "relevance",
    reposts: Annotated[bool, typer.Option("--reposts", help="do not fold them under their original")] = False,
    facets: Annotated[bool, typer.Option("--facets", help="how many have each topic, outlet, country …")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="for spreadsheets")] = False,
    as_json: Json = False,
) -> None:
    """Searches all articles, and marks the words that match; a story is shown once, with its copies."""
    from cli.screens.hits import show_facets, show_hits
    from search.query import filters, search
    from search.spreadsheet import write_csv

    with cluster(data_settings(), "reader") as client:
        where = filters(topic or (), outlet or (), country or (), since, until)
        hits = search(client, query, where, size, reposts, sort == "time", facets)
    if as_json:
        found = [{**hit.article.source, "copies": [copy.source for copy in hit.copies]} for hit in hits.hits]
        show_json({"total": hits.total, "hits": found, "facets": hits.facets})
    elif as_csv:
        write_csv(sys.stdout, hits)
    else:
        show_hits(console, hits)
        show_facets(console, hits.facets)


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
