"""Live progress of a run."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.table import Column, Table
from rich.text import Text

from rasid.reports import Event

STATE_STYLE = {"running": "yellow", "done": "green", "failed": "red"}
NAME = 24
"""Characters of an outlet's name; of a longer one the beginning."""
MARGIN = 2
"""Lines of the terminal that stay free: for the prompt, and for the line that stands above the table."""


class ProgressTable:
    """One line an outlet with its crawl and processing, one for each later stage, and above them how far the run is:
    as many of them as the terminal has lines for, those that run before all others. Lines of text where there is no
    terminal.

    Args:
        console: to draw on.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[str, dict[str, Event]] = {}
        self._live = Live(self, console=console, refresh_per_second=4)
        self._begun = time.monotonic()

    @contextmanager
    def shown(self) -> Iterator["ProgressTable"]:
        """Draws while the context lasts."""
        if not self._console.is_terminal:
            yield self
            return
        with self._live:
            yield self

    def take(self, event: Event) -> None:
        """Shows an event."""
        self._rows.setdefault(event.outlet or event.stage, {})[event.stage] = event
        is_news = event.state == "done" and event.message  # who sees the table sees why a stage failed at its end
        # Of a day that is processed again, most outlets may have no captures: a line each would hide the others.
        is_nothing = event.stage == "process" and event.state == "done" and not _counts(event)
        if is_news or not (event.state == "running" or is_nothing or self._console.is_terminal):
            line = f"{event.stage:8} {event.outlet:14} {event.state:7} {_counts(event)} {event.message}"
            self._console.print(Text(line.rstrip()), soft_wrap=True)

    def failures(self) -> list[Event]:
        """The last events of stages that broke off; an outlet that could not be crawled is not among them."""
        events = (event for row in self._rows.values() for event in row.values())
        return [event for event in events if event.state == "failed" and event.stage != "crawl"]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = max(3, console.height - MARGIN)
        names = list(self._rows)
        if len(names) > lines - 1:
            first = sorted(names, key=lambda name: (not self._runs(name), -names.index(name)))[: lines - 2]
            names = [name for name in names if name in first]
        widest = min(max(map(len, names), default=0), NAME)
        name_column = Column(no_wrap=True, overflow="ellipsis", min_width=widest, max_width=NAME)
        cells = (Column(no_wrap=True, overflow="ellipsis", ratio=1) for _ in range(2))
        table = Table(name_column, *cells, box=None, padding=(0, 2, 0, 0), show_header=False, expand=True)
        for name in names:
            row = self._rows[name].values()
            table.add_row(name, *(Text(_told(event), STATE_STYLE[event.state]) for event in row))
        yield Text(self._summary(), "bold", no_wrap=True, overflow="ellipsis")
        yield table
        if left := len(self._rows) - len(names):
            yield Text(f"and {left} more that do not run now", "dim", no_wrap=True, overflow="ellipsis")

    def _runs(self, name: str) -> bool:
        return any(event.state == "running" for event in self._rows[name].values())

    def _summary(self) -> str:
        """Such as ``crawl: 7 of 11 outlets, 1 failed · process: 5 of 11 outlets``, or what goes on besides outlets."""
        of_stage: dict[str, Counter[str]] = {}
        for row in self._rows.values():
            for event in row.values():
                if event.outlet:
                    of_stage.setdefault(event.stage, Counter())[event.state] += 1
        outlets = max((states.total() for states in of_stage.values()), default=0)
        told = []
        for stage, states in of_stage.items():
            failed = f", {states['failed']} failed" if states["failed"] else ""
            told.append(f"{stage}: {states['done'] + states['failed']} of {outlets} outlets{failed}")
        others = [stage for stage, row in self._rows.items() if stage in row and self._runs(stage)]
        minutes, seconds = divmod(int(time.monotonic() - self._begun), 60)
        return f"{minutes}:{seconds:02}  {' · '.join((*told, *others)) or 'starting Airflow …'}"


def _told(event: Event) -> str:
    """Such as ``crawl: found 12, captures 11``; what is done says so by its numbers and its colour."""
    counts = _counts(event)
    return (
        f"{event.stage}: {counts or event.state}" if event.state == "done" else f"{event.stage}: {event.state} {counts}"
    )


def _counts(event: Event) -> str:
    return ", ".join(f"{name} {count}" for name, count in event.counts.items() if count)
