"""How an installation does."""

from datetime import timedelta

from rich import box, filesize
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from pipeline.status import Status


def show_status(console: Console, status: Status) -> None:
    """The last runs, what is wrong, the outlets with their trend, and space."""
    whole = (Column(name, no_wrap=True) for name in ("run", "began", "took"))
    table = Table(*whole, "captures", "articles", "new", "alerts", "state", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for run in status.runs:
        took = str(timedelta(seconds=round(run.seconds)))
        numbers = map(str, (run.captures, run.articles, run.created, run.alerts))
        failed = run.state == "failed"
        state = Text(f"failed: {run.error or ''}" if failed else "done", "red" if failed else "green")
        began = f"{run.started_at:%m-%d %H:%M}" if run.started_at else ""  # with its year it would not fit 80 columns
        table.add_row(run.day.isoformat(), began, took, *numbers, state)
    console.print(table)
    if status.late:
        console.print(f"late     {status.late}", style="red", soft_wrap=True)
    for outlet, why in status.unhealthy.items():
        for each in why:
            console.print(Text(f"unhealthy  {outlet}: {each}", "yellow"), soft_wrap=True)
    trend = Table("outlet", "articles a day, the last on the right", "last", "", box=box.SIMPLE_HEAD)
    for outlet, counts in status.trend.items():
        values = list(counts.values())
        trend.add_row(outlet, _spark(values), str(values[-1]), Text(status.falling.get(outlet, ""), "yellow"))
    console.print(trend)
    space = Table("kept", "files or documents", "size", box=box.SIMPLE_HEAD)
    for name, (count, size) in [*status.files.items(), *status.indices.items()]:
        space.add_row(name, f"{count:,}", filesize.decimal(size))
    console.print(space)
    for told in status.full:
        console.print(f"disk     {told}", style="red", soft_wrap=True)


def _spark(values: list[int]) -> str:
    """Bars, the highest for the largest value."""
    top = max(values) or 1
    return "".join("▁▂▃▄▅▆▇█"[round(7 * value / top)] for value in values)
