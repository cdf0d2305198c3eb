"""The desk's own parts, each alone: what an address asks for, a text with marks, a histogram, a rule of a search."""

import re
import socket
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from alerts.report_words import Language
from alerts.rules import load_alerting
from desk.marking import paragraphs
from desk.own_rules import free_id, rule_yaml
from desk.question import PARAMETERS, Question
from desk.reading import _still
from desk.rendering import _templates, clock, failure, matched, web
from desk.serving import _listening
from desk.words import CLASSES, COLUMNS, COUNTED, WORDS
from pipeline.outlet_check import FindingKind, SourceFailure
from pipeline.outlet_file import Refusal
from pipeline.provenance import Fate
from processing.deals.file import load_deals
from processing.entities.recogniser import EntitiesFile
from rasid.configuration import SHIPPED
from rasid.errors import RasidError
from rasid.records import Evidence, Mention, RejectReason
from rasid.yaml_file import Id, load_yaml
from search import register, spreadsheet
from search.hits import END_MARK, MARK
from search.over_time import BARS, bars

TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
QUESTIONS = st.builds(
    Question,
    query=st.text(max_size=30).map(str.strip),
    chosen=st.dictionaries(
        st.sampled_from(list(PARAMETERS)), st.lists(TEXTS, min_size=1, max_size=3, unique=True).map(tuple)
    ),
    span=st.sampled_from([None, "day", "week", "month"]),
    since=st.none() | DAYS,
    until=st.none() | DAYS,
    newest=st.booleans(),
    copies=st.booleans(),
    page=st.integers(1, 9999),
).map(lambda asked: replace(asked, span=None) if asked.since or asked.until else asked)


def test_a_desk_takes_the_next_port_that_is_free_unless_one_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with _listening("127.0.0.1", range(port, min(port + 20, 65536))) as next_one:
            assert next_one.getsockname()[1] > port
        with pytest.raises(RasidError, match=f"cannot listen at 127.0.0.1:{port}: .*; choose another by --port"):
            _listening("127.0.0.1", [port])


def test_days_and_a_span_replace_each_other() -> None:
    asked = Question.of(QueryParams("span=week&since=2026-11-24"))
    assert (asked.span, asked.since) == (None, date(2026, 11, 24))
    assert Question.of(QueryParams("span=week&since=&until=")).span == "week"


@pytest.mark.parametrize(
    ("zone", "arabic", "english"),
    [
        ("Africa/Algiers", "توقيت الجزائر", "Algeria Time"),
        ("UTC", "UTC", "UTC"),
        ("Etc/GMT-1", "Etc/GMT-1", "Etc/GMT-1"),
    ],
)
def test_a_time_zone_goes_by_its_country(zone: str, arabic: str, english: str) -> None:
    assert (clock(zone, "ar"), clock(zone, "en")) == (arabic, english)


@given(QUESTIONS)
def test_the_address_has_all_of_the_question(question: Question) -> None:
    again = Question.of(QueryParams(urlsplit(question.address(page=question.page)).query))
    assert again == question
    assert Question.of(QueryParams(urlsplit(question.address()).query)).page == 1


@given(QUESTIONS, st.sampled_from(list(PARAMETERS)), TEXTS)
def test_what_is_pressed_twice_is_as_it_was(question: Question, name: str, value: str) -> None:
    once = Question.of(QueryParams(urlsplit(question.toggled(name, value)).query))
    assert once.has(name, value) != question.has(name, value)
    twice = Question.of(QueryParams(urlsplit(once.toggled(name, value)).query))
    assert {key: set(some) for key, some in twice.chosen.items()} == {
        key: set(some) for key, some in question.chosen.items()
    }


@pytest.mark.parametrize("query", ["span=year", "page=0", "page=x", "page=99999", "since=2026-13-01", "until=heute"])
def test_a_bad_address_is_told_by_its_parameter(query: str) -> None:
    with pytest.raises(RasidError, match=query.partition("=")[0]):
        Question.of(QueryParams(query))


def test_days_are_those_of_the_installation() -> None:
    question = Question(since=date(2026, 11, 24), until=date(2026, 11, 24))
    (clause,) = question.where(datetime.now(UTC), ZoneInfo("Africa/Algiers"))
    assert clause == {
        "range": {"published_at": {"gte": "2026-11-24T00:00:00+01:00", "lt": "2026-11-25T00:00:00+01:00"}}
    }
    assert Question(until=date.max).where(datetime.now(UTC), ZoneInfo("UTC")) == []


@given(st.dictionaries(DAYS, st.integers(1, 10**6), max_size=50))
def test_a_histogram_has_all_articles_and_no_gap(by_day: dict[date, int]) -> None:
    found = bars(by_day)
    assert sum(bar.count for bar in found) == sum(by_day.values())
    assert len(found) <= BARS
    if by_day:
        assert (found[0].first, found[-1].last) == (min(by_day), max(by_day))
    for one, other in pairwise(found):
        assert other.first == one.last + timedelta(days=1)
        assert one.count == sum(count for day, count in by_day.items() if one.first <= day <= one.last)


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


@given(st.text(st.sampled_from("اب \n"), max_size=60), SPANS, SPANS)
def test_marks_change_no_letter(text: str, proofs: list[tuple[int, int]], names: list[tuple[int, int]]) -> None:
    evidence = [Evidence(f"t{start % 2}", 1.0, text[start:end], "body", start, end) for start, end in proofs]
    mentions = [Mention("weapons", "W", text[start:end], "body", start, end) for start, end in names]
    found = paragraphs(text, "body", evidence, mentions)
    lines = ["".join(part.text for part in parts) for parts in found]
    assert lines == [line for line in text.split("\n") if line.strip()]
    place = 0
    for parts in paragraphs(text.replace("\n", " "), "body", evidence, mentions):
        for part in parts:
            for letter in range(place, place + len(part.text)):
                expected = {each.topic for each in evidence if each.start <= letter < each.end}
                assert set(part.topics) == expected
                assert bool(part.named) == any(each.start <= letter < each.end for each in mentions)
            place += len(part.text)


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=5))
def test_what_matches_is_text_whatever_it_says(pieces: list[tuple[str, str]]) -> None:
    shown = matched("".join(f"{before}{MARK}{word}{END_MARK}" for before, word in pieces))
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert ">" not in bare


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//host/x", "http://[", "", " javascript:x"]
)
def test_no_address_but_of_the_web_is_a_link(url: str) -> None:
    assert web(url) == ""
    assert web("https://example.org/") == "https://example.org/"


@given(QUESTIONS.filter(lambda question: not question.is_open and (question.query or question.chosen)))
def test_a_search_becomes_a_rule_that_can_be_read(tmp_path_factory: pytest.TempPathFactory, question: Question) -> None:
    chosen = {name: values for name, values in question.chosen.items() if name != "country"}
    query = "".join(letter for letter in question.query if letter.isalnum())
    asked = Question(query=query or "خبر", chosen=chosen)
    file: Path = tmp_path_factory.mktemp("rules") / "alerts.yaml"
    file.write_text(rule_yaml(asked, "mine", 'قاعدة: "س"', ()), encoding="utf-8")
    (rule,) = load_alerting(file, {}).rules
    assert rule.topics == asked.chosen.get("topic", ())
    assert rule.weapons == asked.chosen.get("weapon", ())
    for name in ("organisation", "person"):
        for value in asked.chosen.get(name, ()):
            assert value.replace("\\", "\\\\").replace('"', '\\"') in (rule.query or "")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_number_of_things_has_its_form(language: Language) -> None:
    categories = Locale(language).plural_form.tags | {"other"}
    for what, forms in COUNTED[language].items():
        assert set(forms) == categories, what
    assert COUNTED["ar"].keys() == COUNTED["en"].keys()
    assert WORDS["ar"].keys() == WORDS["en"].keys()


def test_each_class_of_weapons_has_a_name() -> None:
    words, entities = load_deals(SHIPPED), load_yaml(SHIPPED / "entities.yaml", EntitiesFile)
    kinds = {*words.weapons, *(kind for some in words.includes.values() for kind in some)}
    kinds |= {each.kind for each in entities.weapons.values()}
    assert CLASSES["ar"].keys() == CLASSES["en"].keys() == kinds


def test_each_column_has_a_heading_of_its_own_in_arabic() -> None:
    for fields in (register.CSV_FIELDS, spreadsheet.CSV_FIELDS, ("error", "advice", "reference")):
        assert len({COLUMNS["ar"][name] for name in fields}) == len(fields)
    assert set(COLUMNS["ar"]) == {*register.CSV_FIELDS, *spreadsheet.CSV_FIELDS, "error", "advice", "reference"}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("answered 404", "refused_gone"),
        ("answered 403", "refused_forbidden"),
        ("answered 503", "refused_server"),
        ("robots: Forbidden by robots.txt", "refused_robots"),
        ("robots", "refused_robots"),
        ("robots_unreachable", "refused_robots_unreachable"),
        ("timeout", "refused_timeout"),
        ("time", "refused_slow"),
        ("interrupted", ""),
    ],
)
def test_why_an_address_could_not_be_read(told: str, words: str) -> None:
    assert failure(told) == words


def test_arabic_counts_as_it_is_written() -> None:
    template = _templates().from_string('{{ number|counted("articles") }}')
    said = {number: template.render(number=number, language="ar") for number in (0, 1, 2, 7, 15, 100, 1234)}
    assert list(said.values()) == [
        "لا مقالات", "مقال واحد", "مقالان", "7 مقالات", "15 مقالا", "100 مقال", "1,234 مقالا",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "en"])
def test_whatever_a_check_finds_and_becomes_of_a_page_has_words(language: Language) -> None:
    kinds = [f"finding_{kind}" for kind in get_args(FindingKind)] + [f"fate_{fate}" for fate in get_args(Fate)]
    kinds += [f"advice_{fate}" for fate in get_args(Fate) if fate not in {"indexed", "unknown outlet"}]
    kinds += [f"refused_{kind}" for kind in (*get_args(SourceFailure), *get_args(get_args(Refusal)[1]))]
    kinds += [f"rejected_{reason}" for reason in get_args(RejectReason)]
    assert [kind for kind in kinds if kind.replace(" ", "_") not in WORDS[language]] == []


@given(st.text(max_size=200), st.integers(0, 4))
def test_an_id_is_made_of_any_name(name: str, taken: int) -> None:
    ids: list[str] = []
    for _ in range(taken + 1):
        ids.append(free_id(name, ids))
    assert len(set(ids)) == taken + 1
    assert all(re.search(Id, each) for each in ids)


def test_an_id_is_the_names_latin_spelling() -> None:
    assert free_id("صفقات إس-٤٠٠", ()) == "sfqat-as-400"
    assert free_id("S-400 (Triumf)", {"s-400-triumf"}) == "s-400-triumf-2"
    assert free_id("…", ()) == "alert"


@pytest.mark.parametrize(
    ("page", "direction"),
    [
        ("<html><p>نص عربي عن S-400", ' dir="rtl"'),
        ("<html><p>English text with كلمة", ""),
        ('<html dir="ltr"><p>نص عربي', ' dir="ltr"'),
    ],
)
def test_a_captured_page_in_arabic_stands_from_right_to_left(page: str, direction: str) -> None:
    assert f"<html{direction}>".encode() in _still(page)
