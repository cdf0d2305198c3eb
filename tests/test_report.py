"""The day's page: the day against the week, the stories with their proof, and what went wrong."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from elasticsearch import Elasticsearch
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from upath import UPath

from alerts.passage import passages
from alerts.report import Style, write_report
from alerts.trends import Trend, trends
from pipeline.health import not_crawled
from rasid.alert import Alert
from rasid.outlets import Name
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
RULES = {"caatsa": Name(ar="عقوبات كاتسا", en="CAATSA sanctions")}


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
    path = Path(write_report(client, storage, DAY, [row], {**configured_tagger().names, "rules": RULES}, alerted).path)
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


def test_nothing_is_unusual_while_nobody_knows_what_is_usual(client: Elasticsearch, tmp_path: Path) -> None:
    storage, today = Storage(UPath(tmp_path)), [_at(ORIGINAL, 0, number) for number in range(5)]
    _index(client, storage, *today, *(_at(OTHER, days) for days in range(1, 4)))
    assert not trends(client, END)["topics"][0].is_high
    _index(client, storage, *today, *(_at(OTHER, days) for days in range(1, 5)))
    assert trends(client, END)["topics"][0].is_high


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
    week = (_at(OTHER, days) for days in range(1, 5))
    _index(client, storage, *(_at(ORIGINAL, 0, number) for number in range(4)), _at(ORIGINAL, 3), *week)
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


def test_an_outlet_that_was_not_crawled_is_told_and_not_counted(client: Elasticsearch, tmp_path: Path) -> None:
    rows = [not_crawled(OUTLETS["annasr"])]
    page = html.parse(
        write_report(client, Storage(UPath(tmp_path)), DAY, rows, configured_tagger().names, AlertReport()).path
    )
    assert "لم يُجلب في هذا اليوم" in page.xpath("string(//section[@id='outlets'])")
    assert page.xpath("string(//a[@href='#outlets']/b)") == "0"


def test_each_article_has_one_card_with_all_its_topics_and_each_passage_once(
    client: Elasticsearch, tmp_path: Path
) -> None:
    storage = Storage(UPath(tmp_path))
    _index(client, storage, ORIGINAL, OTHER)
    alert = Alert(
        rule="caatsa",
        story_id=ORIGINAL.id,
        article_id=ORIGINAL.id,
        url=ORIGINAL.url,
        title=ORIGINAL.title,
        outlet_name=ORIGINAL.outlet_name,
        published_at=ORIGINAL.published_at,
        topics=ORIGINAL.topics,
        countries=(),
        weapons=(),
        passages=(),
        copies=(),
        article_ids=(ORIGINAL.id,),
    )
    write_whole(storage.report(DAY - timedelta(days=2)), b"-")
    text = _page(client, storage, AlertReport(alerts=(alert,)))
    page = html.fromstring(text)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert [link for link in page.xpath("//a/@href") if link.startswith("#") and link[1:] not in ids] == []
    (card,) = page.xpath(f"//article[@id='a-{ORIGINAL.id}']")
    assert card.xpath(".//ul[@class='tags']//a/@href") == [f"#{topic}" for topic in ORIGINAL.topics]
    quotes = [each.text_content() for each in card.iter("mark")]
    for each in ORIGINAL.topic_evidence:
        assert any(each.quote in quote for quote in quotes)
    passages = [each.text_content() for each in card.iter("p")]
    assert len(passages) == len(set(passages))
    assert f"rasid show {ORIGINAL.id}" in card.text_content()
    assert page.xpath("string(//section[@id='alerts']//h3/bdi)") == RULES["caatsa"].ar
    assert page.xpath("//section[@id='alerts']//li/a/@href") == [f"#a-{ORIGINAL.id}"]
    again = AlertReport(alerts=(alert,), earlier=(replace(alert, title="أقدم"), replace(alert, title="أقدم منه")))
    told = html.fromstring(_page(client, storage, again)).get_element_by_id("alerts")
    assert told.xpath("string(.//h2)") == "تنبيهات اليوم 3"
    assert "جديد هذه الدورة: 1؛ وأُبلغ قبلها اليوم بـ 2" in told.text_content()
    assert [item.xpath("string(b)") for item in told.iter("li")] == ["جديد", "", ""]
    assert page.xpath("//a[@rel='prev']/@href") == [f"{DAY - timedelta(days=2)}.html"]
    listed = html.fromstring(storage.report_list().read_text(encoding="utf-8"))
    assert listed.xpath("//li/a/@href") == [f"{DAY}.html", f"{DAY - timedelta(days=2)}.html"]
    # All that scrolls can be scrolled by keyboard, and all tables have headings.
    assert {each.get("tabindex") for each in page.find_class("table")} <= {"0"}
    assert all(heading.text_content().strip() for heading in page.iter("th"))
    assert "prefers-color-scheme: dark" in text


def test_the_report_in_english_and_in_the_readers_time(client: Elasticsearch, tmp_path: Path) -> None:
    storage = Storage(UPath(tmp_path))
    _index(client, storage, replace(ORIGINAL, published_at=datetime(2025, 3, 9, 23, 30, tzinfo=UTC)))
    row = Health(OUTLETS["sharqonline"], 4, {}, 4, 4, 0, {}, 1.0, ())
    style = Style("en", "Africa/Algiers")
    names = configured_tagger().names
    path = Path(write_report(client, storage, DAY, [row], names, AlertReport(), style).path)
    page = html.fromstring(path.read_text(encoding="utf-8"))
    assert (page.get("lang"), page.get("dir")) == ("en", "ltr")
    assert "2025-03-10 00:30" in page.text_content()
    assert names["topics"][ORIGINAL.topics[0]].en in page.text_content()


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), min_size=1, max_size=8), st.integers(0, 12))
def test_passages_show_each_quote_marked_and_no_text_twice(found: list[tuple[int, int]], context: int) -> None:
    text = " ".join(f"w{number}" for number in range(30))
    spans = [(start, min(start + length, len(text))) for start, length in found]
    shown = passages(text, spans, context)
    marked = [part for each in shown for part, is_quote in each if is_quote]
    for start, end in spans:
        assert any(text[start:end] in quote for quote in marked)
    assert sum(map(len, marked)) <= len(text)
    place = 0
    for quote in marked:  # in their order, none of them twice
        place = text.index(quote, place) + len(quote)


def test_the_page_tells_of_the_deals_of_the_day(client: Elasticsearch, tmp_path: Path) -> None:
    storage = Storage(UPath(tmp_path))
    _index(client, storage, sample_article("alsaleh", FARM))
    section = _page(client, storage, AlertReport()).partition('<section id="deals"')[2].partition("</section>")[0]
    rows = section.split("<tr>")[2:]
    moroccan = next(row for row in rows if "المغرب</td>" in row and "أباتشي" in row)
    assert "هيمارس" in moroccan and "24" in moroccan and "تسليم" in moroccan
    russian = next(row for row in rows if "روسيا</td>" in row)
    assert "الجزائر</td>" in russian and "كاتسا" in russian
