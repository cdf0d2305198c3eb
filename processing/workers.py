"""A job done by processes on all cores, in order: one that hangs or dies costs a single thing of the many."""

import multiprocessing
import os
import resource
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, TimeoutError  # noqa: A004  the builtin one, from Python 3.11 on
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from importlib import import_module
from itertools import islice

from pebble import ProcessExpired, ProcessPool

SECONDS = 10
"""Time for one page, and for a chunk of them. Ordinary pages take some milliseconds."""
PATIENCE = 20
"""Pages that may take all of that time: an outlet that has nothing else would keep the machine busy for hours."""
SECONDS_THEN = 1
"""Time for each of the others."""
WORKER_BYTES = 2 << 30
"""Memory that a worker may ask for, in bytes of address space."""
CHUNK = 16
"""Things that go to a worker at once, for handing over costs time; after a failure each goes alone."""
POOLS = 5
"""Of workers, started one after the other where each breaks."""


@dataclass(frozen=True)
class _Submitted:
    chunk: list[bytes]
    seconds: int
    future: Future[list[bytes]]


def results(things: Iterable[bytes], module: str, given: bytes) -> Iterator[bytes | str]:
    """What a job makes of each thing, in the things' order; or why a worker came to no result.

    The program that calls this runs again in each worker, so it must be a small one, such as `processing.reading`.

    Args:
        things: few of which are held at a time.
        module: which has the job: `start`, called once in each worker with what is `given`, and `read`, called with
            each thing.
        given: to each worker.

    Raises:
        BrokenProcessPool: workers die again and again before they have anything to do.
    """
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # Forked from a server that has one thread: a fork of this process could inherit a lock that nobody releases.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])

    def started() -> ProcessPool:
        return ProcessPool(count, initializer=_start, initargs=(module, given), context=context)

    def ended(pool: ProcessPool) -> None:
        stop: Callable[[], None] = pool.stop
        stop()
        pool.join()

    pool, pools = started(), 1

    late = 0

    def submitted(chunk: list[bytes]) -> _Submitted:
        nonlocal pool, pools
        seconds = SECONDS if late < PATIENCE else SECONDS_THEN
        while True:
            try:
                return _Submitted(chunk, seconds, pool.schedule(_chunk, args=(module, chunk), timeout=seconds))
            except RuntimeError:  # a worker that dies before it has anything to do takes the pool with it
                if pools == POOLS:
                    raise BrokenProcessPool("each pool of workers broke") from None
                ended(pool)
                pool, pools = started(), pools + 1

    def finished(given: _Submitted) -> Iterator[bytes | str]:
        nonlocal late
        try:
            yield from given.future.result()
        except BrokenProcessPool:
            yield from finished(submitted(given.chunk))
        except (TimeoutError, ProcessExpired) as error:
            if len(given.chunk) > 1:
                for thing in given.chunk:
                    yield from finished(submitted([thing]))
            elif isinstance(error, TimeoutError):
                late += 1
                yield f"not read within {given.seconds} s"
            else:
                yield f"the process that read it died: {error}"

    waiting: deque[_Submitted] = deque()
    rest = iter(things)
    try:
        while chunk := list(islice(rest, CHUNK)):
            waiting.append(submitted(chunk))
            if len(waiting) > 2 * count:
                yield from finished(waiting.popleft())
        while waiting:
            yield from finished(waiting.popleft())
    finally:
        ended(pool)


def _start(module: str, given: bytes) -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (WORKER_BYTES if hard < 0 else min(WORKER_BYTES, hard), hard))
    import_module(module).start(given)


def _chunk(module: str, chunk: list[bytes]) -> list[bytes]:
    read = import_module(module).read
    return [read(thing) for thing in chunk]
