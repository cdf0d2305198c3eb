"""Many outlets crawled at once: each within its own politeness, and none at the cost of the others."""

import itertools
import json
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from upath import UPath

from crawlers.crawl import crawl_outlets, job_of
from crawlers.job import Job
from rasid.outlets import Outlet
from rasid.reports import CrawlReport
from rasid.settings import ROOT, Settings
from rasid.tied import tied
from tests.serving import Reply, Web, web

pytestmark = pytest.mark.service

DAY = date(2025, 3, 10)
PAGES = 4


@contextmanager
def _sites(count: int) -> Iterator[list[Web]]:
    with ExitStack() as ends:
        sites = [ends.enter_context(web({})) for _ in range(count)]
        for site in sites:
            site.replies |= {f"/page{number}": Reply(b"text") for number in range(PAGES)}
            site.feed(*(f"{site.base}/page{number}" for number in range(PAGES)))
        yield sites


def _outlet(site: Web, id_: str, **options: Any) -> Outlet:
    return site.outlet(**options).model_copy(update={"id": id_})


def _job(data: Path, outlet: Outlet, **bounds: float) -> Job:
    job = job_of(outlet, DAY, Settings(data=UPath(data)), data / "logs" / f"{outlet.id}.log")
    return job.model_copy(update=bounds)


def _crawl(jobs: Iterable[Job]) -> dict[str, CrawlReport]:
    return {report.outlet: report for report in crawl_outlets(jobs, lambda outlet, counts: None)}


def test_each_of_twenty_hosts_is_asked_as_seldom_as_it_wishes(tmp_path: Path) -> None:
    with _sites(20) as sites:
        for site in sites[::2]:
            robots = b"User-agent: *\nCrawl-delay: 1"
            site.replies["/robots.txt"] = Reply(robots, headers={"Content-Type": "text/plain"})
        outlets = [_outlet(site, f"outlet{number}", delay=1.2 * (number % 2)) for number, site in enumerate(sites)]
        reports = _crawl(_job(tmp_path, outlet) for outlet in outlets)
    assert {report.captures for report in reports.values()} == {PAGES}
    asked = [[at for path, at in site.times if path.startswith("/page")] for site in sites]
    for number, times in enumerate(asked):
        # All distances together: one alone may be shorter by what the server was late for the request before. Scrapy
        # varies the outlet's own delay by half.
        assert times[-1] - times[0] > (PAGES - 1) * (0.5 if number % 2 else 0.8)
    assert sum(max(map(min, asked)) < max(times) for times in asked) > 10  # most were still at it as the last began


def test_a_crawl_that_hangs_dies_spins_or_takes_all_memory_ends_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawlers.crawl.tied", lambda _, **options: tied("tests.cruel_crawl", **options))
    with _sites(3) as sites, web({"/feed": Reply(stream=lambda: itertools.repeat(b" " * 1000))}) as endless:
        cruel = [_job(tmp_path, _outlet(sites[0], id_), max_seconds=2, timeout=2) for id_ in ("dies", "spins", "eats")]
        good = [_job(tmp_path, _outlet(site, f"good{number}")) for number, site in enumerate(sites)]
        without_end = _job(tmp_path, _outlet(endless, "endless"), max_page_bytes=100_000, timeout=5)
        reports = _crawl([*cruel, without_end, *good])
    assert {id_: report.captures for id_, report in reports.items() if not report.error} == {
        f"good{number}": PAGES for number in range(3)
    }
    assert "ended with code -11; run it again" in str(reports["dies"].error)
    assert "ended with code -9; run it again" in str(reports["spins"].error)
    assert "ended with code 1; run it again" in str(reports["eats"].error)
    assert "MemoryError" in (tmp_path / "logs" / "crawls.stderr").read_text()
    assert reports["endless"].source_failures


def test_a_crawl_finds_all_loaded_but_its_event_loop(tmp_path: Path) -> None:
    """Else each of a day's hundred would load it again, which takes longer than its pages do."""
    code = """
        import json, sys, crawlers.warm
        from multiprocessing import Pipe
        loaded, pipe = set(sys.modules), Pipe()
        crawlers.engine.run(sys.argv[1].encode(), pipe[1])
        print(json.dumps(sorted(set(sys.modules) - loaded)))
    """
    with _sites(1) as (site,):
        job = _job(tmp_path, _outlet(site, "one"))
        job.log_file.parent.mkdir()
        command = [sys.executable, "-c", textwrap.dedent(code), job.model_dump_json()]
        subprocess.run(command, check=True, cwd=ROOT)
    loaded = json.loads(job.errors_file.read_text().splitlines()[-1])
    assert "twisted.internet.reactor" in loaded
    rooms = {name.partition(".")[0] for name in loaded}
    assert rooms <= {"twisted", "multiprocessing", "encodings"}, loaded
