"""What is written to WARC files is what is read."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from upath import UPath
from warcio.archiveiterator import ArchiveIterator

from rasid.captures import CaptureWriter, read_captures
from rasid.records import Link
from rasid.storage import Storage

LINK = Link(
    "https://example.org/سفير", "feed", "https://example.org/feed", "سفير «الجزائر»", datetime(2025, 3, 10, tzinfo=UTC)
)
AT = datetime(2025, 3, 10, 4, 40, 1, 5, tzinfo=UTC)


def test_a_capture_comes_back_as_it_was(tmp_path: Path) -> None:
    storage = Storage(UPath(tmp_path))
    file = storage.captures(AT.date(), "annasr")
    body = gzip.compress("<p>نص</p>".encode())
    headers = (
        ("Content-Type", "text/html"),
        ("Content-Encoding", "gzip"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    )
    for number in range(3):  # as three runs of a day append
        writer = CaptureWriter(file)
        writer.write(f"https://example.org/{number}", LINK, 200, headers, body, AT)
        writer.close()

    captures = list(read_captures(storage, file, "annasr"))
    assert [capture.url for capture in captures] == [f"https://example.org/{number}" for number in range(3)]
    last = captures[-1]
    assert (last.body, last.headers, last.status, last.link, last.fetched_at) == (body, headers, 200, LINK, AT)
    assert last.ref.file == "captures/2025-03-10/annasr.warc.gz"
    with file.open("rb") as stream:
        stream.seek(last.ref.offset)
        record = next(iter(ArchiveIterator(stream)))
        assert record.rec_headers.get_header("WARC-Payload-Digest") == last.ref.digest
        assert record.rec_headers.get_header("WARC-Target-URI") == "https://example.org/2"


def test_no_file_no_captures(tmp_path: Path) -> None:
    storage = Storage(UPath(tmp_path))
    assert list(read_captures(storage, storage.captures(AT.date(), "annasr"), "annasr")) == []


@given(st.binary(max_size=200))
def test_any_body_comes_back(tmp_path_factory, body: bytes) -> None:  # type: ignore[no-untyped-def]
    storage = Storage(UPath(tmp_path_factory.mktemp("any")))
    file = storage.captures(AT.date(), "x")
    writer = CaptureWriter(file)
    writer.write("https://example.org/", LINK, 200, (), body, AT)
    writer.close()
    assert [capture.body for capture in read_captures(storage, file, "x")] == [body]
