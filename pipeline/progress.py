"""Progress between processes: tasks append events to a file of the day, and the terminal follows it."""

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pipeline.failures import Tell
from rasid.json_record import dumps, loads
from rasid.reports import Event
from rasid.settings import Settings
from rasid.storage import Storage, regular

_LOG = logging.getLogger(__name__)


def progress_file(settings: Settings, day: date) -> Path:
    """The file of a day's runs."""
    return Storage(settings.data).logs(day) / "progress.jsonl"


def progress_writer(settings: Settings, day: date) -> Tell:
    """A function that appends events, each in one write, so that several tasks may share the file."""
    file = progress_file(settings, day)
    file.parent.mkdir(parents=True, exist_ok=True)

    def tell(event: Event) -> None:
        with regular(file).open("ab", buffering=0) as stream:
            stream.write(dumps(event).encode() + b"\n")

    return tell


def in_log(tell: Tell, logs: Path) -> Tell:
    """A function that passes events on, and writes in this process's log what each stage did.

    Args:
        tell: takes the events.
        logs: folder of the day's logs, where each crawl has a file of its own.
    """

    def tell_both(event: Event) -> None:
        tell(event)
        if event.state == "running":
            return
        counts = ", ".join(f"{count} {name}" for name, count in event.counts.items() if count) or "nothing"
        where = f" (log: {logs / f'crawl-{event.outlet}.log'})" if event.stage == "crawl" else ""
        told = f"{event.stage} {event.outlet}".rstrip() + f" {event.state}: {counts}{where}"
        level = logging.ERROR if event.state == "failed" else logging.INFO
        _LOG.log(level, "%s%s", told, f": {event.message}" if event.message else "")

    return tell_both


class ProgressReader:
    """Reads the events that have been added since the last look.

    Args:
        file: the file that `progress_file` names; what it already holds is of earlier runs and skipped.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = file.stat().st_size if file.exists() else 0

    def new_events(self) -> Iterator[Event]:
        """The events since; a line that is not yet whole waits for the next call."""
        if not self._file.exists():
            return
        with regular(self._file).open("rb") as stream:
            stream.seek(self._offset)
            for line in stream:
                if not line.endswith(b"\n"):
                    break
                self._offset += len(line)
                try:
                    event = loads(Event, line)
                except ValueError:  # torn by a full disk: one step less is shown
                    continue
                yield event
