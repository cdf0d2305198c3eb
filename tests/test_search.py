"""Full-text search over the sample outlets' articles."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from upath import UPath

from rasid.errors import ConfigError, RasidError
from rasid.records import ARTICLES, REJECTED, CaptureRef, Rejected
from rasid.storage import Storage, write_whole
from search.hits import END_MARK, MARK, Hit, Hits, Search, search, search_each
from search.indexed import indexed
from search.indexing import index_day
from search.query import check_filter, filters, text_query
from search.rejected import index_rejected, search_rejected
from search.spreadsheet import write_csv
from search.synonyms import load_synonyms
from tests.conftest import emptied
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
    with emptied(cluster) as client:
        index_day(client, storage, DAY, ["all"])
        yield client


def _ids(hits: Hits) -> set[str]:
    return {hit.article.id for hit in hits.hits}


@pytest.mark.parametrize("query", ["الاسلحه", "أسلحة", "سلاح", "والسلاح", "السِّلاح"])
def test_forms_of_a_word_find_the_same(articles: Elasticsearch, query: str) -> None:
    same = _ids(search(articles, "للأسلحة", [], 100))
    assert len(same) > 5
    assert _ids(search(articles, query, [], 100)) == same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إس-400", "S-400"),
        ("إس ـ ٤٠٠", "S-400"),
        ("S400", "S-400"),
        ("أميركا", "أمريكا"),
        ("الأميركية", "أمريكا"),
        ("الولايات المتحدة", "أمريكا"),
        ("كاتسا", "CAATSA"),
        ("إف-35", "F-35"),
        ("هيمارس", "HIMARS"),
        ("فاجنر", "Wagner"),
        ("صاروخ", "صواريخ"),
        ("ص\u200fوار\u200cيخ", "صواريخ"),
    ],
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


def test_the_raw_api_searches_the_same_fields(articles: Elasticsearch) -> None:
    plain = articles.search(index="articles", query={"query_string": {"query": "صواريخ"}}, size=100)
    assert {hit["_id"] for hit in plain["hits"]["hits"]} == _ids(search(articles, "صواريخ", [], 100, reposts=True))


def test_ranges_and_fields(articles: Elasticsearch) -> None:
    hits = search(articles, "published_at:[2025-03-09 TO 2025-03-09] AND weapons:F-35", [], 100).hits
    assert [hit.article.outlet for hit in hits] == ["sharqonline"]


def test_sorted_by_time(articles: Elasticsearch) -> None:
    times = [hit.article.published_at for hit in search(articles, "*", [], 100, reposts=True, newest=True).hits]
    assert times == sorted(times, reverse=True)
    assert len(times) > 50


def test_facets_count_all_that_match(articles: Elasticsearch) -> None:
    found = search(articles, "كاتسا", [], 1, reposts=True, facets=True)
    assert found.facets["topics"]["caatsa"] == found.total > 1
    assert sum(found.facets["outlet"].values()) == found.total
    assert search(articles, "كاتسا", []).facets == {}


def test_pages_of_hits_are_all_of_them_once(articles: Elasticsearch) -> None:
    whole = [hit.article.id for hit in search(articles, "*", [], 1000, reposts=True, newest=True).hits]
    pages = [search(articles, "*", [], 7, page, reposts=True, newest=True) for page in range(1, len(whole) // 7 + 2)]
    assert [hit.article.id for page in pages for hit in page.hits] == whole
    with pytest.raises(RasidError, match="only the first 10,000 hits"):
        search(articles, "*", [], 1000, 11)


def test_several_searches_are_answered_as_each_alone_and_ask_twice(
    articles: Elasticsearch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = [
        Search("سلاح", size=100),
        Search("*", reposts=True, facets=True, newest=True, days_of="UTC"),
        Search('"صفقة سلاح"', filters(topics=["arms_deals"]), 3, 2),
        Search("لايوجدشيءكهذا"),
    ]
    alone = [search_each(articles, [each])[0] for each in asked]
    assert any(hit.copies for hit in alone[0].hits)
    with caplog.at_level("INFO", "elastic_transport"):
        caplog.clear()  # another test may have had it say so much before
        assert search_each(articles, asked) == alone
    assert [record.getMessage().split()[0] for record in caplog.records] == ["POST", "POST"]
    assert search_each(articles, []) == []
    every = search(articles, "*", [], 1000)
    assert (every.total, every.stories) == (sum(1 + len(hit.copies) for hit in every.hits), len(every.hits))
    assert every.stories < every.total
    with pytest.raises(RasidError, match="the query '\\(' is not valid"):
        search_each(articles, [asked[0], Search("(")])
    monkeypatch.setattr("search.hits.STORIES", 3)
    assert search_each(articles, asked) == alone


def test_ids_given_to_a_filter_are_of_something(articles: Elasticsearch) -> None:
    known = ["S-400", "F-35"]
    check_filter(articles, "weapons", "weapon", ["S-400"], known)
    check_filter(articles, "outlet", "outlet", ["alsaleh"], [])  # no longer watched, and still in the index
    with pytest.raises(RasidError, match=r"there is no weapon S400; did you mean S-400\?"):
        check_filter(articles, "weapons", "weapon", ["S400"], known)
    hits = search(articles, "*", filters(weapons=["F-35"]), 100).hits
    assert hits
    assert all("F-35" in hit.article.weapons for hit in hits)


def test_a_bracket_that_is_not_closed(articles: Elasticsearch) -> None:
    with pytest.raises(RasidError, match="a bracket or quote is not closed"):
        search(articles, "S-400 AND (", [])


def test_rejected_pages_are_found_by_their_address(articles: Elasticsearch, tmp_path: Path) -> None:
    storage = Storage(UPath(tmp_path))
    at, ref = datetime(2025, 3, 10, 9, tzinfo=UTC), CaptureRef("captures/2025-03-10/one.warc.gz", 0, "sha1:A")
    pages = [
        Rejected("one", "https://one.example/%D8%B3%D8%AF", "short", "3 words", at, ref),
        Rejected("one", "https://one.example/[*]?a=1", "login", "subscribers", at, replace(ref, offset=9)),
        Rejected("two", "https://two.example/Plain", "short", "4 words", at, replace(ref, offset=99)),
    ]
    for outlet in ("one", "two"):
        kept = REJECTED.dumps(page for page in pages if page.outlet == outlet)
        write_whole(storage.rejected(DAY, outlet), kept)
    index_rejected(articles, storage, DAY, ["one", "two"])

    def urls(words: str, **narrowed: Any) -> set[str]:
        return {page.url for page in search_rejected(articles, words, **narrowed).pages}

    assert urls("سد") == urls("3 words") == {pages[0].url}
    assert urls("[*]") == {pages[1].url}
    assert urls("plain") == urls("*", outlets=["two"]) == {pages[2].url}
    assert urls("*", since=datetime(2025, 3, 11, tzinfo=UTC)) == set()
    with pytest.raises(RasidError, match="these words cannot be looked for"):
        search_rejected(articles, "a" * 15_000)
    found = search_rejected(articles, "*", size=1, page=2)
    assert (found.total, len(found.pages), found.reasons) == (3, 1, {"short": 2, "login": 1})


def test_csv_is_for_spreadsheets() -> None:
    fields = {"id": "a", "outlet": "o", "outlet_name": "منفذ", "published_at": "2025-03-10T09:00:00Z", "story_id": "a"}
    article = indexed({**fields, "title": "=1+1", "topics": ["a", "b"], "url": "https://example.org"})
    hit = Hit(article, "", (), (indexed({**fields, "title": "نسخة", "url": "u"}),))
    stream = io.StringIO()
    write_csv(stream, Hits(1, (hit,), {}))
    text = stream.getvalue()
    assert text.startswith("\ufeffpublished_at,outlet")
    first, copy = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (first["title"], first["topics"], copy["title"]) == ("'=1+1", "a; b", "نسخة")


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("synonyms:\n  - [سلاح]\n", "synonyms.yaml:2: synonyms.0"),
        ('synonyms:\n  - [ا, ب]\n  - ["أ, ب", ج]\n', "synonyms.yaml:3: synonyms.1.0: expected a word or a name"),
        ("words: []\n", "synonyms.yaml:1: words: unknown key"),
    ],
)
def test_mistakes_in_synonyms(tmp_path: Path, yaml: str, expected: str) -> None:
    (tmp_path / "synonyms.yaml").write_text(yaml, encoding="utf-8")
    with pytest.raises(ConfigError, match=expected):
        load_synonyms(tmp_path)


def test_filters(articles: Elasticsearch) -> None:
    hits = search(articles, "*", filters(topics=["caatsa"], outlets=["alsaleh"]), 100)
    assert [hit.article.outlet for hit in hits.hits] == ["alsaleh"]
    day = datetime(2025, 3, 9, tzinfo=UTC)
    days = {
        hit.article.published_at.date() for hit in search(articles, "*", filters(since=day, until=day.date()), 100).hits
    }
    assert days == {date(2025, 3, 9)}
    assert {hit.article.source["country"] for hit in search(articles, "*", filters(countries=["DZ"])).hits} == {"DZ"}


@pytest.mark.parametrize("query", ['"غير مغلق', "(الجزائر", "[1 TO"])
def test_a_query_that_is_wrong_says_so(articles: Elasticsearch, query: str) -> None:
    with pytest.raises(RasidError, match="is not valid"):
        search(articles, query, [])


def test_before_anything_is_indexed(client: Elasticsearch) -> None:
    with pytest.raises(RasidError, match="nothing has been indexed yet"):
        search(client, "سلاح", [])


@pytest.mark.parametrize("text", ["منظومة إس ـ ٤٠٠ الروسية", "منظومة S-400", "#إس_400"])
def test_every_spelling_in_a_text_is_found(client: Elasticsearch, text: str) -> None:
    client.index(index="articles-2025.03", document={"title": text}, refresh=True)
    for query in ("S-400", "إس-400", "S400", "إس ٤٠٠"):
        assert client.count(index="articles", query=text_query(query))["count"] == 1


def test_hashtags_are_searched_by_their_words(client: Elasticsearch) -> None:
    client.index(index="articles-2025.03", document={"title": "-", "hashtags": ["صفقات_السلاح"]}, refresh=True)
    assert client.count(index="articles", query=text_query("hashtags.words:صفقة"))["count"] == 1
    assert client.count(index="articles", query=text_query("hashtags:صفقات_السلاح"))["count"] == 1
    assert client.count(index="articles", query=text_query("صفقة"))["count"] == 0  # hashtags are no text
