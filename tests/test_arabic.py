"""Words, spellings and forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.arabic import inflected, normalise, stripped, words

ARABIC = st.text(st.sampled_from("ابتسلحفوةىأإآءؤئـ ًٌّْ\u200f\u200e،.()0٣۴#_-SF\n لله"), max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أسلحة", "اسلحه"),
        ("الأســلحة", "الاسلحة"),
        ("صَفْقَةٌ", "صفقه"),
        ("إس-٤٠٠", "اس-400"),
        ("مسؤول", "مسوول"),
        ("رئيس", "رييس"),
        ("على", "علي"),
        ("CAATSA", "caatsa"),
        ("ﷲ", "الله"),
    ],
)
def test_spellings_of_one_word_are_equal(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_different_words_stay_different() -> None:
    assert normalise("سلاح") != normalise("صلاح")


@given(ARABIC)
def test_words_stand_where_they_say(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert normalise(text[word.start : word.end]) == word.form
        end = word.end


@given(ARABIC)
def test_no_letter_is_lost_between_words(text: str) -> None:
    assert "".join(word.form for word in words(text)) == "".join(c for c in normalise(text) if c.isalnum())


def test_a_quote_keeps_the_vowel_sign_after_its_last_letter() -> None:
    text = "شراءُ أسلحةٍ."
    assert [text[word.start : word.end] for word in words(text)] == ["شراءُ", "أسلحةٍ"]


@pytest.mark.parametrize("written", ["وبالأسلحة", "للأسلحة", "فالأسلحة", "كأسلحة", "والأسلحة", "أسلحة"])
def test_joined_prefixes_are_taken_off(written: str) -> None:
    # In للأسلحة the article's alif has gone, and what follows لل is the word.
    assert normalise("أسلحة") in stripped(normalise(written))


@pytest.mark.parametrize("written", ["صفقة", "صفقات", "صفقتها", "صفقتين", "صفقاتهم"])
def test_endings_of_a_feminine_word(written: str) -> None:
    assert normalise(written) in inflected("صفقة")


def test_a_word_that_only_begins_alike_is_another() -> None:
    assert normalise("صفقوا") not in inflected("صفقة")
    assert inflected("CAATSA") == {"caatsa"}
