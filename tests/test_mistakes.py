"""Mistakes in YAML files are told in Arabic to who asks for it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from upath import UPath

from pipeline.config import mistakes_in
from rasid.errors import ConfigError
from rasid.mistakes import in_arabic, translated
from rasid.outlets import load_outlets
from rasid.settings import ROOT, Settings
from rasid.yaml_file import _PATTERNS
from tests.conftest import Rasid
from tests.small import small_configuration

WRITTEN = (
    *("alerts/channels.py", "alerts/rules.py", "alerts/timing.py", "processing/deals/file.py", "processing/phrase.py"),
    "processing/matcher.py",
    *("processing/entities/recogniser.py", "processing/topics/file.py", "rasid/outlets.py", "search/synonyms.py"),
)
"""Files of what people write, whose validators say what is wrong."""
RAISED = {"ValueError", "MisplacedError", "PhraseError"}
ARABIC = re.compile("[\u0621-\u064a]")


def _raised() -> Iterator[str]:
    """What validators say, with a word for each part that differs."""
    for name in WRITTEN:
        for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED:
                said = node.args[-1]
                if isinstance(said, ast.Constant):
                    yield str(said.value)
                elif isinstance(said, ast.JoinedStr) and any(isinstance(part, ast.Constant) for part in said.values):
                    text = "".join(p.value if isinstance(p, ast.Constant) else "x" for p in said.values)
                    yield text if text != "xx" else "x: there is no channel x; did you mean x?"


@pytest.mark.parametrize("said", sorted({*_raised(), *(f"expected {each}" for each in _PATTERNS.values())}))
def test_whatever_a_validator_says_is_there_in_arabic(said: str) -> None:
    for told in (translated(said), translated(f"{said} (it is 'x')")):
        assert ARABIC.search(told), said
        assert "expected" not in told


COMMA = "في هذا السطر فاصلة عربية «،»؛ اكتب مكانها فاصلة لاتينية ,"
BROKEN = (
    *("a: {ar: تجربة، en: Test}", "a: [x: y: z]", "a: {b: c", "a: [b", "a: b: c", "a:\n  b: c\n d: e", "a: b\nc\n"),
    *("a: 'b", 'a: "\\q"', "a: *b", "a: @b", "a: %b", "a: - b", "a: 2025-02-30", "a:\n - b\n  - c", "a: b\n---\nc: d"),
    *("a: b\na: c", "\ta: b", "a: [b]]", "- a\nb: c", "a: ]", "a: &", "a: |x\n  y"),
)


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_yaml_is_told_in_plain_arabic(tmp_path: Path, text: str) -> None:
    (file := tmp_path / "outlets.yaml").write_text(f"{text}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        load_outlets(file)
    arabic = translated(told.value.each()[0].expected)
    assert ARABIC.search(arabic), arabic
    assert not re.search("[A-Za-z]{4}", arabic), arabic
    assert arabic.endswith(COMMA) == ("،" in text)


def test_an_arabic_comma_is_told_wherever_it_stands_for_a_comma(tmp_path: Path) -> None:
    config = small_configuration(tmp_path)
    rules = "alerts:\n  a:\n    name: {ar: أ، ب, en: x}\n    topics: [arms_deals، caatsa]\n    countries: [DZ؛ MA]\n"
    (config / "alerts.yaml").write_text(f"{rules}    within_days: 0\n", encoding="utf-8")
    (config / "synonyms.yaml").write_text("synonyms: [[سلاح، ذخيرة, عتاد]]\n", encoding="utf-8")
    told = mistakes_in(Settings(config=config, data=UPath(tmp_path)))
    said = {Path(each.file).stem + str(each.line): translated(each.expected) for each in told}
    assert said.keys() == {"synonyms1", "alerts4", "alerts5", "alerts6"}
    assert said["alerts4"].startswith("لا وجود لموضوع باسم arms_deals، caatsa") and said["alerts4"].endswith(COMMA)
    assert said["synonyms1"].endswith(COMMA)
    assert said["alerts5"].endswith("فاصلة منقوطة عربية «؛»؛ اكتب مكانها فاصلة لاتينية ,")
    assert "فاصلة" not in said["alerts6"]


def test_names_and_values_stay() -> None:
    assert translated("there is no weapon S400; did you mean S-400?") == "لا وجود لسلاح باسم S400؛ هل تقصد S-400؟"
    assert translated("expected greater than 0 (it is -1)") == "المتوقع عدد أكبر من 0 (المكتوب: -1)"
    assert translated("there is no country UK; expected of: AD and 230 more").endswith("المتاح: AD و230 غيرها")
    assert translated("of another kind") == "of another kind"
    several = ConfigError("a.yaml", 1, "b", "this key is missing", (ConfigError("c.yaml", 2, "", "a"),))
    assert in_arabic(several) == "a.yaml:1: b\n  هذا المفتاح ناقص\nc.yaml:2\n  a"


def test_who_chose_arabic_reads_it(rasid: Rasid, tmp_path: Path) -> None:
    (tmp_path / "outlets.yaml").write_text("outlets:\n  El Watan:\n    timezone: Algeria\n")
    rasid.environment["RASID_CONFIG"] = str(tmp_path)
    assert "expected the name of a time zone" in rasid("check").stderr
    rasid.environment["RASID_LANGUAGE"] = "ar"
    told = rasid("check")
    assert told.returncode == 1
    assert f"{tmp_path}/outlets.yaml:2: outlets.El Watan.[key]\n  المتوقع معرّف" in told.stderr
    assert "(المكتوب: 'Algeria')" in told.stderr
    (tmp_path / "outlets.yaml").unlink()
    assert "لا خطأ" in rasid("check").stdout
