"""The alert rules, and what they sent."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cli.completion import rule_ids
from cli.options import ANALYST, Day, Json, Since
from cli.session import cluster, data_settings, stages_of
from cli.terminal import console, errors, show_json

app = typer.Typer()
alerts = typer.Typer(no_args_is_help=True, help="The alert rules.")
app.add_typer(alerts, name="alerts", rich_help_panel=ANALYST)


@alerts.command("list")
def list_alerts() -> None:
    """Lists the alert rules: what each looks for, and the channels that it tells."""
    from pipeline.config import load_config
    from rasid.settings import load_settings

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
        name = f"{rule.name.ar} (paused)" if rule.paused else rule.name.ar
        table.add_row(rule.id, name, what, ", ".join(("feed", *rule.channels)))
    console.print(table)


@alerts.command("test")
def test_alert(
    rule_id: Annotated[str, typer.Argument(metavar="RULE", autocompletion=rule_ids)],
    since: Since = None,
    html: Annotated[Path | None, typer.Option("--html", help="write the mail there instead")] = None,
    send_to: Annotated[str | None, typer.Option("--send-to", metavar="ADDRESS", help="send the mail there")] = None,
) -> None:
    """What a rule finds in what was indexed in the last days, as the message that would be sent. Nothing is recorded,
    and nothing is sent but to --send-to.
    """
    from alerts.preview import preview, send_preview
    from pipeline.config import load_config
    from rasid.configuration import config_files

    settings = data_settings()
    config = load_config(settings)
    with cluster(settings, "reader") as client:
        files, names = config_files(settings.config, "alerts.yaml"), config.tagger.names
        told = preview(client, files, config.alerting, rule_id, names, settings, since)
    if told.old:
        much = (
            f"{told.old} articles match and are not told, as they were published more than {told.within_days} days ago"
        )
        errors.print(f"{much} (within_days:)", soft_wrap=True, style="yellow")
    if not told.message:
        console.print("nothing found")
    elif send_to:
        send_preview(told.message, send_to, settings)
        console.print(f"sent to {send_to}")
    elif html:
        html.write_text(told.message.html, encoding="utf-8")
        console.print(str(html.absolute()), soft_wrap=True)
    else:
        console.print(told.message.subject, soft_wrap=True, style="bold")
        console.print(told.message.text, soft_wrap=True)


@alerts.command("send")
def send_alerts_now(
    day: Day,
    since: Since = None,
    due: Annotated[bool, typer.Option("--due", help="only what is recorded and due; look for nothing new")] = False,
) -> None:
    """Looks for new alerts and sends all that is due. With --since, rules that are new tell of what was indexed so long
    ago, too. The exit code is 1 while something that was tried stays undelivered.
    """
    from cli.screens.day import show_alerts, show_undelivered
    from pipeline.upkeep import send_due_alerts

    with stages_of(day, None) as stages:
        if due:
            failures = send_due_alerts(stages.settings, stages.config)
        else:
            report = stages.alert(datetime.now(UTC) - since if since else None)
            failures = report.failures
    if due:
        show_undelivered(console, failures)
    else:
        show_alerts(console, report)
        stages.check_rules(report.refused)
    if failures:
        raise typer.Exit(1)


@alerts.command("retry")
def retry_alerts(day: Day) -> None:
    """Tries at once again what channels could not deliver. The exit code is 1 while something stays undelivered."""
    from alerts.deliveries import retry

    with cluster(data_settings(), "alerts") as client:
        console.print(f"{retry(client)} failed deliveries are due")
    send_alerts_now(day)


@alerts.command("history")
def alert_history(
    rule: Annotated[str | None, typer.Option(help="only this one", autocompletion=rule_ids)] = None,
    size: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: Json = False,
) -> None:
    """What was sent to whom, the last first, and what waits."""
    from alerts.deliveries import history
    from rasid.json_record import fields_of
    from rasid.one_line import one_line

    with cluster(data_settings(), "reader") as client:
        deliveries = history(client, rule, size)
    if as_json:
        show_json([fields_of(delivery) for delivery in deliveries])
        return
    table = Table("recorded", "rule", "channel", "state", "title")
    for each in deliveries:
        tries = f", tried {each.attempts} times: {each.error}" if each.attempts and each.error else ""
        title = one_line(each.alert.title) if each.alert else ""
        recorded = f"{each.created_at:%Y-%m-%dT%H:%M}"
        table.add_row(recorded, each.rule, each.channel, each.state + tries, Text(title))
    console.print(table)
