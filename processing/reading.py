"""A day's captures read by a child process with workers of its own, as a crawl is a child process.

A worker begins by running the program of the process that started it: that of the child, which is this module, costs
nothing; that of the caller may be all of Airflow. Pickles go between the two: in the tagger and the outlet, then the
captures; out what a worker made of each, in their order.
"""

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING

from processing.workers import results
from rasid.errors import RasidError

if TYPE_CHECKING:
    from processing.page_reader import NoArticle, Read
    from processing.topics.tagger import Tagger
    from rasid.outlets import Outlet
    from rasid.records import Capture


def read_pages(
    captures: "Iterable[Capture]", outlet: "Outlet", tagger: "Tagger"
) -> "Iterator[tuple[Capture, Read | NoArticle]]":
    """What stands on each page, in the captures' order, each with its capture without the body. Few are held at a time.

    Args:
        captures: read in a thread of their own; what they raise is raised when those before are done.
        outlet: that published the pages.
        tagger: the topic rules.

    Raises:
        RasidError: the child process ended before its time.
    """
    from processing.page_reader import NoArticle

    ended = RasidError(f"the process that reads the pages of {outlet.id} ended before its time; run it again")
    sent: SimpleQueue[Capture | Exception | None] = SimpleQueue()
    with subprocess.Popen(
        [sys.executable, "-m", "processing.reading"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        feeder = threading.Thread(target=_feed, args=(child.stdin, (tagger, outlet), captures, sent, ended))
        feeder.start()
        try:
            while (capture := sent.get()) is not None:
                if isinstance(capture, Exception):
                    raise capture
                found = _next(child.stdout)
                yield capture, NoArticle("extractor", found) if isinstance(found, str) else found
            child.wait()
        except (EOFError, pickle.UnpicklingError):  # the latter where a pickle breaks off
            raise ended from None
        finally:
            child.kill()
            feeder.join()


def _feed(
    stream: IO[bytes],
    given: "tuple[Tagger, Outlet]",
    captures: "Iterable[Capture]",
    sent: "SimpleQueue[Capture | Exception | None]",
    ended: RasidError,
) -> None:
    try:
        with stream:
            pickle.dump(pickle.dumps(given), stream)
            for capture in captures:
                pickle.dump(pickle.dumps(capture), stream)
                stream.flush()
                sent.put(replace(capture, body=b""))
    except BrokenPipeError:
        sent.put(ended)
    except Exception as error:  # whatever the captures raise, raised where they are asked for
        sent.put(error)
    sent.put(None)


def _next(stream: IO[bytes]) -> "Read | NoArticle | str":
    found: bytes | str = pickle.load(stream)
    read: Read | NoArticle | str = pickle.loads(found) if isinstance(found, bytes) else found
    return read


def _pickles(stream: IO[bytes]) -> Iterator[bytes]:
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
    for given in captures:
        try:
            for found in results(captures, "processing.page_reader", given):
                pickle.dump(found, answers)
                answers.flush()
        except (BrokenPipeError, BrokenProcessPool):  # who asked is gone, or learns of it by the end of the answers
            os._exit(1)


if __name__ == "__main__":
    main()
