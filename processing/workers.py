"""Pages read by processes of their own: on all cores, and one that hangs or dies takes a single page with it."""

import multiprocessing
import os
import resource
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, TimeoutError  # noqa: A004  the builtin one, from Python 3.11 on
from dataclasses import dataclass
from itertools import islice
from types import ModuleType, TracebackType
from typing import cast

from pebble import ProcessExpired, ProcessPool

from processing.extract import NotAnArticleError, Page, extract
from processing.topics import Tagger, Tags
from rasid.outlets import Outlet
from rasid.records import Capture, RejectReason

PAGE_SECONDS = 10
"""Time for one page. Ordinary ones take some milliseconds."""
WORKER_BYTES = 2 << 30
"""Memory that a worker may ask for, in bytes of address space."""
CHUNK = 16
"""Pages that go to a worker at once, for handing over costs time; after a failure each goes alone."""


@dataclass(frozen=True)
class Read:
    """A page with an article, and the topics and entities found in it."""

    page: Page
    tags: Tags


@dataclass(frozen=True)
class NoArticle:
    """A page without one."""

    reason: RejectReason
    detail: str


class Readers:
    """As many processes as this one may use cores. To be used as a context.

    Args:
        tagger: the topic rules.
    """

    def __init__(self, tagger: Tagger) -> None:
        # Forked from a server that has one thread: a fork of this process could inherit a lock that nobody releases.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["processing.workers"])
        self._count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._pool = ProcessPool(self._count, initializer=_start, initargs=(tagger,), context=context)

    def __enter__(self) -> "Readers":
        # A worker would run the main program of this process once more: under Airflow all of Airflow, which costs
        # seconds or, as a task has no access to the database, fails. Nothing that is sent to it is defined there.
        self._main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        end: Callable[[], None] = self._pool.stop if error else self._pool.close
        end()
        self._pool.join()
        sys.modules["__main__"] = self._main

    def read(self, captures: Iterable[Capture], outlet: Outlet) -> Iterator[tuple[Capture, Read | NoArticle]]:
        """What stands on each page, in the captures' order. Few captures are held at a time."""
        waiting: deque[tuple[list[Capture], Future[list[Read | NoArticle]]]] = deque()
        rest = iter(captures)
        while chunk := list(islice(rest, CHUNK)):
            waiting.append((chunk, self._submit(chunk, outlet)))
            if len(waiting) > 2 * self._count:
                yield from self._results(*waiting.popleft(), outlet)
        while waiting:
            yield from self._results(*waiting.popleft(), outlet)

    def _submit(self, chunk: list[Capture], outlet: Outlet) -> Future[list[Read | NoArticle]]:
        return cast(
            "Future[list[Read | NoArticle]]", self._pool.schedule(_read, args=(chunk, outlet), timeout=PAGE_SECONDS)
        )

    def _results(
        self, chunk: list[Capture], future: Future[list[Read | NoArticle]], outlet: Outlet
    ) -> Iterator[tuple[Capture, Read | NoArticle]]:
        try:
            yield from zip(chunk, future.result(), strict=True)
        except (TimeoutError, ProcessExpired) as error:
            if len(chunk) > 1:
                for capture in chunk:
                    yield from self._results([capture], self._submit([capture], outlet), outlet)
            else:
                late = isinstance(error, TimeoutError)
                detail = f"not read within {PAGE_SECONDS} s" if late else f"the process that read it died: {error}"
                yield chunk[0], NoArticle("extractor", detail)


_tagger: Tagger | None = None
"""Of a worker."""


def _start(tagger: Tagger) -> None:
    global _tagger  # noqa: PLW0603  a worker's only state, set once
    _tagger = tagger
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (WORKER_BYTES if hard < 0 else min(WORKER_BYTES, hard), hard))


def _read(chunk: list[Capture], outlet: Outlet) -> list[Read | NoArticle]:
    return [_read_page(capture, outlet) for capture in chunk]


def _read_page(capture: Capture, outlet: Outlet) -> Read | NoArticle:
    assert _tagger
    try:
        page = extract(capture, outlet)
        return Read(page, _tagger.tag(page.title, page.body))
    except NotAnArticleError as error:
        return NoArticle(error.reason, error.detail)
    except Exception as error:  # whatever a strange page raises, the others of the day must not suffer
        return NoArticle("extractor", repr(error))
