"""Indexing: doing it again changes nothing, and a node that dies in the middle loses nothing."""

import os
import signal
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from elasticsearch import ApiError, Elasticsearch
from upath import UPath

from pipeline.summary import index_warnings
from rasid.records import ARTICLES, Article
from rasid.reports import IndexReport
from rasid.storage import Storage, write_whole
from search.indexing import index_day
from search.node.local_node import LocalNode
from tests.conftest import Rasid, said_by
from tests.pages import FARM, SITES, WHOLE, many_articles, sample_article

DAY = date(2025, 3, 10)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(UPath(tmp_path))


def _index(client: Elasticsearch, storage: Storage, *articles: Article) -> IndexReport:
    write_whole(storage.articles(DAY, "test"), ARTICLES.dumps(articles, WHOLE))
    report = index_day(client, storage, DAY, ["test", "absent"])
    assert report.articles == report.created + report.updated + report.unchanged
    return report


def test_doing_it_again_changes_nothing(client: Elasticsearch, storage: Storage) -> None:
    articles = many_articles(1010)
    assert _index(client, storage, *articles) == IndexReport(1010, 1010, 0, 0, 0, 0, 1010)
    stamp = client.get(index="articles", id=articles[0].id)
    assert _index(client, storage, *articles) == IndexReport(1010, 0, 0, 1010, 0, 0, 1010)
    assert client.get(index="articles", id=articles[0].id) == stamp


def test_what_is_indexed_is_the_article(client: Elasticsearch, storage: Storage) -> None:
    article = sample_article("alsaleh", FARM)
    _index(client, storage, article)
    source = client.get(index="articles", id=article.id)["_source"]
    assert source["body"] == article.body
    assert source["capture"] == {"file": "captures/test.warc.gz", "offset": 0, "digest": "sha1:A"}
    assert [each["quote"] for each in source["topic_evidence"]] == [each.quote for each in article.topic_evidence]


def test_a_revision_replaces_the_text_and_an_older_one_does_not(client: Elasticsearch, storage: Storage) -> None:
    first = sample_article("alsaleh", FARM)
    second = replace(first, title="عنوان جديد", revision=2, changed_at=datetime(2025, 3, 11, tzinfo=UTC))
    assert _index(client, storage, first, second).created == 1
    assert _index(client, storage, first).unchanged == 1
    assert client.get(index="articles", id=first.id)["_source"]["title"] == "عنوان جديد"


def test_an_article_whose_month_changes_is_in_one_index(client: Elasticsearch, storage: Storage) -> None:
    article = sample_article("alsaleh", FARM)
    _index(client, storage, article)
    moved = replace(article, published_at=datetime(2025, 2, 28, tzinfo=UTC))
    assert _index(client, storage, moved) == IndexReport(1, 0, 1, 0, 0, 0, 1)
    assert [hit["_index"] for hit in client.search(index="articles")["hits"]["hits"]] == ["articles-2025.02"]


def test_an_article_in_two_months_is_in_one_afterwards(client: Elasticsearch, storage: Storage) -> None:
    """As a run leaves it that dies while the article moves."""
    article = sample_article("alsaleh", FARM)
    _index(client, storage, article)
    client.index(
        index="articles-2025.02", id=article.id, document=client.get(index="articles-2025.03", id=article.id)["_source"]
    )
    assert _index(client, storage, article).unchanged == 1
    assert [hit["_index"] for hit in client.search(index="articles")["hits"]["hits"]] == ["articles-2025.03"]


def test_two_outlets_that_give_the_same_address_are_told(client: Elasticsearch, storage: Storage) -> None:
    article, other = sample_article("alsaleh", FARM), sample_article("annasr", SITES["annasr"].stories[0])
    for outlet, articles in {"one": [article], "two": [article, other]}.items():
        write_whole(
            storage.articles(DAY, outlet), ARTICLES.dumps((replace(each, outlet=outlet) for each in articles), WHOLE)
        )
    report = index_day(client, storage, DAY, ["one", "two"])
    assert (report.articles, report.shared, report.total) == (2, {"two": 1}, 2)
    assert client.get(index="articles", id=article.id)["_source"]["outlet"] == "one"
    again = index_day(client, storage, DAY, ["one", "two"])
    assert (again.unchanged, again.shared) == (2, {"two": 1})
    assert index_warnings(report) == [
        "1 of two in the index as those of an outlet before it, which gives the same addresses"
    ]


def _count(client: Elasticsearch) -> int:
    try:
        return int(client.count(index="articles")["count"])
    except ApiError:  # not there yet, or its shard not started
        return 0


@pytest.mark.long
def test_the_node_killed_in_the_middle(rasid: Rasid) -> None:
    articles = many_articles(2500)
    storage = Storage(UPath(rasid.data))
    write_whole(storage.articles(DAY, "annasr"), ARTICLES.dumps(articles, WHOLE))
    outlets = Path(__file__).parent.parent / "samples" / "outlets.yaml"
    command = ("index", "--date", DAY.isoformat(), "--outlets", str(outlets))
    node = LocalNode(rasid.data / "elasticsearch")
    running = node.start()
    try:
        indexing = rasid.popen(*command)
        with Elasticsearch(running.url, basic_auth=node.login) as client:
            while not _count(client):
                assert indexing.poll() is None, indexing.communicate()
        os.kill(running.pid, signal.SIGKILL)
        output = said_by(indexing)
        assert indexing.returncode == 1, output
        assert "indexing failed" in output
        assert "Traceback" not in output

        completed = rasid(*command)  # starts the node again by itself
        assert completed.returncode == 0, completed.stderr
        running = node.start()
        with Elasticsearch(running.url, basic_auth=node.login) as client:
            assert client.count(index="articles")["count"] == 2500
            assert client.get(index="articles", id=articles[-1].id)["found"]
    finally:
        node.stop()
