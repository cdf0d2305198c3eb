"""The daily job: all of it, or one stage."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from cli.options import DAILY, OPERATOR, Day, Json, OutletIds, OutletsFile, day_of
from cli.session import cluster, data_settings, outlet_ids, stages_of
from cli.terminal import console, errors, show_json
from rasid.errors import RasidError

app = typer.Typer()


@app.command(rich_help_panel=DAILY)
def run(day: Day, outlets_file: OutletsFile = None, as_json: Json = False) -> None:
    """Runs the whole daily job once, through the Airflow DAG.

    The exit code is 0 when every stage succeeded. An outlet that failed is named and does not change it, unless none
    could be crawled.
    """
    from cli.screens.day import address, show_alerts, show_index, show_paths, show_problems, summary_table
    from cli.screens.next_steps import show_next
    from cli.screens.progress import ProgressTable
    from pipeline.config import load_config
    from pipeline.run import run_day
    from search.node.here import unless_interrupted

    def warn(damage: str) -> None:
        errors.print(damage, style="yellow", soft_wrap=True)

    settings = data_settings()
    config = load_config(settings, outlets_file)
    with unless_interrupted(settings):
        # The download of the local node's jars is shown here, not hidden in a task's log.
        cluster(settings, "reader").close()
        with ProgressTable(errors).shown() as table:
            done = run_day(settings, config, day, outlets_file, table.take, warn)
    if as_json:
        unhealthy = {
            each.outlet.id: [asdict(problem) for problem in each.problems] for each in done.healths if each.problems
        }
        show_json({"succeeded": done.succeeded, "report": done.report, "unhealthy": unhealthy, **done.kept})
    else:
        console.print(summary_table(done.healths))
        show_problems(console, done.healths)
        if done.index:
            show_index(console, done.index)
        if done.alert:
            show_alerts(console, done.alert)
        show_paths(console, {"report": address(done.report), "logs": done.logs} if done.report else {"logs": done.logs})
        show_next(console, settings)
    if not done.succeeded:
        where = [f"{event.stage} {event.outlet}".rstrip() + f": {event.message}" for event in table.failures()]
        raise RasidError("\n".join(["the run failed", *where, f"details: {done.log}"]))


@app.command(rich_help_panel=DAILY)
def crawl(
    day: Day,
    outlet: OutletIds = None,
    since: Annotated[date | None, typer.Option(parser=day_of, metavar="DAY", help="first day of a backfill")] = None,
    until: Annotated[date | None, typer.Option(parser=day_of, metavar="DAY", help="last day of a backfill")] = None,
    outlets_file: OutletsFile = None,
) -> None:
    """Fetches what feeds, sitemaps and section pages list.

    With --since or --until, it fetches what was published on these days.
    """
    with stages_of(day, outlets_file) as stages:
        reports = stages.crawl(outlet_ids(stages, outlet), since, until)
    if failed := [f"{report.outlet}: {report.error}" for report in reports if report.error]:
        raise RasidError("\n".join(failed))


@app.command(rich_help_panel=DAILY)
def process(day: Day, outlet: OutletIds = None, outlets_file: OutletsFile = None) -> None:
    """Makes articles or rejections of captures."""
    with stages_of(day, outlets_file) as stages:
        stages.process(outlet_ids(stages, outlet))


@app.command(rich_help_panel=DAILY)
def index(day: Day, outlet: OutletIds = None, outlets_file: OutletsFile = None) -> None:
    """Brings articles into Elasticsearch."""
    from cli.screens.day import show_index

    with stages_of(day, outlets_file) as stages:
        report = stages.index(outlet_ids(stages, outlet))
    show_index(console, report)


@app.command(rich_help_panel=DAILY)
def alert(day: Day, outlets_file: OutletsFile = None) -> None:
    """Tells of new stories that the rules of alerts.yaml find: in Atom files, here, and by their channels."""
    from cli.screens.day import show_alerts

    with stages_of(day, outlets_file) as stages:
        report = stages.alert()
    show_alerts(console, report)
    stages.check_rules(report.refused)


@app.command(rich_help_panel=DAILY)
def report(day: Day, outlets_file: OutletsFile = None) -> None:
    """Writes the day as one HTML page."""
    from cli.screens.day import address

    with stages_of(day, outlets_file) as stages:
        path = stages.report(outlet_ids(stages, None))
    console.print(address(str(path)), soft_wrap=True)


@app.command("reprocess", rich_help_panel=DAILY)
def reprocess_days(
    since: Annotated[date, typer.Option(parser=day_of, metavar="DAY", help="first day")],
    until: Annotated[date, typer.Option(parser=day_of, metavar="DAY", help="last day")],
    outlets_file: OutletsFile = None,
) -> None:
    """Makes articles, index and reports of some days again, from captures, with today's rules and extractor.

    No alert is sent. The next run tells of articles of the last seven days that have come to match, and of older ones
    by rules with reprocessed: true. What was told is not told again; where the index with that record was lost, rules
    begin with that run and tell of nothing older.
    """
    from cli.screens.progress import ProgressTable
    from pipeline.config import load_config
    from pipeline.run import reprocess

    settings = data_settings()
    config = load_config(settings, outlets_file)
    with ProgressTable(errors).shown() as table:
        reprocess(settings, config, since, until, table.take)


@app.command(rich_help_panel=OPERATOR)
def maintenance(day: Day) -> None:
    """Checks the WARC files of the day before, deletes what RASID_KEEP_CAPTURES_DAYS and RASID_KEEP_MONTHS say and logs
    of 30 days ago, takes a snapshot, and names outlets that give less than half of before.

    It is for cron, once a day after the daily job, where Airflow's schedule does not run the DAG of that name. The exit
    code is 1 if a part failed; the others are done all the same.
    """
    from pipeline.upkeep import maintain

    failed = False
    for said, succeeded in maintain(data_settings(), day):
        (console if succeeded else errors).print(said, style=None if succeeded else "red", markup=False, soft_wrap=True)
        failed |= not succeeded
    if failed:
        raise typer.Exit(1)
