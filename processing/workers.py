"""A job done by processes on all cores, in order: one that hangs or dies costs a single thing of the many."""

import multiprocessing
import os
import resource
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, TimeoutError  # noqa: A004  the builtin one, from Python 3.11 on
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from itertools import chain

from pebble import ProcessExpired, ProcessPool

SECONDS = 10
"""Seconds for one page, and for a chunk of them. Ordinary pages take some milliseconds."""
PATIENCE = 20
"""Pages that may take all of that time: an outlet that has nothing else would keep the machine busy for hours."""
SECONDS_THEN = 1
"""Seconds for each page after those."""
WORKER_BYTES = 2 << 30
"""Memory that a worker may ask for, in bytes of address space."""
CHUNK = 16
"""Things that go to a worker at once, for handing over costs time; after a failure each goes alone."""
POOLS = 5
"""Pools of workers that are started one after the other where each breaks, at most."""


def results(
    things: Iterable[bytes | None], module: str, given: bytes, of: Callable[[bytes], object] = lambda _: None
) -> Iterator[bytes | str]:
    """What a job makes of each thing, in the things' order; or why a worker came to no result.

    The program that calls this runs again in each worker, so it must be a small one, such as `processing.reading`.

    Args:
        things: only a few of them are held at a time. None among them says that there are no more for now: what has
            come of those before is given first.
        module: name of the module that has the job: `start`, called once in each worker with what is `given`, and
            `read`, called with each thing.
        given: to each worker.
        of: says whose a thing is: patience with the slow things of one leaves the others theirs.

    Raises:
        BrokenProcessPool: workers die again and again before they have anything to do.
    """
    waiting: deque[_Chunk] = deque()
    chunk: list[bytes] = []
    with closing(_Workers(module, given, of)) as workers:
        for thing in chain(things, [None]):
            chunk += [] if thing is None else [thing]
            if chunk and (thing is None or len(chunk) == CHUNK):
                waiting.append(workers.submit(chunk))
                chunk = []
            while waiting and (thing is None or len(waiting) > 2 * workers.count):
                yield from workers.results(waiting.popleft())


@dataclass(frozen=True)
class _Chunk:
    """Things that a worker has been asked for.

    Attributes:
        things: that go to it together.
        seconds: that the worker may take for them.
        future: what it makes of each, in their order.
    """

    things: list[bytes]
    seconds: int
    future: Future[list[bytes]]


class _Workers:
    """A pool of workers, one on each core, that is replaced when it breaks.

    Args:
        module: as `results` has it.
        given: to each worker.
        of: as `results` has it.
    """

    def __init__(self, module: str, given: bytes, of: Callable[[bytes], object]) -> None:
        self.count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._module, self._given, self._of = module, given, of
        # Forked from a server that has one thread: a fork of this process could inherit a lock that nobody releases.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([module])
        self._pool, self._pools = self._new_pool(), 1
        self._late: Counter[object] = Counter()

    def submit(self, things: list[bytes]) -> _Chunk:
        """Hands things to a worker.

        Raises:
            BrokenProcessPool: `POOLS` of them broke.
        """
        is_late = any(self._late[self._of(thing)] >= PATIENCE for thing in things)
        seconds = SECONDS_THEN if is_late else SECONDS
        while True:
            try:
                future = self._pool.schedule(_read, args=(self._module, things), timeout=seconds)
                return _Chunk(things, seconds, future)
            except RuntimeError:  # a worker that dies before it has anything to do takes the pool with it
                if self._pools == POOLS:
                    raise BrokenProcessPool("each pool of workers broke") from None
                self.close()
                self._pool, self._pools = self._new_pool(), self._pools + 1

    def results(self, chunk: _Chunk) -> Iterator[bytes | str]:
        """What became of each thing of a chunk. Where the worker failed, each is handed over again, alone."""
        try:
            yield from chunk.future.result()
        except BrokenProcessPool:
            yield from self.results(self.submit(chunk.things))
        except (TimeoutError, ProcessExpired) as error:
            if len(chunk.things) > 1:
                for thing in chunk.things:
                    yield from self.results(self.submit([thing]))
            elif isinstance(error, TimeoutError):
                self._late[self._of(chunk.things[0])] += 1
                yield f"not read within {chunk.seconds} s"
            else:
                yield f"the process that read it died: {error}"

    def close(self) -> None:
        """Ends the workers, whatever they do."""
        stop: Callable[[], None] = self._pool.stop
        stop()
        self._pool.join()

    def _new_pool(self) -> ProcessPool:
        given = (self._module, self._given)
        return ProcessPool(self.count, initializer=_start, initargs=given, context=self._context)


def _start(module: str, given: bytes) -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (WORKER_BYTES if hard < 0 else min(WORKER_BYTES, hard), hard))
    import_module(module).start(given)


def _read(module: str, things: list[bytes]) -> list[bytes]:
    read = import_module(module).read
    return [read(thing) for thing in things]
