"""The pictures of the docs, of the sample outlets' articles: the reading desk, the day's report and an alert mail; made
anew by ``pytest tests/test_pictures.py --pictures docs/pictures``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from elasticsearch import Elasticsearch
from upath import UPath

from alerts.channels import Channel
from alerts.message import message
from alerts.report import Style, write_report
from alerts.rules import Alerting, Rule
from alerts.send import send_alerts
from rasid.records import ARTICLES
from rasid.reports import Health, Problem
from rasid.settings import Settings
from rasid.storage import Storage, write_whole
from samples.server import OUTLETS_FILE
from search.indexing import index_day
from tests.conftest import emptied
from tests.pages import FARM, OUTLETS, SITES, configured_tagger, sample_article
from tests.reading_desk import desk_of, launched, served

DAY = date(2025, 3, 10)
PNG = b"\x89PNG\r\n\x1a\n"
ZONE = "Africa/Algiers"
REPORT: dict[str, tuple[int, int, dict[str, Any]]] = {
    "report-390": (390, 1800, {}),
    "report-1100": (1100, 1800, {}),
    "report-1600": (1600, 1000, {}),
    "report-dark-1100": (1100, 1000, {"color_scheme": "dark"}),
    "report-print": (794, 1123, {"media": "print"}),
}
"""Picture → width and height, A4 at 96 dots an inch in print; and what is emulated."""
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
RULE = {
    "id": "caatsa",
    "name": {"ar": "عقوبات كاتسا", "en": "CAATSA sanctions"},
    "topics": ["caatsa"],
    "within_days": 36_500,
    "reprocessed": True,
}
MAIL = Channel(id="desk", email=("desk@example.org",))


@dataclass(frozen=True)
class Sampled:
    """The day of the sample outlets, in the index."""

    settings: Settings
    client: Elasticsearch
    pictures: Path


@pytest.fixture
def sampled(cluster: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Sampled]:
    (config := tmp_path / "config").mkdir()
    (config / "outlets.yaml").write_bytes(OUTLETS_FILE.read_bytes())  # what it does not have is shipped
    data = UPath(tmp_path / "data")
    settings = Settings(data=data, config=config, ELASTICSEARCH_URL=cluster, timezone=ZONE)
    sites = {id_: site for id_, site in SITES.items() if id_ not in {"tassili", "wadi"}}
    storage = Storage(settings.data)
    with emptied(cluster) as client:
        for id_, site in sites.items():
            made = [sample_article(id_, story) for story in site.stories]
            write_whole(storage.articles(DAY, id_), ARTICLES.dumps(made))
        index_day(client, storage, DAY, sites)
        yield Sampled(settings, client, Path(request.config.getoption("--pictures") or tmp_path))


def _are_pictures(folder: Path, *names: str) -> None:
    for name in names:
        assert (folder / f"{name}.png").read_bytes().startswith(PNG)


def test_of_the_desk(sampled: Sampled) -> None:
    shown = {"search": "/?q=صفقة سلاح", "article": f"/articles/{sample_article('alsaleh', FARM).id}"}
    with served(desk_of(sampled.settings, sampled.client)) as base, launched() as browser:
        page = browser.new_page(viewport={"width": 1100, "height": 1000})
        for name, address in shown.items():
            page.goto(f"{base}{address}")
            assert page.locator("html").get_attribute("dir") == "rtl"
            assert page.locator("mark").count() > 3
            page.screenshot(path=sampled.pictures / f"desk-{name}-1100.png")
    _are_pictures(sampled.pictures, *(f"desk-{name}-1100" for name in shown))


def test_of_the_report_and_a_mail(sampled: Sampled, tmp_path: Path) -> None:
    client, storage, names = sampled.client, Storage(sampled.settings.data), configured_tagger().names
    rule = Rule.model_validate(RULE)
    told = send_alerts(client, storage, Alerting((rule,), {}), names, sampled.settings, LONG_AGO)
    assert told.alerts
    rows = []
    for id_, outlet in OUTLETS.items():
        count = len(SITES[id_].stories) if storage.articles(DAY, id_).exists() else 0
        problems = () if count else (Problem("failed", "http://127.0.0.1:18410/rss.xml: Connection refused"),)
        rows.append(Health(outlet, count, {}, count, count, 0, {}, 3.0, problems))
    labels = {**names, "rules": {rule.id: rule.name}}
    report = write_report(client, storage, DAY, rows, labels, told, Style(timezone=ZONE)).path
    settings = sampled.settings.model_copy(update={"desk_url": "https://desk.example.org"})
    mail = tmp_path / "mail.html"
    mail.write_text(message(rule, told.alerts, MAIL, names, settings).html, encoding="utf-8")
    pictures = {
        **{name: (report, *shown) for name, shown in REPORT.items()},
        **{f"mail-{width}": (str(mail), width, 720, {}) for width in (390, 1100)},
    }
    with launched() as browser:
        for name, (file, width, height, emulated) in pictures.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.emulate_media(**emulated)
            page.goto(Path(file).as_uri())
            assert page.locator("html").get_attribute("dir") == "rtl"
            assert page.evaluate("document.documentElement.scrollWidth") <= width  # nothing is cut
            page.screenshot(path=sampled.pictures / f"{name}.png")
            page.add_style_tag(content="article { content-visibility: visible !important }")  # all of it is looked at
            found = Axe().run(page).response["violations"]
            if name.startswith("mail"):  # it is shown within a page, which has the landmarks
                found = [each for each in found if each["impact"] in {"serious", "critical"}]
            assert [(each["id"], node["html"]) for each in found for node in each["nodes"]] == []
            page.close()
    _are_pictures(sampled.pictures, *pictures)
