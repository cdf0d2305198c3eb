"""The matcher alone: words in all their forms, phrases, alternatives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.arabic import words
from processing.matcher import Matcher, PhraseError, Span


def _quotes(phrase: str, text: str) -> list[str]:
    found = words(text)
    spans = Matcher({"it": [phrase]}).find(found).get("it", [])
    return [text[found.starts[span.first] : found.ends[span.last]] for span in spans]


@pytest.mark.parametrize(
    ("phrase", "text", "quotes"),
    [
        ("سلاح", "السلاح وسلاحهم وبسلاح", ["السلاح", "وسلاحهم", "وبسلاح"]),
        ("سلاح", "إصلاح وصلاح ومسلح", []),
        ("صفقة", "صفقات وصفقتها وبالصفقتين", ["صفقات", "وصفقتها", "وبالصفقتين"]),
        ("شراء", "شراؤها وبشرائه", ["شراؤها", "وبشرائه"]),
        ("الجزائر", "للجزائر والجزائر", ["للجزائر", "والجزائر"]),
        ("صفقة|صفقات سلاح|أسلحة", "صفقة أسلحة، ثم صفقات السلاح", ["صفقة أسلحة", "صفقات السلاح"]),
        ("صفقة سلاح", "صفقة. سلاح", []),
        ("صفقة سلاح", "صفقة وسلاح", []),
        ("=مالي", "في مالي، والمالي، وبمالي، مالية", ["مالي", "وبمالي"]),
        ("=ترامب|ترمب", "ترامب وترمب والترمب", ["ترامب", "وترمب"]),
        (
            "~يشتري|اشترى",
            "ستشتريها واشتروا ويشترون، واشترتهما واشتراها، والمشتري",
            ["ستشتريها", "واشتروا", "ويشترون", "واشترتهما", "واشتراها"],
        ),
        ("~يسلم|سلّم", "سنسلم وسلمت وتسلمه، وسلّموها، والسلم سلام", ["سنسلم", "وسلمت", "وتسلمه", "وسلّموها"]),
        ("~يبيع|باع", "باعت ولتبيعها وباعوه، والبيع مباع", ["باعت", "ولتبيعها", "وباعوه"]),
        ("S-400", "S400 وS-400 وs 400", ["S400", "وS-400", "وs 400"]),
        ("إس-400", "إس-٤٠٠ والإس 400", ["إس-٤٠٠", "والإس 400"]),
        ("صفقة سلاح", "#صفقة_سلاح", ["صفقة_سلاح"]),
        ("أسلحة", "أَسْلِحَةٌ وأســلحة", ["أَسْلِحَةٌ", "وأســلحة"]),
    ],
)
def test_what_a_phrase_finds(phrase: str, text: str, quotes: list[str]) -> None:
    assert _quotes(phrase, text) == quotes


@pytest.mark.parametrize("phrase", ["", "!", " ".join(["ا|ب|ت|ث|ج"] * 5)])
def test_phrases_that_cannot_be_matched(phrase: str) -> None:
    with pytest.raises(PhraseError):
        Matcher({"it": [phrase]})


LETTERS = st.text(st.sampled_from("ابتثسلحصفقةوفكلم"), min_size=2, max_size=7)


@given(LETTERS, st.sampled_from(["", "و", "ف", "ب", "ال", "وال", "بال"]), st.lists(LETTERS, max_size=4))
def test_a_word_is_found_with_what_is_joined_to_it(word: str, prefix: str, others: list[str]) -> None:
    found = Matcher({"it": [word]}).find(words(" ".join([*others, prefix + word, *others])))
    assert Span(len(others), len(others)) in found["it"]


@given(
    st.dictionaries(LETTERS, st.lists(LETTERS, min_size=1, max_size=3), min_size=1, max_size=5),
    st.lists(LETTERS, max_size=20),
)
def test_lists_together_find_what_each_finds_alone(lists: dict[str, list[str]], text: list[str]) -> None:
    cut = words(" ".join(text))
    together = Matcher(lists).find(cut)
    for name, phrases in lists.items():
        assert together.get(name, []) == Matcher({name: phrases}).find(cut).get(name, [])
