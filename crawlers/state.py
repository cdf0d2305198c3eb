"""What the crawler knows of an outlet between runs: the pages that it has or still owes, and the sources' validators.

The WARC files are the journal: what a killed crawl captured and could not note here is read back from them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from pydantic import TypeAdapter
from upath import UPath

from rasid.captures import read_captures, set_torn_aside
from rasid.records import Capture, Link
from rasid.storage import Storage, write_whole
from rasid.urls import canonical_url

KEPT_DAYS = 60
"""A page that no source has listed for so long is forgotten."""

KEPT_FILES = 10


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask again with: the headers ``ETag`` and ``Last-Modified``."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Of a conditional request (RFC 9110, section 13)."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page that a source listed.

    Attributes:
        link: how it was found first.
        listed_at: when a source listed it last.
        first_at: when it was first captured; None while it is owed.
        asked_at: when it was last captured or found unchanged.
        digest: of the last capture's payload.
        captured_at: when that was.
        validators: of the last capture.
    """

    link: Link
    listed_at: datetime
    first_at: datetime | None = None
    asked_at: datetime | None = None
    digest: str = ""
    captured_at: datetime | None = None
    validators: Validators = Validators()


@dataclass
class _Sources:
    """The first line of the file; the others are pages."""

    validators: dict[str, Validators] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    """Length up to which the last WARC files are known here, by path."""


_SOURCES = TypeAdapter(_Sources)
_PAGE = TypeAdapter(KnownPage)
_NONE = Validators()


class CrawlState:
    """The state of one outlet, kept in one file of JSON lines.

    Args:
        storage: where it is.
        outlet: whose.
        day: of the run: later WARC files than the last known up to this day's are read back.

    Raises:
        RasidError: a WARC file is damaged.
    """

    def __init__(self, storage: Storage, outlet: str, day: date) -> None:
        self._file = storage.state(outlet)
        self._sources, self._pages = _Sources(), dict[str, KnownPage]()
        if self._file.exists():
            self._load()
        self._storage, self._outlet = storage, outlet
        for file in self._unread(day):
            name = storage.relative(file)
            start = self._sources.files.get(name, 0)
            self._sources.files[name] = set_torn_aside(file, start)
            for capture in read_captures(storage, file, outlet, start):
                self._replay(capture)

    def page(self, url: str) -> KnownPage | None:
        """What is known of an address."""
        return self._pages.get(canonical_url(url))

    def owed(self, since: datetime) -> Iterator[KnownPage]:
        """Pages that were found and could not be fetched, listed since a time."""
        return (page for page in self._pages.values() if page.first_at is None and page.listed_at >= since)

    def due(self, captured_since: datetime, asked_before: datetime) -> Iterator[KnownPage]:
        """Pages first captured since a time and not asked for after another."""
        for page in self._pages.values():
            if page.first_at and page.asked_at and page.first_at >= captured_since and page.asked_at <= asked_before:
                yield page

    def validators(self, source: str) -> Validators:
        """To ask a source again with."""
        return self._sources.validators.get(source, _NONE)

    def read_source(self, source: str, validators: Validators) -> None:
        """Notes a source whose links have all been taken in."""
        self._sources.validators[source] = validators

    def listed(self, link: Link, at: datetime) -> None:
        """Notes that a source lists a page."""
        key = canonical_url(link.url)
        known = self._pages.get(key)
        self._pages[key] = replace(known, listed_at=at) if known else KnownPage(link, at)

    def forget(self, link: Link) -> None:
        """Takes a page back that cannot be fetched at all; it is found anew when a source lists it again."""
        self._pages.pop(canonical_url(link.url), None)

    def captured(self, link: Link, digest: str, validators: Validators, at: datetime) -> None:
        """Notes an answer that was kept."""
        key = canonical_url(link.url)
        known = self._pages.get(key) or KnownPage(link, at)
        self._pages[key] = replace(
            known,
            first_at=known.first_at or at,
            asked_at=at,
            digest=digest,
            captured_at=at,
            validators=_NONE if validators == _NONE else validators,  # one object for the many that have none
        )

    def unchanged(self, link: Link, at: datetime) -> None:
        """Notes an answer that was as the last one."""
        key = canonical_url(link.url)
        if known := self._pages.get(key):
            self._pages[key] = replace(known, asked_at=at)

    def save(self, day: date, now: datetime) -> None:
        """Writes the file whole, after a crawl of a day."""
        oldest = now - timedelta(days=KEPT_DAYS)
        self._pages = {key: page for key, page in self._pages.items() if page.listed_at >= oldest}
        file = self._storage.captures(day, self._outlet)
        if file.exists():
            self._sources.files[self._storage.relative(file)] = file.stat().st_size
        self._sources.files = dict(sorted(self._sources.files.items())[-KEPT_FILES:])
        write_whole(self._file, self._lines())

    def _load(self) -> None:
        with self._file.open("rb") as lines:
            self._sources = _SOURCES.validate_json(next(lines))
            for line in lines:
                page = _PAGE.validate_json(line)
                self._pages[canonical_url(page.link.url)] = page

    def _lines(self) -> Iterator[bytes]:
        yield _SOURCES.dump_json(self._sources, exclude_defaults=True) + b"\n"
        for page in self._pages.values():
            yield _PAGE.dump_json(page, exclude_defaults=True) + b"\n"

    def _unread(self, day: date) -> Iterator[UPath]:
        """The day's file, and those between the last one that was noted and it."""
        noted = [UPath(name).parent.name for name in self._sources.files]
        first = min(date.fromisoformat(max(noted)), day) if noted else day
        for offset in range((day - first).days + 1):
            file = self._storage.captures(first + timedelta(days=offset), self._outlet)
            if file.exists():
                yield file

    def _replay(self, capture: Capture) -> None:
        known = self.page(capture.link.url)
        if known and known.asked_at and known.asked_at >= capture.fetched_at:
            return
        if capture.revisit:
            self.unchanged(capture.link, capture.fetched_at)
        elif is_kept(capture.status):
            validators = Validators(capture.header("ETag") or None, capture.header("Last-Modified") or None)
            self.captured(capture.link, capture.ref.digest, validators, capture.fetched_at)


def is_kept(status: int) -> bool:
    """Whether an answer settles what a page is. After a server's failure or a refusal for now, it stays owed."""
    return status < 500 and status != 429
