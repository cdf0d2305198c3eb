"""The reading desk in the browser."""

from typing import Annotated

import typer

from cli.options import ANALYST
from cli.session import cluster, data_settings
from cli.terminal import errors

app = typer.Typer()
Port = Annotated[
    int | None,
    typer.Option(min=0, max=65535, show_default="8765, or the next one that is free", help="0 takes any that is free"),
]
HostOption = Annotated[str, typer.Option(help="address to listen at; another than this machine's own needs a proxy")]


@app.command(rich_help_panel=ANALYST)
def desk(
    port: Port = None,
    host: HostOption = "127.0.0.1",
    read_only: Annotated[bool, typer.Option("--read-only", help="nobody may change anything")] = False,
) -> None:
    """Serves the reading desk: search, articles, stories, outlets, alerts and topics, in the browser, until Ctrl-C."""
    from desk.serving import serve

    settings = data_settings()
    with cluster(settings, "reader") as client:
        serve(settings, client, host, port, read_only, lambda line: errors.print(line, soft_wrap=True))
