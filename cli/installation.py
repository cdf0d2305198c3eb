"""What an operator does with an installation."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import ANALYST, OPERATOR, Json
from cli.session import cluster, data_settings, reads_arabic
from cli.terminal import console, errors, show_json
from rasid.errors import RasidError

app = typer.Typer()


@app.command(rich_help_panel=OPERATOR)
def init(folder: Annotated[Path, typer.Argument(metavar="FOLDER")]) -> None:
    """Copies the configuration into a folder, for you to edit: outlets, topics, entities, synonyms and alerts.

    Rasid reads the folder once the setting RASID_CONFIG names it. Files that you do not change may be deleted: the ones
    that Rasid comes with take their place.
    """
    from rasid.configuration import copy_shipped

    folder = folder.absolute()
    copy_shipped(folder)
    console.print(str(folder), soft_wrap=True)
    errors.print(f"now set RASID_CONFIG={folder}", soft_wrap=True)


@app.command(rich_help_panel=OPERATOR)
def setup(
    migrate_old: Annotated[bool, typer.Option("--migrate", help="build anew the indices of older templates")] = False,
    keys: Annotated[
        Path | None, typer.Option(help="create API keys of least privilege, and write them into this folder")
    ] = None,
    restore: Annotated[
        str | None,
        typer.Option(metavar="SNAPSHOT|last", help="put its indices in place of those there are; stop all runs before"),
    ] = None,
    only_kibana: Annotated[bool, typer.Option("--only-kibana", help="leave the cluster as it is")] = False,
) -> None:
    """Installs the index templates, and what analysts open in Kibana if KIBANA_URL says where it is; safe to repeat.

    In a cluster that has them, also the policies by which months are merged and deleted, and snapshots taken.
    """
    from cli.screens.download import download_bar
    from pipeline.setup import set_up_cluster
    from search.cluster import connect_as_admin
    from search.kibana import provision

    settings = data_settings()
    if not only_kibana:
        with download_bar(errors) as progress:
            client = connect_as_admin(settings, progress)
        with client:
            for done in set_up_cluster(client, settings, migrate_old, keys, restore):
                console.print(done.said, style="yellow" if done.is_left else None, soft_wrap=True)
    elif not settings.kibana_url:
        raise RasidError("--only-kibana needs KIBANA_URL, which is not set")
    if settings.kibana_url:
        links = provision(settings.kibana_url, settings.kibana_api_key, settings.kibana_space, settings.kibana_page)
        for title, link in links.items():
            console.print(f"{title}: {link}", soft_wrap=True)


@app.command("status", rich_help_panel=OPERATOR)
def show(as_json: Json = False) -> None:
    """Shows how the last runs went, what is late, which outlets need a look, how each does, and space.

    The exit code is 1 if a run is late: the last one began more than 26 hours ago, whatever day it was for. Runs that
    failed and unhealthy outlets do not change it. `failed` in a run of --json counts pages that gave no answer;
    outlets that failed are in `unhealthy`.
    """
    from cli.screens.status import show_status
    from pipeline.disks import nearly_full_data
    from pipeline.status import status_of
    from rasid.json_record import fields_of
    from search.node.here import local_node

    settings = data_settings()
    try:
        if not settings.elasticsearch_url:
            local_node(settings).status()  # one that runs and does not answer is told at once, and not waited for
        with cluster(settings, "reader") as client:
            found = status_of(client, settings)
    except RasidError as error:
        raise RasidError("\n".join([str(error), *nearly_full_data(settings)])) from None
    if as_json:
        show_json(fields_of(found))
    else:
        show_status(console, found)
    if found.late:
        raise typer.Exit(1)


@app.command(rich_help_panel=ANALYST)
def check() -> None:
    """Reads all YAML files in one pass and tells all mistakes in them, with file, line and key."""
    from pipeline.config import mistakes_in
    from rasid.errors import together
    from rasid.settings import load_settings

    settings = load_settings()
    if mistakes := mistakes_in(settings):
        raise together(mistakes)
    told = "لا خطأ في" if reads_arabic() else "no mistake in"
    console.print(f"{told} {settings.config}", soft_wrap=True)


@app.command(rich_help_panel=OPERATOR)
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="mend what can be mended")] = False, as_json: Json = False
) -> None:
    """Looks through all files of RASID_DATA, its disk and all YAML: what is damaged or mistaken, and what to do."""
    from pipeline.inspection import inspect
    from rasid.settings import load_settings

    left, told = 0, []
    for fault in inspect(load_settings()):
        mended = bool(repair and fault.repair)
        if mended and fault.repair:
            fault.repair()
        left += not mended
        told.append({"what": fault.what, "cure": fault.cure, "mended": mended})
        if not as_json:
            state = "mended" if mended else "--repair mends it" if fault.repair else "for you"
            console.print(f"{fault.what}\n  {state}: {fault.cure}", markup=False, highlight=False, soft_wrap=True)
    if as_json:
        show_json(told)
    elif not told:
        console.print("all files are whole")
    if left:
        raise typer.Exit(1)
