"""A mistake in a YAML file is told in one line with file, line and key, before anything is done."""

from pathlib import Path

import pytest

from pipeline.config import load_config
from rasid.errors import ConfigError
from rasid.outlets import load_outlets
from rasid.settings import Settings
from tests.conftest import Rasid
from tests.small import small_configuration

MISTAKES = [
    ("outlets.yaml", "timezone: Africa/Algiers", "timezone: Africa/Algier", "timezone", "expected the name of a time"),
    ("outlets.yaml", "country: DZ", "country: Algeria", "country", "^[A-Z]{2}$"),
    ("outlets.yaml", "country: DZ", "county: DZ", "country", "missing"),
    ("outlets.yaml", "- feed: http", "- feed: htp", "sources.0.feed", "http"),
    ("outlets.yaml", "- feed:", "- fed:", "sources.0.fed", "unknown key"),
    ("outlets.yaml", "country: DZ", "country: DZ\n    hints: {body: '//div['}", "hints.body", "expected an XPath"),
    ("outlets.yaml", "country: DZ", "country: DZ\n    hints: {body: 'count(//p)'}", "hints.body", "finds elements"),
    ("outlets.yaml", "country: DZ", "country: DZ\n    hints: {body: 'a:b(1)'}", "hints.body", "expected an XPath"),
    ("outlets.yaml", "'127.0.0.1:18401'", "'*'", "allow_hosts", "expected a host by its name"),
    ("outlets.yaml", "'127.0.0.1:18401'", "http://h/", "allow_hosts", "expected a host by its name"),
    (
        "outlets.yaml",
        "country: DZ",
        "country: DZ\n    hints: {body: 're:test(., \"x\")'}",
        "hints.body",
        "expected an XPath",
    ),
    (
        "outlets.yaml",
        "country: DZ",
        "country: DZ\n    hints: {body: \"document('file:///etc/passwd')\"}",
        "hints.body",
        "expected an XPath",
    ),
    ("outlets.yaml", "- feed: http", "- feed: file:///etc/passwd?http", "sources.0.feed", "http"),
    (
        "outlets.yaml",
        "timezone: Africa/Algiers",
        "timezone: ../../etc/passwd",
        "timezone",
        "expected the name of a time",
    ),
    ("outlets.yaml", "country: DZ", "country: DZ\n    country: MA", "", "duplicate key"),
    ("outlets.yaml", "{ar: ", "{ar ", "name", ""),
    ("outlets.yaml", "outlets:", "outlets", "", "valid YAML"),
    (
        "topics.yaml",
        "near: [embargo, [hardware, arms]]",
        "near: [embargo, [hardware, arm]]",
        "topics.arms_deals",
        "no word list arm",
    ),
    ("topics.yaml", "within: 3", "within: three", "topics.arms_deals.proof.0.within", "integer"),
    ("topics.yaml", "within: 3", "within: 1", "topics.arms_deals.proof.0.within", "greater than or equal to 2"),
    ("topics.yaml", "label: {ar: صفقات السلاح, en: Arms deals}", "", "topics.arms_deals.label", "missing"),
    (
        "topics.yaml",
        "{list: entities.countries.ML}",
        "{list: entities.countries.MLI}",
        "topics.sahel.support",
        "no word list entities.countries.MLI",
    ),
    ("topics.yaml", "  law: [قانون]", "  law: [قانون, '!']", "lists.law", "words of letters or digits"),
    ("topics.yaml", "  law: [قانون]", "  law: ['قانون, تشريع']", "lists.law", "a phrase has no comma"),
    ("entities.yaml", "  DZ: {words", "  DZA: {words", "countries.DZA", "ISO 3166-1"),
    ("entities.yaml", "class: air defence, maker: RU", "class: air defence, maker: RUS", "maker", "ISO 3166-1"),
    ("entities.yaml", "        not_after: [نهر,", "        not_behind: [نهر,", "not_behind", "unknown key"),
    ("alerts.yaml", "topics: [caatsa]", "topics: [catsa]", "alerts.caatsa.topics", "there is no topic catsa"),
    ("alerts.yaml", "topics: [caatsa]", "topics: []", "alerts.caatsa", "at least one of"),
    ("alerts.yaml", "  caatsa:", "  Caatsa!:", "Caatsa!", "match"),
    ("alerts.yaml", "alerts:", "\talerts:", "", "valid YAML"),
    ("synonyms.yaml", "synonyms:\n", "\tsynonyms:\n", "", "valid YAML"),
]


def _configuration(folder: Path, file: str, right: str, wrong: str) -> tuple[Path, int]:
    config = small_configuration(folder)
    text = (config / file).read_text(encoding="utf-8")
    assert right in text
    (config / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    return config, text[: text.index(right)].count("\n") + 1


@pytest.mark.parametrize("id_", ["../../x", "'١'", "'a b'", "''", '"on\\ne"', f"{'a' * 240}"])
def test_an_id_that_cannot_name_a_file(tmp_path: Path, id_: str) -> None:
    file = tmp_path / "outlets.yaml"
    source = "sources: [{feed: 'http://127.0.0.1:9/'}]"
    file.write_text(f"outlets:\n  {id_}: {{name: {{ar: x, en: x}}, country: DZ, timezone: UTC, {source}}}\n")
    with pytest.raises(ConfigError) as told:
        load_outlets(file)
    assert told.value.line == 2


def test_no_tag_of_yaml_runs_anything(tmp_path: Path) -> None:
    file, ran = tmp_path / "outlets.yaml", tmp_path / "ran"
    for tag in ("object/apply:os.system", "object/new:os.system", "name:os.system"):
        file.write_text(f"outlets: !!python/{tag} ['touch {ran}']\n")
        with pytest.raises(ConfigError):
            load_outlets(file)
    assert not ran.exists()


@pytest.mark.parametrize(("file", "right", "wrong", "key", "expected"), MISTAKES)
def test_mistakes(tmp_path: Path, file: str, right: str, wrong: str, key: str, expected: str) -> None:
    config, line = _configuration(tmp_path, file, right, wrong)
    with pytest.raises(ConfigError) as caught:
        load_config(Settings(config=config))
    error = caught.value
    assert error.file == str(config / file)
    assert key in error.key
    assert expected in error.expected
    assert abs(error.line - line) <= 3  # a missing key is shown at its parent, a slip in YAML where the parser stops
    assert "\n" not in str(error)


def test_the_files_of_the_project_are_right() -> None:
    config = load_config(Settings())
    assert len(config.outlets) >= 22
    assert {"arms_deals", "caatsa"} <= set(config.tagger.topics)


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    config, _ = _configuration(tmp_path, "alerts.yaml", "alerts:", "alerts:")
    (config / "alerts.yaml").write_bytes("alerts: {الجزائر: 1}".encode("windows-1256"))
    with pytest.raises(ConfigError, match=r"alerts\.yaml:1: expected UTF-8 text"):
        load_config(Settings(config=config))


def test_nothing_is_crawled(rasid: Rasid, tmp_path: Path) -> None:
    config, line = _configuration(tmp_path, "topics.yaml", "within: 3", "within: three")
    rasid.environment["RASID_CONFIG"] = str(config)
    for command in (["run", "--date", "2025-03-10"], ["crawl", "--date", "2025-03-10"]):
        result = rasid(*command)
        assert result.returncode == 1
        assert result.stderr.startswith(f"{config / 'topics.yaml'}:{line}: topics.arms_deals.proof.0.within: expected")
        assert result.stderr.count("\n") == 1
    assert [file.name for file in rasid.data.iterdir()] == ["cache"]
