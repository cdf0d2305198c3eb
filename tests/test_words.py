"""The word lists under ``rasid/words``: each is read, says nothing twice, and is written as its reader reads it."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasid import words as room
from rasid.errors import ConfigError
from rasid.letters import normalise, view_pattern
from rasid.settings import ROOT
from rasid.words import FOLDER, WordFile, phrase_list, phrase_lists, word_list, word_lists
from rasid.words.patterns import pattern
from rasid.yaml_file import load_yaml

FILES = sorted(FOLDER.glob("*.yaml"))
READERS = {"word_list", "word_lists", "phrase_list", "phrase_lists", "pattern"}


def _readers() -> dict[tuple[str, str], str]:
    """File and name of each list that the code reads → the function that reads it."""
    files = (file for folder in ("rasid", "processing") for file in (ROOT / folder).rglob("*.py"))
    calls = (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    return {
        (file.value, name.value): function
        for node in calls
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and (function := node.func.id) in READERS
        for file, name in [node.args]
        if isinstance(file, ast.Constant) and isinstance(name, ast.Constant)
    }


@dataclass(frozen=True)
class Listed:
    """A list, and the function that reads it."""

    where: tuple[str, str, str]
    text: str
    reader: str

    @property
    def items(self) -> list[str]:
        """What an editor would call its items, empty ones too."""
        return self.text.split() if "word" in self.reader else [part.strip() for part in re.split("[,،]", self.text)]


def _lists() -> Iterator[Listed]:
    readers = _readers()
    for file in FILES:
        for name, text in load_yaml(file, WordFile).root.items():
            for one, listed in (text if isinstance(text, dict) else {"": text}).items():
                yield Listed((file.stem, name, one), listed, readers.get((file.stem, name), "word_list"))


def test_each_list_is_read_and_each_that_is_read_is_there() -> None:
    assert {each.where[:2] for each in _lists()} == _readers().keys()


def test_no_list_is_empty_or_has_an_empty_item() -> None:
    assert [each.where for each in _lists() if not each.items or not all(each.items)] == []


def test_no_list_says_anything_twice() -> None:
    # Some patterns are for texts as they stand, where أ and ا are two letters.
    views = {
        each.where: [item if each.reader == "pattern" else normalise(item) for item in each.items] for each in _lists()
    }
    twice = {where: item for where, items in views.items() for item, count in Counter(items).items() if count > 1}
    assert twice == {}


def test_signs_stand_only_where_they_are_read() -> None:
    signs = re.compile("[()|*…]")
    assert [each.where for each in _lists() if each.reader != "pattern" and signs.search(each.text)] == []
    made = [view_pattern(pattern(*each.where[:2])) for each in _lists() if each.reader == "pattern"]
    assert not any(each.fullmatch("") for each in made)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_says_in_both_languages_what_it_is_for(file: Path) -> None:
    head = file.read_text(encoding="utf-8").partition("\n\n")[0].splitlines()
    assert all(line.startswith("#") for line in head)
    assert any("Edit freely" in line for line in head)
    assert any("عدّل الملف" in line for line in head)


def test_readers_part_words_at_blanks_and_phrases_at_commas_of_both_scripts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "FOLDER", tmp_path)
    (tmp_path / "any_words.yaml").write_text(
        "one: >\n  بقلم  كتبت\n  قلم\nsome: >\n  كانون الثاني، شباط,\n  آذار,\n"
        "of:\n  1: يناير, كانون الثاني\n  b: x y\n",
        "utf-8",
    )
    assert word_list("any_words", "one") == ("بقلم", "كتبت", "قلم")
    assert phrase_list("any_words", "some") == ("كانون الثاني", "شباط", "آذار")
    assert phrase_lists("any_words", "of") == {"1": ("يناير", "كانون الثاني"), "b": ("x y",)}
    assert word_lists("any_words", "of")["b"] == ("x", "y")


def test_a_mistake_is_told_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "FOLDER", tmp_path)
    (tmp_path / "wrong_words.yaml").write_text("one: a b\ntwo: [a, b]\n", "utf-8")
    with pytest.raises(ConfigError, match=r"wrong_words.yaml:2: two"):
        word_list("wrong_words", "one")


@pytest.mark.parametrize(
    ("phrase", "matches", "does_not"),
    [
        ("مقال|خبر", ["مقال", "خبر"], ["مقال خبر", "مقالخبر"]),
        ("(ال)صورة|صور", ["صورة", "الصورة", "الصور"], ["لصورة"]),
        ("شارك(ها|وا) (على|عبر)", ["شارك", "شاركها على", "شاركوا عبر"], ["شارك على عبر", "شارك "]),
        ("(هذا) المقال", ["المقال", "هذا المقال"], ["هذاالمقال", "هذا"]),
        ("اقرأ (بقية) (هذا) الخبر", ["اقرأ الخبر", "اقرأ هذا الخبر", "اقرأ بقية الخبر"], ["اقرأ بقية", "اقرأ"]),
        ("رقمن*", ["رقمنت", "رقمن"], ["رقم", "رقمن شيئا"]),
        ("للمزيد … تابعونا", ["للمزيد من الأخبار تابعونا", "للمزيد تابعونا"], ["تابعونا"]),
        ("أ. ب", ["أ. ب", "ا. ب"], ["أخ ب"]),
    ],
)
def test_the_signs_of_patterns(
    phrase: str, matches: list[str], does_not: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rasid.words.patterns.phrase_list", lambda *_: (phrase,))
    made = view_pattern(pattern("any", "any"))
    assert [text for text in matches if not made.fullmatch(normalise(text))] == []
    assert [text for text in does_not if made.fullmatch(normalise(text))] == []


@given(st.lists(st.text("ابتثجء.+?[]{}^$\\-/:", min_size=1), min_size=1, max_size=3))
def test_a_phrase_without_signs_matches_itself_alone(parts: list[str]) -> None:
    phrase = " ".join(parts)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("rasid.words.patterns.phrase_list", lambda *_: (phrase,))
        made = re.compile(pattern("any", "any"))
    assert made.fullmatch(phrase)
    assert not made.fullmatch(phrase + "ا")
