"""The pictures of the reading desk in the docs, of the sample outlets' articles; made anew by
``pytest tests/test_desk_pictures.py --pictures docs/pictures``.
"""

from datetime import date
from pathlib import Path

import pytest
from upath import UPath

from rasid.records import ARTICLES
from rasid.settings import Settings
from rasid.storage import Storage, write_whole
from samples.server import OUTLETS_FILE
from search.indexing import index_day
from tests.conftest import emptied
from tests.pages import FARM, SITES, sample_article
from tests.reading_desk import desk_of, launched, served

DAY = date(2025, 3, 10)
PNG = b"\x89PNG\r\n\x1a\n"


def test_pictures(cluster: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = Path(request.config.getoption("--pictures") or tmp_path)
    (config := tmp_path / "config").mkdir()
    (config / "outlets.yaml").write_bytes(OUTLETS_FILE.read_bytes())  # what it does not have is shipped
    data = UPath(tmp_path / "data")
    settings = Settings(data=data, config=config, ELASTICSEARCH_URL=cluster, timezone="Africa/Algiers")
    sites = {id_: site for id_, site in SITES.items() if id_ not in {"tassili", "wadi"}}
    made = [sample_article(id_, story) for id_, site in sites.items() for story in site.stories]
    write_whole(Storage(settings.data).articles(DAY, "all"), ARTICLES.dumps(made))
    shown = {"search": "/?q=صفقة سلاح", "article": f"/articles/{sample_article('alsaleh', FARM).id}"}
    with emptied(cluster) as client:
        index_day(client, Storage(settings.data), DAY, ["all"])
        with served(desk_of(settings, client)) as base, launched() as browser:
            page = browser.new_page(viewport={"width": 1100, "height": 1000})
            for name, address in shown.items():
                page.goto(f"{base}{address}")
                assert page.locator("html").get_attribute("dir") == "rtl"
                assert page.locator("mark").count() > 3
                page.screenshot(path=folder / f"desk-{name}-1100.png")
    for name in shown:
        assert (folder / f"desk-{name}-1100.png").read_bytes().startswith(PNG)
