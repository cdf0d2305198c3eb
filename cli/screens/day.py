"""What a day's stages did: the outlets' numbers, what is wrong with them, the index and the alerts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.summary import index_warnings
from rasid.reports import AlertReport, Failure, Health, IndexReport

COLUMNS = ("found", "failed", "captures", "articles", "unchanged", "rejected")
FAILED = "failed"
"""The kind of problem of an outlet that could not be crawled or read."""
SHOWN = 10
"""Alerts that a terminal shows; a file or pipe gets all."""


def summary_table(healths: Iterable[Health]) -> Table:
    """A row an outlet: the pages that this run was to fetch and those of them that it could not, then the day's sum.

    A failed outlet is red, another unhealthy one yellow.
    """
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0, 0, 0))
    table.add_column("outlet", no_wrap=True)
    for heading in ("found", "not\nfetched", "captures", "= articles", "+ unchanged", "+ rejected"):
        table.add_column(heading, justify="right", no_wrap=True)
    sums: Counter[str] = Counter()
    for health in healths:
        numbers = {
            "found": health.found,
            "captures": health.captures,
            "articles": health.articles,
            "unchanged": health.unchanged,
        }
        reasons: dict[str, Mapping[Any, int]] = {"failed": health.failed, "rejected": health.rejected}
        sums.update(numbers, **{name: sum(counts.values()) for name, counts in reasons.items()})
        cells = {name: str(number) for name, number in numbers.items()}
        cells |= {name: "\n".join(f"{n} {why}" for why, n in counts.items()) for name, counts in reasons.items()}
        if not health.found and FAILED in {problem.kind for problem in health.problems}:
            cells["found"] = FAILED  # not 0: nobody could look
        if not health.crawled:
            cells["found"] = "not crawled"
        table.add_row(health.outlet.id, *(cells[name] or "0" for name in COLUMNS), style=_style(health))
    table.add_section()
    table.add_row("all", *(str(sums[name]) for name in COLUMNS), style="bold")
    return table


def show_problems(console: Console, healths: Iterable[Health]) -> None:
    """What is wrong with the outlets, one line each."""
    for health in healths:
        for problem in health.problems:
            line = f"unhealthy  {health.outlet.id}: {problem.kind}: {problem.detail}"
            console.print(line, style=_style(health), soft_wrap=not console.is_terminal)


def _style(health: Health) -> str:
    kinds = {problem.kind for problem in health.problems}
    return "red" if FAILED in kinds else "yellow" if kinds else ""


def show_paths(console: Console, paths: Mapping[str, Path | str]) -> None:
    """Where things are, one a line."""
    for name, path in paths.items():
        console.print(Text.assemble((f"{name:8}", "dim"), str(path)), soft_wrap=True)


def address(file: str) -> str:
    """A file's address as a browser takes it; one that is elsewhere has its own already."""
    return file if "://" in file else Path(file).absolute().as_uri()


def show_index(console: Console, index: IndexReport) -> None:
    """What came new into the index, what changed in it, and what the cluster did not take."""
    counts = f"{index.created} new, {index.updated} changed, {index.unchanged} unchanged"
    console.print(f"index    {counts}; {index.total} in all")
    if index.removed:
        console.print(f"         {index.removed} removed, as their captures give no article any more")
    for warning in index_warnings(index):
        console.print(f"warning  {warning}", style="yellow", soft_wrap=True)
    console.print(f"stories  {index.articles - index.reposts} originals, {index.reposts} reposts")


def show_alerts(console: Console, done: AlertReport) -> None:
    """The new alerts, and what channels could not deliver."""
    console.print(f"alerts   {len(done.alerts)} new")
    shown = done.alerts[:SHOWN] if console.is_terminal else done.alerts
    for alert in shown:
        copies = f" (+ {'، '.join(alert.copies)})" if alert.copies else ""
        line = f"  [{alert.rule}] {alert.title} — {alert.outlet_name}{copies}"
        console.print(line, soft_wrap=not console.is_terminal)  # a terminal would break it within a word
    if left := len(done.alerts) - len(shown):
        console.print(f"  and {left} more, all of them in the day's report", style="dim")
    for rule, count in done.old.items():
        told = (
            f"too old  {count} articles of rule {rule} are not told, as they were published too long ago (within_days:)"
        )
        console.print(told, style="dim", soft_wrap=True)
    show_undelivered(console, done.failures)


def show_undelivered(console: Console, failures: Iterable[Failure]) -> None:
    """What channels could not deliver, and what becomes of it."""
    for failure in failures:
        waiting = f"{failure.channel}: {failure.alerts} of rule {failure.rule}"
        reason = f"since {failure.since:%Y-%m-%d %H:%M}: {failure.reason}"
        advice = "later runs try again, `rasid alerts retry` does at once"
        style = "bold red" if datetime.now(UTC) - failure.since > timedelta(days=1) else "yellow"
        console.print(f"undelivered  {waiting}, {reason}; {advice}", style=style, soft_wrap=True)
