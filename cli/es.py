"""The Elasticsearch node of this machine."""

import typer

from cli.options import OPERATOR
from cli.session import data_settings
from cli.terminal import console, errors
from rasid.errors import RasidError, without_users

app = typer.Typer()
es = typer.Typer(no_args_is_help=True, help="The local Elasticsearch node.")
app.add_typer(es, name="es", rich_help_panel=OPERATOR)


@es.command()
def start() -> None:
    """Starts the node, or finds the one that runs. With ELASTICSEARCH_URL set nothing is started."""
    from cli.screens.download import download_bar
    from search.node.here import local_node

    settings = data_settings()
    if settings.elasticsearch_url:
        url = without_users(settings.elasticsearch_url)
        console.print(f"nothing started: ELASTICSEARCH_URL is {url}", soft_wrap=True)
        return
    with download_bar(errors) as progress:
        node = local_node(settings).start(progress)
    console.print(f"Elasticsearch {node.version} at {node.url} (process {node.pid})")


@es.command()
def stop() -> None:
    """Stops the node of this machine."""
    from rasid.settings import load_settings
    from search.node.here import local_node

    console.print("stopped" if local_node(load_settings()).stop() else "was not running")


@es.command()
def status() -> None:
    """Says whether the node runs; the exit code is 1 if it does not."""
    from search.node.here import local_node

    node = local_node(data_settings())
    running = node.status()
    if not running:
        raise RasidError("the local node is not running")
    console.print(f"Elasticsearch {running.version} at {running.url} (process {running.pid})")
    if running.red:
        errors.print(f"these indices do not answer: {', '.join(running.red)}", style="yellow", soft_wrap=True)
    ask = f"its password is in {node.netrc}: curl --netrc-file '{node.netrc}' {running.url}/_cat/indices"
    console.print(ask, soft_wrap=True)
