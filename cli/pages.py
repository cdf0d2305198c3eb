"""One page or one text at a time, outside the daily job."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.options import ANALYST, Json
from cli.session import cluster, data_settings
from cli.terminal import console, errors, show_json
from rasid.errors import RasidError
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
    from processing.topics.loading import configured_tagger
    from rasid.configuration import config_files
    from rasid.outlets import load_outlets
    from rasid.records import ARTICLES
    from rasid.settings import load_settings

    settings = load_settings()
    capture = read_page(source, url, settings)
    outlets = load_outlets(config_files(settings.config, "outlets.yaml"))
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
    from processing.topics.loading import configured_tagger
    from rasid.settings import load_settings

    tagger = configured_tagger(load_settings())
    with file.open("rb") if file else sys.stdin.buffer as lines:
        for tagged in tag_lines(tagger, lines, str(file or "stdin")):
            sys.stdout.write(harmless_json(tagged) + "\n")


@app.command(rich_help_panel=ANALYST)
def show(
    id_: Annotated[str, typer.Argument(metavar="ID_OR_URL", help="of an article in the index")],
    page: Annotated[Path | None, typer.Option("--page", help="write the kept page there, as it was served")] = None,
    as_json: Json = False,
) -> None:
    """Shows a whole article: its text with the evidence of its topics marked, what it names, and where it is kept."""
    from alerts.names import labels
    from cli.screens.article import show_article
    from processing.topics.loading import configured_tagger
    from rasid.captures import read_capture
    from rasid.json_record import of_fields
    from rasid.records import CaptureRef
    from rasid.storage import Storage
    from rasid.unpacking import unpack
    from search.indexed import article_of

    settings = data_settings()
    with cluster(settings, "reader") as client:
        article = article_of(client, id_)
    if not article:
        raise RasidError(f"no article {id_} in the index: `rasid why` with its address says what became of it")
    if page:
        ref = of_fields(CaptureRef, article.source["capture"])
        capture = read_capture(Storage(settings.data), ref, article.outlet)
        page.write_bytes(unpack(capture.body, capture.header("Content-Encoding")))
        console.print(page.absolute().as_uri(), soft_wrap=True)
    elif as_json:
        show_json(article.source)
    else:
        show_article(console, article, labels(configured_tagger(settings).names, "ar"))


@app.command(rich_help_panel=ANALYST)
def why(
    url: Annotated[str, typer.Argument(metavar="URL", help="of a page, or the id of an article")], as_json: Json = False
) -> None:
    """What became of a page, and why: who listed it, when it was fetched, where it is kept, what would change it."""
    from datetime import UTC, datetime

    from cli.screens.provenance import show_provenance
    from pipeline.kept import Reports
    from pipeline.provenance import trace
    from rasid.configuration import config_files
    from rasid.json_record import fields_of
    from rasid.outlets import load_outlets
    from rasid.storage import Storage

    settings = data_settings()
    outlets = load_outlets(config_files(settings.config, "outlets.yaml"))
    reports = Reports(Storage(settings.data), datetime.now(UTC).date(), lambda event: errors.print(event.message))
    with cluster(settings, "reader") as client:
        found = trace(client, reports, outlets, url)
    if as_json:
        show_json(fields_of(found))
    else:
        show_provenance(console, found)
    if found.verdict.fate != "indexed":
        raise typer.Exit(1)
