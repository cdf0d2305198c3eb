"""The captures of outlets read by a child process with workers of its own, as crawls are child processes.

A worker begins by running the program of the process that started it: that of the child, which is this module, costs
nothing; that of the caller may be all of Airflow. Pickles go between the two: in the tagger, then the captures of one
outlet after the other, and None where there are no more for now; out what a worker made of each, in their order.
"""

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from typing import IO, TYPE_CHECKING

from processing.workers import results
from rasid.errors import RasidError

if TYPE_CHECKING:
    from processing.page_reader import NoArticle, Read
    from processing.topics.tagger import Tagger
    from rasid.outlets import Outlet
    from rasid.records import Capture

    Found = Generator[tuple[Capture, Read | NoArticle]]
    """What stands on each page, in the captures' order, each with its capture without the body."""


class Reading:
    """The process that reads pages, a context. It starts with the first outlet, and anew when it has ended before its
    time: its rules and workers are loaded once for all outlets.

    Args:
        tagger: the topic rules.
    """

    def __init__(self, tagger: "Tagger") -> None:
        self._tagger = tagger
        self._children: list[_Child] = []

    def __enter__(self) -> "Reading":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for child in self._children:
            child.end(at_once=kind is not None)

    def read(self, captures: "Iterable[Capture]", outlet: "Outlet") -> "Found":
        """Reads the pages of an outlet, after those of the outlets before it, whose pages must be taken first. Few are
        held at a time.

        Args:
            captures: read in a thread of their own; what they raise is raised when those before are done.
            outlet: whose captures.

        Raises:
            RasidError: the child process ended before its time.
        """
        if not self._children or self._children[-1].has_ended:
            self._children.append(_Child(self._tagger))
        return self._children[-1].read(captures, outlet)


@dataclass(frozen=True)
class _Sent:
    captures: "Iterable[Capture]"
    outlet: "Outlet"
    ends: "SimpleQueue[Capture | Exception | None]" = field(default_factory=SimpleQueue)
    """Captures that were sent, without their bodies; what ended them; and None at the end."""

    @property
    def broken(self) -> RasidError:
        return RasidError(f"the process that reads the pages of {self.outlet.id} ended before its time; run it again")


class _Child:
    def __init__(self, tagger: "Tagger") -> None:
        command = [sys.executable, "-m", "processing.reading"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._todo: SimpleQueue[_Sent | None] = SimpleQueue()
        self._feeder = threading.Thread(target=self._feed, args=[pickle.dumps(tagger)])
        self._feeder.start()

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def read(self, captures: "Iterable[Capture]", outlet: "Outlet") -> "Found":
        self._todo.put(sent := _Sent(captures, outlet))
        return self._found(sent)

    def end(self, at_once: bool) -> None:
        self._todo.put(None)
        if at_once:
            self._process.kill()
        self._feeder.join()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    def _found(self, sent: _Sent) -> "Found":
        from processing.page_reader import NoArticle

        capture: Capture | Exception | None = None
        try:
            while (capture := sent.ends.get()) is not None:
                if isinstance(capture, Exception):
                    raise capture
                found = self._next()
                yield capture, NoArticle("extractor", found) if isinstance(found, str) else found
        except (EOFError, pickle.UnpicklingError):  # the latter where a pickle breaks off
            self._process.kill()
            raise sent.broken from None
        except GeneratorExit:  # whoever asked has failed: the answers that come now are not those of the next outlet
            while (capture := sent.ends.get()) is not None and not isinstance(capture, Exception):
                self._next()
            raise

    def _next(self) -> "Read | NoArticle | str":
        assert self._process.stdout
        found: bytes | str = pickle.load(self._process.stdout)
        read: Read | NoArticle | str = pickle.loads(found) if isinstance(found, bytes) else found
        return read

    def _feed(self, tagger: bytes) -> None:
        assert self._process.stdin
        stream: IO[bytes] | None = self._process.stdin
        try:
            pickle.dump(tagger, self._process.stdin)
        except BrokenPipeError:
            stream = None
        for sent in self._to_send():
            try:
                if not stream:
                    raise sent.broken
                outlet = pickle.dumps(sent.outlet)
                for capture in sent.captures:
                    pickle.dump(pickle.dumps((outlet, pickle.dumps(capture))), stream)
                    stream.flush()
                    sent.ends.put(replace(capture, body=b""))
            except BrokenPipeError:
                stream = None
                sent.ends.put(sent.broken)
            except Exception as error:  # whatever the captures raise, raised where they are asked for
                sent.ends.put(error)
            sent.ends.put(None)
        with suppress(BrokenPipeError):
            self._process.stdin.close()

    def _to_send(self) -> Iterator[_Sent]:
        """What is to be read, until there will be no more. While there is nothing, the child is told so."""
        assert self._process.stdin
        while True:
            try:
                sent = self._todo.get_nowait()
            except Empty:
                with suppress(BrokenPipeError):
                    pickle.dump(None, self._process.stdin)
                    self._process.stdin.flush()
                sent = self._todo.get()
            if sent is None:
                return
            yield sent


def outlet_of(thing: bytes) -> bytes:
    """Whose a thing is that goes to a worker."""
    outlet: bytes = pickle.loads(thing)[0]
    return outlet


def _pickles(stream: IO[bytes]) -> Iterator[bytes | None]:
    while True:
        try:
            yield pickle.load(stream)
        except (EOFError, pickle.UnpicklingError):  # the latter where who feeds is killed while it does
            return


def main() -> None:
    """Reads captures from standard input until it ends, and writes what was found in each to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who pressed it ends the parent, and that this
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not stand among them
    captures = _pickles(sys.stdin.buffer)
    tagger = next(captures, None)
    if tagger is None:
        return
    try:
        for found in results(captures, "processing.page_reader", tagger, outlet_of):
            pickle.dump(found, answers)
            answers.flush()
    except (BrokenPipeError, BrokenProcessPool):  # who asked is gone, or is told by the end of the answers
        os._exit(1)


if __name__ == "__main__":
    main()
