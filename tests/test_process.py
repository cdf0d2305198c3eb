"""Captures → articles, revisions, unchanged pages and rejections; the counts add up."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from upath import UPath

from processing.process import ProcessReport, process_outlet
from rasid.captures import CaptureWriter
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


def test_a_page_that_the_extractor_cannot_bear_leaves_the_others(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    import trafilatura

    real = trafilatura.bare_extraction

    def fails_on_b(html: str, **options: object) -> object:
        if str(options["url"]).endswith("/b"):
            raise RecursionError("deep")
        return real(html, **options)

    monkeypatch.setattr(trafilatura, "bare_extraction", fails_on_b)
    report, _ = _process(storage, DAY, _page(), _page(path="b"), _page(path="c"))
    assert (report.articles, report.rejected) == (2, {"extractor": 1})
