"""The outlets that are watched."""

import sys
from typing import Annotated

import typer
from rich.table import Column, Table

from cli.completion import outlet_ids
from cli.options import ANALYST, Json, OutletsFile
from cli.terminal import console, errors
from rasid.errors import RasidError
from rasid.printable import harmless_json

app = typer.Typer()
outlets = typer.Typer(no_args_is_help=True, help="The outlets that are watched.")
app.add_typer(outlets, name="outlets", rich_help_panel=ANALYST)


@outlets.command("list")
def list_outlets(outlets_file: OutletsFile = None) -> None:
    """Lists the outlets and their sources."""
    from rasid.configuration import config_files
    from rasid.outlets import load_outlets
    from rasid.settings import load_settings

    table = Table(*(Column(name, overflow="fold") for name in ("id", "name", "country", "sources")))  # none is cut
    for outlet in load_outlets(outlets_file or config_files(load_settings().config, "outlets.yaml")).values():
        sources = "\n".join(source.url for source in outlet.sources)
        note = f"disabled: {outlet.disabled}" if outlet.disabled else sources
        table.add_row(outlet.id, outlet.name.ar, outlet.country, note, style="dim" if outlet.disabled else None)
    console.print(table)


@outlets.command("check")
def check_outlets(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID", autocompletion=outlet_ids)] = None,
    every: Annotated[bool, typer.Option("--all", help="every outlet that has sources, disabled ones too")] = False,
    outlets_file: OutletsFile = None,
    as_json: Json = False,
) -> None:
    """Tries outlets and keeps nothing: what each lists, what its first pages give, what looks wrong and what to change.

    The exit code is 1 if an outlet gives no article.
    """
    from pydantic import TypeAdapter

    from cli.screens.examination import show_examination
    from pipeline.apart import without_secrets
    from pipeline.config import load_config
    from pipeline.outlet_check import Examination, examine_all
    from rasid.outlets import select_outlets
    from rasid.settings import load_settings

    if not ids and not every:
        raise typer.BadParameter("expected the id of an outlet, or --all", param_hint="ID")
    settings = load_settings()
    config = load_config(settings, outlets_file)
    chosen = select_outlets(config.outlets, config.outlets if every else ids or [])
    if every:
        for outlet in chosen:
            if not outlet.sources:
                errors.print(f"{outlet.id} has no sources to check; disabled: {outlet.disabled}", soft_wrap=True)
        chosen = [outlet for outlet in chosen if outlet.sources]
    without = []
    with without_secrets(config.alerting):
        for found in examine_all(chosen, config.tagger, settings):
            if as_json:
                sys.stdout.write(harmless_json(TypeAdapter(Examination).dump_json(found).decode()) + "\n")
            else:
                show_examination(console, found)
            if not found.articles:
                without.append(found.outlet.id)
    if without:
        raise RasidError(f"no article from: {', '.join(without)}")
