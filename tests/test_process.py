"""Captures → articles, revisions, unchanged pages and rejections; the counts add up."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from upath import UPath

from processing.process import process_outlet
from processing.reading import Reading
from rasid.captures import CaptureWriter
from rasid.errors import RasidError
from rasid.records import ARTICLES, REJECTED, Article, Capture
from rasid.reports import ProcessReport
from rasid.settings import ROOT
from rasid.storage import Storage
from samples.site import ENGLISH
from tests.pages import ANY_OUTLET, configured_tagger, make_capture
from tests.test_extract import TEXT

DAY = date(2025, 3, 10)
TAGGER = configured_tagger()

pytestmark = pytest.mark.service


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


def _story(number: int, canonical: str = "", path: str = "") -> Capture:
    """A page of a series: its like differ in a number alone."""
    head = f'<head><link rel="canonical" href="{canonical}"></head>' if canonical else "<head></head>"
    title = f"الحلقة رقم {number} من سلسلة تقارير عن مشاريع المياه في الجنوب"
    lines = "".join(
        f"<p>{line} ({number})</p>"
        for line in (
            "بدأت الشركة أعمال الحفر في ثلاث آبار جديدة قرب الواحة، على أن تنتهي منها قبل الصيف المقبل.",
            "وقال مدير المشروع إن الضخ سيغطي حاجة عشرين قرية تعاني من الجفاف، وإن الشبكة القديمة ستستبدل كلها.",
            "وأضاف أن التمويل جاهز، وأن الأهالي شاركوا في اختيار مواقع الخزانات في اجتماعات مفتوحة عقدت في البلديات.",
        )
    )
    page = f"<html>{head}<body><h1>{title}</h1><article>{lines}</article></body></html>"
    return _page(page, path or f"news.php?id={number}")


@pytest.mark.parametrize(
    "canonical",
    [
        "/news.php", "/", "/ar", "undefined", "/undefined", "/news/null", "https://example.org/{{url}}",
        "/section/politics", "/2025/03/10/the-same-address-for-all", "/news.php?id=1",
    ],
)  # fmt: skip
def test_pages_that_state_one_address_and_are_not_one_article_are_several(storage: Storage, canonical: str) -> None:
    report, articles = _process(storage, DAY, *(_story(number, canonical) for number in (1, 2, 3)))
    assert report == ProcessReport("test", 3, 3)
    assert [article.url for article in articles] == [f"https://example.org/news.php?id={n}" for n in (1, 2, 3)]
    assert [article.revision for article in articles] == [1, 1, 1]


def test_an_article_of_another_day_is_not_lost_to_one_that_states_its_address(storage: Storage) -> None:
    same = "/2025/03/10/the-same-address-for-all"
    _, (first,) = _process(storage, DAY, _story(1, same))
    _, (second,) = _process(storage, DAY + timedelta(days=1), _story(2, same))
    assert first.url.endswith(same)
    assert (second.url, second.revision) == ("https://example.org/news.php?id=2", 1)
    _, again = _process(storage, DAY + timedelta(days=2), _story(1, same), _story(2, same))
    assert again == []


def test_a_notice_in_place_of_articles_is_no_revision_of_them(storage: Storage) -> None:
    """As when a network that asks for a login, or a site under repair, answers at all addresses."""
    _process(storage, DAY, *(_story(number) for number in range(3)))
    notices = [_page(path=f"news.php?id={number}") for number in range(4)]
    later = DAY + timedelta(days=1)
    report, articles = _process(storage, later, *notices, *(_story(number) for number in range(3)))
    assert (report.rejected, report.unchanged) == ({"soft_404": 3}, 3)
    assert [article.url for article in articles] == ["https://example.org/news.php?id=3"]  # nothing else was ever there


def test_a_text_that_stands_elsewhere_too_stays_where_it_was(storage: Storage) -> None:
    _process(storage, DAY, _page(), _story(1))
    report, articles = _process(storage, DAY + timedelta(days=1), _page(), _page(path="news.php?id=1"))
    assert (report.rejected, report.unchanged, articles) == ({"soft_404": 1}, 1, [])


def test_one_article_under_several_addresses_is_one(storage: Storage) -> None:
    canonical = "/2025/03/10/a-story-with-a-slug"
    report, articles = _process(storage, DAY, *(_story(1, canonical, path) for path in ("a?id=7", "b/77777", "c")))
    assert report == ProcessReport("test", 3, 1, 2)
    assert articles[0].url == f"https://example.org{canonical}"


def test_doing_it_again_gives_the_same_bytes(storage: Storage) -> None:
    first, _ = _process(storage, DAY, _page(), _page(path="b"), _page(ENGLISH, "d"))
    before = storage.articles(DAY, "test").read_bytes()
    assert _process(storage, DAY)[0] == first
    assert storage.articles(DAY, "test").read_bytes() == before


def test_a_day_without_captures(storage: Storage) -> None:
    assert process_outlet(ANY_OUTLET, DAY, storage, TAGGER) == ProcessReport("test")


def test_a_page_on_which_a_worker_hangs_or_dies_leaves_the_others() -> None:
    things = [b"a", b"hangs", b"b", b"dies", b"c", b"eats", b"d", *(b"%d" % number for number in range(100))]
    program = (
        "import sys; from processing import workers; workers.SECONDS = 3; "
        f"print(*workers.results({things}, 'tests.cruel_reader', b'given'), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    found = [line.removeprefix("b'").removesuffix("'") for line in done.stdout.splitlines()]
    assert [found[0], found[2], found[4], found[6]] == ["A", "B", "C", "D"]
    assert found[1] == "not read within 3 s"
    assert "died" in found[3]
    assert found[5] == "had no memory"
    assert found[7:] == [str(number) * 60_000 for number in range(100)]


KILLS = """
import random, sys, threading, time
import psutil
from processing import workers

def kill():
    chance = random.Random(sys.argv[1])
    for _ in range(6):
        time.sleep(chance.uniform(0.3, 1.5))
        for process in psutil.Process().children(recursive=True):
            if process.ppid() != psutil.Process().pid:
                process.kill()
    done.set()

def things():
    for number in range(10**6):
        if done.is_set() and number % 500 == 0:
            return
        yield b"%d" % number

done = threading.Event()
threading.Thread(target=kill, daemon=True).start()
for number, found in enumerate(workers.results(things(), "tests.cruel_reader", b"given")):
    assert found == b"%d" % number * 60_000 or "died with code -9" in found, found[:80]
print(number + 1)
"""


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long), pytest.param(3, marks=pytest.mark.long)])
def test_workers_killed_at_any_moment_keep_nobody_waiting(seed: int) -> None:
    """Also while they take a page, or are in the middle of an answer."""
    command = [sys.executable, "-c", KILLS, str(seed)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT, timeout=300)
    assert int(done.stdout) % 500 == 0


def test_an_outlet_of_pages_without_end_gets_less_time_for_each() -> None:
    program = (
        "import sys; from processing import workers; workers.SECONDS, workers.PATIENCE = 3, 1; "
        "print(*workers.results([b'hangs', b'hangs', b'a', b'hangs'], 'tests.cruel_reader', b'given'), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines() == ["not read within 3 s", "not read within 1 s", "b'A'", "not read within 1 s"]


def test_the_end_of_the_process_that_reads_is_told(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processing.reading.sys.executable", "/bin/false")
    with pytest.raises(RasidError, match="reads the pages of test ended before its time"):
        _process(storage, DAY, _page())
    assert not storage.articles(DAY, "test").exists()


def test_a_capture_without_an_end_is_named(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Reading.read

    def forgetful(*args: Any) -> Iterator[Any]:
        for capture, found in read(*args):
            if not capture.url.endswith("/b"):
                yield capture, found

    monkeypatch.setattr("processing.reading.Reading.read", forgetful)
    with pytest.raises(RasidError, match=r"1 of 3 captures of test came to no end: https://example.org/b \(byte \d+"):
        _process(storage, DAY, _page(), _page(path="b"), _page(path="c", status=404))


def test_a_capture_with_two_ends_is_named(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Reading.read

    def doubled(*args: Any) -> Iterator[Any]:
        for each in read(*args):
            yield from (each, each)

    monkeypatch.setattr("processing.reading.Reading.read", doubled)
    with pytest.raises(RasidError, match=r"https://example.org/c at byte .* came to two ends"):
        _process(storage, DAY, _page(path="c", status=404))
