"""The topics that articles are tagged with."""

from typing import Annotated

import typer
from rich.table import Table

from cli.options import ANALYST
from cli.session import configured_tagger
from cli.terminal import console
from rasid.errors import RasidError

app = typer.Typer()
topics = typer.Typer(no_args_is_help=True, help="The topic rules.")
app.add_typer(topics, name="topics", rich_help_panel=ANALYST)


@topics.command("list")
def list_topics() -> None:
    """Lists the topics: how many words each has, and from which score its model tags."""
    from rasid.settings import load_settings

    table = Table("id", "label", "description", "words", "model", "examples")
    tagger = configured_tagger(load_settings())
    for topic in tagger.topics.values():
        examples = len(topic.examples.match) + len(topic.examples.no_match)
        model = tagger.models.get(topic.id)
        words = sum(1 for _ in topic.words())
        has_model = f"from {model.threshold:.2g}" if model else "none"
        table.add_row(topic.id, topic.label.ar, topic.description, str(words), has_model, str(examples))
    console.print(table)


@topics.command("explain")
def explain_topics(
    source: Annotated[
        str, typer.Argument(metavar="FILE_OR_URL", help="a page; or a text, its title in the first line")
    ],
) -> None:
    """Why a page or text has a topic or not: its words, what spoke for and against, its evidence, and the entities."""
    from cli.screens.page import show_judgements
    from processing.single import title_and_body
    from rasid.configuration import config_files
    from rasid.outlets import load_outlets
    from rasid.settings import load_settings

    settings = load_settings()
    tagger = configured_tagger(settings)
    title, body = title_and_body(source, settings, load_outlets(config_files(settings.config, "outlets.yaml")))
    show_judgements(console, tagger.explain(title, body), tagger.tag(title, body).mentions)


@topics.command("test")
def test_topics() -> None:
    """Runs the examples of topics.yaml. The exit code is 1 if one fails."""
    from processing.topics.examples import try_examples
    from rasid.settings import load_settings

    tagger = configured_tagger(load_settings())
    tried = list(try_examples(tagger))
    failed = [
        f"{each.topic}: {'not found' if each.expected else 'found'} in: {each.text}" for each in tried if not each.holds
    ]
    if failed:
        raise RasidError("\n".join([*failed, f"{len(failed)} of {len(tried)} examples failed"]))
    console.print(f"{len(tried)} examples of {len(tagger.topics)} topics are as they should be")
