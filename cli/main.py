"""The command line. Each command loads settings and files, calls a stage or a room, and shows what came of it."""

import codecs
import io
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table
from rich.text import Text

from cli.terminal import terminal
from rasid import __version__
from rasid.errors import RasidError, told_by_system, without_users
from rasid.printable import harmless_json, json_text
from rasid.settings import Role, Settings, load_settings
from rasid.storage import is_local

if TYPE_CHECKING:  # at run time each command imports what it needs, so that a short one does not wait for the rest
    from elasticsearch import Elasticsearch

    from pipeline.stages import Stages

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
es_app = typer.Typer(no_args_is_help=True, help="The local Elasticsearch node.")
outlets_app = typer.Typer(no_args_is_help=True, help="The outlets that are watched.")
topics_app = typer.Typer(no_args_is_help=True, help="The topic rules.")
alerts_app = typer.Typer(no_args_is_help=True, help="The alert rules.")
app.add_typer(es_app, name="es")
app.add_typer(outlets_app, name="outlets")
app.add_typer(topics_app, name="topics")
app.add_typer(alerts_app, name="alerts")

console = terminal()
errors = terminal(stderr=True)


YEARS = range(1900, 2200)
"""Of days that are asked for; weeks are counted from them in both directions."""


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise typer.BadParameter("expected a day such as 2026-11-24")
    return day


def _ago(text: str) -> timedelta:
    unit = {"d": "days", "h": "hours"}.get(text[-1:])
    if not unit or not text[:-1].isdigit():
        raise typer.BadParameter("expected days or hours such as 7d or 12h")
    return timedelta(**{unit: int(text[:-1])})


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


Day = Annotated[
    date,
    typer.Option(
        "--date", parser=_day, metavar="DAY", help="the day, in UTC", default_factory=_today, show_default="today"
    ),
]
OptionalDay = Annotated[date | None, typer.Option(parser=_day, metavar="DAY")]
OutletsFile = Annotated[Path | None, typer.Option("--outlets", help="a file other than config/outlets.yaml")]
OutletIds = Annotated[list[str] | None, typer.Option("--outlet", help="only this one; may be given again")]
Json = Annotated[bool, typer.Option("--json", help="for machines")]


_ENDS = (signal.SIGTERM, signal.SIGHUP)


def _end(number: int, _: object) -> None:
    """Lets contexts end what they have started; asked again, nobody interrupts that."""
    for each in _ENDS:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


def main() -> None:
    """Runs the command. A mistake of the user, and what the operating system refuses, ends in one sentence and exit
    code 1; a mistake of Rasid's own in a traceback.
    """
    codecs.register_error("escape", _escape)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="escape")
    for number in _ENDS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as `nohup` has it
            signal.signal(number, _end)
    try:
        _check_arguments()
        try:
            app()
        finally:
            sys.stdout.flush()  # what cannot be written is to be told
    except RasidError as error:
        message = str(error)
    except OSError as error:
        if error.filename is None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else it is written to again at the end
        if isinstance(error, BrokenPipeError):  # whoever read the output has seen enough
            sys.exit(1)
        told = told_by_system(error, "the disk of RASID_DATA, of temporary files or of the output")
        if told is None:
            raise
        message = told
    errors.print(message, style="red", soft_wrap=True)
    sys.exit(1)


def _escape(error: UnicodeError) -> tuple[str, int]:
    """What a terminal or file cannot take is written as JSON has it: there it is still the same text."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def _check_arguments() -> None:
    for argument in sys.argv[1:]:
        try:
            argument.encode()
        except UnicodeEncodeError:
            encoding = sys.getfilesystemencoding()
            raise RasidError(f"the argument {argument!a} is not {encoding}; write it so, or set LC_ALL") from None


def _show_json(value: Any) -> None:
    console.print(Text(json_text(value, indent=2)), soft_wrap=True)


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="print the version")] = False) -> None:
    """Rasid (راصد): a news monitor for Arabic."""
    if show:
        console.print(__version__)
        raise typer.Exit


def _settings() -> Settings:
    """The settings of a command that keeps or seeks data; new data is not begun in silence."""
    settings = load_settings()
    if is_local(settings.data) and not settings.data.exists():
        errors.print(f"data: {settings.data.path} (new)", soft_wrap=True)
    return settings


@contextmanager
def _stages(day: date, outlets_file: Path | None) -> "Iterator[Stages]":
    from cli.screen import ProgressTable
    from pipeline.stages import Stages, load_config

    settings = _settings()
    config = load_config(settings, outlets_file)
    with ProgressTable(errors).shown() as table:
        yield Stages(settings, config, day, table.take)


def _ids(stages: "Stages", chosen: list[str] | None) -> list[str]:
    from rasid.outlets import select_outlets

    return [outlet.id for outlet in select_outlets(stages.config.outlets, chosen or [])]


def _client(settings: Settings, role: Role) -> "Elasticsearch":
    from cli.screen import download_bar
    from search.cluster import connect

    with download_bar(errors) as progress:
        return connect(settings, role, progress)


@app.command()
def run(day: Day, outlets_file: OutletsFile = None, as_json: Json = False) -> None:
    """The whole daily job, once, through the Airflow DAG.

    The exit code is 0 when every stage succeeded. An outlet that failed is named and does not change it, unless none
    could be crawled.
    """
    from cli.screen import ProgressTable, show_paths, show_problems, summary_table
    from pipeline.airflow import run_dag
    from pipeline.progress import ProgressReader, progress_file
    from pipeline.stages import Stages, load_config
    from rasid.outlets import select_outlets
    from rasid.storage import Storage
    from search.cluster import unless_interrupted

    settings = _settings()
    config = load_config(settings, outlets_file)
    outlets = select_outlets(config.outlets, [])
    with unless_interrupted(settings):
        # The download of the local node's jars is shown here, not hidden in a task's log.
        _client(settings, "reader").close()
        reader = ProgressReader(progress_file(settings, day))
        logs = Storage(settings.data).logs(day)
        begun = False
        with ProgressTable(errors).shown() as table:

            def wait() -> None:
                nonlocal begun
                time.sleep(0.2)
                for event in reader.new_events():
                    begun = True
                    table.take(event)

            def tell(damage: str) -> None:
                errors.print(damage, style="yellow", soft_wrap=True)

            succeeded = run_dag(settings, day, outlets_file, logs / "airflow.log", wait, tell)
            wait()
    if not begun:  # what an earlier run left would be shown as this one's
        raise RasidError(f"the run failed before its first task; details: {logs / 'airflow.log'}")
    stages = Stages(settings, config, day, table.take)
    names = [f"{stage}-{outlet.id}" for stage in ("crawl", "process") for outlet in outlets]
    kept = {name: stages.kept(name) for name in (*names, "index", "alert")}
    healths = stages.health(outlet.id for outlet in outlets)
    report = str(stages.storage.report(day)) if succeeded else None
    if as_json:
        unhealthy = {
            each.outlet.id: [asdict(problem) for problem in each.problems] for each in healths if each.problems
        }
        _show_json({"succeeded": succeeded, "report": report, "unhealthy": unhealthy, **kept})
    else:
        console.print(summary_table(healths))
        show_problems(console, healths)
        _show_later_stages(kept["index"], kept["alert"])
        show_paths(console, {"report": report, "logs": logs} if report else {"logs": logs})
    if not succeeded:
        where = [f"{event.stage} {event.outlet}".rstrip() + f": {event.message}" for event in table.failures()]
        raise RasidError("\n".join(["the run failed", *where, f"details: {logs / 'airflow.log'}"]))


def _show_later_stages(index: dict[str, Any] | None, alert: dict[str, Any] | None) -> None:
    from pipeline.summary import index_warnings

    if index:
        created, updated, unchanged = (index[name] for name in ("created", "updated", "unchanged"))
        console.print(f"index    {created} new, {updated} changed, {unchanged} unchanged; {index['total']} in all")
        if index["removed"]:
            console.print(f"         {index['removed']} removed, as their captures give no article any more")
        for warning in index_warnings(index):
            console.print(f"warning  {warning}", style="yellow", soft_wrap=True)
        console.print(f"stories  {index['articles'] - index['reposts']} originals, {index['reposts']} reposts")
    if alert is not None:
        console.print(f"alerts   {len(alert['alerts'])} new")
        for each in alert["alerts"]:
            copies = f" (+ {'، '.join(each['copies'])})" if each["copies"] else ""
            line = f"  [{each['rule']}] {each['title']} — {each['outlet_name']}{copies}"
            console.print(line, soft_wrap=True)
        for each in alert["failures"]:
            since = datetime.fromisoformat(each["since"])
            waiting = f"{each['channel']}: {each['alerts']} of rule {each['rule']}, since {since:%Y-%m-%d %H:%M}"
            style = "bold red" if datetime.now(UTC) - since > timedelta(days=1) else "yellow"
            line = f"undelivered  {waiting}: {each['reason']}; later runs try again, `rasid alerts retry` does at once"
            console.print(line, style=style, soft_wrap=True)


@app.command()
def crawl(
    day: Day,
    outlet: OutletIds = None,
    since: Annotated[date | None, typer.Option(parser=_day, metavar="DAY", help="first day of a backfill")] = None,
    until: Annotated[date | None, typer.Option(parser=_day, metavar="DAY", help="last day of a backfill")] = None,
    outlets_file: OutletsFile = None,
) -> None:
    """Feeds, sitemaps and section pages → captures. With --since or --until, what was published on these days."""
    with _stages(day, outlets_file) as stages:
        reports = [stages.crawl(id_, since, until) for id_ in _ids(stages, outlet)]
    if failed := [f"{report.outlet}: {report.error}" for report in reports if report.error]:
        raise RasidError("\n".join(failed))


@app.command()
def process(day: Day, outlet: OutletIds = None, outlets_file: OutletsFile = None) -> None:
    """Captures → articles or rejections."""
    with _stages(day, outlets_file) as stages:
        for id_ in _ids(stages, outlet):
            stages.process(id_)


@app.command()
def index(day: Day, outlet: OutletIds = None, outlets_file: OutletsFile = None) -> None:
    """Articles → Elasticsearch."""
    with _stages(day, outlets_file) as stages:
        report = stages.index(_ids(stages, outlet))
    _show_later_stages(asdict(report), None)


@app.command()
def alert(day: Day, outlets_file: OutletsFile = None) -> None:
    """New stories that the rules of alerts.yaml find → their Atom files, the terminal and their channels."""
    with _stages(day, outlets_file) as stages:
        report = stages.alert()
    _show_later_stages(None, asdict(report))
    stages.check_rules(report.refused)


@app.command()
def report(day: Day, outlets_file: OutletsFile = None) -> None:
    """The day as one HTML page."""
    with _stages(day, outlets_file) as stages:
        path = stages.report(_ids(stages, None))
    console.print(str(path), soft_wrap=True)


@app.command()
def reprocess(
    since: Annotated[date, typer.Option(parser=_day, metavar="DAY", help="first day")],
    until: Annotated[date, typer.Option(parser=_day, metavar="DAY", help="last day")],
    outlets_file: OutletsFile = None,
) -> None:
    """All stages after the crawl again, from captures, with today's rules and extractor."""
    from rasid.dates.spans import days_between

    for day in days_between(since, until):
        with _stages(day, outlets_file) as stages:
            ids = _ids(stages, None)
            for id_ in ids:
                stages.process(id_)
            stages.index(ids)
            stages.report(ids)
    with _stages(until, outlets_file) as stages:
        stages.alert()


@app.command()
def extract(
    source: Annotated[str, typer.Argument(metavar="FILE_OR_URL")],
    url: Annotated[str | None, typer.Option(help="that the file's page came from")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="each field's source, and the lines left out")] = False,
) -> None:
    """One page → its article as JSON, tagged with the configured topics."""
    from cli.screen import show_extraction
    from processing.single import article_of_page, read_page
    from processing.topics.tagger import load_tagger
    from rasid.outlets import load_outlets
    from rasid.records import ARTICLES

    settings = load_settings()
    capture = read_page(source, url, settings)
    outlets = load_outlets(settings.config / "outlets.yaml")
    tagger = load_tagger(settings.config / "topics.yaml")
    article, page = article_of_page(capture, outlets, tagger)
    if explain:
        show_extraction(console, article, page)
    else:
        sys.stdout.write(harmless_json(ARTICLES.pretty(article)) + "\n")


@app.command()
def tag(file: Annotated[Path | None, typer.Argument(metavar="FILE.jsonl", exists=True)] = None) -> None:
    """Lines of {"id","title","body"} → lines of {"id","topics":[{"topic","score","evidence":[…]}]}."""
    from processing.single import tag_line
    from processing.topics.tagger import load_tagger

    tagger = load_tagger(load_settings().config / "topics.yaml")
    with file.open("rb") if file else sys.stdin.buffer as lines:
        for number, line in enumerate(lines, start=1):
            where = f"{file or 'stdin'}:{number}"
            try:
                text = line.decode()
            except UnicodeDecodeError:
                raise RasidError(f"{where}: expected UTF-8 text") from None
            if text.strip():
                sys.stdout.write(harmless_json(tag_line(tagger, text, where)) + "\n")


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="in Lucene's syntax")],
    topic: Annotated[list[str] | None, typer.Option()] = None,
    outlet: Annotated[list[str] | None, typer.Option()] = None,
    country: Annotated[list[str] | None, typer.Option(help="of the outlet, such as DZ")] = None,
    since: OptionalDay = None,
    until: OptionalDay = None,
    size: Annotated[int, typer.Option(min=1, max=1000)] = 10,
    sort: Annotated[Literal["relevance", "time"], typer.Option(help="the best or the newest first")] = "relevance",
    reposts: Annotated[bool, typer.Option("--reposts", help="do not fold them under their original")] = False,
    facets: Annotated[bool, typer.Option("--facets", help="how many have each topic, outlet, country …")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="for spreadsheets")] = False,
    as_json: Json = False,
) -> None:
    """Full-text search, with the matched words marked; a story is shown once, with its copies."""
    from cli.screen import show_facets, show_hits, write_csv
    from search.query import filters
    from search.query import search as search_articles

    with _client(_settings(), "reader") as client:
        where = filters(topic or (), outlet or (), country or (), since, until)
        hits = search_articles(client, query, where, size, reposts, sort == "time", facets)
    if as_json:
        found = [{**hit.article, "copies": list(hit.copies)} for hit in hits.hits]
        _show_json({"total": hits.total, "hits": found, "facets": hits.facets})
    elif as_csv:
        write_csv(sys.stdout, hits)
    else:
        show_hits(console, hits)
        show_facets(console, hits.facets)


@app.command()
def story(
    id_: Annotated[str, typer.Argument(metavar="ID", help="of the story, or of an article, or its address")],
    as_json: Json = False,
) -> None:
    """A story as a time line: who published it, when, how much of it, and what they changed."""
    from cli.screen import show_story
    from search.stories import story_of

    with _client(_settings(), "reader") as client:
        articles = story_of(client, id_)
    if as_json:
        _show_json(articles)
    else:
        show_story(console, articles)


@app.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="mend what can be mended")] = False, as_json: Json = False
) -> None:
    """Looks through all files of RASID_DATA and all YAML: what is damaged or mistaken, and what to do."""
    from pipeline.inspection import inspect

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
        _show_json(told)
    elif not told:
        console.print("all files are whole")
    if left:
        raise typer.Exit(1)


@app.command()
def setup(
    migrate_old: Annotated[bool, typer.Option("--migrate", help="build anew the indices of older templates")] = False,
    keys: Annotated[
        Path | None, typer.Option(help="create API keys of least privilege, and write them into this folder")
    ] = None,
    only_kibana: Annotated[bool, typer.Option("--only-kibana", help="leave the cluster as it is")] = False,
) -> None:
    """Installs the index templates, and what analysts open in Kibana if KIBANA_URL says where it is; safe to repeat.

    In a cluster that has them, also the policies by which months are merged and deleted, and snapshots taken.
    """
    from search.kibana import provision

    settings = _settings()
    if not only_kibana:
        _set_up_cluster(settings, migrate_old, keys)
    elif not settings.kibana_url:
        raise RasidError("--only-kibana needs KIBANA_URL, which is not set")
    if settings.kibana_url:
        links = provision(settings.kibana_url, settings.kibana_api_key, settings.kibana_space, settings.kibana_page)
        for title, link in links.items():
            console.print(f"{title}: {link}", soft_wrap=True)


def _set_up_cluster(settings: Settings, migrate_old: bool, keys: Path | None) -> None:
    from cli.screen import download_bar
    from search.cluster import connect_as_admin, set_up
    from search.indices import TEMPLATES
    from search.keys import ANALYST, make_analyst, make_keys
    from search.migrate import migrate, outdated
    from search.policies import has_policies, put_policies

    with download_bar(errors) as progress:
        client = connect_as_admin(settings, progress)
    with client:
        set_up(client, settings.config)
        console.print(f"index templates: {', '.join(f'rasid-{name}' for name in TEMPLATES)}")
        for old in outdated(client, settings.config):
            if migrate_old:
                console.print(f"{old.name}: built anew, {migrate(client, old)} documents")
            else:
                told = f"{old.name} is of an older template or older synonyms: rasid setup --migrate builds it anew"
                console.print(told, style="yellow", soft_wrap=True)
        if has_policies(client):
            console.print(f"policies: {', '.join(put_policies(client, settings.keep_months, settings.snapshots))}")
        if keys:
            created = make_keys(client, keys, settings.kibana_system_password)
            console.print(f"API keys: {', '.join(created) or 'all there'}")
            if settings.kibana_analyst_password:
                make_analyst(client, settings.kibana_analyst_password, settings.kibana_space)
                console.print(f"Kibana's user for analysts: {ANALYST}")


@outlets_app.command("list")
def list_outlets(outlets_file: OutletsFile = None) -> None:
    """The outlets and their sources."""
    from rasid.outlets import load_outlets

    table = Table("id", "name", "country", "sources")
    for outlet in load_outlets(outlets_file or load_settings().config / "outlets.yaml").values():
        sources = "\n".join(source.url for source in outlet.sources)
        note = f"disabled: {outlet.disabled}" if outlet.disabled else sources
        table.add_row(outlet.id, outlet.name.ar, outlet.country, note, style="dim" if outlet.disabled else None)
    console.print(table)


@outlets_app.command("check")
def check_outlets(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID")] = None,
    every: Annotated[bool, typer.Option("--all", help="every outlet that has sources, disabled ones too")] = False,
    outlets_file: OutletsFile = None,
    as_json: Json = False,
) -> None:
    """A dry run: what an outlet lists, what is made of its first pages, what looks wrong and what to change.

    Nothing is kept. The exit code is 1 if an outlet gives no article.
    """
    from concurrent.futures import ThreadPoolExecutor

    from pydantic import TypeAdapter

    from cli.screen import show_examination
    from pipeline.outlet_check import Examination, examine
    from pipeline.stages import load_config
    from rasid.outlets import select_outlets

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
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda outlet: examine(outlet, config.tagger, settings), chosen):
            if as_json:
                sys.stdout.write(harmless_json(TypeAdapter(Examination).dump_json(found).decode()) + "\n")
            else:
                show_examination(console, found)
            if not found.articles:
                without.append(found.outlet.id)
    if without:
        raise RasidError(f"no article from: {', '.join(without)}")


@topics_app.command("list")
def list_topics() -> None:
    """The topics: how many words each has, and from which score its model tags."""
    from processing.topics.tagger import load_tagger

    table = Table("id", "label", "description", "words", "model", "examples")
    tagger = load_tagger(load_settings().config / "topics.yaml")
    for topic in tagger.topics.values():
        examples = len(topic.examples.match) + len(topic.examples.no_match)
        model = tagger.models.get(topic.id)
        words = sum(1 for _ in topic.words())
        has_model = f"from {model.threshold:.2g}" if model else "none"
        table.add_row(topic.id, topic.label.ar, topic.description, str(words), has_model, str(examples))
    console.print(table)


@topics_app.command("explain")
def explain_topics(
    source: Annotated[
        str, typer.Argument(metavar="FILE_OR_URL", help="a page; or a text, its title in the first line")
    ],
) -> None:
    """Why a page or text has a topic or not: its words, what spoke for and against, its evidence, and the entities."""
    from cli.screen import show_judgements
    from processing.single import title_and_body
    from processing.topics.tagger import load_tagger
    from rasid.outlets import load_outlets

    settings = load_settings()
    tagger = load_tagger(settings.config / "topics.yaml")
    title, body = title_and_body(source, settings, load_outlets(settings.config / "outlets.yaml"))
    show_judgements(console, tagger.explain(title, body), tagger.tag(title, body).mentions)


@topics_app.command("test")
def test_topics() -> None:
    """Runs the examples of topics.yaml. The exit code is 1 if one fails."""
    from processing.topics.tagger import load_tagger

    tagger = load_tagger(load_settings().config / "topics.yaml")
    failed = []
    count = 0
    for topic in tagger.topics.values():
        for expected, texts in ((True, topic.examples.match), (False, topic.examples.no_match)):
            for text in texts:
                count += 1
                if (topic.id in tagger.tag("", text).topics) != expected:
                    failed.append(f"{topic.id}: {'not found' if expected else 'found'} in: {text}")
    if failed:
        raise RasidError("\n".join([*failed, f"{len(failed)} of {count} examples failed"]))
    console.print(f"{count} examples of {len(tagger.topics)} topics are as they should be")


@alerts_app.command("list")
def list_alerts() -> None:
    """The rules."""
    from pipeline.stages import load_config

    table = Table("id", "name", "what", "channels")
    for rule in load_config(load_settings()).alerting.rules:
        parts = {
            "topics": rule.topics,
            "countries": rule.countries,
            "weapons": rule.weapons,
            "outlets": rule.outlets,
            "query": rule.query,
        }
        what = "; ".join(f"{name}: {v if isinstance(v, str) else ', '.join(v)}" for name, v in parts.items() if v)
        table.add_row(rule.id, rule.name.ar, what, ", ".join(("feed", *rule.channels)))
    console.print(table)


Since = Annotated[
    timedelta | None, typer.Option("--since", parser=_ago, metavar="7d", help="days (d) or hours (h) back from now")
]


@alerts_app.command("test")
def test_alert(
    rule_id: Annotated[str, typer.Argument(metavar="RULE")],
    since: Since = None,
    html: Annotated[Path | None, typer.Option("--html", help="write the mail there instead")] = None,
) -> None:
    """What a rule finds in what is already indexed, as the message that would be sent. Nothing is sent or recorded."""
    from alerts.channels import Channel
    from alerts.message import message
    from alerts.send import WINDOW, alerts_of, found_by
    from pipeline.stages import load_config
    from rasid.yaml_file import mistake_at
    from search.query import refusal
    from search.stories import members

    settings = _settings()
    config = load_config(settings)
    rule = next((rule for rule in config.alerting.rules if rule.id == rule_id), None)
    if not rule:
        known = ", ".join(rule.id for rule in config.alerting.rules)
        raise RasidError(f"there is no alert rule {rule_id}; expected of: {known}")
    window = since or WINDOW
    with _client(settings, "reader") as client:
        if reason := refusal(client, rule.search()):
            raise mistake_at(settings.config / "alerts.yaml", ("alerts", rule.id, "query"), reason)
        found = found_by(client, [rule], {rule.id: datetime.now(UTC) - window}, {}, window)[rule.id]
        alerts = alerts_of(rule, found, members(client, set(found.values()), bodies=True))
    if not alerts:
        console.print("nothing found")
        return
    language = next((config.alerting.channels[name].language for name in rule.channels), "ar")
    channel = Channel(id="preview", email=("preview@example.org",), language=language)
    told = message(rule, alerts, channel, config.tagger.names, settings.kibana_page)
    if html:
        html.write_text(told.html, encoding="utf-8")
        console.print(str(html.absolute()), soft_wrap=True)
    else:
        console.print(told.subject, soft_wrap=True, style="bold")
        console.print(told.text, soft_wrap=True)


@alerts_app.command("send")
def send_alerts_now(day: Day, since: Since = None) -> None:
    """Sends now what is due. With --since, rules that are new tell of what was indexed so long ago, too."""
    with _stages(day, None) as stages:
        report = stages.alert(datetime.now(UTC) - since if since else None)
    _show_later_stages(None, asdict(report))
    stages.check_rules(report.refused)


@alerts_app.command("retry")
def retry_alerts(day: Day) -> None:
    """Tries at once again what channels could not deliver."""
    from alerts.send import retry

    with _client(_settings(), "alerts") as client:
        console.print(f"{retry(client)} failed deliveries are due")
    send_alerts_now(day)


@alerts_app.command("history")
def alert_history(
    rule: Annotated[str | None, typer.Option(help="only this one")] = None,
    size: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: Json = False,
) -> None:
    """What was sent to whom, the last first, and what waits."""
    from alerts.one_line import one_line
    from alerts.send import history

    with _client(_settings(), "reader") as client:
        deliveries = history(client, rule, size)
    if as_json:
        _show_json(deliveries)
        return
    table = Table("recorded", "rule", "channel", "state", "title")
    for each in deliveries:
        tries = f", tried {each['attempts']} times: {each['error']}" if each["attempts"] and each.get("error") else ""
        title = one_line(each["alert"]["title"])
        table.add_row(each["created_at"][:16], each["rule"], each["channel"], each["state"] + tries, Text(title))
    console.print(table)


@app.command("status")
def show(as_json: Json = False) -> None:
    """How the last runs went, what is late, how each outlet does, and how much space all of it takes."""
    from cli.screen import show_status
    from pipeline.status import status_of

    settings = _settings()
    with _client(settings, "reader") as client:
        found = status_of(client, settings)
    if as_json:
        _show_json(asdict(found))
    else:
        show_status(console, found)
    if found.late:
        raise typer.Exit(1)


@es_app.command()
def start() -> None:
    """Starts the node, or finds the one that runs. With ELASTICSEARCH_URL set nothing is started."""
    from cli.screen import download_bar
    from search.cluster import local_node

    settings = _settings()
    if settings.elasticsearch_url:
        url = without_users(settings.elasticsearch_url)
        console.print(f"nothing started: ELASTICSEARCH_URL is {url}", soft_wrap=True)
        return
    with download_bar(errors) as progress:
        node = local_node(settings).start(progress)
    console.print(f"Elasticsearch {node.version} at {node.url} (process {node.pid})")


@es_app.command()
def stop() -> None:
    """Stops the node."""
    from search.cluster import local_node

    console.print("stopped" if local_node(load_settings()).stop() else "was not running")


@es_app.command()
def status() -> None:
    """Says whether the node runs; the exit code is 1 if it does not."""
    from search.cluster import local_node

    node = local_node(_settings())
    running = node.status()
    if not running:
        raise RasidError("the local node is not running")
    console.print(f"Elasticsearch {running.version} at {running.url} (process {running.pid})")
    if running.red:
        errors.print(f"these indices do not answer: {', '.join(running.red)}", style="yellow", soft_wrap=True)
    ask = f"its password is in {node.netrc}: curl --netrc-file '{node.netrc}' {running.url}/_cat/indices"
    console.print(ask, soft_wrap=True)
