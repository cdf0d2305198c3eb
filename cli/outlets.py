"""The outlets that are watched."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.completion import outlet_ids
from cli.options import ANALYST, Json, OutletsFile
from cli.terminal import console, errors
from rasid.errors import RasidError
from rasid.one_line import one_line
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

    for outlet in load_outlets(outlets_file or config_files(load_settings().config, "outlets.yaml")).values():
        style = "dim" if outlet.disabled else None
        head = f"{outlet.id} · {outlet.country} · {outlet.name.ar}"
        console.print(head, style=style or "bold", soft_wrap=True)
        for line in [f"disabled: {outlet.disabled}"] if outlet.disabled else [source.url for source in outlet.sources]:
            console.print(f"  {line}", style=style, soft_wrap=True)  # each address whole in a line, to be copied


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
    from pipeline.outlet_check import AT_ONCE, SECONDS, Examination, examine_all
    from rasid.outlets import Outlet, select_outlets
    from rasid.settings import load_settings

    if not ids and not every:
        raise typer.BadParameter("expected the id of an outlet, or --all", param_hint="ID")
    errors.print("reading the configuration …", style="dim")
    settings = load_settings()
    config = load_config(settings, outlets_file)
    chosen = select_outlets(config.outlets, config.outlets if every else ids or [])
    if every:
        for outlet in chosen:
            if not outlet.sources:
                errors.print(f"{outlet.id} has no sources to check; disabled: {outlet.disabled}", soft_wrap=True)
        chosen = [outlet for outlet in chosen if outlet.sources]
    without = []

    def tell(outlet: Outlet) -> None:
        errors.print(f"{outlet.id}: looking at its sources and first pages …", style="dim", soft_wrap=True)

    errors.print(f"{len(chosen)} outlets, {AT_ONCE} at a time; each may take {SECONDS / 60:.0f} minutes", style="dim")
    with without_secrets(config.alerting):
        for found in examine_all(chosen, config.tagger, settings, tell):
            if as_json:
                sys.stdout.write(harmless_json(TypeAdapter(Examination).dump_json(found).decode()) + "\n")
            else:
                show_examination(console, found)
            if not found.articles:
                without.append(found.outlet.id)
    if without:
        raise RasidError(f"no article from: {', '.join(without)}")


@outlets.command("add")
def add_outlet(
    url: Annotated[str, typer.Argument(metavar="URL", help="of its home page, or of a feed")],
    id_: Annotated[str | None, typer.Option("--id", help="small Latin letters, digits, - and _")] = None,
    name_ar: Annotated[str | None, typer.Option("--name-ar", help="in Arabic")] = None,
    name_en: Annotated[str | None, typer.Option("--name-en", help="in English")] = None,
    country: Annotated[str | None, typer.Option(help="two letters, as in ISO 3166")] = None,
    timezone: Annotated[str | None, typer.Option(help="of the times on its pages, such as Africa/Algiers")] = None,
    source: Annotated[list[str] | None, typer.Option(help="take this one of those found; may be given again")] = None,
    allow_host: Annotated[list[str] | None, typer.Option(help="a host on a private address that may be asked")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="write nothing")] = False,
) -> None:
    """Finds the feeds and sitemaps of an outlet from its home page, and writes it to a file of its own.

    What the options leave open is guessed from the page and its address, and shown.
    """
    from cli.screens.new_outlet import show_found
    from pipeline.new_outlet import Choices, added_by, discover, outlet_of, write
    from pipeline.outlet_file import yaml_text
    from rasid.settings import load_settings

    settings = load_settings()
    errors.print(f"looking at {one_line(url)} …", soft_wrap=True)
    found = discover(url, settings, frozenset(allow_host or ()), lambda asked: errors.print(f"  {asked}", style="dim"))
    show_found(console, found)
    if not (country or found.country) and sys.stdin.isatty():
        country = typer.prompt("Its country, by two letters such as DZ")
    choices = Choices(id_, name_ar, name_en, country, timezone, tuple(source) if source else None)
    outlet = outlet_of(found, choices)
    console.print(yaml_text([outlet], added_by(found)), soft_wrap=True)
    if dry_run:
        return
    file = write(found, choices, settings)
    console.print(f"written to {file}; `rasid outlets check {outlet.id}` tries it", soft_wrap=True)


@outlets.command("export")
def export_outlets(
    opml: Annotated[Path, typer.Option("--opml", metavar="FILE", help="of feeds, for other programs; is written anew")],
    outlets_file: OutletsFile = None,
) -> None:
    """Writes the feeds of the outlets that are watched to a file."""
    from pipeline import opml as lists
    from rasid.configuration import config_files
    from rasid.outlets import load_outlets, select_outlets
    from rasid.settings import load_settings

    watched = select_outlets(load_outlets(outlets_file or config_files(load_settings().config, "outlets.yaml")), ())
    opml.write_bytes(lists.opml(watched))
    having = [outlet for outlet in watched if any(source.feed for source in outlet.sources)]
    console.print(f"{opml}: the feeds of {len(having)} outlets", soft_wrap=True)
    for outlet in watched:
        if outlet not in having:
            errors.print(f"{outlet.id} has no feed and is not in it", style="yellow", soft_wrap=True)


@outlets.command("import")
def import_outlets(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", exists=True, dir_okay=False)],
    country: Annotated[str | None, typer.Option(help="of outlets whose address shows none, as in ISO 3166")] = None,
) -> None:
    """Makes outlets of a list of feeds (OPML), one a host, in a new file beside outlets.yaml.

    What cannot be taken is told; the exit code is then 1.
    """
    from pipeline.opml import import_opml
    from rasid.settings import load_settings

    imported = import_opml(file, load_settings(), country)
    for outlet in imported.outlets:
        feeds = " ".join(source.url for source in outlet.sources)
        console.print(f"{outlet.id} ({outlet.name.ar}, {outlet.country}): {feeds}", soft_wrap=True)
    if imported.file:
        told = f"{len(imported.outlets)} outlets written to {imported.file}; `rasid outlets check ID` tries one"
        console.print(told, soft_wrap=True)
    for refused in imported.refused:
        errors.print(f"not taken: {refused}", style="yellow", soft_wrap=True)
    if imported.refused:
        raise typer.Exit(1)
