"""A mistake in a YAML file is told in one line with file, line and key, before anything is done."""

from pathlib import Path

import pytest
from upath import UPath

from pipeline.config import Config, load_config, mistakes_in
from rasid.configuration import SHIPPED, config_files
from rasid.errors import ConfigError
from rasid.outlets import load_outlets
from rasid.settings import Settings
from tests.compiled import warm
from tests.conftest import Rasid
from tests.small import small_configuration

MISTAKES = [
    ("outlets.yaml", "timezone: Africa/Algiers", "timezone: Africa/Algier", "timezone", "expected the name of a time"),
    ("outlets.yaml", "country: DZ", "country: Algeria", "country", "two capital letters, such as DZ"),
    ("outlets.yaml", "country: DZ", "county: DZ", "country", "missing"),
    ("outlets.yaml", "- feed: http", "- feed: htp", "sources.0.feed", "http"),
    ("outlets.yaml", "- feed:", "- fed:", "sources.0.fed", "unknown key; did you mean feed?"),
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
    ("outlets.yaml", "delay: 0", "delay: .inf", "delay", "less than or equal to 3600"),
    ("outlets.yaml", "country: DZ", "country: DZ\n    timeout: 1e300", "timeout", "less than or equal to 600"),
    ("alerts.yaml", "topics: [caatsa]", "topics: [caatsa]\n    within_days: 3650000", "within_days", "to 36500"),
    ("topics.yaml", "  law: [قانون]", f"  law: [{'قانون ' * 2000}]", "lists.law", "at most 50 words in one phrase"),
    ("outlets.yaml", "- feed: http", "- feed: file:///etc/passwd?http", "sources.0.feed", "http"),
    (
        "outlets.yaml",
        "timezone: Africa/Algiers",
        "timezone: ../../etc/passwd",
        "timezone",
        "expected the name of a time",
    ),
    ("outlets.yaml", "country: DZ", "country: DZ\n    country: MA", "", "the key country stands here a second time"),
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
    (
        "alerts.yaml",
        "topics: [caatsa]",
        "topics: [catsa]",
        "alerts.caatsa.topics",
        "there is no topic catsa; did you mean caatsa?",
    ),
    ("alerts.yaml", "topics: [caatsa]", "topics: []", "alerts.caatsa", "at least one of"),
    ("alerts.yaml", "  caatsa:", "  Caatsa!:", "Caatsa!", "an id of small Latin letters"),
    ("alerts.yaml", "topics: [caatsa]", "weapons: [S400]", "weapons.0", "no weapon S400; did you mean S-400?"),
    ("alerts.yaml", "topics: [caatsa]", "outlets: [baradda]", "outlets.0", "no outlet baradda; did you mean barada?"),
    ("alerts.yaml", "topics: [caatsa]", "countries: [UK]", "countries.0", "there is no country UK; "),
    ("alerts.yaml", "topics: [caatsa]", "topics: [caatsa]\n    min_scor: 1", "min_scor", "did you mean min_score?"),
    ("alerts.yaml", "alerts:", "\talerts:", "", "a tab: indent by blanks (expected valid YAML)"),
    ("topics.yaml", "topics:\n", "lists: {a: [b]}\ntopics:\n", "", "the key lists stands here a second time"),
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
        load_config(Settings(config=config, data=UPath(tmp_path)))
    error = caught.value
    assert error.file == str(config / file)
    assert key in error.key
    assert expected in error.expected
    assert abs(error.line - line) <= 3  # a missing key is shown at its parent, a slip in YAML where the parser stops
    assert "\n" not in str(error.each()[0])
    assert len(error.each()) == (2 if wrong in {"county: DZ", "{ar "} else 1)  # these are unknown, others missing


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The files of the project."""
    return load_config(Settings(data=UPath(warm(tmp_path_factory.mktemp("shipped")))))


def test_the_files_of_the_project_are_right(shipped: Config) -> None:
    assert len(shipped.outlets) >= 22
    assert {"arms_deals", "caatsa"} <= set(shipped.tagger.topics)


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    config, _ = _configuration(tmp_path, "alerts.yaml", "alerts:", "alerts:")
    (config / "alerts.yaml").write_bytes("alerts: {الجزائر: 1}".encode("windows-1256"))
    with pytest.raises(ConfigError, match=r"alerts\.yaml:1: expected UTF-8 text"):
        load_config(Settings(config=config, data=UPath(tmp_path)))


def test_nothing_is_crawled(rasid: Rasid, tmp_path: Path) -> None:
    config, line = _configuration(tmp_path, "topics.yaml", "within: 3", "within: three")
    rasid.environment["RASID_CONFIG"] = str(config)
    for command in (["run", "--date", "2025-03-10"], ["crawl", "--date", "2025-03-10"]):
        result = rasid(*command)
        assert result.returncode == 1
        assert result.stderr.startswith(f"{config / 'topics.yaml'}:{line}: topics.arms_deals.proof.0.within: expected")
        assert result.stderr.count("\n") == 1
    assert [file.name for file in rasid.data.iterdir()] == ["cache"]


def test_all_mistakes_of_all_files_are_told_at_once(rasid: Rasid, tmp_path: Path) -> None:
    config = small_configuration(tmp_path)
    for file, right, wrong in (
        ("outlets.yaml", "country: DZ", "country: Algeria"),
        ("outlets.yaml", "timezone: Africa/Algiers", "timezone: Africa/Algier"),
        ("topics.yaml", "within: 3", "within: three"),
        ("synonyms.yaml", "synonyms:\n", "synonym:\n"),
        ("alerts.yaml", "topics: [caatsa]", "weapons: [S400]"),
    ):
        text = (config / file).read_text(encoding="utf-8")
        assert right in text
        (config / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    rasid.environment["RASID_CONFIG"] = str(config)
    told = rasid("check")
    assert told.returncode == 1
    lines = told.stderr.splitlines()
    assert [Path(line.partition(":")[0]).name for line in lines] == ["outlets.yaml"] * 2 + [
        "topics.yaml",
        "synonyms.yaml",
        "alerts.yaml",
    ]
    (tmp_path / "right").mkdir()
    rasid.environment["RASID_CONFIG"] = str(small_configuration(tmp_path / "right"))
    assert rasid("check").returncode == 0


def test_one_pass_tells_what_can_be_told_beside_other_mistakes(tmp_path: Path) -> None:
    config = small_configuration(tmp_path)
    rule = "{name: {ar: x, en: x}, topics: [arms_deal, caatsa, nothing_like_it], chanels: [desk]}"
    channels = "channels: {desk: {email: [nobody]}}\noperators: [desk, dusk]\n"
    (config / "alerts.yaml").write_text(f"{channels}alerts:\n  a: {rule}\n", encoding="utf-8")
    for name, right, wrong in (
        ("topics.yaml", "within: 3", "within: three"),
        ("topics.yaml", "near: [embargo, [hardware, arms]]", "near: [embarg, [hardware, arm]]"),
        ("entities.yaml", "class: air defence, maker: RU", "class: air defence, maker: RUS"),
        ("outlets.yaml", "outlets:", "outlets"),
    ):
        text = (config / name).read_text(encoding="utf-8")
        (config / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    (config / "topics.d").mkdir()
    (config / "topics.d" / "mine.yml").write_text("topics: {}\n", encoding="utf-8")
    settings = Settings(config=config, data=UPath(tmp_path))
    told = [f"{Path(each.file).name}: {each.key}: {each.expected}" for each in mistakes_in(settings)]
    for begin in (
        "outlets.yaml: : ",
        "entities.yaml: weapons.",
        "topics.yaml: topics.arms_deals.proof.0.within: expected a valid integer",
        "topics.yaml: topics.arms_deals.proof.1.near.0: no word list embarg",
        "topics.yaml: topics.arms_deals.proof.1.near.1.1: no word list arm",
        "alerts.yaml: alerts.a.topics.0: there is no topic arms_deal; did you mean arms_deals?",
        "alerts.yaml: alerts.a.topics.2: there is no topic nothing_like_it",
        "alerts.yaml: alerts.a.chanels: unknown key; did you mean channels?",
        "alerts.yaml: channels.desk.email.0: expected an e-mail address",
        "alerts.yaml: operators.1: there is no channel dusk; did you mean desk?",
        "mine.yml: : this file is not read: name it mine.yaml",
    ):
        assert sum(line.startswith(begin) for line in told) == 1, (begin, told)
    assert len(told) == 11


def test_beside_a_file_that_is_no_yaml_nothing_is_missed_that_it_may_have(tmp_path: Path) -> None:
    config = small_configuration(tmp_path)
    for name in ("outlets", "topics", "entities"):
        (config / f"{name}.d").mkdir()
        (config / f"{name}.d" / "a.yaml").write_text("a: [b\n", encoding="utf-8")
    (config / "topics.yaml").write_text("lists: {}\n", encoding="utf-8")
    (config / "alerts.yaml").write_text(
        "alerts: {a: {name: {ar: x, en: x}, topics: [gone], weapons: [gone], outlets: [gone], countries: [GONE]}}\n"
    )
    told = mistakes_in(Settings(config=config, data=UPath(tmp_path)))
    assert [Path(each.file).name for each in told] == ["a.yaml"] * 3 + ["alerts.yaml"]
    assert told[-1].key == "alerts.a.countries.0"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "topics.yaml",
            "topics:\n  a:\n    within: 3\n",
            "within: does not stand here; it stands under proof:, support",
        ),
        ("topics.yaml", "topics:\n  lists: {}\n  a:\n    topics: 3\n", "topics: stands at the begin of a line"),
        ("outlets.yaml", "outlets:\n  a:\n    min: 3\n", "min: does not stand here; it stands under per_day:"),
    ],
)
def test_a_key_at_another_place_is_told_where_it_belongs(tmp_path: Path, file: str, text: str, said: str) -> None:
    config = small_configuration(tmp_path)
    (config / file).write_text(text, encoding="utf-8")
    told = mistakes_in(Settings(config=config, data=UPath(tmp_path)))
    assert any(each.expected.startswith(said) for each in told), told


def test_the_tests_read_none_of_an_analysts_files(rasid: Rasid) -> None:
    for folder in (Settings().config, Path(rasid.environment["RASID_CONFIG"])):
        assert config_files(folder, "outlets.yaml") == (SHIPPED / "outlets.yaml",)


def test_files_of_her_own_lie_beside_the_shipped_ones(shipped: Config, tmp_path: Path) -> None:
    own = {
        "outlets.d/mine.yaml": "outlets:\n  mine:\n    name: {ar: لي, en: Mine}\n    country: DZ\n"
        "    timezone: UTC\n    sources: [{feed: 'https://mine.example/feed'}]\n",
        "topics.d/dam.yaml": "lists: {dams: [سد النهضة]}\n"
        "topics: {dam: {label: {ar: السد, en: Dam}, description: of the dam, proof: [{list: dams}]}}\n",
        "entities.d/people.yaml": "people: {Somebody: {label: {ar: فلان, en: Somebody}, words: [فلان الفلاني]}}\n",
        "synonyms.d/mine.yaml": "synonyms: [[سد, حاجز]]\n",
        "alerts.d/dam.yaml": "alerts: {dam: {name: {ar: السد, en: Dam}, topics: [dam], outlets: [mine]}}\n",
    }
    for name, text in own.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = load_config(Settings(config=tmp_path, data=UPath(tmp_path)))
    assert found.outlets.keys() == {*shipped.outlets, "mine"}
    assert found.tagger.topics.keys() == {*shipped.tagger.topics, "dam"}
    assert found.tagger.models.keys() == shipped.tagger.models.keys()
    assert found.tagger.tag("سد النهضة", "وافتتح فلان الفلاني السد").topics == ("dam",)
    assert [rule.id for rule in found.alerting.rules] == [*(rule.id for rule in shipped.alerting.rules), "dam"]
    assert {"سد, حاجز"} == set(found.synonyms) - set(shipped.synonyms) - {"فلان, Somebody, فلان الفلاني"}


def test_mistakes_in_files_of_her_own(tmp_path: Path) -> None:
    settings = Settings(config=tmp_path, data=UPath(warm(tmp_path / "data")))
    (tmp_path / "outlets.d").mkdir()
    (tmp_path / "outlets.d" / "a.yaml").write_text("outlets:\n  aljazeera: {}\n  mine:\n    county: DZ\n")
    with pytest.raises(ConfigError, match=r"a\.yaml:2: outlets\.aljazeera: stands in an earlier file, too"):
        load_config(settings)
    (tmp_path / "outlets.d" / "a.yaml").write_text("outlets:\n  mine:\n    county: DZ\n")
    with pytest.raises(ConfigError) as caught:
        load_config(settings)
    assert {mistake.file for mistake in caught.value.each()} == {str(tmp_path / "outlets.d" / "a.yaml")}
    assert any(
        "a.yaml:3: outlets.mine.county: unknown key; did you mean country?" in line
        for line in map(str, caught.value.each())
    )
    (tmp_path / "outlets.d" / "a.yaml").write_text("# nothing yet\n")
    (tmp_path / "synonyms.d").mkdir()
    (tmp_path / "synonyms.d" / "a.yaml").write_text("synonyms:\n  - [سلاح, أسلحة]\n  - [one]\n")
    with pytest.raises(ConfigError, match=r"a\.yaml:3: synonyms\.1"):
        load_config(settings)
