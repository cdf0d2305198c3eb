"""Crawls of many outlets side by side, each in a process of its own that can neither hang, starve nor end the others.

Lines of JSON go in, a `crawlers.job.Job` each, until the input ends. Out go those that `crawlers.engine.run` tells,
and ``{"outlet": …, "code": …}`` for a process that ended without a report. All processes are forked of one that has
Scrapy loaded: to import it takes a second.
"""

import json
import multiprocessing
import os
import signal
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from time import monotonic
from typing import IO, Any

GRACE = 60.0
"""Seconds that a crawl may take longer than its limits, of waiting for another one and of its own, to end in order."""
CRAWL_BYTES = 150_000_000
"""Memory that is counted on for a crawl: what its process needs, and pages under way."""
FEWEST = 4
"""Crawls at a time, however little memory there seems to be."""


@dataclass
class _Crawl:
    outlet: str
    process: ForkServerProcess
    deadline: float
    reported: bool = False


class Crawls:
    """The crawls that go on.

    Args:
        out: takes the lines.
        at_once: crawls at a time.
    """

    def __init__(self, out: IO[bytes], at_once: int) -> None:
        self._out, self._at_once = out, at_once
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["crawlers.warm"])
        self._waiting: deque[bytes] = deque()
        self._running: dict[Any, _Crawl] = {}

    def run(self, jobs: list[bytes]) -> None:
        """Runs all jobs, in their order and as many at a time as may be."""
        self._waiting.extend(jobs)
        while self._waiting or self._running:
            while self._waiting and len(self._running) < self._at_once:
                self._start(self._waiting.popleft())
            next_deadline = min(crawl.deadline for crawl in self._running.values())
            for pipe in wait(list(self._running), max(0.0, next_deadline - monotonic())):
                self._take(pipe)
            for crawl in self._running.values():
                if monotonic() > crawl.deadline:  # it no longer can end by itself, as in an endless computation
                    crawl.process.kill()
                    crawl.deadline = monotonic() + GRACE

    def stop(self) -> None:
        """Begins no further one."""
        self._waiting.clear()

    def _start(self, line: bytes) -> None:
        job = json.loads(line)
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = self._context.Process(target=_crawl, args=(line, theirs))
        process.start()
        theirs.close()
        limit = 2 * job["max_seconds"] + job["timeout"] + GRACE
        self._running[ours] = _Crawl(job["outlet"]["id"], process, monotonic() + limit)

    def _take(self, pipe: Any) -> None:
        crawl = self._running[pipe]
        try:
            line = pipe.recv_bytes()
        except (EOFError, OSError):
            del self._running[pipe]
            pipe.close()
            crawl.process.join()
            if not crawl.reported:
                self._write(json.dumps({"outlet": crawl.outlet, "code": crawl.process.exitcode}).encode())
        else:
            crawl.reported = b'"report": ' in line
            self._write(line)

    def _write(self, line: bytes) -> None:
        with suppress(BrokenPipeError):  # who asked is gone: the crawls end by themselves, and keep what they have
            self._out.write(line + b"\n")
            self._out.flush()


def _crawl(line: bytes, pipe: Connection) -> None:
    from crawlers.engine import run

    run(line, pipe)


def _at_once() -> int:
    """Crawls for which this machine, or this container, has memory."""
    available = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError, StopIteration):  # of Linux: with what it keeps of files only as long as nobody needs room
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        available = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    with suppress(OSError, ValueError):  # without a limit it says so in letters
        group = Path("/sys/fs/cgroup")
        limit, used = (int((group / name).read_text(encoding="ascii")) for name in ("memory.max", "memory.current"))
        available = min(available, limit - used)
    return max(FEWEST, available // CRAWL_BYTES)


def main() -> None:
    """Runs the jobs."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")  # not for those that are started: it ends with this process
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    crawls = Crawls(out, _at_once())
    signal.signal(signal.SIGTERM, lambda *_: crawls.stop())  # the crawls have it, too, and end in order
    crawls.run(sys.stdin.buffer.read().splitlines())


if __name__ == "__main__":
    main()
