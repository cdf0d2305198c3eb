"""Alerts: what a rule finds is sent once, and stands in its Atom file."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from elasticsearch import Elasticsearch
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath

from alerts.deliveries import history
from alerts.found import alerts_of
from alerts.preview import preview
from alerts.rules import Alerting, Rule
from alerts.send import send_alerts as send
from rasid.alert import Alert
from rasid.records import ARTICLES, Article, Evidence
from rasid.reports import AlertReport
from rasid.settings import Settings
from rasid.storage import Storage, write_whole
from samples.site import DAY
from search.hits import search
from search.indexed import Indexed
from search.indexing import index_day
from search.query import filters, refusal, text_query
from tests.pages import FARM, SITES, sample_article

NAME = {"ar": "قاعدة", "en": "Rule"}
CAATSA = Rule.model_validate({"id": "caatsa", "name": NAME, "topics": ["caatsa"], "reprocessed": True})
ALGERIA = Rule.model_validate(
    {"id": "algeria", "name": NAME, "query": "+الجزائر +واشنطن", "outlets": ["alsaleh"], "reprocessed": True}
)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(UPath(tmp_path))


def send_alerts(client: Elasticsearch, storage: Storage, rules: list[Rule], since: datetime = LONG_AGO) -> list[Alert]:
    return list(send(client, storage, Alerting(tuple(rules), {}), {}, Settings(), since).alerts)


def _index(client: Elasticsearch, storage: Storage, *articles: Article) -> None:
    write_whole(storage.articles(DAY, "test"), ARTICLES.dumps(articles))
    index_day(client, storage, DAY, ["test"])


def test_each_story_is_sent_once_for_each_rule(client: Elasticsearch, storage: Storage) -> None:
    farm = sample_article("alsaleh", FARM)
    original, other = (sample_article("sharqonline", story) for story in SITES["sharqonline"].stories[:2])
    _index(client, storage, farm)
    first = send_alerts(client, storage, [CAATSA, ALGERIA])
    assert [(alert.rule, alert.article_id) for alert in first] == [("caatsa", farm.id), ("algeria", farm.id)]
    assert first[0].passages[0].quote == "قانون مكافحة أعداء أميركا"
    assert send_alerts(client, storage, [CAATSA, ALGERIA]) == []

    _index(client, storage, farm, original, other)
    later = send_alerts(client, storage, [CAATSA, ALGERIA])
    assert [(alert.rule, alert.article_id) for alert in later] == [
        ("caatsa", other.id)
    ]  # the original of what was sent

    feed = feedparser.parse(storage.alert_feed("caatsa").read_bytes())
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title == "قاعدة – Rule"
    assert [entry.link for entry in feed.entries] == [other.url, farm.url]
    assert feed.entries[-1].title == farm.title  # the newest deliveries first
    assert feed.entries[-1].summary == "قانون مكافحة أعداء أميركا"


def test_an_alert_names_the_copies(client: Elasticsearch, storage: Storage) -> None:
    original = sample_article("sharqonline", SITES["sharqonline"].stories[0])
    _index(client, storage, sample_article("alsaleh", FARM), original)
    (alert,) = send_alerts(client, storage, [CAATSA])
    assert (alert.article_id, alert.copies) == (original.id, ("الصالح نيوز",))
    feed = feedparser.parse(storage.alert_feed("caatsa").read_bytes())
    assert "نشره أيضا: الصالح نيوز" in feed.entries[0].summary


def test_a_revision_is_no_second_alert(client: Elasticsearch, storage: Storage) -> None:
    farm = sample_article("alsaleh", FARM)
    _index(client, storage, farm)
    assert len(send_alerts(client, storage, [CAATSA])) == 1
    _index(client, storage, replace(farm, title="عنوان مصحح", revision=2))
    assert send_alerts(client, storage, [CAATSA]) == []


def test_nothing_found_writes_nothing(client: Elasticsearch, storage: Storage) -> None:
    _index(client, storage, sample_article("annasr", SITES["annasr"].stories[1]))
    assert send_alerts(client, storage, [CAATSA]) == []
    assert not storage.alert_feed("caatsa").exists()


def test_before_anything_is_indexed(client: Elasticsearch, storage: Storage) -> None:
    assert send_alerts(client, storage, [CAATSA]) == []


def test_a_query_that_is_wrong_stops_no_other_rule(client: Elasticsearch, storage: Storage) -> None:
    _index(client, storage, sample_article("alsaleh", FARM))
    wrong = Rule.model_validate({"id": "wrong", "name": NAME, "query": "(الجزائر", "reprocessed": True})
    report = send(client, storage, Alerting((wrong, CAATSA), {}), {}, Settings(), LONG_AGO)
    assert [alert.rule for alert in report.alerts] == ["caatsa"]
    assert set(report.refused) == {"wrong"}
    assert "Cannot parse '(الجزائر'" in report.refused["wrong"]
    assert "line 1, column 8" in report.refused["wrong"]


def test_a_query_is_checked_whatever_is_in_the_index(client: Elasticsearch, storage: Storage) -> None:
    _index(client, storage, sample_article("alsaleh", FARM))
    assert refusal(client, CAATSA.search()) is None
    assert "Cannot parse '(الجزائر'" in str(refusal(client, text_query("(الجزائر")))


def test_a_new_rule_begins_with_the_run_in_which_it_is_new(client: Elasticsearch, storage: Storage) -> None:
    _index(client, storage, sample_article("alsaleh", FARM))
    now = datetime.now(UTC) + timedelta(seconds=1)
    assert send_alerts(client, storage, [CAATSA], since=now) == []
    assert send_alerts(client, storage, [CAATSA]) == []  # it is known by now
    assert len(send_alerts(client, storage, [CAATSA, ALGERIA])) == 1


def test_articles_that_are_long_known_are_no_news(client: Elasticsearch, storage: Storage) -> None:
    farm = sample_article("alsaleh", FARM)
    careful = CAATSA.model_copy(update={"reprocessed": False})
    _index(client, storage, farm)
    assert send_alerts(client, storage, [careful]) == []
    _index(client, storage, replace(farm, first_seen_at=datetime.now(UTC), published_at=datetime.now(UTC)))
    assert len(send_alerts(client, storage, [careful])) == 1


def test_what_was_published_long_ago_is_no_news(client: Elasticsearch, storage: Storage) -> None:
    """A backfill brings it; the run and the ledger say so, once."""
    now = datetime.now(UTC)
    careful = CAATSA.model_copy(update={"reprocessed": False})
    old = replace(sample_article("alsaleh", FARM), first_seen_at=now, published_at=now - timedelta(days=8))
    _index(client, storage, old)
    alerting = Alerting((careful,), {})
    first = send(client, storage, alerting, {}, Settings(), LONG_AGO)
    assert (first.alerts, first.old) == ((), {"caatsa": 1})
    assert send(client, storage, alerting, {}, Settings(), LONG_AGO) == AlertReport()
    (noted,) = history(client, "caatsa", 10)
    assert (noted.state, noted.article_ids) == ("dropped", (old.id,))
    assert "published more than 7 days" in str(noted.error)
    file = preview(client, [], alerting, "caatsa", {}, Settings())
    assert (file.message, file.old) == (None, 1)
    # A copy of it that is new is news; so is the old one for a run of its own day, and a rule that looks further back.
    copy = replace(sample_article("sharqonline", SITES["sharqonline"].stories[0]), first_seen_at=now, published_at=now)
    _index(client, storage, old, copy)
    assert [alert.article_id for alert in send_alerts(client, storage, [careful])] == [copy.id]
    patient = careful.model_copy(update={"id": "patient", "within_days": 9})
    assert len(send_alerts(client, storage, [patient])) == 1
    then = careful.model_copy(update={"id": "then"})
    told = send(client, storage, Alerting((then,), {}), {}, Settings(), LONG_AGO, as_of=old.published_at)
    assert (len(told.alerts), told.old) == (1, {})


def test_each_copy_for_who_wants_it(client: Elasticsearch, storage: Storage) -> None:
    original = sample_article("sharqonline", SITES["sharqonline"].stories[0])
    _index(client, storage, original, sample_article("alsaleh", FARM))
    each = CAATSA.model_copy(update={"reposts": "each"})
    assert {alert.outlet_name for alert in send_alerts(client, storage, [each])} == {"شرق أونلاين", "الصالح نيوز"}
    assert send_alerts(client, storage, [each]) == []


def test_a_rules_least_score(client: Elasticsearch, storage: Storage) -> None:
    farm = sample_article("alsaleh", FARM)
    score = max(each.score for each in farm.topic_evidence if each.topic == "caatsa")
    _index(client, storage, farm)
    over = CAATSA.model_copy(update={"id": "over", "min_score": score + 0.1})
    enough = CAATSA.model_copy(update={"id": "enough", "min_score": score})
    assert [alert.rule for alert in send_alerts(client, storage, [over, enough])] == ["enough"]


@pytest.mark.parametrize("seed", range(3))
def test_a_rule_fires_for_what_its_search_finds(client: Elasticsearch, storage: Storage, seed: int) -> None:
    """With its copies apart, as the search shows them then."""
    rng = random.Random(seed)
    articles = [sample_article(id_, story) for id_ in ("sharqonline", "annasr") for story in SITES[id_].stories]
    _index(client, storage, *rng.sample(articles, 12))
    words = ["السلاح", "واشنطن", "الجزائر", '"حقل غاز"', "النفط", "تسلم*", "الدوري", "title:مقاتلات", "s-400"]
    rules, expected = [], {}
    for number in range(12):
        fields = {
            "query": " OR ".join(rng.sample(words, rng.randint(1, 3))) if rng.random() < 0.7 else None,
            "topics": rng.sample(["arms_deals", "energy", "sahel"], 1) if rng.random() < 0.4 else (),
            "outlets": rng.sample(["annasr", "sharqonline"], 1) if rng.random() < 0.4 else (),
        }
        if not any(fields.values()):
            continue
        common = {"id": f"r{number}", "name": NAME, "reposts": "each", "reprocessed": True}
        rule = Rule.model_validate({**fields, **common})
        rules.append(rule)
        where = filters(rule.topics, rule.outlets)
        hits = search(client, rule.query or "*", where, 1000, reposts=True).hits
        expected[rule.id] = {hit.article.id for hit in hits}
    found: dict[str, set[str]] = {rule.id: set() for rule in rules}
    for alert in send_alerts(client, storage, rules):
        found[alert.rule].add(alert.article_id)
    assert found == expected


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=12))
def test_a_message_shows_no_text_twice(starts: list[int]) -> None:
    body = "".join(f"{number:05} " for number in range(400))
    evidence = tuple(Evidence("caatsa", 1.0, body[at : at + 20], "body", at, at + 20) for at in starts)
    article = Indexed("a", "https://e.org/", "o", "منفذ", "عنوان", datetime.now(UTC), "a", body, ("caatsa",), evidence)
    (alert,) = alerts_of(CAATSA, {"a": "a"}, {"a": [article]})
    assert 1 <= len(alert.passages) <= 3
    assert alert.passages[0].quote == evidence[0].quote.strip()  # the surest proof is always told
    words = [
        word for each in alert.passages for word in f"{each.before}{each.quote}{each.after}".split() if len(word) == 5
    ]
    assert len(words) == len(set(words))
