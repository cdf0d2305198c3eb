"""What is printed is shown, and does nothing else."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.screens.hits import show_hits
from cli.screens.status import show_status
from cli.screens.story import show_story
from cli.terminal import terminal
from pipeline.status import Status
from rasid.printable import harmless_json, json_text, printable
from search.hits import END_MARK, MARK, Hit, Hits
from search.indexed import Indexed, indexed
from search.runs import Run
from search.spreadsheet import write_csv

EVIL = "\x1b]0;t\x07\x1b[2J\x9b31m[/red] [bold]\ud83d\u0085" + "ط" * 15_000
ANY = st.text(st.characters(), max_size=40) | st.just(EVIL)
MOVING = {chr(code) for code in (*range(10), *range(11, 32), *range(0x7F, 0xA0))}


def _article(**fields: object) -> Indexed:
    url = "https://e.org/"
    known = {"id": "a", "story_id": "a", "outlet": "o", "url": url, "published_at": "2025-03-10T09:00:00Z"}
    return indexed({**known, "outlet_name": "منفذ", "title": "عنوان", "body": "نص", **fields})


def _printed(show: Callable[[Console], object]) -> str:
    console = terminal()
    console.file = stream = io.StringIO()
    show(console)
    return stream.getvalue()


def _table(text: str) -> Table:
    table = Table(text, title=text)
    table.add_row(text)
    return table


@given(ANY)
def test_no_control_character_reaches_a_terminal(text: str) -> None:
    hit = Hit(_article(title=text, outlet_name=text, topics=[text]), text, (text,))
    shows: list[Callable[[Console], object]] = [
        lambda console: console.print(text, soft_wrap=True),
        lambda console: console.print(Text(text), style="red"),
        lambda console: console.print(_table(text)),
        lambda console: show_hits(console, Hits(1, (hit,), {}), 10, 1),
        lambda console: show_story(console, [_article(title=text), _article(title=text)]),
    ]
    for show in shows:
        shown = _printed(show)
        assert not set(shown) & MOVING
        shown.encode()


def test_the_days_of_runs_are_whole_at_80_columns() -> None:
    began = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    run = Run("scheduled", date(2026, 11, 24), "done", began, 3661.0, captures=12_345, articles=9_876, created=8_765)
    console = terminal()
    console.file, console.width = (stream := io.StringIO()), 80
    show_status(console, Status([run], None, {}, {}, {}, {}, {}))
    assert "2026-11-24" in stream.getvalue()
    assert "11-24 04:00" in stream.getvalue()
    assert "1:01:01" in stream.getvalue()
    assert all(heading in stream.getvalue() for heading in ("captures", "articles", "alerts"))


def test_colours_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    shown = _printed(lambda console: console.print(Text("x\x1b[5m"), style="red"))
    assert "\x1b[31m" in shown
    assert "\x1b[5m" not in shown


def test_a_long_title_is_cut_and_marked() -> None:
    title = f"{MARK}كلمة{END_MARK} " + "ط" * 150_000
    hit = Hit(_article(title=title), title, ())
    shown = _printed(lambda console: show_hits(console, Hits(1, (hit,), {}), 10, 1))
    assert len(shown) < 500
    assert shown.startswith("1. كلمة ط")


@given(ANY)
def test_csv_takes_any_text(text: str) -> None:
    stream = io.StringIO()
    write_csv(stream, Hits(1, (Hit(_article(title=text, topics=[text]), "", ()),), {}))
    assert not set(stream.getvalue()) & (MOVING - {"\r"})
    stream.getvalue().encode()
    assert len(list(csv.DictReader(io.StringIO(stream.getvalue())))) == 1


@given(st.recursive(ANY | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(ANY, inner), max_leaves=5))
def test_json_is_harmless_and_the_same(value: object) -> None:
    for indent in (None, 2):
        text = json_text(value, indent)
        assert printable(text) == text
        text.encode()
        # Two halves that stand side by side are one character in any JSON.
        assert json.loads(text) == json.loads(json.dumps(value))


@pytest.mark.parametrize("text", ['{"a": "\x9b"}', '{"a": "\u2028\ufffe"}'])
def test_json_of_others(text: str) -> None:
    assert json.loads(harmless_json(text)) == json.loads(text)
    assert harmless_json(text).isascii()


@pytest.mark.parametrize("sign", "=+-@\t\r＝＋－＠")
def test_no_cell_of_csv_begins_as_a_formula_does(sign: str) -> None:
    article, stream = _article(title=f"{sign}cmd|' /C calc'!A0", topics=[f"{sign}1"]), io.StringIO()
    write_csv(stream, Hits(1, (Hit(article, "", ()),), {}))
    (row,) = csv.DictReader(io.StringIO(stream.getvalue().removeprefix("\ufeff")))
    assert {row["title"][0], row["topics"][0]} <= {"'", " "}


def test_no_cell_begins_as_a_formula_does_where_a_semicolon_parts_them() -> None:
    article, stream = _article(title='x; =HYPERLINK("http://h/");+1;plain; - 1'), io.StringIO()
    write_csv(stream, Hits(1, (Hit(article, "", ()),), {}))
    cells = [cell.strip() for cell in stream.getvalue().splitlines()[1].split(";")]
    assert [cell for cell in cells if cell[:1] in "=+-@"] == []
    assert any(cell.startswith("plain") for cell in cells)
