"""What the crawler knows of an outlet between runs: the pages that it has or still owes, and the sources' validators.

The WARC files are the journal: what a killed crawl captured and could not note here is read back from them, and all of
it when the state is lost or damaged. What they no longer hold, as a part of them is damaged, is owed again.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from pydantic import TypeAdapter
from upath import UPath

from rasid.captures import begun_at, read_captures, set_torn_aside
from rasid.members import places
from rasid.records import Capture, Link
from rasid.storage import Storage, regular, set_aside, write_whole
from rasid.urls import canonical_url

KEPT_DAYS = 60
"""A page that no source has listed for so long is forgotten."""

KEPT_FILES = 10
"""WARC files of which the length is noted, and days that a lost state is made of."""


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
    """The first line of the file; the others are pages, as many as it says."""

    pages: int | None = None
    validators: dict[str, Validators] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    """Length up to which the last WARC files are known here, by path."""


_SOURCES = TypeAdapter(_Sources)
_PAGE = TypeAdapter(KnownPage)
_SCHEMA = """
CREATE TABLE pages (key TEXT PRIMARY KEY, line BLOB, listed_at REAL, first_at REAL, asked_at REAL);
CREATE TABLE taken (key TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_PUT = """
INSERT INTO pages VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
SET line = excluded.line, listed_at = excluded.listed_at, first_at = excluded.first_at, asked_at = excluded.asked_at
"""


class CrawlState:
    """The state of one outlet, kept in one file of JSON lines; while a crawl goes on, in a database on this machine's
    disk, so that memory does not grow with the number of pages.

    Args:
        storage: of state and captures.
        outlet: id of the outlet.
        day: of the run: later WARC files than the last known up to this day's are read back.

    Attributes:
        damage: what was found damaged, and what was done about it, a sentence each.
    """

    def __init__(self, storage: Storage, outlet: str, day: date) -> None:
        self._file = storage.state(outlet)
        self._storage, self._outlet = storage, outlet
        self.damage: list[str] = []
        self._begin()
        if self._file.exists():
            self._load()
        self._read_back(list(self._unread(day)))

    def _begin(self) -> None:
        self._sources = _Sources()
        self._pages = sqlite3.connect("", isolation_level=None)  # of this process, on its disk, gone with it
        self._pages.executescript(_SCHEMA)

    def page(self, url: str) -> KnownPage | None:
        """What is known of the page at an address; None if nothing is."""
        return self._get(canonical_url(url))

    def owed(self, since: datetime) -> Iterator[KnownPage]:
        """Pages that were found and could not be fetched, listed since a time."""
        return self._read("SELECT line FROM pages WHERE first_at IS NULL AND listed_at >= ? ORDER BY rowid", since)

    def due(self, captured_since: datetime, asked_before: datetime) -> Iterator[KnownPage]:
        """Pages first captured since a time and not asked for after another."""
        query = "SELECT line FROM pages WHERE first_at >= ? AND asked_at <= ? ORDER BY rowid"
        return self._read(query, captured_since, asked_before)

    def take(self, link: Link) -> bool:
        """Marks a page as taken by this crawl; False if it is already."""
        marked = self._pages.execute("INSERT OR IGNORE INTO taken VALUES (?)", [canonical_url(link.url)])
        return marked.rowcount == 1

    def is_taken(self, link: Link) -> bool:
        """Whether this crawl has taken a page."""
        found = self._pages.execute("SELECT 1 FROM taken WHERE key = ?", [canonical_url(link.url)])
        return found.fetchone() is not None

    def validators(self, source: str) -> Validators:
        """What a source is asked again with, so that it may answer that nothing changed."""
        return self._sources.validators.get(source, Validators())

    def read_source(self, source: str, validators: Validators) -> None:
        """Notes a source whose links have all been taken in."""
        self._sources.validators[source] = validators

    def listed(self, link: Link, at: datetime) -> None:
        """Notes that a source lists a page."""
        key = canonical_url(link.url)
        known = self._get(key)
        self._put(key, replace(known, listed_at=at) if known else KnownPage(link, at))

    def forget(self, link: Link) -> None:
        """Takes a page back that cannot be fetched at all; it is found anew when a source lists it again."""
        self._pages.execute("DELETE FROM pages WHERE key = ?", [canonical_url(link.url)])

    def captured(self, link: Link, digest: str, validators: Validators, at: datetime) -> None:
        """Notes an answer that was kept."""
        key = canonical_url(link.url)
        known = self._get(key) or KnownPage(link, at)
        self._put(
            key,
            replace(
                known, first_at=known.first_at or at, asked_at=at, digest=digest, captured_at=at, validators=validators
            ),
        )

    def unchanged(self, link: Link, at: datetime) -> None:
        """Notes an answer that was as the last one."""
        key = canonical_url(link.url)
        if known := self._get(key):
            self._put(key, replace(known, asked_at=at))

    def save(self, day: date, now: datetime) -> None:
        """Writes the file whole, after a crawl of a day."""
        self._pages.execute("DELETE FROM pages WHERE listed_at < ?", [_seconds(now - timedelta(days=KEPT_DAYS))])
        file = self._storage.captures(day, self._outlet)
        if file.exists():
            self._sources.files[self._storage.relative(file)] = file.stat().st_size
        self._sources.files = dict(sorted(self._sources.files.items())[-KEPT_FILES:])
        write_whole(self._file, self._lines())

    def _load(self) -> None:
        try:
            for line in _parsed(self._file):
                if isinstance(line, _Sources):
                    self._sources = line
                else:
                    self._put(canonical_url(line.link.url), line)
        except ValueError as error:
            aside = set_aside(self._file)
            name = self._storage.relative(aside)
            self.damage.append(
                f"{name} was set aside ({_first_line(error)}); its pages are read back from the captures"
            )
            self._begin()

    def _lines(self) -> Iterator[bytes]:
        (self._sources.pages,) = self._pages.execute("SELECT count(*) FROM pages").fetchone()
        yield _SOURCES.dump_json(self._sources, exclude_defaults=True) + b"\n"
        for (line,) in self._pages.execute("SELECT line FROM pages ORDER BY rowid"):
            yield line + b"\n"

    def _get(self, key: str) -> KnownPage | None:
        found = self._pages.execute("SELECT line FROM pages WHERE key = ?", [key]).fetchone()
        return _PAGE.validate_json(found[0]) if found else None

    def _put(self, key: str, page: KnownPage) -> None:
        line = _PAGE.dump_json(page, exclude_defaults=True)
        times = (_seconds(page.listed_at), _seconds(page.first_at), _seconds(page.asked_at))
        self._pages.execute(_PUT, [key, line, *times])

    def _read(self, query: str, *times: datetime) -> Iterator[KnownPage]:
        return (_PAGE.validate_json(line) for (line,) in self._pages.execute(query, [*map(_seconds, times)]))

    def _unread(self, day: date) -> Iterator[UPath]:
        """The day's file, and those between the last one that was noted and it; the last ones if none was."""
        noted = [UPath(name).parent.name for name in self._sources.files]
        first = date.fromisoformat(max(noted)) if noted else day - timedelta(days=KEPT_FILES - 1)
        for offset in range((day - min(first, day)).days + 1):
            file = self._storage.captures(min(first, day) + timedelta(days=offset), self._outlet)
            if file.exists() or self._storage.relative(file) in self._sources.files:
                yield file

    def _read_back(self, files: list[UPath]) -> None:
        """Takes in what WARC files hold and is not known. From the first damaged one on, pages that they must have held
        and do not are owed again.
        """
        held: set[str] = set()
        since: datetime | None = None
        for file in files:
            name = self._storage.relative(file)
            if not file.exists():
                del self._sources.files[name]
                self.damage.append(f"{name} is missing: what it held is fetched again")
                since = since or _midnight(file.parent.name)
                continue
            start, damage = self._sources.files.get(name, 0), list(set_torn_aside(file))
            length = self._sources.files[name] = file.stat().st_size
            if damage or length < start:
                where = places(damage) or f"cut at byte {length:,}"
                self.damage.append(f"{self._storage.damaged(file, where)}: what it has lost is fetched again")
                since = since or begun_at(file) or _midnight(file.parent.name)
            for capture in read_captures(self._storage, file, self._outlet, 0 if since else start):
                held.add(canonical_url(capture.link.url))
                self._replay(capture)
        if since:
            self._owe_again(since, held)

    def _owe_again(self, since: datetime, held: set[str]) -> None:
        """Forgets the captures since a time of pages that are not held."""
        found = self._pages.execute("SELECT key, line FROM pages WHERE asked_at >= ?", [_seconds(since)]).fetchall()
        for key, line in found:
            page = _PAGE.validate_json(line)
            if key not in held and page.captured_at and page.captured_at >= since:
                self._put(key, KnownPage(page.link, page.listed_at))

    def _replay(self, capture: Capture) -> None:
        known = self.page(capture.link.url)
        if known and known.asked_at and known.asked_at >= capture.fetched_at:
            return
        if capture.revisit:
            self.unchanged(capture.link, capture.fetched_at)
        elif is_kept(capture.status):
            validators = Validators(capture.header("ETag") or None, capture.header("Last-Modified") or None)
            self.captured(capture.link, capture.ref.digest, validators, capture.fetched_at)


def known_pages(file: UPath) -> Iterator[KnownPage]:
    """The pages that a state's file has; none if there is no such file.

    Raises:
        ValueError: it is damaged.
    """
    if file.exists():
        yield from (line for line in _parsed(file) if isinstance(line, KnownPage))


def state_damage(file: UPath) -> str:
    """What is wrong with the file of a state, in words; empty if nothing is."""
    try:
        for _ in _parsed(file):
            pass
    except ValueError as error:
        return _first_line(error)
    return ""


def _parsed(file: UPath) -> Iterator[_Sources | KnownPage]:
    """The first line of a state's file, then the pages.

    Raises:
        ValueError: it is damaged.
    """
    with regular(file).open("rb") as lines:
        sources = _SOURCES.validate_json(next(lines, b""))
        yield sources
        count = 0
        for count, line in enumerate(lines, start=1):  # noqa: B007  counted after the last
            yield _PAGE.validate_json(line)
    if sources.pages not in {None, count}:
        raise ValueError(f"{count} pages, not {sources.pages}")


def _first_line(error: ValueError) -> str:
    return str(error).splitlines()[0]


def is_kept(status: int) -> bool:
    """Whether an answer settles what a page is. After a server's failure or a refusal for now, it stays owed."""
    return status < 500 and status != 429


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _seconds(at: datetime | None) -> float | None:
    return at.timestamp() if at else None
