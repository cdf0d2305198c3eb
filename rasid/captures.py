"""Captures as WARC 1.1 files (ISO 28500:2017): what the crawler writes and processing reads.

How a page was found stands in the record's own header ``WARC-Rasid-Link``, so that a capture is one record, whole or
absent. Each record is a gzip member of its own, with its length and CRC-32, so a record that a kill tore off or a bad
disk has spoilt shows, and costs itself alone.
"""

import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Literal

from pydantic import TypeAdapter
from upath import UPath
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from rasid.errors import RasidError
from rasid.members import MAGIC, Span, spans
from rasid.records import Capture, CaptureRef, Link
from rasid.storage import Storage, is_local, regular

LINK_HEADER = "WARC-Rasid-Link"
PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
_LINK = TypeAdapter(Link)


class CaptureWriter:
    """Appends captures to a WARC file; each is with the system when `write` returns.

    An object store cannot append: there, the file is put together on this machine's disk and stored whole by `close`,
    so that a crawl which dies leaves it as it was, and its pages to the next one.
    """

    def __init__(self, file: UPath) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file, self._here = file, is_local(file)
        # Without a buffer: it would keep what a full disk has refused, and write it later, behind other records.
        self._stream = regular(file).open("ab", buffering=0) if self._here else tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  open until `close`
        if not self._here and file.exists():
            with regular(file).open("rb") as stored:
                shutil.copyfileobj(stored, self._stream)
        if self._stream.tell() == 0:
            info = {"software": "rasid", "format": "WARC File Format 1.1"}
            self._append(WARCWriter(None).create_warcinfo_record(file.name, info))

    def close(self) -> None:
        """Ends the file. Nothing can be written to it afterwards."""
        if not self._here:
            self._stream.seek(0)
            with self._file.open("wb") as stored:
                shutil.copyfileobj(self._stream, stored)
        self._stream.close()

    def write(
        self,
        url: str,
        link: Link,
        status: int,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        fetched_at: datetime | None = None,
    ) -> None:
        """Adds one response.

        Args:
            url: that answered.
            link: how it was found.
            status: of HTTP.
            headers: as received. ``Transfer-Encoding`` is left out, as the body is no longer in chunks.
            body: as received otherwise, still compressed if it was.
            fetched_at: now when absent.
        """
        self._write("response", url, link, status, headers, body, fetched_at, {})

    def write_revisit(
        self,
        url: str,
        link: Link,
        status: int,
        headers: Iterable[tuple[str, str]],
        digest: str,
        captured_at: datetime,
        fetched_at: datetime | None = None,
    ) -> None:
        """Adds an answer that says or has what an earlier capture of the same address holds, without its body.

        Args:
            url: that answered.
            link: how it was found.
            status: of HTTP: 304, or that of an answer with the same body.
            headers: as received.
            digest: of the earlier capture's payload.
            captured_at: when that was.
            fetched_at: now when absent.
        """
        extra = {
            "WARC-Profile": PROFILE + ("server-not-modified" if status == 304 else "identical-payload-digest"),
            "WARC-Refers-To-Target-URI": url,
            "WARC-Refers-To-Date": _warc_date(captured_at),
            "WARC-Payload-Digest": digest,
        }
        self._write("revisit", url, link, status, headers, b"", fetched_at, extra)

    def _write(
        self,
        kind: Literal["response", "revisit"],
        url: str,
        link: Link,
        status: int,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        fetched_at: datetime | None,
        extra: dict[str, str],
    ) -> None:
        kept = [(name, value) for name, value in headers if name.lower() != "transfer-encoding"]
        record = WARCWriter(None, warc_version="1.1").create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(str(status), kept, protocol="HTTP/1.1"),
            warc_headers_dict={
                "WARC-Date": _warc_date(fetched_at or datetime.now(UTC)),
                LINK_HEADER: json.dumps(_LINK.dump_python(link, mode="json")),  # ASCII: header lines must be
                **extra,
            },
        )
        self._append(record)

    def _append(self, record: ArcWarcRecord) -> None:
        whole = io.BytesIO()
        WARCWriter(whole, gzip=True, warc_version="1.1").write_record(record)
        start, left = self._stream.tell(), whole.getbuffer()
        try:
            while left:
                left = left[self._stream.write(left) :]
        except OSError:  # such as a full disk: a part of a record must not stand before the next one
            self._stream.truncate(start)
            raise


def payload_digest(body: bytes) -> str:
    """The digest of a body as WARC records state it, such as ``sha1:3I42H3S6…``."""
    digester = Digester("sha1")
    digester.update(body)
    return str(digester)


def set_torn_aside(file: UPath) -> tuple[Span, ...]:
    """Cuts what follows the last whole record off a WARC file, such as a record that a kill tore off, into a file
    beside it that ends in ``.torn``. Not while another writes it.

    Returns:
        what was damaged, and not torn off: between whole records it is left, as their places must stay as they are.
    """
    if not file.exists():
        return ()
    with regular(file).open("rb") as stream:
        found = list(spans(stream))
    if found and not found[-1].whole:
        with file.open("r+b") as stream:
            stream.seek(found[-1].start)
            torn = stream.read()
            with regular(file.with_name(f"{file.name}.torn")).open("ab") as aside:
                aside.write(torn)
            stream.truncate(found[-1].start)
        if MAGIC.startswith(torn[: len(MAGIC)]):  # the beginning of a record
            found.pop()
    return tuple(span for span in found if not span.whole)


def begun_at(file: UPath) -> datetime | None:
    """When a WARC file was begun, by its first record; None if that is damaged."""
    with regular(file).open("rb") as stream:
        first = next(spans(stream), None)
        if not first or not first.whole:
            return None
        stream.seek(0)
        record = next(iter(ArchiveIterator(io.BytesIO(stream.read(first.end)))))
        return datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))


def read_captures(
    storage: Storage, file: UPath, outlet: str, start: int = 0, damage: list[Span] | None = None
) -> Iterator[Capture]:
    """The captures of a WARC file in the order in which they were made; none if the file does not exist.

    Args:
        storage: that the file is in.
        file: its path.
        outlet: id of the outlet.
        start: end of the last record that is not wanted, in bytes.
        damage: takes what is no record, while the captures are read; all others are given nevertheless.
    """
    if not file.exists():
        return
    with regular(file).open("rb") as stream:
        for span in spans(stream, start):
            try:
                capture = _capture(stream, span, storage, file, outlet) if span.whole else None
                whole = span.whole
            except (ValueError, AttributeError, LookupError, ArchiveLoadFailed):  # a header that nobody wrote like this
                capture, whole = None, False
            if capture:
                yield capture
            elif not whole and damage is not None:
                damage.append(span._replace(whole=False))


def read_capture(storage: Storage, ref: CaptureRef, outlet: str) -> Capture:
    """The capture that stands at a place.

    Raises:
        RasidError: it is not there any more, or damaged.
    """
    file = storage.root / ref.file
    for capture in read_captures(storage, file, outlet, ref.offset):
        if capture.ref == ref:
            return capture
        break
    raise RasidError(f"{ref.file} has no capture at byte {ref.offset:,}: `rasid doctor` says whether it is damaged")


def _capture(stream: BinaryIO, span: Span, storage: Storage, file: UPath, outlet: str) -> Capture | None:
    """The capture in a record; None if the record is of another kind."""
    stream.seek(span.start)
    record = next(iter(ArchiveIterator(io.BytesIO(stream.read(span.end - span.start)))))
    if record.rec_type not in {"response", "revisit"}:
        return None
    head = record.rec_headers
    revisit, body, digest = (
        record.rec_type == "revisit",
        record.raw_stream.read(),
        head.get_header("WARC-Payload-Digest"),
    )
    if not revisit and payload_digest(body) != digest:
        raise ValueError("the payload is not that of its digest")
    return Capture(
        outlet=outlet,
        url=head.get_header("WARC-Target-URI"),
        link=_LINK.validate_json(head.get_header(LINK_HEADER)),
        fetched_at=datetime.fromisoformat(head.get_header("WARC-Date")),
        status=int(record.http_headers.get_statuscode()),
        headers=tuple(record.http_headers.headers),
        body=body,
        ref=CaptureRef(file=storage.relative(file), offset=span.start, digest=digest),
        revisit=revisit,
    )


def _warc_date(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
