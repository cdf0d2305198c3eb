"""The register of arms deals."""

import sys
from datetime import date
from typing import Annotated

import typer

from cli.options import ANALYST, Json, day_of
from cli.session import cluster, data_settings
from cli.terminal import console, show_json

app = typer.Typer()
OptionalDay = Annotated[date | None, typer.Option(parser=day_of, metavar="DAY")]


@app.command(rich_help_panel=ANALYST)
def deals(
    supplier: Annotated[list[str] | None, typer.Option(help="such as RU; may be given again")] = None,
    recipient: Annotated[list[str] | None, typer.Option(help="such as DZ")] = None,
    weapon: Annotated[list[str] | None, typer.Option(help="a system such as S-400, or a class such as fighter")] = None,
    stage: Annotated[list[str] | None, typer.Option(help="such as signed")] = None,
    since: OptionalDay = None,
    until: OptionalDay = None,
    caatsa: Annotated[bool, typer.Option("--caatsa", help="only those that the law may reach")] = False,
    size: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    as_csv: Annotated[bool, typer.Option("--csv", help="for spreadsheets")] = False,
    sipri: Annotated[bool, typer.Option("--sipri", help="CSV in the columns of SIPRI's register")] = False,
    as_json: Json = False,
) -> None:
    """Shows who sells what to whom, the last reported first, with the sentence that says it."""
    from cli.screens.deals import show_deals
    from search.register import DealQuery, find_deals, write_deals

    with cluster(data_settings(), "reader") as client:
        query = DealQuery(supplier or (), recipient or (), weapon or (), stage or (), since, until, caatsa)
        found = find_deals(client, query, size)
    if as_json:
        show_json([deal.source for deal in found])
    elif as_csv or sipri:
        write_deals(sys.stdout, found, "sipri" if sipri else "rasid")
    else:
        show_deals(console, found)
