"""The live table of a run, at any size of the terminal."""

import io
import re

import pytest
from rich.console import Console

from cli.screens.progress import ProgressTable
from rasid.reports import Event


def _drawn(events: list[Event], width: int = 80, height: int = 24) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    table = ProgressTable(console)
    for event in events:
        table.take(event)
    with console.capture() as captured:
        console.print(table)
    return captured.get().splitlines()


def _crawls(running: int, done: int, failed: int = 0) -> list[Event]:
    outlets = [f"outlet{number:02}" for number in range(running + done + failed)]
    begun = [Event("crawl", outlet, counts={"found": 1000, "captures": 998, "failed": 2}) for outlet in outlets]
    ended = [Event("crawl", outlet, "done") for outlet in outlets[running + failed :]]
    return [*begun, *ended, *(Event("crawl", outlet, "failed") for outlet in outlets[running : running + failed])]


@pytest.mark.parametrize("outlets", [1, 11, 22, 60])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (160, 50), (40, 10), (80, 3)])
def test_it_fits(outlets: int, width: int, height: int) -> None:
    events = [*_crawls(2, outlets), *(Event("process", f"outlet{n:02}", "done") for n in range(2, outlets))]
    lines = _drawn(events, width, height)
    assert len(lines) < max(height, 4)
    assert max(map(len, lines)) <= width


def test_how_far_it_is() -> None:
    assert re.fullmatch(r"\d+:\d\d  starting Airflow …", _drawn([])[0])
    assert _drawn(_crawls(4, 7, 1))[0].endswith("  crawl: 8 of 12 outlets, 1 failed")
    events = [*_crawls(0, 11), Event("process", "outlet01", "done"), Event("process", "outlet02")]
    assert _drawn(events)[0].endswith("  crawl: 11 of 11 outlets · process: 1 of 11 outlets")
    assert _drawn([*events, Event("index")])[0].endswith(" · index")


def test_what_runs_is_always_seen() -> None:
    lines = _drawn([*_crawls(20, 60), Event("index")])
    text = "\n".join(lines)
    assert all(f"outlet{number:02} " in text for number in range(2, 20))
    assert "index: running" in text
    assert lines[-1].startswith("and 6")
    last = _drawn([*_crawls(0, 60), Event("process", "outlet03")])
    assert any(line.startswith("outlet03") and "process: running" in line for line in last)


@pytest.mark.parametrize("width", [80, 160])
def test_names_stand_whole_beside_the_numbers_of_a_day(width: int) -> None:
    crawl = {"found": 12, "captures": 11, "failed": 1}
    process = {"captures": 11, "articles": 8, "unchanged": 1, "rejected": 3}
    names = ["wadi", "independentarabia", "skynewsarabia"]
    done = [Event("crawl", name, "done", crawl) for name in names]
    lines = _drawn([*done, *(Event("process", name, "done", process) for name in names)], width)
    for name, line in zip(names, lines[1:], strict=True):
        assert line.startswith(f"{name} ")
        assert "crawl: found 12" in line
        assert "process: captures 11" in line


def test_in_a_file_an_outlet_of_which_there_is_nothing_to_process_has_no_line() -> None:
    console = Console(file=(stream := io.StringIO()), width=80, force_terminal=False)
    table = ProgressTable(console)
    for event in (
        Event("process", "aps", "done"),
        Event("process", "wadi", "done", {"captures": 3}),
        Event("process", "lbc", "done", message="damaged"),
        Event("crawl", "sana", "done"),
        Event("process", "meo", "failed"),
    ):
        table.take(event)
    assert [line.split()[1] for line in stream.getvalue().splitlines()] == ["wadi", "lbc", "sana", "meo"]
