"""Live progress of a run."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from rasid.reports import Event

STATE_STYLE = {"running": "yellow", "done": "green", "failed": "red"}


class ProgressTable:
    """One line an outlet with its crawl and processing, one for each later stage. Lines of text where there is no
    terminal.

    Args:
        console: to draw on.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[str, dict[str, Event]] = {}
        self._live = Live(console=console, get_renderable=self._table, refresh_per_second=4)

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
        if is_news or (event.state != "running" and not self._console.is_terminal):
            line = f"{event.stage:8} {event.outlet:14} {event.state:7} {_counts(event)} {event.message}"
            self._console.print(Text(line.rstrip()), soft_wrap=True)

    def failures(self) -> list[Event]:
        """The last events of stages that broke off; an outlet that could not be crawled is not among them."""
        events = (event for row in self._rows.values() for event in row.values())
        return [event for event in events if event.state == "failed" and event.stage != "crawl"]

    def _table(self) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        for name, events in self._rows.items():
            cells = [
                Text(f"{event.stage}: {event.state} {_counts(event)}", STATE_STYLE[event.state])
                for event in events.values()
            ]
            table.add_row(name, *cells)
        return table


def _counts(event: Event) -> str:
    return ", ".join(f"{name} {count}" for name, count in event.counts.items() if count)
