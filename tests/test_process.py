"""Captures → articles, revisions, unchanged pages and rejections; the counts add up."""

import os
import signal
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from upath import UPath

from processing import workers
from processing.process import ProcessReport, process_outlet
from rasid.captures import CaptureWriter
from rasid.outlets import Outlet
from rasid.records import ARTICLES, REJECTED, Article, Capture
from rasid.storage import Storage
from samples.site import ENGLISH
from tests.pages import ANY_OUTLET, configured_tagger, make_capture
from tests.test_extract import TEXT

DAY = date(2025, 3, 10)
TAGGER = configured_tagger()


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(UPath(tmp_path))


def _process(storage: Storage, day: date, *captures: Capture) -> tuple[ProcessReport, list[Article]]:
    writer = CaptureWriter(storage.captures(day, "test"))
    for each in captures:
        writer.write(each.url, each.link, each.status, each.headers, each.body, each.fetched_at)
    writer.close()
    report = process_outlet(ANY_OUTLET, day, storage, TAGGER)
    assert report.captures == report.articles + report.unchanged + sum(report.rejected.values())
    return report, ARTICLES.loads(storage.articles(day, "test").read_bytes())


def _page(text: str = TEXT, path: str = "a", **options: object) -> Capture:
    return make_capture(text.encode(), f"https://example.org/{path}", **options)  # type: ignore[arg-type]


def test_each_capture_becomes_one_thing(storage: Storage) -> None:
    report, articles = _process(
        storage,
        DAY,
        _page(),
        _page(path="a?utm_source=rss"),
        _page(path="b"),
        _page(path="c", status=404),
        _page(ENGLISH, "d"),
    )
    assert report == ProcessReport("test", 5, 2, 1, {"http_status": 1, "language": 1})
    assert [article.url for article in articles] == ["https://example.org/a", "https://example.org/b"]
    rejected = REJECTED.loads(storage.rejected(DAY, "test").read_bytes())
    assert [(each.url[-1], each.reason, each.detail) for each in rejected] == [
        ("c", "http_status", "404"),
        ("d", "language", "fewer than half of the letters are Arabic"),
    ]
    assert all(each.capture.file == "captures/2025-03-10/test.warc.gz" for each in [*articles, *rejected])


def test_a_changed_text_is_a_revision(storage: Storage) -> None:
    _, (first,) = _process(storage, DAY, _page())
    later = DAY + timedelta(days=1)
    changed = TEXT.replace("المرحلة الثانية", "المرحلة الثالثة")
    report, (second,) = _process(storage, later, _page(), _page(changed))
    assert (report.articles, report.unchanged) == (1, 1)
    assert (first.revision, first.changed_at) == (1, None)
    assert (second.id, second.revision) == (first.id, 2)
    assert second.changed_at
    assert second.first_seen_at == first.first_seen_at


def test_two_texts_of_one_address_on_a_day_are_two_revisions(storage: Storage) -> None:
    _, articles = _process(storage, DAY, _page(), _page(TEXT.replace("المرحلة الثانية", "المرحلة الثالثة")))
    assert [article.revision for article in articles] == [1, 2]


def test_doing_it_again_gives_the_same_bytes(storage: Storage) -> None:
    first, _ = _process(storage, DAY, _page(), _page(path="b"), _page(ENGLISH, "d"))
    before = storage.articles(DAY, "test").read_bytes()
    assert _process(storage, DAY)[0] == first
    assert storage.articles(DAY, "test").read_bytes() == before


def test_a_day_without_captures(storage: Storage) -> None:
    assert process_outlet(ANY_OUTLET, DAY, storage, TAGGER) == ProcessReport("test")


def cruel_read(chunk: list[Capture], outlet: Outlet) -> list[workers.Read | workers.NoArticle]:
    for capture in chunk:
        if capture.url.endswith("/hangs"):
            time.sleep(60)
        if capture.url.endswith("/dies"):
            os.kill(os.getpid(), signal.SIGSEGV)
    return [cruel_page(capture, outlet) for capture in chunk]


def cruel_page(capture: Capture, outlet: Outlet) -> workers.Read | workers.NoArticle:
    with pytest.MonkeyPatch.context() as patch:
        if capture.url.endswith("/eats"):
            patch.setattr(workers, "extract", lambda *_: bytearray(2 * workers.WORKER_BYTES))
        return workers._read_page(capture, outlet)


def test_a_page_on_which_the_extractor_hangs_or_dies_leaves_the_others(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "PAGE_SECONDS", 3)
    monkeypatch.setattr(workers, "_read", cruel_read)
    paths = ["a", "hangs", "b", "dies", "c", "eats", "d"]
    report, _ = _process(storage, DAY, *(_page(path=path) for path in paths))
    assert (report.articles, report.rejected) == (4, {"extractor": 3})
    told = {
        each.url.rsplit("/")[-1]: each.detail for each in REJECTED.loads(storage.rejected(DAY, "test").read_bytes())
    }
    assert told["hangs"] == "not read within 3 s"
    assert "died" in told["dies"]
    assert "MemoryError" in told["eats"]
