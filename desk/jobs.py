"""What takes longer than a page may: commands of Rasid's, each in a process of its own, whose words can be read while
it runs. Those of one outlet or rule run once at a time, and end with the desk, however that ends.
"""

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from rasid.settings import Settings
from rasid.tied import Tied, begin

KEPT = 50
"""Jobs whose words can be read."""
SHOWN = 60_000
"""Bytes of what a job said that are shown: the last ones."""


@dataclass(frozen=True)
class Job:
    """A command that was started.

    Attributes:
        id: number of the job.
        what: its arguments.
        begun: when.
    """

    id: int
    what: tuple[str, ...]
    begun: datetime
    _tied: Tied
    _output: "IO[bytes]"
    _told: "IO[bytes]"

    @property
    def ended(self) -> int | None:
        """The command's exit code; None while it runs."""
        return self._tied.process.poll()

    @property
    def said(self) -> str:
        """What it has said while it ran: the last of it."""
        size = os.fstat(self._told.fileno()).st_size
        return os.pread(self._told.fileno(), SHOWN, max(0, size - SHOWN)).decode("utf-8", "replace")

    @property
    def result(self) -> dict[str, Any] | None:
        """What came of it, of a command that was asked for JSON; None while it has none."""
        size = os.fstat(self._output.fileno()).st_size
        try:
            found: dict[str, Any] = json.loads(os.pread(self._output.fileno(), size, 0))
        except ValueError:
            return None
        return found


@dataclass
class Jobs:
    """The jobs of a desk.

    Attributes:
        settings: settings of the installation; the commands get their variables from the same environment.
    """

    settings: Settings
    _all: dict[int, Job] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, *what: str) -> Job:
        """Starts a command, unless it runs already; then that one."""
        with self._lock:
            for job in self._all.values():
                if job.what == what and job.ended is None:
                    return job
            # They are open for as long as the job can be read.
            output, told = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
            child = begin(
                "rasid",
                *what,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=told,
                env={**os.environ, **self._variables(), "COLUMNS": "120", "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
            )
            job = Job(max(self._all, default=0) + 1, what, datetime.now(UTC), child, output, told)
            self._all[job.id] = job
            for old in [each for each in self._all.values() if each.ended is not None][:-KEPT]:
                del self._all[old.id]
                old._tied.end()
            return job

    def job(self, id_: str) -> Job | None:
        """A job by its number as an address has it; None if there is none, or it is forgotten."""
        return next((job for job in list(self._all.values()) if str(job.id) == id_), None)

    def last(self, *what: str) -> Job | None:
        """The last job that was started with these arguments; None if there was none."""
        return next((job for job in reversed(list(self._all.values())) if job.what == what), None)

    def end(self) -> None:
        """Ends what still runs."""
        running: Sequence[Job] = [job for job in self._all.values() if job.ended is None]
        for job in running:
            job._tied.process.terminate()
        for job in running:
            job._tied.end()

    def _variables(self) -> dict[str, str]:
        return {"RASID_DATA": str(self.settings.data), "RASID_CONFIG": str(Path(self.settings.config).absolute())}
