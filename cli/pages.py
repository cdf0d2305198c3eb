"""One page or one text at a time, outside the daily job."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.options import ANALYST
from cli.session import configured_tagger
from cli.terminal import console
from rasid.printable import harmless_json

app = typer.Typer()


@app.command(rich_help_panel=ANALYST)
def extract(
    source: Annotated[str, typer.Argument(metavar="FILE_OR_URL")],
    url: Annotated[str | None, typer.Option(help="that the file's page came from")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="each field's source, and the lines left out")] = False,
) -> None:
    """Shows the article of one page as JSON, tagged with the configured topics."""
    from cli.screens.page import show_extraction
    from processing.single import article_of_page, read_page
    from rasid.configuration import config_file
    from rasid.outlets import load_outlets
    from rasid.records import ARTICLES
    from rasid.settings import load_settings

    settings = load_settings()
    capture = read_page(source, url, settings)
    outlets = load_outlets(config_file(settings.config, "outlets.yaml"))
    tagger = configured_tagger(settings)
    article, page = article_of_page(capture, outlets, tagger)
    if explain:
        show_extraction(console, article, page)
    else:
        sys.stdout.write(harmless_json(ARTICLES.pretty(article)) + "\n")


@app.command(rich_help_panel=ANALYST)
def tag(file: Annotated[Path | None, typer.Argument(metavar="FILE.jsonl", exists=True)] = None) -> None:
    """Makes of lines of {"id","title","body"} lines of {"id","topics":[{"topic","score","evidence":[…]}]}."""
    from processing.single import tag_lines
    from rasid.settings import load_settings

    tagger = configured_tagger(load_settings())
    with file.open("rb") if file else sys.stdin.buffer as lines:
        for tagged in tag_lines(tagger, lines, str(file or "stdin")):
            sys.stdout.write(harmless_json(tagged) + "\n")
