"""`rasid extract` of a file or an address that has no end."""

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from processing.single import read_page, tag_lines
from rasid.errors import RasidError
from rasid.settings import Settings
from tests.pages import configured_tagger
from tests.serving import Reply, web


def _endless() -> Iterator[bytes]:
    while True:
        yield b"a" * 65536


def _slow() -> Iterator[bytes]:
    while True:
        yield b"a"
        time.sleep(0.1)


def test_a_page_without_end_is_read_to_its_limit() -> None:
    with web({"/": Reply(stream=_endless)}) as site, pytest.raises(RasidError, match="more than 100,000 bytes"):
        read_page(f"{site.base}/", None, Settings(max_page_bytes=100_000))


def test_a_page_that_is_never_silent_has_its_time() -> None:
    with web({"/": Reply(stream=_slow)}) as site, pytest.raises(RasidError, match="took longer than 1 seconds"):
        read_page(f"{site.base}/", None, Settings(timeout=1))


def test_a_file_without_end_is_read_to_its_limit(tmp_path: Path) -> None:
    with pytest.raises(RasidError, match="more than 100,000 bytes"):
        read_page("/dev/zero", None, Settings(max_page_bytes=100_000))
    page = tmp_path / "page.html"
    page.write_bytes(b"a" * 100_000)
    assert len(read_page(str(page), None, Settings(max_page_bytes=100_000)).body) == 100_000


@pytest.mark.parametrize("address", ["http://h:99999/", "http://[::1", "http://h/\ud800", "http://u:p@h/"])
def test_an_address_that_is_none(address: str, tmp_path: Path) -> None:
    with pytest.raises(RasidError, match="cannot be read"):
        read_page(address, None, Settings())
    page = tmp_path / "page.html"
    page.write_bytes(b"a")
    with pytest.raises(RasidError, match="cannot be read"):
        read_page(str(page), address, Settings())


@pytest.mark.parametrize("line", ["[" * 100_000, '{"id": "a", "title": ' + "9" * 5_000 + "}"])
def test_a_line_that_no_reader_of_json_takes(line: str) -> None:
    with pytest.raises(RasidError, match="x:1: expected a JSON object"):
        list(tag_lines(configured_tagger(), io.BytesIO(line.encode()), "x"))


def test_a_line_without_end_is_read_to_its_limit() -> None:
    with (
        Path("/dev/zero").open("rb") as endless,
        pytest.raises(RasidError, match=r"zero:1: more than 10,000,000 bytes"),
    ):
        next(tag_lines(configured_tagger(), endless, "zero"))
