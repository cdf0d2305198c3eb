"""What Elasticsearch does not take costs itself alone: it is rejected with its reason, and counted as that."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from upath import UPath

from alerts.report import write_report
from alerts.rules import Alerting, Rule
from alerts.send import send_alerts
from pipeline.config import load_config
from pipeline.kept import Kept
from pipeline.stages import Stages
from processing.process import process_outlet
from rasid.captures import CaptureWriter
from rasid.errors import RasidError
from rasid.printable import printable
from rasid.records import ARTICLES, REJECTED, Article, CaptureRef, Rejected
from rasid.reports import CrawlReport, Health, IndexReport, ProcessReport
from rasid.settings import ROOT, Settings
from rasid.storage import Storage, write_whole
from search.client import Cluster
from search.hits import MARK, search
from search.indexing import index_day
from search.rejected import index_rejected
from search.templates import set_up
from tests.conftest import synonyms, wipe
from tests.pages import ANY_OUTLET, FARM, WHOLE, configured_tagger, make_capture, sample_article
from tests.test_extract import TEXT

DAY = date(2025, 3, 10)
WARC = f"captures/{DAY}/test.warc.gz"
GOOD = sample_article("alsaleh", FARM)
NAMES = configured_tagger().names
LONG = "ا" * 40_000
"""More bytes than Lucene takes for one keyword."""


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(UPath(tmp_path))


def _article(number: int, **fields: Any) -> Article:
    given = {
        "id": f"{number:032x}",
        "url": f"https://example.org/{number}",
        "capture": CaptureRef(WARC, number, "sha1:A"),
    }
    return replace(GOOD, **(given | fields))


def _index(client: Elasticsearch, storage: Storage, *articles: Article) -> IndexReport:
    write_whole(storage.articles(DAY, "test"), ARTICLES.dumps(articles, WHOLE))
    return index_day(client, storage, DAY, ["test"])


def _rejected(storage: Storage) -> list[Rejected]:
    file = storage.rejected(DAY, "test")
    return REJECTED.loads(file.read_bytes()) if file.exists() else []


def _left(storage: Storage) -> list[Article]:
    return ARTICLES.loads(storage.articles(DAY, "test").read_bytes())


REFUSED: dict[str, dict[str, Any]] = {
    "country": {"country": LONG},
    "too large a number": {"word_count": 2**40},
    "year 1": {"published_at": datetime(1, 1, 1, tzinfo=UTC)},
    "year 9999": {"published_at": datetime(9999, 12, 31, tzinfo=UTC)},
    "half a letter": {"title": "\ud83d"},
}
TAKEN: dict[str, dict[str, Any]] = {
    "section": {"section": LONG},
    "names": {"authors": (LONG,), "credited_to": (LONG, LONG), "hashtags": (LONG,)},
    "picture": {"image": f"https://example.org/{LONG}"},
    "links": {"links": (f"https://example.org/{LONG}",)},
    "days": {"mentioned_dates": (date(1, 1, 1), date(9999, 12, 31))},
    "proof": {"topic_evidence": GOOD.topic_evidence[:1] * 20_000},
    "title": {"title": "عنوان " * 30_000},
}


def test_one_record_costs_itself_alone(client: Elasticsearch, storage: Storage) -> None:
    refused = [_article(number, **fields) for number, fields in enumerate(REFUSED.values()) if "title" not in fields]
    taken = [_article(100 + number, **fields) for number, fields in enumerate(TAKEN.values())]
    for _ in range(2):
        report = _index(client, storage, *refused, *taken)
        assert (report.articles, report.refused) == (len(taken), {"test": len(refused)})
        assert client.count(index="articles")["count"] == len(taken)
        assert [article.id for article in _left(storage)] == [article.id for article in taken]
        assert {(page.url, page.reason) for page in _rejected(storage)} == {(each.url, "refused") for each in refused}
    # Once more, over what it made of the files itself.
    report = index_day(client, storage, DAY, ["test"])
    assert (report.unchanged, report.refused) == (len(taken), {"test": len(refused)})
    assert len(_rejected(storage)) == len(refused)
    details = {page.capture.offset: page.detail for page in _rejected(storage)}
    assert 'immense term in field="country"' in details[0]
    assert "out of range of int" in details[1]
    assert details[2] == "published_at: 0001-01-01T00:00:00+00:00 cannot be"
    assert search(client, "الجزائر", [], 100, reposts=True).total == len(taken)


def test_an_index_that_takes_nothing_is_no_fault_of_the_articles(client: Elasticsearch, storage: Storage) -> None:
    client.indices.create(index="articles-2025.03", mappings={"properties": {"published_at": {"type": "boolean"}}})
    with pytest.raises(RasidError, match="Elasticsearch takes none of 2 articles"):
        _index(client, storage, _article(1), _article(2))
    assert (len(_left(storage)), _rejected(storage)) == (2, [])
    client.indices.delete(index="articles-2025.03")
    assert index_day(client, storage, DAY, ["test"]).created == 2


def test_an_alias_that_was_taken_away_comes_back(client: Elasticsearch, storage: Storage) -> None:
    _index(client, storage, _article(1))
    client.indices.delete_alias(index="articles-2025.03", name="articles")
    set_up(client, synonyms(ROOT / "config"))
    assert _index(client, storage, _article(1), _article(2)).total == 2


def test_an_index_of_an_aliass_name_is_named(client: Elasticsearch) -> None:
    client.indices.create(index="articles")
    try:
        with pytest.raises(RasidError, match="articles is an index, and is to be an alias of articles-\\*: delete it"):
            set_up(client, synonyms(ROOT / "config"))
    finally:
        client.indices.delete(index="articles")


def test_a_text_that_cannot_be_written_is_refused(client: Elasticsearch) -> None:
    from search.indexing import write

    written = write(client, [_article(1, **REFUSED["half a letter"]), _article(2)])
    assert list(written.refused) == [f"{1:032x}"]
    assert len(written.new) == 1


def test_a_refused_revision_leaves_the_text_before_it(client: Elasticsearch, storage: Storage) -> None:
    first = _article(1)
    second = replace(first, revision=2, title="عنوان ثان", capture=CaptureRef(WARC, 9, "sha1:B"))
    _index(client, storage, first)
    # The same day: the file's earlier revision counts.
    report = _index(client, storage, first, replace(second, country=LONG))
    assert (report.articles, report.unchanged, report.removed, report.refused) == (1, 1, 0, {"test": 1})
    # Its own capture gives it no more, but nothing that is better either; nor in another month.
    for wrong in ({"country": LONG}, {"country": LONG, "published_at": first.published_at - timedelta(days=40)}):
        report = _index(client, storage, replace(first, **wrong))
        assert (report.articles, report.removed, report.total) == (0, 0, 1)
        assert client.get(index="articles-2025.03", id=first.id)["_source"]["title"] == first.title
    assert _index(client, storage, second).updated == 1
    assert client.get(index="articles-2025.03", id=first.id)["_source"]["title"] == "عنوان ثان"


def test_a_picture_that_is_a_script_is_not_kept(client: Elasticsearch, storage: Storage) -> None:
    article = _article(1, image="javascript:alert(1)")
    _index(client, storage, article)
    assert "image" not in client.get(index="articles", id=article.id)["_source"]
    assert _index(client, storage, article).unchanged == 1


def test_what_is_refused_is_counted_until_it_is_taken(
    client: Elasticsearch, cluster: str, storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlets = tmp_path / "outlets.yaml"
    outlets.write_text(
        "outlets:\n  test:\n    name: {ar: اختبار, en: Test}\n    country: DZ\n    timezone: UTC\n"
        "    sources: [{feed: 'http://127.0.0.1:9/'}]\n",
        encoding="utf-8",
    )
    given = Settings(data=storage.root, ELASTICSEARCH_URL=cluster)
    config = load_config(given, outlets)
    stages = Stages(given, config, DAY, lambda _: None)
    writer = CaptureWriter(storage.captures(DAY, "test"))
    for path, status in (("a", 200), ("b", 200), ("c", 404)):
        capture = make_capture(
            TEXT.replace("المرحلة", f"المرحلة {path}").encode(), f"https://example.org/{path}", status=status
        )
        writer.write(capture.url, capture.link, capture.status, capture.headers, capture.body, capture.fetched_at)
    writer.close()

    def sums() -> tuple[int, int, int, dict[str, int]]:
        kept = stages.reports.last(ProcessReport, "test")
        assert kept
        assert kept.captures == kept.articles + kept.unchanged + sum(kept.rejected.values())
        assert len(_left(storage)) == kept.articles
        assert len(_rejected(storage)) == sum(kept.rejected.values())
        pages = client.search(index="rejected-*", size=100)["hits"]["hits"]
        assert {each["_source"]["reason"] for each in pages} == set(kept.rejected)
        assert len(pages) == len(_rejected(storage))
        return kept.captures, kept.articles, kept.unchanged, kept.rejected

    stages.process(["test"])
    good = _left(storage)
    write_whole(storage.articles(DAY, "test"), ARTICLES.dumps([replace(good[0], country=LONG), good[1]], WHOLE))
    for _ in range(2):
        assert stages.index(["test"]).refused == {"test": 1}
        assert sums() == (3, 1, 0, {"http_status": 1, "refused": 1})
    stages.alert()
    stages.report(["test"])
    assert "immense term" in storage.report(DAY).read_text(encoding="utf-8")
    stages.reports.keep(Kept(CrawlReport("test", found=3, seconds=1.0), datetime(2025, 3, 10, 4, tzinfo=UTC), 1.0))
    summary = stages.finish(["test"], "run")
    assert summary.problems == ()
    assert summary.warnings == ("1 of test refused by Elasticsearch, and now among the rejected pages",)
    assert summary.captures == summary.articles + summary.unchanged + summary.rejected == 3
    (run,) = client.search(index="runs", query={"term": {"stage": "run"}})["hits"]["hits"]
    assert (run["_source"]["state"], run["_source"]["articles"], run["_source"]["rejected"]) == ("done", 1, 2)

    process_outlet(config.outlets["test"], DAY, storage, configured_tagger())
    stages.process(["test"])
    assert stages.index(["test"]).refused == {}
    assert sums() == (3, 2, 0, {"http_status": 1})
    assert client.count(index="articles")["count"] == 2


ANY = st.text(max_size=30) | st.sampled_from(
    [LONG, "", "\x00\x1b\x9b\ue000\uffff", "javascript:alert(1)", "{{ 1 }}<script>"]
)
TEXTS = st.lists(ANY, max_size=3).map(tuple)
TIMES = st.datetimes(timezones=st.just(UTC)) | st.just(GOOD.published_at)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(
            ("title", "body", "section", "summary", "image", "country", "language", "published_source"), ANY
        ),
        **dict.fromkeys(("authors", "credited_to", "hashtags", "links", "topics", "weapons"), TEXTS),
        "bands": st.lists(st.integers(-(2**70), 2**70), max_size=3).map(tuple),
        **dict.fromkeys(("published_at", "changed_at"), TIMES),
        "mentioned_dates": st.lists(st.dates(), max_size=3).map(tuple),
        "word_count": st.integers(-(2**70), 2**70) | st.just(1),
        "topic_evidence": st.integers(0, 3).map(lambda count: GOOD.topic_evidence[:count]),
    },
)


@given(st.lists(FIELDS, min_size=1, max_size=6))
@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
def test_the_day_ends_whatever_the_records_are(
    client: Elasticsearch, tmp_path: Path, fields: list[dict[str, Any]]
) -> None:
    wipe(client)
    set_up(client, synonyms(ROOT / "config"))
    storage = Storage(UPath(mkdtemp(dir=tmp_path)))
    healthy = _article(0, body="كركدن نادر في الجزائر")
    articles = [healthy, *(_article(number, **each) for number, each in enumerate(fields, start=1))]
    report = _index(client, storage, *articles)
    index_rejected(client, storage, DAY, ["test"])
    assert report.articles + sum(report.refused.values()) == len(articles)
    ends = [each.url for each in (*_left(storage), *_rejected(storage))]
    assert sorted(ends) == sorted(article.url for article in articles)
    assert client.count(index="articles")["count"] == report.articles
    assert search(client, "كركدن", []).total == 1
    rule = Rule.model_validate({"id": "all", "name": {"ar": "ق", "en": "R"}, "query": "*", "reprocessed": True})
    since = datetime.now(UTC) - timedelta(hours=1)
    told = send_alerts(client, storage, Alerting((rule,), {}), NAMES, Settings(), since)
    assert {id_ for alert in told.alerts for id_ in alert.article_ids} == {each.id for each in _left(storage)}
    row = Health(ANY_OUTLET, 1, {}, 1, 1, 0, {}, 1.0, ())
    page = Path(write_report(client, storage, DAY, [row], NAMES, told).path).read_text(encoding="utf-8")
    assert printable(page) == page
    assert "<script>" not in page


def test_a_text_of_any_length_is_found_and_marked(client: Elasticsearch, storage: Storage) -> None:
    body = GOOD.body + "\n" + "كلام طويل " * 130_000 + "\nوفي آخره كركدن نادر"
    _index(client, storage, _article(1, body=body), _article(2))
    (hit,) = search(client, "كركدن", []).hits
    assert f"{MARK}كركدن" in "".join(hit.snippets)
    assert search(client, "الجزائر", [], reposts=True).total == 2
    # As Kibana asks: for all fields, whole.
    asked = {"fields": {"*": {}}, "fragment_size": 2147483647}
    found = client.search(index="articles", query={"query_string": {"query": "كركدن"}}, highlight=asked)
    assert "<em>كركدن</em>" in found["hits"]["hits"][0]["highlight"]["body"][0]


def test_an_index_that_is_there_gets_the_limits(client: Elasticsearch) -> None:
    client.index(index="articles-2025.03", document={"title": "-"})
    old = {"index.highlight.max_analyzed_offset": 1000}
    client.indices.put_settings(index="articles-2025.03", settings=old)
    set_up(client, synonyms(ROOT / "config"))
    (settings,) = client.indices.get_settings(index="articles-*", flat_settings=True).values()
    assert int(settings["settings"]["index.highlight.max_analyzed_offset"]) > 10**9
    assert isinstance(client, Cluster)
