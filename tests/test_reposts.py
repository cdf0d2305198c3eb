"""Reposts: what is a copy, what only looks like one, and which article is the original."""

import random
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from processing.reposts.overlap import Overlap, compare, copied, prepared
from processing.reposts.signature import BANDS, SHARED_BANDS, bands
from processing.reposts.story import Member, Place, arrange, out_at
from rasid.records import Article
from tests.pages import FARM, SITES, sample_article

TEXT = "\n".join(FARM.paragraphs)
OTHER = "\n".join(SITES["annasr"].stories[1].paragraphs)
NOON = datetime(2025, 3, 10, 12, tzinfo=UTC)


@given(st.lists(st.integers(0, 3), max_size=40), st.lists(st.integers(0, 3), max_size=40))
def test_a_copy_is_one_whether_it_is_looked_at_quickly_or_not(one: list[int], other: list[int]) -> None:
    first, second = (prepared(" ".join(f"كلمة{number}" for number in numbers)) for numbers in (one, other))
    overlap = compare(first, second)
    assert copied(first, second) == (overlap if overlap.is_copy else None)


def test_bands_are_the_same_for_the_same_words() -> None:
    assert bands(TEXT) == bands(TEXT.replace("أ", "ا").replace("\n", "  ").replace("الجزائر", "الجـزائر"))
    assert len(set(bands(TEXT))) == BANDS
    assert bands("") == bands(" … ") == ()


def test_records_whose_bands_were_kept_as_words_are_read() -> None:
    article = sample_article("alsaleh", FARM)
    old = asdict(article) | {"bands": [f"{number >> 32}.{number % 2**32:x}" for number in article.bands]}
    assert len(article.bands) == BANDS
    assert TypeAdapter(Article).validate_python(old) == article


def test_an_excerpt_shares_bands_with_its_source_and_another_text_does_not() -> None:
    excerpt = " ".join(TEXT.split()[100:160])
    assert len(set(bands(TEXT)) & set(bands(excerpt))) >= SHARED_BANDS
    assert len(set(bands(TEXT)) & set(bands(OTHER))) < SHARED_BANDS


def test_an_excerpt_is_a_copy_whole_on_its_own_side() -> None:
    found = compare(prepared(TEXT), prepared(" ".join(TEXT.split()[100:160])))
    assert found.second_share == 1
    assert found.first_share < 0.2
    assert found.is_copy
    assert found.reversed().first_share == 1


def test_a_background_paragraph_makes_no_copy() -> None:
    """Desks end their short news with one that stays the same."""
    background = [f"خلفية{number}" for number in range(33)]
    dam, match = (prepared(" ".join([*(f"{name}{n}" for n in range(42)), *background])) for name in ("سد", "مباراة"))
    overlap = compare(dam, match)
    assert 0.4 < overlap.first_share < 0.5
    assert not overlap.is_copy


def test_a_text_that_follows_a_form_is_no_copy() -> None:
    form = "توقعت مصالح الأرصاد أن تبلغ درجات الحرارة يوم {} نحو {} درجة على السواحل و{} درجة في الجنوب مع رياح ضعيفة"
    monday, tuesday = form.format("الاثنين", 17, 28), form.format("الثلاثاء", 14, 25)
    assert compare(prepared(monday), prepared(tuesday)).serial
    assert not compare(prepared(monday), prepared(monday.replace("ضعيفة", "خفيفة"))).serial


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    found = compare(prepared(one), prepared(other))
    assert all(0 <= share <= 1 for share in (found.similarity, found.first_share, found.second_share))
    assert compare(prepared(other), prepared(one)).similarity == found.similarity


def _member(id_: str, minutes: int, name: str = "", body: str = "", **others: object) -> Member:
    fields = {"url": f"https://{id_}/", "canonical_url": f"https://{id_}", "outlet": id_, "outlet_name": name or id_}
    fields |= {"body": body, "credited_to": (), "links": (), "out_at": NOON + timedelta(minutes=minutes)}
    return Member(id=id_, **{**fields, **others})  # type: ignore[arg-type]


def _links(*pairs: tuple[str, str, float, float]) -> dict[tuple[str, str], Overlap]:
    found = {}
    for one, other, share, other_share in pairs:
        overlap = Overlap(min(share, other_share), share, other_share, serial=False)
        found |= {(one, other): overlap, (other, one): overlap.reversed()}
    return found


def test_the_first_one_is_the_original() -> None:
    places = arrange([_member("copy", 5), _member("first", 0)], _links(("copy", "first", 0.9, 0.6)))
    assert places["first"] == Place("first")
    assert places["copy"] == Place("first", True, "https://first/", "first", 0.6, 0.9)


@pytest.mark.parametrize(
    "early",
    [
        _member("early", 0, body="قالت الوزارة، نقلا عن صحيفة الأصل اليوم، إن الاتفاق قريب"),
        _member("early", 0, body="الاتفاق قريب. المصدر: الأصل اليوم"),
        _member("early", 0, links=("https://source",)),
    ],
)
def test_who_names_its_source_is_no_original_though_it_has_the_earlier_time(early: Member) -> None:
    members = [early, _member("source", 30, name="الأصل اليوم")]
    places = arrange(members, _links(("early", "source", 1, 1)))
    assert places["early"].original_outlet == "source"


def test_an_agency_is_the_source_of_who_credits_it() -> None:
    members = [_member("paper", 0, credited_to=("وأج",)), _member("aps", 30, name="وكالة الأنباء الجزائرية")]
    assert arrange(members, _links(("paper", "aps", 1, 1)))["paper"].original_outlet == "aps"


def test_a_name_without_credit_is_none() -> None:
    members = [
        _member("early", 0, body="زار الوزير مقر جريدة الأصل اليوم مساء"),
        _member("late", 5, name="الأصل اليوم"),
    ]
    assert arrange(members, _links(("early", "late", 1, 1)))["late"].is_repost


def test_two_that_credit_each_other_go_by_time() -> None:
    members = [_member("b", 5, links=("https://a",)), _member("a", 0, links=("https://b",))]
    assert arrange(members, _links(("a", "b", 1, 1)))["b"].story_id == "a"


def test_two_merged_dispatches_leave_their_stories_apart() -> None:
    members = [_member("one", 0), _member("two", 1), _member("both", 2), _member("copy of both", 3)]
    links = _links(
        ("both", "one", 0.6, 1),
        ("both", "two", 0.4, 1),
        ("copy of both", "both", 1, 1),
        ("copy of both", "one", 0.6, 1),
    )
    places = arrange(members, links)
    assert {id_: place.story_id for id_, place in places.items()} == {
        "one": "one",
        "two": "two",
        "both": "one",
        "copy of both": "one",
    }


def test_a_day_without_an_hour_is_over_before_it_counts() -> None:
    midnight = datetime(2025, 3, 10, tzinfo=UTC)
    assert out_at(midnight, "day", NOON) == NOON
    assert out_at(midnight, "day", NOON + timedelta(days=9)) == midnight + timedelta(days=1)
    assert out_at(NOON, "second", NOON + timedelta(days=9)) == NOON


@given(st.randoms(), st.integers(1, 12))
def test_places_do_not_depend_on_the_order_in_which_articles_are_given(rng: random.Random, count: int) -> None:
    members = [
        _member(f"m{n}", rng.randrange(4), links=(f"https://m{rng.randrange(count)}",) if rng.random() < 0.3 else ())
        for n in range(count)
    ]
    links = _links(
        *(
            (one.id, other.id, rng.choice((0.5, 0.7, 1)), rng.choice((0.5, 0.7, 1)))
            for one in members
            for other in members
            if one.id < other.id and rng.random() < 0.4
        )
    )
    places = arrange(members, links)
    assert arrange(rng.sample(members, count), dict(rng.sample(sorted(links.items(), key=str), len(links)))) == places
    for place in places.values():
        assert places[place.story_id] == Place(place.story_id)
