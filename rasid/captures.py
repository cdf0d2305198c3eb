"""Captures as WARC 1.1 files (ISO 28500:2017): what the crawler writes and processing reads.

How a page was found stands in the record's own header ``WARC-Rasid-Link``, so that a capture is one record, whole or
absent. Each record is a gzip member of its own, so a record that a kill tore off shows as a member without an end.
"""

import io
import json
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Literal

from pydantic import TypeAdapter
from upath import UPath
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from rasid.errors import RasidError
from rasid.records import Capture, CaptureRef, Link
from rasid.storage import Storage, is_local

LINK_HEADER = "WARC-Rasid-Link"
PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
_LINK = TypeAdapter(Link)
_CHUNK = 1 << 16


class CaptureWriter:
    """Appends captures to a WARC file; each is with the system when `write` returns.

    An object store cannot append: there, the file is put together on this machine's disk and stored whole by `close`,
    so that a crawl which dies leaves it as it was, and its pages to the next one.
    """

    def __init__(self, file: UPath) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file, self._here = file, is_local(file)
        self._stream = file.open("ab") if self._here else tempfile.TemporaryFile()  # noqa: SIM115  open until `close`
        if not self._here and file.exists():
            with file.open("rb") as stored:
                shutil.copyfileobj(stored, self._stream)
        self._writer = WARCWriter(self._stream, gzip=True, warc_version="1.1")
        if self._stream.tell() == 0:
            info = {"software": "rasid", "format": "WARC File Format 1.1"}
            self._writer.write_record(self._writer.create_warcinfo_record(file.name, info))
            self._stream.flush()

    def close(self) -> None:
        """Ends the file; no more writes."""
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
        record = self._writer.create_warc_record(
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
        self._writer.write_record(record)
        self._stream.flush()


def payload_digest(body: bytes) -> str:
    """The digest of a body as WARC records state it, such as ``sha1:3I42H3S6…``."""
    digester = Digester("sha1")
    digester.update(body)
    return str(digester)


def whole_length(file: UPath, start: int = 0) -> int:
    """Where the last whole record of a WARC file ends, in bytes; what follows was torn off by a kill.

    Args:
        file: its path; one that does not exist is 0 bytes long.
        start: end of a record before which all are known to be whole.

    Raises:
        RasidError: a record is damaged, not torn: nobody wrote it like this.
    """
    if not file.exists():
        return 0
    end = start
    with file.open("rb") as stream:
        stream.seek(start)
        member, rest, offset = zlib.decompressobj(31), b"", start
        while data := rest or stream.read(_CHUNK):
            try:
                member.decompress(data)
            except zlib.error as error:
                raise RasidError(f"{file}: the record at byte {end} is damaged: {error}") from None
            rest = member.unused_data
            offset += len(data) - len(rest)
            if member.eof:
                end, member = offset, zlib.decompressobj(31)
            else:
                rest = b""
    return end


def set_torn_aside(file: UPath, start: int = 0) -> int:
    """Cuts a torn record off a WARC file, into a file beside it that ends in ``.torn``. Not while another writes it.

    Args:
        file: its path.
        start: as in `whole_length`.

    Returns:
        the length of the file afterwards, in bytes.

    Raises:
        RasidError: a record is damaged.
    """
    end = whole_length(file, start)
    if file.exists() and file.stat().st_size > end:
        with file.open("r+b") as stream:
            stream.seek(end)
            with file.with_name(f"{file.name}.torn").open("ab") as aside:
                aside.write(stream.read())
            stream.truncate(end)
    return end


def read_captures(storage: Storage, file: UPath, outlet: str, start: int = 0) -> Iterator[Capture]:
    """The captures of a WARC file in the order in which they were made; none if the file does not exist.

    A torn record at the end is no capture.

    Args:
        storage: that the file is in.
        file: its path.
        outlet: whose.
        start: end of the last record that is not wanted, in bytes.

    Raises:
        RasidError: the file is damaged.
    """
    end = whole_length(file, start)
    if end <= start:
        return
    with file.open("rb") as stream:
        stream.seek(start)
        records = ArchiveIterator(_Until(stream, end))
        for record in records:
            if record.rec_type not in {"response", "revisit"}:
                continue
            head = record.rec_headers
            yield Capture(
                outlet=outlet,
                url=head.get_header("WARC-Target-URI"),
                link=_LINK.validate_json(head.get_header(LINK_HEADER)),
                fetched_at=datetime.fromisoformat(head.get_header("WARC-Date")),
                status=int(record.http_headers.get_statuscode()),
                headers=tuple(record.http_headers.headers),
                body=record.raw_stream.read(),
                ref=CaptureRef(
                    file=storage.relative(file),
                    offset=records.get_record_offset(),
                    digest=head.get_header("WARC-Payload-Digest"),
                ),
                revisit=record.rec_type == "revisit",
            )


class _Until:
    """A stream that ends at a byte of another."""

    def __init__(self, stream: BinaryIO, end: int) -> None:
        self._stream, self._end = stream, end

    def read(self, size: int = -1) -> bytes:
        left = self._end - self._stream.tell()
        return self._stream.read(left if size < 0 else min(size, left))

    def tell(self) -> int:
        return self._stream.tell()


def _warc_date(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
