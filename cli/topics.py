"""The topics that articles are tagged with: what they are, why an article has them, and teaching them."""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from getpass import getuser
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import track
from rich.table import Table

from cli.completion import topic_ids
from cli.options import ANALYST, Back, Json
from cli.session import cluster
from cli.terminal import console, errors, show_json
from rasid.errors import RasidError

if TYPE_CHECKING:
    from rasid.records import Article
    from rasid.settings import Settings

app = typer.Typer()
topics = typer.Typer(no_args_is_help=True, help="The topics: why an article has them, and teaching them.")
app.add_typer(topics, name="topics", rich_help_panel=ANALYST)
ARTICLE_ID = re.compile("[0-9a-f]{32}")
TopicId = Annotated[str, typer.Argument(metavar="TOPIC", autocompletion=topic_ids)]


@topics.command("list")
def list_topics() -> None:
    """Lists the topics: how many words and labels each has, and from which score its model tags."""
    from pipeline.teaching import state_of
    from processing.topics.loading import configured_tagger
    from rasid.settings import load_settings

    settings = load_settings()
    table = Table("id", "label", "description", "words", "model", "labels", "examples")
    tagger = configured_tagger(settings)
    for topic in tagger.topics.values():
        examples = len(topic.examples.match) + len(topic.examples.no_match)
        words = sum(1 for _ in topic.words())
        state = state_of(settings, tagger, topic.id)
        numbers = str(state.labels), str(examples)
        table.add_row(topic.id, topic.label.ar, topic.description.en, str(words), state.told, *numbers)
    console.print(table)


@topics.command("explain")
def explain_topics(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE_OR_URL_OR_ID",
            help="a page; a text (.txt), its title in the first line; or the id of an article in the index",
        ),
    ],
    topic: Annotated[
        list[str] | None, typer.Option(help="only this one; may be given again", autocompletion=topic_ids)
    ] = None,
) -> None:
    """Why a page, text or article has a topic or not: its words and where they stand in topics.yaml, what spoke for and
    against, its evidence, and the entities.
    """
    from cli.screens.page import show_judgements
    from processing.topics.loading import configured_tagger
    from rasid.configuration import config_files
    from rasid.near import there_is_no
    from rasid.settings import load_settings
    from rasid.yaml_file import lines_of

    settings = load_settings()
    tagger = configured_tagger(settings)
    for id_ in topic or ():
        if id_ not in tagger.topics:
            raise RasidError(there_is_no("topic", id_, tagger.topics))
    title, body = _text_of(source, settings)
    told = tagger.explain(title, body)
    if topic:
        told = {id_: explanation for id_, explanation in told.items() if id_ in topic}
    words = {("topics", id_, each.level, each.number) for id_, found in told.items() for each in found.passages}
    lines = lines_of(config_files(settings.config, "topics.yaml"), words)
    show_judgements(console, told, lines, tagger.tag(title, body).mentions, all_of_them=bool(topic))


def _text_of(source: str, settings: "Settings") -> tuple[str, str]:
    """Title and body of a page, a text file, or an article in the index."""
    from processing.single import title_and_body
    from rasid.configuration import config_files
    from rasid.outlets import load_outlets
    from search.indexed import article_of

    if not source.startswith("http") and not Path(source).exists() and ARTICLE_ID.fullmatch(source):
        with cluster(settings, "reader") as client:
            article = article_of(client, source)
        if not article:
            raise RasidError(f"no article {source} in the index")
        return article.title, article.body
    return title_and_body(source, settings, load_outlets(config_files(settings.config, "outlets.yaml")))


@topics.command("test")
def test_topics() -> None:
    """Runs the examples of topics.yaml. The exit code is 1 if one fails."""
    from processing.topics.examples import try_examples
    from processing.topics.loading import configured_tagger
    from rasid.settings import load_settings

    tagger = configured_tagger(load_settings())
    tried = list(try_examples(tagger))
    failed = [
        f"{each.topic}: {'not found' if each.expected else 'found'} in: {each.text}" for each in tried if not each.holds
    ]
    if failed:
        raise RasidError("\n".join([*failed, f"{len(failed)} of {len(tried)} examples failed"]))
    console.print(f"{len(tried)} examples of {len(tagger.topics)} topics are as they should be")


@topics.command("try")
def try_topic(topic: TopicId, since: Back, as_json: Json = False) -> None:
    """Which kept articles would gain and lose a topic by the files and the model as they are now. Changes nothing."""
    _show_difference(since, topic, as_json)


@topics.command("diff")
def diff_topics(since: Back, as_json: Json = False) -> None:
    """Which topics kept articles would gain and lose by the files and models as they are now. Changes nothing."""
    _show_difference(since, None, as_json)


def _show_difference(since: timedelta, topic: str | None, as_json: bool) -> None:
    from cli.screens.changes import show_difference
    from cli.session import data_settings
    from pipeline.retagging import by, difference
    from pipeline.teaching import known_topic
    from processing.topics.loading import configured_tagger
    from rasid.json_record import fields_of

    settings = data_settings()
    tagger = configured_tagger(settings)
    if topic:
        tagger = tagger.alone(known_topic(tagger, topic), tagger.models.get(topic))
    found = difference(_kept(settings, since), by(tagger), topic=topic)
    if as_json:
        show_json(fields_of(found))
    else:
        show_difference(console, found)


def _kept(settings: "Settings", since: timedelta) -> "Iterator[Article]":
    from pipeline.articles import kept_articles
    from rasid.storage import Storage

    articles = kept_articles(Storage(settings.data), (datetime.now(UTC) - since).date())
    yield from track(articles, "reading articles", console=errors, transient=True, disable=not errors.is_terminal)


@topics.command("label")
def label_articles(
    topic: TopicId,
    since: Back,
    who: Annotated[str, typer.Option("--as", help="your name", default_factory=getuser, show_default="your user")],
    file: Annotated[
        typer.FileText | None,
        typer.Option("--from", help="lines of an id, a comma and right, wrong or touches; - is the standard input"),
    ] = None,
) -> None:
    """Shows the articles whose labels teach a topic most, for you to say which are about it: one key each."""
    from cli.session import data_settings
    from pipeline.teaching import NEWEST, judge, known_topic, label_by_list, worth_labelling
    from processing.topics.labels import kept_labels
    from processing.topics.loading import configured_tagger
    from rasid.storage import Storage

    settings = data_settings()
    tagger, storage = configured_tagger(settings), Storage(settings.data)
    known_topic(tagger, topic)
    articles, wrong = _kept(settings, since), list[str]()
    if file:
        try:
            wrong = label_by_list(storage, topic, articles, file, who)
        except UnicodeDecodeError:
            raise RasidError(f"{file.name}: it is not UTF-8 text; save it as UTF-8") from None
    elif sys.stdin.isatty():
        from cli.screens.label import label_on_terminal

        mine = [label for label in kept_labels(storage, topic).records if label.who == who]
        judged = judge(tagger, topic, islice(articles, NEWEST))
        todo = worth_labelling(judged, mine, topic not in tagger.models)
        label_on_terminal(console, storage, tagger, topic, todo, who)
    else:
        raise RasidError("labelling needs a terminal; or give the labels by --from FILE")
    kept = kept_labels(storage, topic)
    console.print(f"{len(kept.records)} labels of {topic} are kept: `rasid topics train {topic}` learns from them")
    if wrong:
        raise RasidError("\n".join(wrong))


@topics.command("train")
def train_topic(
    topic: TopicId,
    since: Back,
    force: Annotated[bool, typer.Option("--force", help="install the model also if it is no better")] = False,
) -> None:
    """Teaches a topic by its labels, shows what that changes, and installs the new model if it is better.

    It begins with the model that the topic came with or, where there is none, with its words.
    """
    from cli.screens.changes import show_difference
    from cli.screens.label import show_lesson
    from cli.session import data_settings
    from pipeline.retagging import by, difference, on_labels
    from pipeline.teaching import NEWEST, install, known_topic, learn_topic
    from processing.topics.labels import kept_labels
    from processing.topics.loading import configured_tagger
    from rasid.storage import Storage

    settings = data_settings()
    tagger = configured_tagger(settings)
    lesson = learn_topic(settings, tagger, known_topic(tagger, topic))
    show_lesson(console, lesson)
    then, now = (tagger.alone(topic, model) for model in (lesson.model, tagger.models.get(topic)))
    show_difference(console, difference(islice(_kept(settings, since), NEWEST), by(then), by(now)))
    console.print(on_labels(kept_labels(Storage(settings.data), topic).records, topic, then, now))
    if lesson.is_better or force:
        console.print(f"installed: {install(settings, lesson)}", style="green", soft_wrap=True)
        console.print("`rasid reprocess` brings it to articles that are there already", soft_wrap=True)
    else:
        console.print("not installed: it is not better than before (--force installs it)", style="yellow")


@topics.command("forget")
def forget_topic(topic: TopicId) -> None:
    """Has a topic go by the model or the words that it came with again. Its labels stay."""
    from cli.session import data_settings
    from pipeline.teaching import forget

    settings = data_settings()
    console.print(f"{topic} is as it came" if forget(settings, topic) else f"{topic} had learned nothing here")
