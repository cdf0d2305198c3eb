"""Commands over single pages and texts, and what mistakes end in."""

import json
import re
from pathlib import Path

import pytest

from samples.server import OUTLETS_FILE
from tests.compiled import shipped_copy
from tests.conftest import Rasid
from tests.pages import FARM, sample_capture
from tests.serving import Reply, web


@pytest.fixture
def farm_file(tmp_path: Path) -> Path:
    file = tmp_path / "farm.html"
    file.write_bytes(sample_capture("alsaleh", FARM).body)
    return file


def test_extract_and_tag_the_content_farms_page(rasid: Rasid, farm_file: Path) -> None:
    extracted = rasid.program("extract", str(farm_file), "--url", "https://farm.example/2025/03/a")
    assert extracted.returncode == 0, extracted.stderr
    article = json.loads(extracted.stdout)
    assert article["title"] == FARM.title
    assert article["body"].splitlines() == [" ".join(paragraph.split()) for paragraph in FARM.paragraphs]
    assert article["hashtags"] == list(dict.fromkeys(FARM.title.split()))
    assert {"arms_deals", "caatsa"} <= set(article["topics"])
    assert {"DZ", "US", "RU", "MA"} <= set(article["countries"])
    assert set(article["weapons"]) == {"Apache", "HIMARS"}
    assert article["organisations"] == ["Wagner Group", "US Congress"]
    assert article["people"] == ["Sabri Boukadoum", "Joe Biden", "Donald Trump"]

    tagged = rasid.program("tag", stdin=json.dumps(article) + "\n")
    assert tagged.returncode == 0, tagged.stderr
    answer = json.loads(tagged.stdout)
    assert answer["id"] == article["id"]
    assert {topic["topic"] for topic in answer["topics"]} == set(article["topics"])
    for topic in answer["topics"]:
        for each in topic["evidence"]:
            assert article[each["field"]][each["start"] : each["end"]] == each["quote"]


def test_topics_from_the_command_line(rasid: Rasid, farm_file: Path, tmp_path: Path) -> None:
    assert rasid("topics", "test").returncode == 0
    assert "western_sahara" in rasid("topics", "list").stdout
    explained = rasid("topics", "explain", str(farm_file))
    assert explained.returncode == 0, explained.stderr
    assert "قانون مكافحة أعداء أميركا" in explained.stdout
    alone = rasid("topics", "explain", str(farm_file), "--topic", "caatsa").stdout
    assert re.search(r"proof topics\.yaml:\d+ ", alone)
    assert "arms_deals" in explained.stdout
    assert "arms_deals" not in alone
    assert "not tagged" in rasid("topics", "explain", str(farm_file), "--topic", "nuclear").stdout
    assert "did you mean libya?" in rasid("topics", "explain", str(farm_file), "--topic", "liby").stderr
    text = tmp_path / "text.txt"
    text.write_text("عنوان\nضبطت الشرطة عصابة تبيع أسلحة مهربة", encoding="utf-8")
    assert "not tagged" in rasid("topics", "explain", str(text)).stdout
    assert rasid("topics", "explain", str(tmp_path / "missing.txt")).returncode == 1


def test_a_failed_example_is_told(rasid: Rasid, tmp_path: Path) -> None:
    config = shipped_copy(tmp_path / "config")
    topics = config / "topics.yaml"
    wrong = topics.read_text(encoding="utf-8").replace("- عقوبات كاتسا على تركيا", "- عقوبات على تركيا", 1)
    topics.write_text(wrong, encoding="utf-8")
    rasid.environment["RASID_CONFIG"] = str(config)
    result = rasid("topics", "test")
    assert result.returncode == 1
    assert result.stderr.startswith("caatsa: not found in: عقوبات على تركيا")


def test_extract_explains_what_it_took_and_left_out(rasid: Rasid, farm_file: Path) -> None:
    explained = rasid("extract", str(farm_file), "--explain")
    assert explained.returncode == 0, explained.stderr
    rows = [line.split() for line in explained.stdout.splitlines() if line.strip()]
    assert ["body", "trafilatura"] in [row[:2] for row in rows]
    assert ["title", "headline"] in [row[:2] for row in rows]
    dropped = explained.stdout[explained.stdout.index("left out as") :]
    assert dropped.count("الصالح نيوز :") == 3
    assert dropped.count("#الجزائر") == 1


def test_extract_from_the_web(rasid: Rasid) -> None:
    page = sample_capture("rafidain", FARM)  # windows-1256 that no header names
    with web({"/a": Reply(page.body, headers={"Content-Type": "text/html"})}) as served:
        article = json.loads(rasid("extract", f"{served.base}/a").stdout)
    assert article["title"] == FARM.title


def test_extract_says_why_there_is_no_article(rasid: Rasid, tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_text("<html><body></body></html>")
    result = rasid("extract", str(tmp_path / "empty.html"))
    assert (result.returncode, result.stderr) == (1, "no article: empty: no text found on the page\n")
    missing = rasid("extract", str(tmp_path / "missing.html"))
    assert missing.returncode == 1
    assert "missing.html: cannot be read" in missing.stderr


def test_tag_names_the_line_of_a_mistake(rasid: Rasid) -> None:
    result = rasid("tag", stdin='{"id": 1, "title": "كاتسا", "body": ""}\n{"id": 2}\n')
    assert result.returncode == 1
    assert json.loads(result.stdout)["topics"][0]["topic"] == "caatsa"
    assert result.stderr.startswith("stdin:2: expected a JSON object")


@pytest.mark.parametrize(
    ("arguments", "variables", "message"),
    [
        (["crawl", "--outlet", "nobody"], {}, "no outlet nobody"),
        (["run", "--outlets", "missing.yaml"], {}, "missing.yaml:1: cannot be read"),
        (["crawl"], {"RASID_TIMEOUT": "soon"}, "RASID_TIMEOUT: "),
        (["crawl"], {"RASID_MAX_OUTLET_SECONDS": "1e300"}, "RASID_MAX_OUTLET_SECONDS: "),
        (["crawl"], {"RASID_REVISIT_HOURS": "1e308"}, "RASID_REVISIT_HOURS: "),
        (["crawl"], {"RASID_CONTACT": "me\r\nX: y"}, "RASID_CONTACT: "),
        (["search", "سلاح"], {"RASID_ES_HEAP": "much"}, "RASID_ES_HEAP: "),
    ],
)
def test_mistakes(rasid: Rasid, arguments: list[str], variables: dict[str, str], message: str) -> None:
    rasid.environment.update(variables)
    result = rasid(*arguments)
    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_day_is_a_usage_error(rasid: Rasid) -> None:
    result = rasid("crawl", "--date", "yesterday")
    assert result.returncode == 2
    assert "expected a day such as" in result.stderr


def test_addresses_of_outlets_are_whole_on_a_narrow_terminal(rasid: Rasid) -> None:
    rasid.environment["COLUMNS"] = "60"
    shown = rasid("outlets", "list").stdout
    cells = "".join(line.rstrip("│ ").rpartition("│")[2].strip() for line in shown.splitlines())
    assert "https://www.aljazeera.net/" in cells
    assert "…" not in shown


def test_a_wrong_time_zone(rasid: Rasid) -> None:
    rasid.environment["RASID_TIMEZONE"] = "Algeria"
    told = rasid("outlets", "list")
    assert (told.returncode, "RASID_TIMEZONE: expected the name of a time zone" in told.stderr) == (1, True)


def test_lists(rasid: Rasid) -> None:
    assert "alsaleh" in rasid("outlets", "list", "--outlets", str(OUTLETS_FILE)).stdout
    assert "algeria_us" in rasid("alerts", "list").stdout
    assert rasid.program("--version").stdout.strip() == "0.1.0"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("rasid search x --outlet alja", "aljazeera"),
        ("rasid search x --topic caa", "caatsa"),
        ("rasid search x --weapon S-40", "S-400"),
        ("rasid alerts test arms", "arms_deals"),
        ("rasid outlets check alja", "aljazeera"),
    ],
)
def test_the_shell_completes_ids(rasid: Rasid, line: str, expected: str) -> None:
    asked = {"_RASID_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
    rasid.environment.update(asked)
    assert rasid.program().stdout.split() == [expected]
    rasid.environment["RASID_TIMEOUT"] = "soon"  # a mistake in the settings is told by the command, not in its line
    told = rasid()
    assert (told.stdout.strip(), told.stderr) == ("", "")
