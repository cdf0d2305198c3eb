"""Sources read by a process of its own: what one costs, in time or memory, ends there, and the crawl goes on."""

import asyncio
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from pebble import ProcessExpired, ProcessPool

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


class SourceReader:
    """A process that reads sources. It starts at once, while the first is fetched."""

    def __init__(self) -> None:
        # Forked from a server that has one thread: a fork of this process could inherit a lock that nobody releases.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        self._pool = ProcessPool(1, initializer=_start, context=context)
        self._pool.schedule(os.getpid)

    async def read(self, answer: Answer, source: Source, zone: ZoneInfo, now: datetime, seconds: float) -> Listing:
        """As `read_source`, within so many seconds.

        Raises:
            BrokenSourceError: it cannot be read, or not in that time.
        """
        if seconds <= 0:
            raise BrokenSourceError("limit: the time of the crawl is over")
        limit = min(SOURCE_SECONDS, seconds)
        task = self._pool.schedule(_read, args=(answer, source, zone, now), timeout=limit)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(cast("Future[Listing]", task)), seconds)
        except TimeoutError:
            raise BrokenSourceError(f"limit: not read within {limit:.0f} s") from None
        except ProcessExpired as error:
            raise BrokenSourceError(f"the process that read it died: {error}") from None

    def stop(self) -> None:
        """Ends the process, whatever it does."""
        end: Callable[[], None] = self._pool.stop
        end()
        self._pool.join()


def _start() -> None:
    os.dup2(2, 1)  # who waits for the end of the crawl's output must not wait for this process
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (READER_BYTES if hard < 0 else min(READER_BYTES, hard), hard))


def _read(answer: Answer, source: Source, zone: ZoneInfo, now: datetime) -> Listing:
    signal.alarm(SOURCE_SECONDS + 10)  # for when the crawl is gone and nobody ends this process
    try:
        return read_source(answer, source, zone, now)
    finally:
        signal.alarm(0)
