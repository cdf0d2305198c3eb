"""Damage of a file of JSON lines is told, and what is whole is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath

from rasid.errors import RasidError
from rasid.json_lines import JsonLines, Lines, Source
from rasid.records import CaptureRef

REFS = JsonLines(CaptureRef)
RECORDS = [CaptureRef(f"captures/{number}", number, "sha1:«أ»") for number in range(5)]
SOURCE = Source(1234, whole=True)
TEXT = REFS.dumps(RECORDS, SOURCE)


def _read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> Lines[CaptureRef]:
    file = UPath(tmp_path_factory.mktemp("lines")) / "x.jsonl"
    file.write_bytes(data)
    return REFS.read(file)


def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = _read(tmp_path_factory, TEXT)
    assert found == Lines(RECORDS, "", SOURCE)
    assert found.proves_absence
    assert REFS.loads(TEXT) == RECORDS
    assert REFS.loads(REFS.dumps([])) == []


def test_no_file_has_nothing_and_proves_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = REFS.read(UPath(tmp_path_factory.mktemp("lines")) / "x.jsonl")
    assert (found.records, found.damage, found.proves_absence) == ([], "", False)


@given(st.integers(0, len(TEXT) - 2))
def test_a_cut_file_keeps_its_whole_lines(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    found = _read(tmp_path_factory, TEXT[:length])
    assert found.damage
    assert not found.proves_absence
    assert found.records == RECORDS[: len(found.records)]
    assert len(found.records) >= TEXT[:length].count(b"\n")
    with pytest.raises(RasidError, match="damaged JSON lines"):
        REFS.loads(TEXT[:length])


@given(st.integers(0, len(TEXT) - 2), st.binary(min_size=1, max_size=60))
def test_changed_bytes_are_told(tmp_path_factory: pytest.TempPathFactory, at: int, garbage: bytes) -> None:
    spoilt = TEXT[:at] + garbage + TEXT[at + len(garbage) :]
    found = _read(tmp_path_factory, spoilt)
    assert bool(found.damage) == (spoilt != TEXT)
    assert not found.proves_absence or spoilt == TEXT


def test_which_lines_are_damaged_is_said(tmp_path_factory: pytest.TempPathFactory) -> None:
    lines = TEXT.splitlines(keepends=True)
    lines[1] = b'{"file": 3}\n'
    found = _read(tmp_path_factory, b"".join(lines))
    assert found.damage == "lines 2 cannot be read"
    assert found.records == [RECORDS[0], *RECORDS[2:]]
    assert _read(tmp_path_factory, b"".join(lines[:-1])).damage == "lines 2 cannot be read"
