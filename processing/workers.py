"""A job done by processes on all cores, in order: one that hangs or dies costs a single thing of the many."""

import multiprocessing
import os
import resource
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from queue import SimpleQueue
from threading import Lock

SECONDS = 10
"""Seconds for one page, and for a chunk of them. Ordinary pages take some milliseconds."""
PATIENCE = 20
"""Pages that may take all of that time: an outlet that has nothing else would keep the machine busy for hours."""
SECONDS_THEN = 1
"""Seconds for each page after those."""
SECONDS_TO_START = 300
"""Seconds until a worker has loaded what it needs: one or two where nothing else runs."""
WORKER_BYTES = 2 << 30
"""Memory that a worker may ask for, in bytes of address space."""
CHUNK = 16
"""Things that go to a worker at once, for handing over costs time; after a failure each goes alone."""
STARTS = 5
"""Workers that are started one after the other where each ends before it has anything to do, at most."""


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
        future: what it makes of each, in their order; or why it came to no result.
    """

    things: list[bytes]
    future: "Future[list[bytes] | _Failure]"


@dataclass(frozen=True)
class _Failure:
    """Why a worker came to no result, and whether it took too long."""

    why: str
    is_late: bool


class _Workers:
    """A worker on each core, each with a thread that asks it and puts another in its place when it has ended.

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
        self._threads = ThreadPoolExecutor(self.count)
        self._idle: SimpleQueue[_Worker | None] = SimpleQueue()
        for _ in range(self.count):
            self._idle.put(None)
        self._all: set[_Worker] = set()
        self._late: Counter[object] = Counter()

    def submit(self, things: list[bytes]) -> _Chunk:
        """Hands things to a worker."""
        is_late = any(self._late[self._of(thing)] >= PATIENCE for thing in things)
        return _Chunk(things, self._threads.submit(self._ask, things, SECONDS_THEN if is_late else SECONDS))

    def results(self, chunk: _Chunk) -> Iterator[bytes | str]:
        """What became of each thing of a chunk. Where the worker failed, each is handed over again, alone.

        Raises:
            BrokenProcessPool: `STARTS` workers ended before they had anything to do.
        """
        found = chunk.future.result()
        if not isinstance(found, _Failure):
            yield from found
        elif len(chunk.things) > 1:
            for thing in chunk.things:
                yield from self.results(self.submit([thing]))
        else:
            self._late[self._of(chunk.things[0])] += found.is_late
            yield found.why

    def close(self) -> None:
        """Ends the workers, whatever they do."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in tuple(self._all):
            worker.kill()
        self._threads.shutdown()  # each thread sees the end of its worker

    def _ask(self, things: list[bytes], seconds: int) -> list[bytes] | _Failure:
        worker = self._idle.get()  # there are as many as threads
        try:
            if not (worker and worker.is_alive):
                worker = self._in_place_of(worker)
            return worker.ask(things, seconds)
        finally:
            self._idle.put(worker)

    def _in_place_of(self, worker: "_Worker | None") -> "_Worker":
        for _ in range(STARTS):
            self._all.discard(worker)
            worker = _Worker(self._context, self._module, self._given)
            self._all.add(worker)
            if worker.is_ready():
                return worker
        raise BrokenProcessPool("each worker ended before it had anything to do")


_starting = Lock()
"""One thread at a time starts a process or takes note of the end of one, which both look at all there are."""


class _Worker:
    """A process, and a pipe to it that no other has: where several share one, one that is killed while it holds its
    lock, or in the middle of a message, leaves the others waiting for ever.
    """

    def __init__(self, context: ForkServerContext, module: str, given: bytes) -> None:
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, module, given), daemon=True)
        with _starting:
            self._process.start()
        theirs.close()

    @property
    def is_alive(self) -> bool:
        with _starting:
            return self._process.is_alive()

    def is_ready(self) -> bool:
        """Waits until it is; false where it has ended instead."""
        try:
            self._pipe.recv()
        except (EOFError, OSError):
            return False
        return True

    def ask(self, things: list[bytes], seconds: int) -> list[bytes] | _Failure:
        """What it makes of each thing, all within so many seconds; or why it ended."""
        try:
            self._pipe.send((seconds, things))
            found: list[bytes] = self._pipe.recv()
        except (EOFError, OSError):  # the latter where it ended in the middle
            with _starting:
                self._process.join()
            if self._process.exitcode == -signal.SIGALRM:
                return _Failure(f"not read within {seconds} s", is_late=True)
            return _Failure(f"the process that read it died with code {self._process.exitcode}", is_late=False)
        return found

    def kill(self) -> None:
        """Ends it, whatever it does."""
        with _starting:
            self._process.kill()
            self._process.join()


def _serve(pipe: Connection, module: str, given: bytes) -> None:
    """A worker: the system ends it when it takes too long, whatever it does, and also when nobody waits any more."""
    signal.alarm(SECONDS_TO_START)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (WORKER_BYTES if hard < 0 else min(WORKER_BYTES, hard), hard))
    job = import_module(module)
    job.start(given)
    signal.alarm(0)
    pipe.send(None)
    while True:
        try:
            seconds, things = pipe.recv()
        except EOFError:
            return
        signal.alarm(seconds)
        found = [job.read(thing) for thing in things]
        signal.alarm(0)
        pipe.send(found)
