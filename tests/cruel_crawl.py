"""The program that runs crawls, with outlets whose crawl dies, computes without end, or takes all memory."""

import json
import os
import signal
from multiprocessing.connection import Connection

from crawlers import process

process.GRACE = 5.0


def _crawl(line: bytes, pipe: Connection) -> None:
    from crawlers import engine

    outlet = json.loads(line)["outlet"]["id"]
    if outlet == "dies":
        os.kill(os.getpid(), signal.SIGSEGV)
    while outlet == "spins":
        pass
    if outlet == "eats":
        engine.bound()
        bytearray(2 * engine.BYTES)
    engine.run(line, pipe)


process._crawl = _crawl

if __name__ == "__main__":
    process.main()
