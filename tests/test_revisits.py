"""Days that follow one another: only what is new or changed is fetched whole."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from upath import UPath

from processing.process import process_outlet
from rasid.records import ARTICLES
from rasid.storage import Storage
from tests.crawling import DAY, Crawl
from tests.pages import configured_tagger
from tests.serving import Reply, Web
from tests.test_extract import TEXT

AT_ONCE = {"revisit_every_hours": 0}


def _page(text: str = TEXT, etag: str | None = None) -> Reply:
    headers = {"Content-Type": "text/html; charset=utf-8"}
    return Reply(text.encode(), headers=headers | ({"ETag": etag} if etag else {}))


@pytest.mark.parametrize("etag", ['"1"', None])
def test_an_unchanged_page_costs_a_revisit_record(crawl: Crawl, site: Web, etag: str | None) -> None:
    site.replies["/1"] = _page(etag=etag)
    site.feed(f"{site.base}/1")
    assert crawl(site.outlet()).captures == 1
    again = crawl(site.outlet(), **AT_ONCE)
    assert (again.found, again.revisited, again.captures, again.unchanged) == (0, 1, 1, 1)
    first, second = crawl.captures()
    assert (second.revisit, second.status, second.body) == (True, 304 if etag else 200, b"")
    assert second.ref.digest == first.ref.digest
    third = crawl(site.outlet(), **AT_ONCE)
    assert third.unchanged == 1


def test_a_changed_page_is_a_new_revision(crawl: Crawl, site: Web) -> None:
    site.replies["/1"] = _page(etag='"1"')
    site.feed(f"{site.base}/1")
    crawl(site.outlet())
    site.replies["/1"] = _page(TEXT.replace("المرحلة الثانية", "المرحلة الثالثة"), etag='"2"')
    assert crawl(site.outlet(), **AT_ONCE).unchanged == 0
    crawl(site.outlet(), **AT_ONCE)
    storage = Storage(UPath(crawl.data))
    report = process_outlet(site.outlet(), DAY, storage, configured_tagger())
    assert (report.captures, report.articles, report.unchanged, report.rejected) == (3, 2, 1, {})
    assert [article.revision for article in ARTICLES.loads(storage.articles(DAY, "test").read_bytes())] == [1, 2]


def test_pages_are_not_visited_again_too_soon_or_too_late(crawl: Crawl, site: Web) -> None:
    site.replies["/1"] = _page()
    site.feed(f"{site.base}/1")
    crawl(site.outlet())
    assert crawl(site.outlet()).revisited == 0  # captured a moment ago
    assert crawl(site.outlet(), revisit_hours=0, **AT_ONCE).revisited == 0


def test_a_feed_is_asked_with_its_validators(crawl: Crawl, site: Web) -> None:
    site.replies["/1"] = _page()
    site.feed(f"{site.base}/1", etag='"f1"')
    assert crawl(site.outlet()).links == {f"{site.base}/feed": 1}
    second = crawl(site.outlet())
    assert (second.links, second.source_failures, second.error) == ({}, {}, None)
    site.replies["/2"] = _page()
    site.feed(f"{site.base}/1", f"{site.base}/2", etag='"f2"')
    assert crawl(site.outlet()).found == 1


def test_what_could_not_be_fetched_is_owed_though_the_feed_is_unchanged(crawl: Crawl, site: Web) -> None:
    site.replies["/1"] = Reply(status=503)
    site.feed(f"{site.base}/1", f"{site.base}/2", f"{site.base}/3", etag='"f1"')
    first = crawl(site.outlet(), max_pages=2)
    assert first.failed == {"limit": 1}
    site.replies |= {f"/{number}": _page() for number in range(1, 4)}
    second = crawl(site.outlet())
    assert (second.found, second.captures) == (2, 2)
    assert {capture.link.url[-1] for capture in crawl.captures() if capture.status == 200} == {"1", "3"}


def test_the_next_day_knows_what_the_last_one_captured(crawl: Crawl, site: Web) -> None:
    site.replies |= {"/1": _page(), "/2": _page()}
    site.feed(f"{site.base}/1")
    crawl(site.outlet())
    crawl.day = DAY + timedelta(days=1)
    site.feed(f"{site.base}/1", f"{site.base}/2")
    second = crawl(site.outlet())
    assert (second.found, second.known, second.captures) == (1, 1, 1)


def test_captures_that_a_killed_crawl_could_not_note_are_read_back(crawl: Crawl, site: Web, tmp_path: Path) -> None:
    site.replies |= {"/1": _page(etag='"1"'), "/2": _page()}
    site.feed(f"{site.base}/1")
    crawl(site.outlet())
    state = Storage(UPath(crawl.data)).state("test")
    before = state.read_bytes()
    site.feed(f"{site.base}/1", f"{site.base}/2")
    crawl(site.outlet())
    state.write_bytes(before)  # as if the second crawl had died before it wrote its state
    file = Storage(UPath(crawl.data)).captures(DAY, "test")
    torn = file.read_bytes()[:40]  # the start of a record
    file.write_bytes(file.read_bytes() + torn)
    crawl.day = DAY + timedelta(days=1)
    third = crawl(site.outlet())
    assert (third.found, third.captures, third.known) == (0, 0, 2)
    assert file.with_name(f"{file.name}.torn").read_bytes() == torn
    state.unlink()
    crawl.day = DAY
    assert crawl(site.outlet(), **AT_ONCE).unchanged == 2  # the journal alone has digests and validators


def test_a_backfill_takes_the_days_that_are_asked_for(crawl: Crawl, site: Web) -> None:
    days = {f"/{day:02}": f"2025-02-{day:02}" for day in range(1, 21)}
    site.replies |= {path: _page() for path in days}
    urls = "".join(f"<url><loc>{site.base}{path}</loc><lastmod>{day}</lastmod></url>" for path, day in days.items())
    site.replies["/map.xml"] = Reply(f"<urlset>{urls}</urlset>".encode(), headers={"Content-Type": "text/xml"})
    outlet = site.outlet(sources=[{"sitemap": f"{site.base}/map.xml"}])
    today = crawl(outlet)
    assert (today.found, today.outside) == (0, 20)
    backfill = crawl(outlet, since=date(2025, 2, 5), until=date(2025, 2, 9))
    assert (backfill.found, backfill.outside) == (5, 15)
    assert {capture.url[-2:] for capture in crawl.captures()} == {"05", "06", "07", "08", "09"}
    assert crawl(outlet, since=date(2025, 2, 8), until=date(2025, 2, 10)).found == 1
