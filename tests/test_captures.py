"""What is written to WARC files is what is read."""

import gzip
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath
from warcio.archiveiterator import ArchiveIterator

from rasid.captures import PROFILE, CaptureWriter, payload_digest, read_captures, set_torn_aside
from rasid.members import Span
from rasid.records import Link
from rasid.settings import ROOT
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


def _written(tmp_path: Path) -> tuple[Storage, UPath, list[int]]:
    """A file of three captures, with the length after each."""
    storage = Storage(UPath(tmp_path))
    file = storage.captures(AT.date(), "x")
    writer, lengths = CaptureWriter(file), []
    for number in range(3):
        writer.write(f"https://example.org/{number}", LINK, 200, (), b"body" * 100, AT)
        lengths.append(file.stat().st_size)
    writer.close()
    return storage, file, lengths


@given(st.floats(0, 1))
def test_a_file_cut_anywhere_keeps_its_whole_records(tmp_path_factory, share: float) -> None:  # type: ignore[no-untyped-def]
    storage, file, lengths = _written(tmp_path_factory.mktemp("torn"))
    whole = file.read_bytes()
    cut = lengths[0] + round(share * (len(whole) - lengths[0]))
    file.write_bytes(whole[:cut])
    kept = sum(length <= cut for length in lengths)
    assert len(list(read_captures(storage, file, "x"))) == kept
    assert set_torn_aside(file) == ()
    assert file.stat().st_size == lengths[kept - 1]
    torn = file.with_name(f"{file.name}.torn")
    assert (torn.read_bytes() if torn.exists() else b"") == whole[lengths[kept - 1] : cut]

    writer = CaptureWriter(file)
    writer.write("https://example.org/next", LINK, 200, (), b"body", AT)
    writer.close()
    urls = [capture.url[-1] for capture in read_captures(storage, file, "x")]
    assert urls == [*map(str, range(kept)), "t"]


def test_reading_from_a_known_place(tmp_path: Path) -> None:
    storage, file, lengths = _written(tmp_path)
    everything = list(read_captures(storage, file, "x"))
    assert list(read_captures(storage, file, "x", lengths[0])) == everything[1:]
    assert list(read_captures(storage, file, "x", lengths[2])) == []


@given(st.floats(0, 1), st.binary(min_size=1, max_size=500))
def test_a_damaged_record_costs_itself_alone(tmp_path_factory, share: float, garbage: bytes) -> None:  # type: ignore[no-untyped-def]
    storage, file, lengths = _written(tmp_path_factory.mktemp("damaged"))
    everything = list(read_captures(storage, file, "x"))
    at = lengths[0] + int(share * (lengths[1] - lengths[0] - 1))
    garbage = garbage[: lengths[1] - at]
    text = file.read_bytes()
    spoilt = text[:at] + garbage + text[at + len(garbage) :]
    file.write_bytes(spoilt)
    damage: list[Span] = []
    read = list(read_captures(storage, file, "x", damage=damage))
    assert (read[0], read[-1]) == (everything[0], everything[2])
    if spoilt == text:
        assert (read, damage) == (everything, [])
    elif len(read) == 2:
        assert damage == [Span(lengths[0], lengths[1], whole=False)]
        assert set_torn_aside(file) == tuple(damage)
    assert file.read_bytes() == spoilt  # the places of the other records are kept


def test_a_record_that_is_whole_and_makes_no_sense_is_damage(tmp_path: Path) -> None:
    storage, file, lengths = _written(tmp_path)
    text = file.read_bytes()
    record = gzip.decompress(text[lengths[0] : lengths[1]])
    for spoilt in (
        record.replace(b"WARC-Rasid-Link", b"WARC-Other-Link"),
        record.replace(b"HTTP/1.1 200", b"HTTP/1.1 abc"),
        record.replace(b"WARC-Date: 2025", b"WARC-Date: year"),
        record.replace(b"Content-Length", b"Content-Longth"),
    ):
        file.write_bytes(text[: lengths[0]] + gzip.compress(spoilt) + text[lengths[1] :])
        damage: list[Span] = []
        assert [each.url[-1] for each in read_captures(storage, file, "x", damage=damage)] == ["0", "2"]
        assert [span.start for span in damage] == [lengths[0]]


@pytest.mark.service
def test_a_disk_that_is_full_for_a_while_leaves_whole_records(tmp_path: Path) -> None:
    """What did not fit is refused; what comes before and after it is read."""
    storage, file, _ = _written(tmp_path)
    program = """
import os, resource, signal, sys
from datetime import UTC, datetime
from upath import UPath
from rasid.captures import CaptureWriter
from rasid.records import Link
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writer = CaptureWriter(UPath(sys.argv[1]))
link = Link("https://example.org/", "feed", "https://example.org/feed")
for number, room in enumerate([10_000, 200, 10_000]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(sys.argv[1]) + room, resource.RLIM_INFINITY))
    try:
        writer.write(f"https://example.org/later/{number}", link, 200, (), b"body" * 100, datetime.now(UTC))
    except OSError as error:
        print(error.strerror)
writer.close()
"""
    command = [sys.executable, "-c", program, file.path]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    assert done.stdout == "File too large\n"
    damage: list[Span] = []
    urls = [each.url for each in read_captures(storage, file, "x", damage=damage)]
    assert [url.rsplit("/", 1)[-1] for url in urls] == ["0", "1", "2", "0", "2"]
    assert damage == []


def test_revisits(tmp_path: Path) -> None:
    storage, file, _ = _written(tmp_path)
    digest = next(read_captures(storage, file, "x")).ref.digest
    assert payload_digest(b"body" * 100) == digest
    writer = CaptureWriter(file)
    for status in (304, 200):
        writer.write_revisit("https://example.org/0", LINK, status, (("ETag", "1"),), digest, AT)
    writer.close()
    revisits = list(read_captures(storage, file, "x"))[3:]
    assert [(each.revisit, each.status, each.body, each.ref.digest) for each in revisits] == [
        (True, 304, b"", digest),
        (True, 200, b"", digest),
    ]
    with file.open("rb") as stream:
        profiles = [record.rec_headers.get_header("WARC-Profile") for record in ArchiveIterator(stream)]
    assert profiles[-2:] == [f"{PROFILE}server-not-modified", f"{PROFILE}identical-payload-digest"]


@pytest.mark.service
def test_warcio_finds_no_error(tmp_path: Path) -> None:
    test_revisits(tmp_path)
    check = subprocess.run(
        [Path(sys.executable).with_name("warcio"), "check", "-v", *tmp_path.rglob("*.warc.gz")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, check.stdout
    assert "digest pass" in check.stdout
