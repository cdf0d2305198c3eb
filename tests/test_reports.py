"""What a stage has kept is read back as its type; what cannot be read stops nothing."""

import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath

from pipeline.kept import KINDS, Kept, Reports, damage
from rasid.alert import Alert, Passage
from rasid.json_record import dumps, loads
from rasid.records import RejectReason
from rasid.reports import (
    AlertReport,
    CrawlReport,
    Event,
    Failure,
    IndexReport,
    PageReport,
    ProcessReport,
    Report,
    Robots,
)
from rasid.storage import Storage
from samples.site import DAY

TEXT = st.text(st.characters(), max_size=10)  # of surrogates, too, as in the name of a file that is not UTF-8
COUNT = st.integers(0, 10**9)
NAMES = st.text(max_size=10)
COUNTS = st.dictionaries(NAMES, COUNT, max_size=3)
NAMED = st.dictionaries(NAMES, TEXT, max_size=3)
TIMES = st.datetimes(timezones=st.just(UTC))
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
PASSAGES = st.lists(st.builds(Passage, TEXT, TEXT, TEXT), max_size=2).map(tuple)
ALERTS = st.builds(
    Alert, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TIMES, TEXTS, TEXTS, TEXTS, PASSAGES, TEXTS, TEXTS
)  # fmt: skip
REASONS = st.dictionaries(st.sampled_from(get_args(RejectReason)), COUNT)
ROBOTS = st.builds(Robots, st.none() | COUNT, st.none() | TEXT, st.none() | st.floats(0, 100), TEXTS)
REPORTS: dict[str, st.SearchStrategy[Any]] = {
    "crawl": st.builds(
        CrawlReport, st.just("x"), *[COUNT] * 6, COUNTS, NAMED, COUNTS, COUNTS,
        NAMED, st.dictionaries(NAMES, ROBOTS), st.floats(0, 1e6), TEXTS, st.none() | TEXT,
    ),
    "process": st.builds(ProcessReport, st.just("x"), COUNT, COUNT, COUNT, REASONS, TEXTS),
    "index": st.builds(IndexReport, *[COUNT] * 7, COUNTS, COUNTS, TEXTS),
    "alert": st.builds(
        AlertReport,
        st.lists(ALERTS, max_size=2).map(tuple),
        st.lists(st.builds(Failure, TEXT, TEXT, COUNT, TIMES, TEXT), max_size=2).map(tuple),
        NAMED,
    ),
    "report": st.builds(PageReport, TEXT),
}  # fmt: skip
EXAMPLES: dict[str, Report] = {
    "crawl": CrawlReport("x", robots={"e.org": Robots(200)}),
    "process": ProcessReport("x", captures=1, rejected={"empty": 1}),
    "index": IndexReport(1, 1, 0, 0, 0, 0, 1),
    "alert": AlertReport(failures=(Failure("mail", "all", 1, datetime.now(UTC), "refused"),)),
    "report": PageReport("page.html"),
}


class _Day:
    def __init__(self, folder: Path | str) -> None:
        self.told: list[Event] = []
        self.storage = Storage(UPath(folder))
        self.reports = Reports(self.storage, DAY, self.told.append)

    def last(self, stage: str) -> Report | None:
        kind = KINDS[stage]  # type: ignore[index]
        return self.reports.last(kind, "x" if stage in {"crawl", "process"} else "")

    def file(self, stage: str) -> UPath:
        return self.storage.run(DAY) / (f"{stage}-x.json" if stage in {"crawl", "process"} else f"{stage}.json")


@pytest.mark.parametrize("stage", REPORTS)
@given(data=st.data())
def test_what_is_kept_is_read_back_the_same(stage: str, data: st.DataObject) -> None:
    report, at = data.draw(REPORTS[stage]), data.draw(TIMES)
    with TemporaryDirectory() as folder:
        day = _Day(folder)
        day.reports.keep(Kept(report, at, 1.5))
        kept = day.reports.kept(type(report), "x" if stage in {"crawl", "process"} else "")
        assert kept == Kept(report, at, 1.5)
        assert damage(day.file(stage)) == ""
        assert day.told == []


def _required(kind: type[Report]) -> set[str]:
    return {each.name for each in fields(kind) if each.default is each.default_factory is MISSING}


@pytest.mark.parametrize("stage", EXAMPLES)
def test_a_report_of_another_version_stops_nothing(tmp_path: Path, stage: str) -> None:
    """One without a field that this version asks for, or with another kind of value, is set aside; what this version
    does not know is passed over.
    """
    day = _Day(tmp_path)
    report = EXAMPLES[stage]
    day.reports.keep(Kept(report, datetime.now(UTC), 1.0))
    file = day.file(stage)
    kept = json.loads(file.read_text())
    file.write_text(json.dumps({**kept, "later": {"field": [1]}}))
    assert day.last(stage) == report
    others = [{name: value for name, value in kept.items() if name != gone} for gone in _required(KINDS[stage])]  # type: ignore[index]
    others += [{**kept, name: {"": [None]}} for name in kept]
    for other in others:
        file.write_text(json.dumps(other))
        assert damage(file)
        assert day.last(stage) is None
        assert not file.exists()
        event = day.told.pop()
        assert event.message.startswith(f"runs/{DAY}/{file.name}.damaged was set aside")
        assert "\n" not in event.message


@pytest.mark.parametrize("garbage", [b"", b"null", b"[]", b"3", b'{"articles": 1', b"\x8f\x00\xff", b'"\xd8"'])
@pytest.mark.parametrize("name", ["crawl-x", "process-x", "index", "index-begun", "alert", "report"])
def test_garbage_stops_nothing(tmp_path: Path, name: str, garbage: bytes) -> None:
    day = _Day(tmp_path)
    file = day.storage.run(DAY) / f"{name}.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(garbage)
    assert damage(file)
    assert (day.reports.begun if name == "index-begun" else day.last(name.partition("-")[0])) is None
    (event,) = day.told
    assert event.message.startswith(f"runs/{DAY}/{name}.json.damaged was set aside")


def test_the_time_of_what_no_alert_has_told_of_is_kept_until_one_has(tmp_path: Path) -> None:
    reports = _Day(tmp_path).reports
    assert reports.begun is None
    reports.begin()
    begun = reports.begun
    assert begun
    reports.begin()
    reports.keep(Kept(PageReport("page"), begun, 1.0))
    reports.forget()
    assert reports.begun == begun
    assert reports.last(PageReport) is None
    reports.end()
    assert reports.begun is None


def test_what_runs_of_the_day_told_of_lasts_over_the_next_one(tmp_path: Path) -> None:
    reports = _Day(tmp_path).reports
    assert reports.told == ()
    for rule in ("a", "b"):
        alert = Alert(rule, "s", "a", "https://a/", "t", "o", datetime.now(UTC), (), (), (), (), (), ())
        reports.note_told([alert])
        reports.forget()
    assert [alert.rule for alert in reports.told] == ["a", "b"]
    (file,) = (tmp_path / "runs" / str(DAY)).glob("told.json")
    assert not damage(UPath(file))
    file.write_text("{}")
    assert damage(UPath(file))


@given(st.builds(Event, stage=st.just("crawl"), outlet=TEXT, counts=COUNTS, message=TEXT))
def test_an_event_is_one_line_and_read_back_the_same(event: Event) -> None:
    line = dumps(event)
    assert len(line.splitlines()) == 1
    assert loads(Event, line.encode()) == event
