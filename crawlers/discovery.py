"""What a website lists its articles in: its feeds and sitemaps, found from the front page."""

import os
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel, ValidationError

from crawlers.job import Job
from rasid.outlets import Source
from rasid.tied import tied

GRACE = 30.0
"""Seconds that a look may take longer than its limit, to start and to end in order."""

_ENVIRONMENT = {"PATH", "HOME", "LANG", "TMPDIR", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH"}
"""Variables of the process that looks, besides those of Python and of languages: none is a secret."""


@dataclass(frozen=True)
class Listed:
    """A source that answers, and what it lists.

    Attributes:
        source: its address, and of which kind it is.
        links: how many pages.
        further: how many sitemaps.
        newest: the latest date of one of them, if any has one.
        titles: of its first pages; their addresses where it has no titles.
        pages: addresses of its first pages.
        by_page: whether the site names it; otherwise it was found at a usual place.
    """

    source: Source
    links: int
    further: int
    newest: datetime | None
    titles: tuple[str, ...]
    pages: tuple[str, ...] = ()
    by_page: bool = True


@dataclass(frozen=True)
class Discovery:
    """What came of a look at a website.

    Attributes:
        url: of its front page, after redirects.
        names: that the page has for the outlet, the likeliest first.
        locale: language and perhaps country, as the page says it; empty if it does not.
        sources: that list something, in the order in which they were found; the front page itself is the last.
        failures: address → why it is no source.
        error: why nothing could be looked at; None if something could.
    """

    url: str
    names: tuple[str, ...] = ()
    locale: str = ""
    sources: tuple[Listed, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None


class Told(BaseModel):
    """A line of the process that looks: the address that it asks for, or at last what came of it all."""

    asks: str | None = None
    found: Discovery | None = None


def look_at(job: Job, progress: Callable[[str], object]) -> Discovery:
    """Looks at the website whose front page is the only source of a job's outlet, in a process of its own.

    Args:
        job: says how to ask, and for how long.
        progress: told each address as it is asked for.
    """
    url = job.outlet.sources[0].url
    environment = {
        name: value for name, value in os.environ.items() if name in _ENVIRONMENT or name.startswith(("LC_", "PYTHON"))
    }
    with (
        job.errors_file.open("wb") as stderr,
        tied(
            "crawlers.scout",
            f"{job.max_seconds + GRACE}",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):  # it has ended, which is told below
            process.stdin.write(job.model_dump_json().encode())
            process.stdin.close()
        found = None
        for line in process.stdout:
            with suppress(ValidationError):  # it was ended in the middle of a line
                told = Told.model_validate_json(line)
                found = told.found or found
                if told.asks:
                    progress(told.asks)
    if found:
        return found
    return Discovery(
        url, error=f"looking at it ended with code {process.returncode}, in its time of {job.max_seconds:g} s"
    )
