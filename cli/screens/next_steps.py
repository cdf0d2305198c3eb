"""What to do after a run, and what goes on running."""

import sys
from pathlib import Path

from rich.console import Console

from cli.screens.day import show_paths
from rasid.settings import DATA, Settings
from rasid.storage import is_local
from search.node.here import local_node

AFTER = " " * 8
"""Before what a command does."""


def show_next(console: Console, settings: Settings) -> None:
    """Commands to type as they stand, for the data of these settings."""
    rasid = _command(settings)
    show_paths(console, {"next": f"{rasid} search 'سلاح'"})
    console.print(f"{AFTER}finds articles; {rasid} --help has all else", style="dim", soft_wrap=True)
    show_paths(console, {"browser": f"{rasid} desk"})
    console.print(f"{AFTER}serves search, articles and topics at http://127.0.0.1:8765/", style="dim", soft_wrap=True)
    if not settings.elasticsearch_url and (node := local_node(settings).status()):
        show_paths(console, {"running": f"{rasid} es stop"})
        told = f"{AFTER}ends Elasticsearch at {node.url}, which goes on with {settings.es_heap} of memory for searches"
        console.print(told, style="dim", soft_wrap=True)


def _command(settings: Settings) -> str:
    """How this program is called from this folder: `make run` has it in no path of the shell's."""
    program, here = Path(sys.argv[0]).absolute(), Path.cwd()
    name = str(program.relative_to(here)) if program.name == "rasid" and program.is_relative_to(here) else "rasid"
    if not is_local(settings.data):
        return name
    shown = Path(settings.data.path).absolute()
    if shown == DATA:
        return name
    return f"RASID_DATA={shown.relative_to(here) if shown.is_relative_to(here) else shown} {name}"
