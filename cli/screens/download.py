"""Progress of the local node's first download."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn


@contextmanager
def download_bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A progress bar for the local node's first download, drawn only once there is something to download."""
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as progress:
        task = None

        def update(done: int, total: int) -> None:
            nonlocal task
            if task is None:
                task = progress.add_task("Elasticsearch: first download", total=total)
            progress.update(task, completed=done)

        yield update
