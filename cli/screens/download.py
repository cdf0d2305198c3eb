"""What is seen while the local node is fetched and starts."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

NODE = "search.node"
"""The room that says that it starts one."""


DOWNLOAD_MB = 45
"""What the first download brings; measured with Elasticsearch 9.5.3."""


@contextmanager
def download_bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar for the local node's first download, which goes to and fro while the node starts. For a node that runs
    nothing is drawn.
    """
    bar = _Bar(console)
    log = logging.getLogger(NODE)
    log.addHandler(bar)
    try:
        yield bar.update
    finally:
        log.removeHandler(bar)
        bar.end()


class _Bar(logging.Handler):
    """Is drawn once there is something to wait for."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task("", total=None)
        self._begun = False

    def emit(self, record: logging.LogRecord) -> None:
        """What the node does from now on, such as to start."""
        self._progress.update(self._task, description=record.getMessage().partition(";")[0], total=None)
        self._begin()

    def update(self, done: int, total: int) -> None:
        """So many files of its program are at hand."""
        if not self._begun:
            self._progress.console.print(f"fetching Elasticsearch: {total} files, {DOWNLOAD_MB} MB, once", style="dim")
        self._progress.update(self._task, description=f"file {done} of {total}", completed=done, total=total)
        self._begin()

    def _begin(self) -> None:
        if not self._begun and self._progress.console.is_terminal:
            self._progress.start()
        self._begun = True

    def end(self) -> None:
        """Takes it away."""
        if self._begun and self._progress.console.is_terminal:
            self._progress.stop()
