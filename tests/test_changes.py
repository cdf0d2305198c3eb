"""What a repost changed."""

from hypothesis import given
from hypothesis import strategies as st

from processing.reposts.changes import changes

WORDS = st.lists(st.sampled_from(["وزير", "الدفاع", "زار", "أمس", "وقال", "إن", "الصفقة", "تمت"]), max_size=12)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_off_the_changes(original: list[str], repost: list[str]) -> None:
    found = list(changes(" ".join(original), " ".join(repost)))
    assert [word for each in found if each.kind != "put in" for word in each.words] == original
    assert [word for each in found if each.kind != "left out" for word in each.words] == repost


def test_what_was_left_out_and_put_in() -> None:
    found = [
        (each.kind, " ".join(each.words))
        for each in changes("قال الوزير أمس إن الصفقة تمت", "قال الوزير إن الصفقة الكبيرة تمت")
    ]
    assert found == [
        ("same", "قال الوزير"),
        ("left out", "أمس"),
        ("same", "إن الصفقة"),
        ("put in", "الكبيرة"),
        ("same", "تمت"),
    ]
