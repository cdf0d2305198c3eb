"""Alerts: what a rule finds is sent once, and stands in its Atom file."""

from dataclasses import replace
from pathlib import Path

import feedparser
import pytest
from elasticsearch import Elasticsearch
from upath import UPath

from alerts.rules import Alerting, Rule
from alerts.send import Alert
from alerts.send import send_alerts as send
from rasid.errors import RasidError
from rasid.records import ARTICLES, Article
from rasid.settings import Settings
from rasid.storage import Storage, write_whole
from samples.site import DAY
from search.indexing import index_day
from tests.pages import FARM, SITES, sample_article

NAME = {"ar": "قاعدة", "en": "Rule"}
CAATSA = Rule.model_validate({"id": "caatsa", "name": NAME, "topics": ["caatsa"]})
ALGERIA = Rule.model_validate({"id": "algeria", "name": NAME, "query": "+الجزائر +واشنطن", "outlets": ["alsaleh"]})


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(UPath(tmp_path))


def send_alerts(client: Elasticsearch, storage: Storage, rules: list[Rule]) -> list[Alert]:
    return list(send(client, storage, Alerting(tuple(rules), {}), {}, Settings()).alerts)


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


def test_a_query_that_is_wrong_names_its_rule(client: Elasticsearch, storage: Storage) -> None:
    _index(client, storage, sample_article("alsaleh", FARM))
    wrong = Rule.model_validate({"id": "wrong", "name": NAME, "query": "(الجزائر"})
    with pytest.raises(RasidError, match="alert rule wrong"):
        send_alerts(client, storage, [wrong])
