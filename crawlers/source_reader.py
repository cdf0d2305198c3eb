"""Sources read by processes of their own: what one costs, in time or memory, ends there, and the crawl goes on."""

import asyncio
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

from crawlers.feeds import read_feed
from crawlers.listing import BrokenSourceError, Listing
from crawlers.sections import read_section
from crawlers.sitemaps import read_sitemap
from rasid.decoding import decode
from rasid.outlets import Source
from rasid.unpacking import unpack

SOURCE_SECONDS = 60
"""Time for one answer of a source. Ordinary ones take some milliseconds."""
READER_BYTES = 2 << 30
"""Memory that the reader may ask for, in bytes of address space."""


@dataclass(frozen=True)
class Answer:
    """What a server answered for a source: body as received, address, and the headers that say how to read it."""

    body: bytes
    url: str
    content_type: str
    content_encoding: str


def read_source(answer: Answer, source: Source, zone: ZoneInfo, now: datetime) -> Listing:
    """What a source lists.

    Args:
        answer: of the source's server.
        source: says of which kind it is.
        zone: the outlet's.
        now: of the crawl.

    Raises:
        BrokenSourceError: it cannot be read, whatever the reason.
    """
    try:
        text, _ = decode(unpack(answer.body, answer.content_encoding), answer.content_type)
        if source.feed:
            return read_feed(text, answer.url, zone, now)
        if source.sitemap:
            return read_sitemap(text, answer.url, zone, now)
        return read_section(text, answer.url, source.articles)
    except BrokenSourceError:
        raise
    except Exception as error:  # whatever a strange source raises is its failure, and reported
        raise BrokenSourceError(f"not readable: {error or type(error).__name__}") from error


Read = TypeVar("Read")


class SourceReader:
    """Reads what servers answered, each in a process that is forked for it. They are forked of one that does nothing
    else and has one thread: a fork of this process could inherit a lock that nobody releases.

    It must be made before this process has threads.
    """

    def __init__(self) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("fork")
        self._forker = context.Process(target=_serve, args=(theirs, self._pipe), daemon=True)
        self._forker.start()
        theirs.close()
        self._one_at_a_time = asyncio.Lock()

    async def read(self, what: Callable[[], Read], seconds: float) -> Read:
        """What a function of this room makes of an answer, within so many seconds.

        Args:
            what: such as `read_source` with its arguments; can be pickled, as can what it gives.
            seconds: that are left.

        Raises:
            BrokenSourceError: it cannot be read, or not in that time.
        """
        end = monotonic() + seconds
        async with self._one_at_a_time:
            limit = min(SOURCE_SECONDS, end - monotonic())
            if limit <= 0:
                raise BrokenSourceError("limit: the time of the crawl is over")
            found: Read | BrokenSourceError = await asyncio.to_thread(self._ask, _Asked(what, limit))
        if isinstance(found, BrokenSourceError):
            raise found
        return found

    def _ask(self, asked: "_Asked") -> Any:
        try:
            self._pipe.send(asked)
            return self._pipe.recv()
        except (EOFError, OSError):
            return BrokenSourceError("the process that reads sources has ended")

    def stop(self) -> None:
        """Ends all that still reads."""
        self._forker.terminate()
        self._forker.join()


@dataclass(frozen=True)
class _Asked:
    what: Callable[[], Any]
    seconds: float


def _serve(pipe: Connection, theirs: Connection) -> None:
    """Has each answer read by a child, until the crawl has gone."""
    theirs.close()
    child = 0

    def end(*_: object) -> None:
        if child:
            os.kill(child, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    while True:
        try:
            asked: _Asked = pipe.recv()
        except EOFError:
            return
        answer, mine = multiprocessing.Pipe(duplex=False)
        child = os.fork()
        if not child:
            _read(asked, mine)
        mine.close()
        ready = wait([answer, pipe], asked.seconds)  # the crawl sends nothing before it has this answer: it has gone
        found: Any
        if answer in ready:
            try:
                found = answer.recv()
            except EOFError:
                found = BrokenSourceError("the process that read it died")
        else:
            found = BrokenSourceError(f"limit: not read within {asked.seconds:.0f} s")
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        child = 0
        answer.close()
        with suppress(BrokenPipeError):
            pipe.send(found)


def _read(asked: _Asked, answer: Connection) -> NoReturn:
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.alarm(int(asked.seconds) + 5)  # who would end it may have been killed
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (READER_BYTES if hard < 0 else min(READER_BYTES, hard), hard))
        try:
            answer.send(asked.what())
        except BrokenSourceError as error:
            answer.send(error)
    finally:
        os._exit(0)
