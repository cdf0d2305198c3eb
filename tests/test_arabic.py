"""Words, spellings and forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.arabic import conjugated, inflected, parted, words
from processing.html.characters import visible
from rasid.letters import normalise

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
    found = words(text)
    for form, start, stop in zip(found.forms, found.starts, found.ends, strict=True):
        assert end <= start < stop <= len(text)
        assert normalise(text[start:stop]) == form
        end = stop


@given(ARABIC)
def test_no_letter_is_lost_between_words(text: str) -> None:
    assert "".join(words(text).forms) == "".join(c for c in normalise(text) if c.isalnum())


def test_a_quote_keeps_the_vowel_sign_after_its_last_letter() -> None:
    text = "شراءُ أسلحةٍ."
    found = words(text)
    assert [text[s:e] for s, e in zip(found.starts, found.ends, strict=True)] == ["شراءُ", "أسلحةٍ"]


def test_letters_and_digits_are_words_of_their_own() -> None:
    assert words("S400 وإس-٤٠٠ #صفقة_سلاح").forms == ["s", "400", "واس", "400", "صفقه", "سلاح"]


def test_sentences_end_at_full_stops_but_not_inside_numbers_and_initials() -> None:
    found = words("بلغت 3.5 في المئة بحسب د.ب.أ اليوم. وقال الوزير\nنعم؟ لا")
    assert found.sentences == [0] * 10 + [1] * 2 + [2] + [3]


@pytest.mark.parametrize("written", ["وبالأسلحة", "للأسلحة", "فالأسلحة", "كأسلحة", "والأسلحة", "أسلحة"])
def test_joined_prefixes_are_taken_off(written: str) -> None:
    # In للأسلحة the article's alif has gone, and what follows لل is the word.
    assert normalise("أسلحة") in [rest for _, rest in parted(normalise(written))]


@pytest.mark.parametrize("written", ["صفقة", "صفقات", "صفقتها", "صفقتين", "صفقاتهم"])
def test_endings_of_a_feminine_word(written: str) -> None:
    assert normalise(written) in inflected("صفقة")


def test_a_word_that_only_begins_alike_is_another() -> None:
    assert normalise("صفقوا") not in inflected("صفقة")
    assert inflected("CAATSA") == {"caatsa"}


@pytest.mark.parametrize(
    ("verb", "forms", "others"),
    [
        ("يشتري", "يشتري تشتري نشتري أشتري يشترون يشتروا يشتريان تشتريها نشتريه يشترونها", "مشتر شراء اشتراك"),
        ("اشترى", "اشترى اشترت اشتروا اشترينا اشتراها اشترتهما اشتروها", "يشتري شراء اشتراك"),
        ("يتسلم", "تتسلم يتسلمون نتسلمها يتسلما", "تسلم استلام"),
        ("باع", "باعت باعوا باعها باعوه باعتا", "بيع مباع باعث"),
    ],
)
def test_a_verb_is_known_in_all_persons_and_with_pronouns(verb: str, forms: str, others: str) -> None:
    known = conjugated(verb)
    assert {form for form in forms.split() if normalise(form) not in known} == set()
    assert {form for form in others.split() if normalise(form) in known} == set()


@pytest.mark.parametrize("hidden", sorted("\u200b\u2067\u034f\u180e\u2064\u3164\ufe0f\ufff9\ufffc\U000e0041\U000e0100"))
def test_what_nobody_sees_hides_no_word(hidden: str) -> None:
    text = f"صفقة {hidden.join('أسلحة')} {hidden}"
    assert words(text).forms == ["صفقه", "اسلحه"]
    assert visible(text) == "صفقة أسلحة"
