"""The day's page: the day against the week, the stories with their proof, and what went wrong."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from elasticsearch import Elasticsearch
from lxml import html
from upath import UPath

from alerts.report import write_report
from alerts.trends import Trend, trends
from rasid.records import ARTICLES, REJECTED, Article
from rasid.reports import AlertReport, Failure, Health
from rasid.storage import Storage, write_whole
from rasid.urls import article_id
from samples.site import DAY
from search.indexing import index_day
from tests.pages import FARM, OUTLETS, SITES, configured_tagger, sample_article

END = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) + timedelta(days=1)
ORIGINAL = sample_article("sharqonline", SITES["sharqonline"].stories[0])
OTHER = sample_article("annasr", SITES["annasr"].stories[1])


def _at(article: Article, days: int, number: int = 0) -> Article:
    """Published so many days before the last hour of the day, as another article."""
    url = f"{article.url}-{days}-{number}"
    body = f"{article.body} {days} {number}"
    at = END - timedelta(days=days, hours=1)
    return replace(article, id=article_id(url), url=url, body=body, bands=(), published_at=at)


def _index(client: Elasticsearch, storage: Storage, *articles: Article) -> None:
    write_whole(storage.articles(DAY, "sharqonline"), ARTICLES.dumps(articles))
    write_whole(storage.rejected(DAY, "sharqonline"), REJECTED.dumps([]))
    index_day(client, storage, DAY, ["sharqonline"])


def _page(client: Elasticsearch, storage: Storage, alerted: AlertReport) -> str:
    row = Health(OUTLETS["sharqonline"], 4, {}, 4, 4, 0, {}, 1.0, ())
    path = Path(write_report(client, storage, DAY, [row], configured_tagger().names, alerted).path)
    return path.read_text(encoding="utf-8")


def test_trends_count_each_day_of_the_week(client: Elasticsearch, tmp_path: Path) -> None:
    week = [_at(ORIGINAL, days, number) for days in range(10) for number in range(3 if days == 0 else days % 2)]
    _index(client, Storage(UPath(tmp_path)), *week, _at(OTHER, 2))
    found = trends(client, END)
    assert found["topics"][0] == Trend(ORIGINAL.topics[0], (1, 0, 1, 0, 1, 0, 1, 3))
    assert found["outlet"] == [
        Trend("sharqonline", (1, 0, 1, 0, 1, 0, 1, 3)),
        Trend("annasr", (0, 0, 0, 0, 0, 1, 0, 0)),
    ]
    assert found["topics"][0].is_high
    assert {trend.value for trend in found["countries"]} == set(ORIGINAL.countries) | set(OTHER.countries)


def test_a_story_counts_once_except_by_outlet(client: Elasticsearch, tmp_path: Path) -> None:
    _index(client, Storage(UPath(tmp_path)), ORIGINAL, sample_article("alsaleh", FARM))
    found = trends(client, END)
    assert {trend.value: sum(trend.counts) for trend in found["topics"]}["caatsa"] == 1
    assert {trend.value: sum(trend.counts) for trend in found["outlet"]} == {"sharqonline": 1, "alsaleh": 1}
    assert {trend.value: sum(trend.counts) for trend in found["is_repost"]} == {"false": 1, "true": 1}


def test_an_empty_index_has_no_trends(client: Elasticsearch) -> None:
    assert set(map(len, trends(client, END).values())) == {0}


def test_the_page_shows_the_week_and_what_failed(client: Elasticsearch, tmp_path: Path) -> None:
    storage = Storage(UPath(tmp_path))
    _index(client, storage, *(_at(ORIGINAL, 0, number) for number in range(4)), _at(ORIGINAL, 3))
    old = Failure("desk", "caatsa", 2, END - timedelta(days=3), "e-mail: SMTPDataError 451")
    fresh = replace(old, channel="hook", since=END - timedelta(hours=2))
    text = _page(client, storage, AlertReport(failures=(old, fresh), refused={"wrong": "Cannot parse '(<b>'"}))
    page = html.fromstring(text)
    alarms = [alarm.text_content() for alarm in page.find_class("alarm")]
    assert len(alarms) == 2
    assert "wrong: Cannot parse '(<b>'" in alarms[0]
    assert "desk: 2 of rule caatsa: e-mail: SMTPDataError 451" in alarms[1]

    charts = {chart.find("figcaption").text.strip(): chart for chart in page.iter("figure")}
    assert {"النشر", "المواضيع", "المنافذ", "الدول المذكورة"} <= set(charts)
    (row,) = [row for row in charts["المواضيع"].iter("tr") if row.xpath(".//a[@href='#caatsa']")]
    assert page.get_element_by_id("caatsa") is not None
    assert row.get("class") == "high"
    assert [title.text for title in row.iter("title")] == [
        f"{(END - timedelta(days=days)).date()}: {4 if days == 1 else 1 if days == 4 else 0}" for days in range(1, 9)
    ]
    assert "شرق أونلاين" in charts["المنافذ"].text_content()
    assert "الجزائر" in charts["الدول المذكورة"].text_content()
    # It works offline, without scripts.
    assert not re.search(r"<script|<link|<img|@import|url\(", text)
