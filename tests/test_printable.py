"""Whatever a page holds, what is kept of it can be shown and written."""

import unicodedata
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from rasid.printable import printable, shortened

ANY = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("\x00\x1b\x7f\x85\x9b\ue000\ue001\ufffe\ud83d\r\n\t")
)


@given(ANY)
def test_any_text_becomes_printable(text: str) -> None:
    shown = printable(text)
    assert printable(shown) == shown
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert all(char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"} for char in shown)
    ET.fromstring(f"<t>{shown.replace('&', '&amp;').replace('<', '&lt;')}</t>")


def test_what_readers_see_stays() -> None:
    text = "عنوان «الخبر»: 1\u00a0000 👍🏽\u200f\nسطر"
    assert printable(text) == text
    assert printable("سطر\r\nسطر\tكلمة\x1b[31m\u009b2J") == "سطر\nسطر كلمة[31m2J"


@given(ANY, st.integers(2, 40))
def test_a_shortened_text_is_a_beginning(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= most
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_it_ends_with_a_whole_word() -> None:
    assert shortened("أعلنت وزارة الدفاع اليوم", 15) == "أعلنت وزارة…"
