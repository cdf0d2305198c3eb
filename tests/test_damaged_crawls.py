"""A damaged state or WARC file costs what was in the damaged part alone, and the next crawl fetches that again."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from upath import UPath

from processing.process import process_outlet
from rasid.errors import told_by_system
from rasid.members import Span, spans
from rasid.outlets import Outlet
from rasid.storage import Storage
from tests.crawling import DAY, Crawl
from tests.pages import configured_tagger
from tests.serving import Reply, Web

PAGES = 12


def _site(site: Web, first: int = 0) -> Outlet:
    paths = [f"/2025/03/10/{number:04}" for number in range(first, first + PAGES)]
    site.replies.update({path: Reply(f"<p>{path} {'كلمة ' * 50}</p>".encode()) for path in paths})
    site.feed(*(f"{site.base}{path}" for path in paths))
    return site.outlet()


def _records(file: Path) -> list[Span]:
    with file.open("rb") as stream:
        return list(spans(stream))


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 6 // 10])


def _cut_between_records(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: _records(file)[PAGES // 2].end])


def _garbage(file: Path) -> None:
    span = _records(file)[4]
    text = file.read_bytes()
    file.write_bytes(text[: span.start + 20] + b"\x7f" * 300 + text[span.start + 320 :])


def _all_garbage(file: Path) -> None:
    file.write_bytes(b"\x00" * file.stat().st_size)


@pytest.mark.parametrize("spoil", [_cut, _cut_between_records, _garbage, _all_garbage])
def test_what_a_damaged_warc_file_lost_is_fetched_again(crawl: Crawl, site: Web, spoil: Callable[[Path], None]) -> None:
    file = crawl.data / "captures" / DAY.isoformat() / "test.warc.gz"
    crawl(_site(site))
    spoil(file)
    left = {capture.url for capture in crawl.captures()}
    report = crawl(_site(site, first=PAGES))
    assert len(left) < PAGES
    assert report.captures == 2 * PAGES - len(left)
    assert [line.startswith(f"captures/{DAY}/test.warc.gz is damaged") for line in report.damage] == [True]
    urls = [capture.url for capture in crawl.captures()]
    assert len(urls) == len(set(urls)) == 2 * PAGES
    assert crawl(_site(site, first=PAGES)).captures == 0


def test_what_a_lost_warc_file_had_is_fetched_again(crawl: Crawl, site: Web) -> None:
    outlet = _site(site)
    crawl(outlet)
    (crawl.data / "captures" / DAY.isoformat() / "test.warc.gz").unlink()
    report = crawl(outlet)
    assert report.damage == (f"captures/{DAY}/test.warc.gz is missing: what it held is fetched again",)
    assert len({capture.url for capture in crawl.captures()}) == report.captures == PAGES
    assert crawl(outlet).damage == ()


def test_what_the_system_refuses_the_crawl_is_told(crawl: Crawl, site: Web) -> None:
    (crawl.data / "state").touch()
    error = crawl(_site(site)).error
    assert error
    assert error.startswith(f"{crawl.data}/state: File exists; a file stands where a folder is to be")
    refused = OSError(errno.ENOLCK, "No locks available")
    assert told_by_system(refused, "/mnt/news") == (
        "/mnt/news: No locks available; keep RASID_DATA on a file system that has locks, such as a local disk"
    )


@pytest.mark.parametrize("text", [b"", b"null\n", b"[]\n", b"\x8f\xff\x00random", b"{}\n{"])
def test_a_damaged_state_is_made_again_from_the_captures(crawl: Crawl, site: Web, text: bytes) -> None:
    outlet = _site(site)
    crawl(outlet)
    state = crawl.data / "state" / "test.jsonl"
    state.write_bytes(text)
    report = crawl(outlet)
    assert (report.found, report.known, report.error) == (0, PAGES, None)
    assert report.damage[0].startswith("state/test.jsonl.damaged was set aside")
    assert (state.parent / "test.jsonl.damaged").read_bytes() == text
    assert crawl(outlet).damage == ()


def test_a_state_that_lacks_its_end_is_damaged(crawl: Crawl, site: Web) -> None:
    outlet = _site(site)
    crawl(outlet)
    state = crawl.data / "state" / "test.jsonl"
    state.write_bytes(b"".join(state.read_bytes().splitlines(keepends=True)[:-3]))
    assert "9 pages, not 12" in crawl(outlet).damage[0]


def test_processing_reads_what_a_damaged_file_has_and_says_so(crawl: Crawl, site: Web) -> None:
    outlet = _site(site)
    crawl(outlet)
    _garbage(crawl.data / "captures" / DAY.isoformat() / "test.warc.gz")
    report = process_outlet(outlet, DAY, Storage(UPath(crawl.data)), configured_tagger())
    assert report.captures == PAGES - 1
    assert report.damage[0].startswith(f"captures/{DAY}/test.warc.gz is damaged (bytes ")
