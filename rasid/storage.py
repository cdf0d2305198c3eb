"""Where things are under ``RASID_DATA``: one folder a day, one file an outlet. Any `universal-pathlib` URL will do."""

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from platformdirs import user_log_path
from upath import UPath

from rasid.errors import RasidError

AnyPath = TypeVar("AnyPath", bound=Path | UPath)


@dataclass(frozen=True)
class Storage:
    """The folder tree of one installation.

    Attributes:
        root: ``RASID_DATA``.
    """

    root: UPath

    def captures(self, day: date, outlet: str) -> UPath:
        """WARC file of an outlet's captures on a day."""
        return self.root / "captures" / day.isoformat() / f"{outlet}.warc.gz"

    def articles(self, day: date, outlet: str) -> UPath:
        """JSON lines of the articles and revisions that those captures gave."""
        return self.root / "articles" / day.isoformat() / f"{outlet}.jsonl"

    def rejected(self, day: date, outlet: str) -> UPath:
        """JSON lines of the captures that gave none."""
        return self.root / "rejected" / day.isoformat() / f"{outlet}.jsonl"

    def state(self, outlet: str) -> UPath:
        """What the crawler knows of an outlet between runs."""
        return self.root / "state" / f"{outlet}.jsonl"

    def crawl_lock(self, outlet: str) -> UPath:
        """Held by the crawl of an outlet."""
        return self.root / "state" / f"{outlet}.lock"

    def labels(self, topic: str) -> UPath:
        """JSON lines of the articles that people have labelled for a topic, each with its text."""
        return self.root / "labels" / f"{topic}.jsonl"

    @property
    def models(self) -> UPath:
        """Folder of what topics have learned here."""
        return self.root / "models"

    def model(self, topic: str) -> UPath:
        """What a topic has learned from these labels; it lies over the shipped model."""
        return self.models / f"{topic}.json"

    def days(self, *rooms: str) -> list[date]:
        """The days of which any of some folders, such as ``captures``, has one, the newest first."""
        folders = [self.root / room for room in rooms]
        names = (each.name for folder in folders if folder.exists() for each in folder.iterdir())
        return sorted(set(filter(None, map(day_of, names))), reverse=True)

    def report(self, day: date) -> UPath:
        """Path of the day's report, an HTML page."""
        return self.root / "reports" / f"{day.isoformat()}.html"

    def report_list(self) -> UPath:
        """Path of the list of all reports, an HTML page."""
        return self.root / "reports" / "index.html"

    def alert_feed(self, rule: str) -> UPath:
        """The Atom file of an alert rule."""
        return self.root / "alerts" / f"{rule}.atom.xml"

    def alerts_lock(self) -> UPath:
        """Held while alerts are sent."""
        return self.root / "state" / "alerts-sending.lock"

    def run(self, day: date) -> UPath:
        """Folder of the reports of a day's runs: counts of each stage."""
        return self.root / "runs" / day.isoformat()

    def local(self, name: str) -> Path:
        """A folder for what must be on this machine's disk: the local node, Airflow's home, logs.

        Raises:
            RasidError: ``RASID_DATA`` is not on this machine.
        """
        if not is_local(self.root):
            raise RasidError(
                f"RASID_DATA is {self.root}, not a folder of this machine, so {name} cannot be kept there; "
                "use ELASTICSEARCH_URL and your own Airflow with such storage"
            )
        return Path(self.root.path) / name

    def logs(self, day: date) -> Path:
        """Where the logs of a day's runs are, on this machine."""
        kept = Path(self.root.path) if is_local(self.root) else user_log_path("rasid")
        return kept / "logs" / day.isoformat()

    def crawl_log(self, day: date, outlet_id: str) -> Path:
        """The log of a day's last crawl of an outlet, which is there from its begin."""
        return self.logs(day) / f"crawl-{outlet_id}.log"

    def relative(self, path: UPath) -> str:
        """A path below the root, as records state it."""
        return path.path[len(self.root.path) :].lstrip("/")

    def damaged(self, path: UPath, what: str) -> str:
        """The beginning of a sentence on a damaged file.

        Args:
            path: of the file.
            what: is wrong with it, such as ``lines 3, 4 cannot be read``.
        """
        return f"{self.relative(path)} is damaged ({what})"

    def reparable(self, path: UPath, what: str) -> str:
        """A sentence on a damaged file that can be made anew; the arguments are those of `damaged`."""
        return f"{self.damaged(path, what)}: run `rasid doctor --repair`"


def day_of(name: str) -> date | None:
    """The day that a folder is of; None for what someone else has put beside those of days."""
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None


def root_of(data: UPath | str) -> UPath:
    """The root for a value of ``RASID_DATA``."""
    path = UPath(data)
    # What another machine has just written is not in a listing that this one remembers.
    return path.expanduser().absolute() if is_local(path) else UPath(str(data), use_listings_cache=False)


def is_local(path: UPath) -> bool:
    """Whether a path is on this machine."""
    return path.protocol in {"", "file", "local"}


def write_whole(path: UPath, data: bytes | Iterable[bytes]) -> None:
    """Writes a file, given whole or in parts, so that readers see the old text or the new one, never a part of it.

    Raises:
        OSError: it could not be written, and the old one stands; the error names the file, also where the disk is full.
    """
    parts = [data] if isinstance(data, bytes) else data
    path.parent.mkdir(parents=True, exist_ok=True)
    if not is_local(path):
        path.write_bytes(b"".join(parts))  # object stores replace an object at once
        return
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with partial.open("wb") as stream:
            stream.writelines(parts)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        error.filename = str(path)  # who reads of it knows no partial file
        raise


def regular(file: AnyPath) -> AnyPath:
    """A file of ours that is to be opened, as it was given.

    Raises:
        OSError: it is a pipe, a socket or a device, which one would wait for, or read, without end.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        if isinstance(file, Path) and not (stat.S_ISREG(mode := file.stat().st_mode) or stat.S_ISDIR(mode)):
            raise OSError(errno.ENXIO, "Not a file", str(file))
    return file


def set_aside(file: UPath) -> UPath:
    """Renames a damaged file, in place of one that was set aside before, so that it can be made anew. Returns where it
    is now.
    """
    return file.replace(file.with_name(f"{file.name}.damaged"))
