"""`rasid doctor` finds each damaged file in one pass, and mends what can be mended."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from upath import UPath

from pipeline.kept import Kept, Reports
from processing.process import process_outlet
from rasid.captures import CaptureWriter
from rasid.members import spans
from rasid.records import ARTICLES, REJECTED
from rasid.reports import IndexReport
from rasid.settings import ROOT
from rasid.storage import Storage
from samples.site import DAY
from tests.compiled import shipped_copy
from tests.conftest import Rasid
from tests.pages import OUTLETS, SITES, configured_tagger, sample_capture


@pytest.fixture
def processed(rasid: Rasid) -> Rasid:
    """A configuration of its own, and a day of one outlet without a crawl's state."""
    config = shipped_copy(rasid.data.parent / "config")
    shutil.copy(ROOT / "samples" / "outlets.yaml", config / "outlets.yaml")
    storage = Storage(UPath(rasid.data))
    writer = CaptureWriter(storage.captures(DAY, "annasr"))
    for story in SITES["annasr"].stories:
        page = sample_capture("annasr", story)
        writer.write(page.url, page.link, page.status, page.headers, page.body, page.fetched_at)
    writer.close()
    process_outlet(OUTLETS["annasr"], DAY, storage, configured_tagger())
    report = IndexReport(articles=3, created=3, updated=0, unchanged=0, removed=0, reposts=0, total=3)
    Reports(storage, DAY, lambda _: None).keep(Kept(report, datetime.now(UTC), 1.0))
    (rasid.data / "state").mkdir()
    (rasid.data / "state" / "annasr.jsonl").write_text('{"pages":0}\n')
    rasid.environment["RASID_CONFIG"] = str(config)
    return rasid


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def _garbage(file: Path) -> None:
    file.write_bytes(b"\x8f\x00\xff")


DAMAGE: dict[str, Callable[[Path], None]] = {
    f"captures/{DAY}/annasr.warc.gz": _cut,
    f"articles/{DAY}/annasr.jsonl": _cut,
    f"rejected/{DAY}/annasr.jsonl": _garbage,
    "state/annasr.jsonl": _garbage,
    f"runs/{DAY}/index.json": _garbage,
    "airflow/airflow.db": _garbage,
}


def test_all_damage_is_told_in_one_pass_and_mended(processed: Rasid) -> None:
    assert processed("doctor").stdout == "all files are whole\n"
    articles = ARTICLES.loads((processed.data / "articles" / str(DAY) / "annasr.jsonl").read_bytes())
    (processed.data / "airflow").mkdir()
    (processed.data / "airflow" / "airflow.db").touch()
    for name, spoil in DAMAGE.items():
        spoil(processed.data / name)
    found = processed("doctor", "--json")
    assert found.returncode == 1
    assert [line["what"].split(" ")[0] for line in json.loads(found.stdout)] == list(DAMAGE)
    assert not any(line["mended"] for line in json.loads(found.stdout))

    mended = processed("doctor", "--repair")
    assert mended.returncode == 0, mended.stderr
    assert processed("doctor").stdout == "all files are whole\n"
    again = ARTICLES.read(UPath(processed.data / "articles" / str(DAY) / "annasr.jsonl"))
    assert [article.id for article in again.records] == [article.id for article in articles[:-1]]  # one was cut off
    assert not again.proves_absence
    assert REJECTED.loads((processed.data / "rejected" / str(DAY) / "annasr.jsonl").read_bytes()) == []
    assert (processed.data / "state" / "annasr.jsonl.damaged").read_bytes() == b"\x8f\x00\xff"


def test_a_disk_that_is_nearly_full_is_told(processed: Rasid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.disks.LEAST", 10**18)  # any is full
    assert processed("doctor").stdout.startswith("the disk of RASID_DATA has ")


@pytest.mark.parametrize("length", [0, 1000, None])
def test_captures_that_are_fewer_than_they_were_are_told(processed: Rasid, length: int | None) -> None:
    """A file that ends with a whole record, that is empty or away, is no less cut."""
    file = processed.data / "captures" / str(DAY) / "annasr.warc.gz"
    whole = file.stat().st_size
    if length is None:
        file.unlink()
    else:
        with file.open("rb") as stream:
            end = next((span.end for span in spans(stream) if span.end > length > 0), 0)
        file.write_bytes(file.read_bytes()[:end])
    found = json.loads(processed("doctor", "--json").stdout)
    size = file.stat().st_size if file.exists() else 0
    assert [line["what"] for line in found] == [f"captures/{DAY}/annasr.warc.gz is cut at byte {size:,} of {whole:,}"]


def test_each_mistake_of_the_yaml_files_is_told(processed: Rasid) -> None:
    config = Path(processed.environment["RASID_CONFIG"])
    (config / "outlets.yaml").write_text("outlets: [")
    (config / "alerts.yaml").write_text("alerts: 3")
    found = processed("doctor", "--repair")
    assert found.returncode == 1
    told = [line for line in found.stdout.splitlines() if not line.startswith("  ")]
    assert [Path(line.split(":")[0]).name for line in told] == ["outlets.yaml", "alerts.yaml"]
