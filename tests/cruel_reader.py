"""A worker's job that hangs, dies, takes all memory or gives much where it is told to."""

import os
import signal
import time

from processing.workers import WORKER_BYTES


def start(given: bytes) -> None:
    assert given == b"given"


def read(thing: bytes) -> bytes:
    if thing == b"hangs":
        time.sleep(60)
    if thing == b"dies":
        os.kill(os.getpid(), signal.SIGSEGV)
    if thing == b"eats":
        try:
            bytearray(2 * WORKER_BYTES)
        except MemoryError:
            return b"had no memory"
    return thing * 60_000 if thing.isdigit() else thing.upper()
