"""Full-text search over the sample outlets' articles."""

from collections.abc import Iterator
from datetime import date

import pytest
from elasticsearch import Elasticsearch
from upath import UPath

from rasid.errors import RasidError
from rasid.records import ARTICLES
from rasid.settings import Settings
from rasid.storage import Storage, write_whole
from search.cluster import connect
from search.indexing import index_day
from search.query import END_MARK, MARK, Hits, filters, search
from tests.conftest import wipe
from tests.pages import SITES, sample_article

DAY = date(2025, 3, 10)


@pytest.fixture(scope="module")
def articles(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elasticsearch]:
    """A client of a node that holds the sample outlets' articles."""
    storage = Storage(UPath(tmp_path_factory.mktemp("articles")))
    found = [
        sample_article(id_, story)
        for id_, site in SITES.items()
        if id_ not in {"tassili", "wadi"}
        for story in site.stories
    ]
    write_whole(storage.articles(DAY, "all"), ARTICLES.dumps(found))
    with connect(Settings(ELASTICSEARCH_URL=cluster)) as client:
        wipe(client)
        index_day(client, storage, DAY, ["all"])
        yield client


def _ids(hits: Hits) -> set[str]:
    return {hit.article["id"] for hit in hits.hits}


@pytest.mark.parametrize("query", ["الاسلحه", "أسلحة", "سلاح", "والسلاح", "السِّلاح"])
def test_forms_of_a_word_find_the_same(articles: Elasticsearch, query: str) -> None:
    same = _ids(search(articles, "للأسلحة", [], 100))
    assert len(same) > 5
    assert _ids(search(articles, query, [], 100)) == same


@pytest.mark.parametrize(
    ("one", "other"),
    [("إس-400", "S-400"), ("أميركا", "أمريكا"), ("كاتسا", "CAATSA"), ("إف-35", "F-35"), ("إس-٤٠٠", "S-400")],
)
def test_names_in_both_spellings(articles: Elasticsearch, one: str, other: str) -> None:
    assert _ids(search(articles, one, [], 100)) == _ids(search(articles, other, [], 100)) != set()


def test_a_phrase_is_marked(articles: Elasticsearch) -> None:
    hits = search(articles, '"مكافحة أعداء أميركا"', [])
    assert hits.total == 2
    for hit in hits.hits:
        marked = "".join(hit.snippets).replace(f"{END_MARK} {MARK}", " ")
        assert f"{MARK}مكافحة أعداء أميركا{END_MARK}" in marked


def test_a_phrase_is_in_its_order(articles: Elasticsearch) -> None:
    assert search(articles, '"أعداء مكافحة أميركا"', []).total == 0


def test_operators(articles: Elasticsearch) -> None:
    both = _ids(search(articles, "+الجزائر +واشنطن", [], 100))
    without = _ids(search(articles, "+الجزائر -واشنطن", [], 100))
    assert both
    assert without
    assert not both & without
    assert both | without == _ids(search(articles, "+الجزائر", [], 100))


def test_filters(articles: Elasticsearch) -> None:
    hits = search(articles, "*", filters(topics=["caatsa"], outlets=["alsaleh"]), 100)
    assert [hit.article["outlet"] for hit in hits.hits] == ["alsaleh"]
    days = {
        hit.article["published_at"][:10]
        for hit in search(articles, "*", filters(since=date(2025, 3, 9), until=date(2025, 3, 9)), 100).hits
    }
    assert days == {"2025-03-09"}
    assert {hit.article["country"] for hit in search(articles, "*", filters(countries=["DZ"])).hits} == {"DZ"}


@pytest.mark.parametrize("query", ['"غير مغلق', "(الجزائر", "[1 TO"])
def test_a_query_that_is_wrong_says_so(articles: Elasticsearch, query: str) -> None:
    with pytest.raises(RasidError, match="is not valid"):
        search(articles, query, [])


def test_before_anything_is_indexed(client: Elasticsearch) -> None:
    with pytest.raises(RasidError, match="nothing has been indexed yet"):
        search(client, "سلاح", [])
