"""One at a time, over all machines that share a storage."""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from upath import UPath

from rasid.errors import RasidError
from rasid.storage import is_local

LEASE = 60.0
"""Seconds that a lock on an object store is good for; its holder renews it three times as often."""
POLL = 1.0
"""Seconds between two tries."""


@contextmanager
def exclusively(file: UPath, patience: float) -> Iterator[None]:
    """Holds a lock. On this machine it is the system's, and goes with the process; on an object store it is an object
    that can be created once alone and that its holder renews, so that one whose holder died is free after `LEASE`.

    Args:
        file: that stands for the lock.
        patience: seconds to wait for another holder.

    Raises:
        RasidError: another held it all the time.
    """
    if is_local(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(Path(file.path), timeout=patience):
                yield
        except Timeout:
            raise _taken(file) from None
        return
    me, give_up = uuid.uuid4().hex, time.monotonic() + patience
    while not _created(file, me):
        if time.monotonic() > give_up:
            raise _taken(file)
        time.sleep(POLL)
    done = threading.Event()
    renewing = threading.Thread(target=_renew, args=(file, me, done), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        done.set()
        renewing.join()
        file.unlink(missing_ok=True)


def _created(file: UPath, me: str) -> bool:
    try:
        with file.open("xb") as stream:
            stream.write(_lease(me))
    except FileExistsError:
        try:
            found = json.loads(file.read_bytes())
        except FileNotFoundError:
            return False  # just given back
        if found["until"] < time.time():
            file.unlink(missing_ok=True)
        return False
    # Of two that find a dead lock at once, one may remove what the other has just made: the later one holds it.
    time.sleep(POLL)
    return file.exists() and json.loads(file.read_bytes())["holder"] == me


def _renew(file: UPath, me: str, done: threading.Event) -> None:
    while not done.wait(LEASE / 3):
        file.write_bytes(_lease(me))


def _lease(me: str) -> bytes:
    return json.dumps({"holder": me, "until": time.time() + LEASE}).encode()


def _taken(file: UPath) -> RasidError:
    return RasidError(f"another process holds {file}; is what it stands for still going on?")
