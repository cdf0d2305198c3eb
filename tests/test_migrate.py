"""Indices of an older template are built anew, without a gap for who searches; old months go."""

import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import AuthorizationException, Elasticsearch
from upath import UPath

from rasid.errors import RasidError
from rasid.records import ARTICLES
from rasid.reports import IndexReport
from rasid.storage import Storage, write_whole
from samples.site import DAY
from search import migrate as module
from search.hits import search
from search.indexing import index_day
from search.migrate import migrate, outdated
from search.retention import drop_old
from search.templates import set_up
from tests.compiled import CONFIG, shipped_copy
from tests.conftest import Rasid, synonyms
from tests.pages import FARM, many_articles, sample_article


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The configuration with one group of synonyms more."""
    folder = shipped_copy(tmp_path / "config")
    with (folder / "synonyms.yaml").open("a", encoding="utf-8") as file:
        file.write("  - [مناكفة, كلمةغريبة]\n")
    return folder


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    storage = Storage(UPath(tmp_path / "data"))
    articles = [sample_article("alsaleh", FARM), *many_articles(600)]
    write_whole(storage.articles(DAY, "test"), ARTICLES.dumps(articles))
    return storage


def test_new_synonyms_come_with_a_migration(client: Elasticsearch, storage: Storage, config: Path) -> None:
    report = index_day(client, storage, DAY, ["test"])
    before = {hit["_id"]: hit["_source"] for hit in _all(client)}
    set_up(client, synonyms(config))
    assert search(client, "كلمةغريبة", []).total == 0
    (old,) = outdated(client, synonyms(config))
    assert (old.name, old.index) == ("articles-2025.03", "articles-2025.03")

    counts: set[int] = set()
    done = threading.Event()

    def count() -> None:
        while not done.is_set():
            counts.add(client.count(index="articles")["count"])

    searcher = threading.Thread(target=count)
    searcher.start()
    assert migrate(client, old) == report.total
    done.set()
    searcher.join()
    assert counts == {report.total}  # at no time fewer, nor each twice
    assert {hit["_id"]: hit["_source"] for hit in _all(client)} == before
    assert search(client, "كلمةغريبة", []).total > 0
    assert outdated(client, synonyms(config)) == []

    # What comes later goes into the same index, and nothing in it is taken for new.
    assert index_day(client, storage, DAY, ["test"]) == replace(report, created=0, unchanged=report.articles)
    (again,) = outdated(client, synonyms(CONFIG))
    assert again.name == "articles-2025.03"
    assert again.index.startswith("rebuilt-articles-2025.03-")
    migrate(client, again)
    assert list(client.indices.get_alias(index="articles-2025.03")) == [again.successor]


def _all(client: Elasticsearch) -> list[dict[str, Any]]:
    hits: list[dict[str, Any]] = client.search(index="articles", size=1000)["hits"]["hits"]
    return hits


def test_bands_that_were_kept_as_words_become_numbers(client: Elasticsearch, storage: Storage, config: Path) -> None:
    index_day(client, storage, DAY, ["test"])
    today = {hit["_id"]: hit["_source"] for hit in _all(client)}
    client.indices.delete(index="articles-2025.03")
    old_field = {"properties": {"bands": {"type": "keyword", "doc_values": False}}, "_meta": {"template": "old"}}
    client.indices.create(index="articles-2025.03", mappings=old_field)
    for id_, source in today.items():
        written = [f"{number >> 32}.{number % 2**32:x}" for number in source["bands"]]
        client.index(index="articles-2025.03", id=id_, document=source | {"bands": written})
    client.indices.refresh(index="articles-2025.03")
    set_up(client, synonyms(CONFIG))  # it goes on as it is until then
    today["new"] = today[id_] | {"bands": [1, 2**37]}
    client.index(index="articles-2025.03", id="new", document=today["new"], refresh=True)
    (old,) = outdated(client, synonyms(CONFIG))
    assert migrate(client, old) == len(today)
    assert {hit["_id"]: hit["_source"] for hit in _all(client)} == today


def test_a_migration_that_dies_is_done_again(
    client: Elasticsearch, storage: Storage, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = index_day(client, storage, DAY, ["test"])
    (old,) = outdated(client, synonyms(config))

    class Killed(BaseException):
        pass

    def dies(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(module, "_copy", dies)
        with pytest.raises(Killed):
            migrate(client, old)
    with pytest.raises(AuthorizationException):  # what is written now would be lost
        client.index(index="articles-2025.03", document={"title": "x"})
    assert client.count(index="articles")["count"] == report.total
    (old,) = outdated(client, synonyms(config))
    assert migrate(client, old) == report.total
    client.index(index="articles-2025.03", document={"title": "x"})


def test_a_migration_that_would_lose_a_document_does_not_end(
    client: Elasticsearch, storage: Storage, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_day(client, storage, DAY, ["test"])
    (old,) = outdated(client, synonyms(config))
    monkeypatch.setattr(module, "_copy", lambda *_, **__: None)
    with pytest.raises(RasidError, match=r"has 0 documents, not the 601 of articles-2025\.03"):
        migrate(client, old)
    assert client.count(index="articles")["count"] == 601


def test_months_that_are_too_old(client: Elasticsearch, storage: Storage) -> None:
    article = sample_article("alsaleh", FARM)
    months = [datetime(2024, 12, 31, 23, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC), article.published_at]
    found = [replace(article, id=str(at), url=f"https://e.org/{at}", published_at=at, bands=()) for at in months]
    write_whole(storage.articles(DAY, "test"), ARTICLES.dumps(found))
    assert index_day(client, storage, DAY, ["test"]) == IndexReport(3, 3, 0, 0, 0, 0, 3)
    assert drop_old(client, 4, date(2025, 3, 10)) == []
    assert drop_old(client, 3, date(2025, 3, 10)) == ["articles-2024.12"]
    assert client.count(index="articles")["count"] == 2


def test_from_the_command_line(
    rasid: Rasid, client: Elasticsearch, cluster: str, storage: Storage, config: Path
) -> None:
    index_day(client, storage, DAY, ["test"])
    variables = {"ELASTICSEARCH_URL": cluster, "RASID_CONFIG": str(config)}
    command = Rasid(rasid.data, rasid.environment | variables)
    told = command("setup")
    assert told.returncode == 0, told.stderr
    assert "articles-2025.03 is of an older template or older synonyms: rasid setup --migrate" in told.stdout
    assert "articles-2025.03: built anew, 601 documents" in command("setup", "--migrate").stdout
    assert "older" not in command("setup").stdout
    found = command("search", "كلمةغريبة", "--json", "--facets")
    hits = json.loads(found.stdout)
    assert hits["total"] > 0
    assert hits["facets"]["topics"]["caatsa"] == hits["total"]
    assert "topics: " in command("search", "كلمةغريبة", "--facets", "--sort", "time").stdout
    assert command("search", "كلمةغريبة", "--csv").stdout.startswith("\ufeffpublished_at")
