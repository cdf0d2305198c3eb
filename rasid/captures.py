"""Captures as WARC 1.1 files (ISO 28500:2017): what the crawler writes and processing reads.

How a page was found stands in the record's own header ``WARC-Rasid-Link``, so that a capture is one record, whole or
absent.
"""

import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from pydantic import TypeAdapter
from upath import UPath
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from rasid.records import Capture, CaptureRef, Link
from rasid.storage import Storage

LINK_HEADER = "WARC-Rasid-Link"
_LINK = TypeAdapter(Link)


class CaptureWriter:
    """Appends captures to a WARC file; each is with the system when `write` returns."""

    def __init__(self, file: UPath) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._stream = file.open("ab")
        self._writer = WARCWriter(self._stream, gzip=True, warc_version="1.1")
        if self._stream.tell() == 0:
            info = {"software": "rasid", "format": "WARC File Format 1.1"}
            self._writer.write_record(self._writer.create_warcinfo_record(file.name, info))

    def close(self) -> None:
        """Ends the file; no more writes."""
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
        kept = [(name, value) for name, value in headers if name.lower() != "transfer-encoding"]
        date = (fetched_at or datetime.now(UTC)).isoformat(timespec="microseconds").replace("+00:00", "Z")
        record = self._writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(str(status), kept, protocol="HTTP/1.1"),
            warc_headers_dict={
                "WARC-Date": date,
                LINK_HEADER: json.dumps(_LINK.dump_python(link, mode="json")),  # ASCII: header lines must be
            },
        )
        self._writer.write_record(record)
        self._stream.flush()


def read_captures(storage: Storage, file: UPath, outlet: str) -> Iterator[Capture]:
    """The captures of a WARC file in the order in which they were made; none if the file does not exist.

    Raises:
        warcio.exceptions.ArchiveLoadFailed: the file is damaged.
    """
    if not file.exists():
        return
    with file.open("rb") as stream:
        records = ArchiveIterator(stream)
        for record in records:
            if record.rec_type != "response":
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
            )
