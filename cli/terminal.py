"""The terminal: what is printed there is shown and does nothing else, wherever it comes from."""

import logging
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.segment import Segment
from rich.text import Text

from rasid.printable import json_text, printable


def terminal(*, stderr: bool = False) -> Console:
    """A console that takes text as it is, without Rich's markup, and passes no control character on."""
    console = Console(stderr=stderr, markup=False, highlight=False, emoji=False)
    console.push_render_hook(_Harmless())
    return console


class _Harmless(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Shown(each) for each in renderables]


class _Shown:
    """Something printed, of which Rich's own controls alone move the cursor."""

    def __init__(self, what: ConsoleRenderable) -> None:
        self._what = what

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        segments: Iterable[Segment] = console.render(self._what, options)
        for segment in segments:
            yield segment if segment.control else Segment(printable(segment.text), segment.style)


console = terminal()
errors = terminal(stderr=True)


class Lines(logging.Handler):
    """Shows what a room says while somebody waits for it, a line each."""

    def emit(self, record: logging.LogRecord) -> None:
        """Shows a line."""
        errors.print(record.getMessage(), style="dim", soft_wrap=not errors.is_terminal)


def listen(room: str) -> None:
    """Shows what a room says from now on."""
    log = logging.getLogger(room)
    log.setLevel(logging.INFO)
    log.handlers = [Lines()]  # one, however often a program is run in this process
    log.propagate = False


def show_json(value: Any) -> None:
    """Prints a value as JSON."""
    console.print(Text(json_text(value, indent=2)), soft_wrap=True)
