"""The register of arms deals in Elasticsearch: filled with the articles, and changed with them."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from upath import UPath

from processing.deals.arms import as_written
from rasid.records import ARTICLES, Article, CaptureRef
from rasid.storage import Storage, write_whole
from search.hits import search
from search.indexing import index_day
from search.register import SIPRI_FIELDS, DealQuery, RegisteredDeal, count_each, find_deals, held, write_deals
from tests.conftest import Rasid
from tests.pages import FARM, WHOLE, configured_tagger, sample_article

DAY = date(2025, 3, 10)


def article(id_: str, body: str, day: int = 10) -> Article:
    tagger = configured_tagger()
    assert tagger.deals
    at = datetime(2025, 3, day, 9, tzinfo=UTC)
    mentions = tagger.tag("", body).mentions
    return replace(
        sample_article("alsaleh", FARM),
        id=id_ * 32,
        url=f"https://example.org/{id_}",
        title=f"خبر {id_}",
        body=body,
        bands=(),
        links=(),
        published_at=at,
        first_seen_at=at,
        mentions=mentions,
        capture=CaptureRef("captures/2025-03-10/test.warc.gz", 0, "sha1:A"),
        deals=tagger.deals.read("", body, mentions, at.date()),
    )


def index(client: Elasticsearch, folder: Path, *articles: Article) -> list[RegisteredDeal]:
    storage = Storage(UPath(folder))
    write_whole(storage.articles(DAY, "test"), ARTICLES.dumps(articles, WHOLE))
    index_day(client, storage, DAY, ["test"])
    return find_deals(client, DealQuery())


TALKS = article("a", "تبحث الرباط شراء 12 مروحية أباتشي من واشنطن", 8)
SIGNED = article("b", "وقعت الرباط صفقة لشراء 15 مروحية أباتشي من واشنطن", 9)
RUSSIAN = article("c", "اشترت الجزائر من روسيا منظومة إس-400")


def test_the_register_follows_the_articles(client: Elasticsearch, tmp_path: Path) -> None:
    first, second = index(client, tmp_path, TALKS, SIGNED, RUSSIAN)
    assert (first.supplier, first.recipient, first.weapons, first.stage) == (("RU",), ("DZ",), ("S-400",), "signed")
    assert first.caatsa_exposure and second.caatsa_exposure is None
    assert (second.stages, second.quantities, second.contradicted) == (("talks", "signed"), ("12", "15"), ("quantity",))
    assert {report.url for report in second.reports} == {TALKS.url, SIGNED.url}

    version = client.get(index="deals", id=second.id)["_version"]
    assert index(client, tmp_path, TALKS, SIGNED, RUSSIAN) == [first, second]
    assert client.get(index="deals", id=second.id)["_version"] == version

    corrected = article("b", "وقعت الرباط صفقة لشراء 15 مقاتلة إف-16 من واشنطن", 9)
    found = index(client, tmp_path, TALKS, replace(corrected, revision=2), RUSSIAN)
    assert [(deal.weapons, deal.stage) for deal in found] == [
        (("S-400",), "signed"), (("F-16",), "signed"), (("Apache",), "talks"),
    ]  # fmt: skip
    assert found[2].id == second.id

    assert index(client, tmp_path, RUSSIAN) == [first]


def test_questions_to_the_register(client: Elasticsearch, tmp_path: Path) -> None:
    fields = ("supplier", "recipient", "weapons", "weapon_classes", "party")
    assert held(client) == {field: {} for field in fields}  # no run has made the index yet
    assert count_each(client, {"all": DealQuery()}) == {}
    russian, american = index(client, tmp_path, TALKS, SIGNED, RUSSIAN)
    assert held(client) == {
        "weapons": {"S-400": 1, "Apache": 1},
        "weapon_classes": {"air defence": 1, "helicopter": 1},
        "supplier": {"RU": 1, "US": 1},
        "recipient": {"DZ": 1, "MA": 1},
        "party": {"RU": 1, "US": 1, "DZ": 1, "MA": 1},
    }
    assert find_deals(client, DealQuery(recipients=["DZ"], suppliers=["RU"], weapons=["S-400"])) == [russian]
    assert find_deals(client, DealQuery(weapons=["helicopter"])) == [american]
    queries = {"إس-400": DealQuery(weapons=["S-400"]), "all": DealQuery(), "none": DealQuery(parties=["SA"])}
    assert count_each(client, queries) == {"إس-400": 1, "all": 2, "none": 0}
    assert find_deals(client, DealQuery(parties=["RU"])) == [russian]
    assert find_deals(client, DealQuery(parties=["DZ"], suppliers=["RU"])) == [russian]
    assert find_deals(client, DealQuery(stages=["talks"])) == []
    assert find_deals(client, DealQuery(since=DAY)) == [russian]
    assert find_deals(client, DealQuery(until=date(2025, 3, 9))) == [american]
    assert find_deals(client, DealQuery(caatsa=True)) == [russian]
    assert find_deals(client, DealQuery(articles=[TALKS.id])) == [american]
    assert find_deals(client, DealQuery(articles=[])) == []
    hits = search(client, "deal_recipients:MA AND deal_stages:signed", []).hits
    assert [hit.article.id for hit in hits] == [SIGNED.id]

    stream = io.StringIO()
    write_deals(stream, [american], "sipri")
    rows = list(csv.DictReader(io.StringIO(stream.getvalue().removeprefix("\ufeff"))))
    assert tuple(rows[0]) == SIPRI_FIELDS
    assert (rows[0]["Recipient"], rows[0]["Supplier"], rows[0]["Number ordered"], rows[0]["Year of order"]) == (
        "MA", "US", "12; 15", "2025",
    )  # fmt: skip
    assert rows[0]["Year(s) of delivery"] == ""


def test_weapons_stand_in_tables_as_people_write_them(client: Elasticsearch, tmp_path: Path) -> None:
    (deal,) = index(client, tmp_path, article("d", "زودت واشنطن كييف بالذخائر والطائرات لمواجهة الحرب"))
    assert deal.weapons == ("ذخاير", "طايرات")
    for order, column in (("rasid", "weapons"), ("sipri", "Weapon designation")):
        write_deals(stream := io.StringIO(), [deal], order)
        rows = list(csv.DictReader(io.StringIO(stream.getvalue().removeprefix("\ufeff"))))
        assert "; ".join(row[column] for row in rows) == "ذخائر; طائرات"


@pytest.mark.parametrize(
    ("value", "quote", "written"),
    [
        ("ذخاير", "بالذخائر", "ذخائر"),
        ("راجمات", "لراجمات", "راجمات"),
        ("قنابل عنقوديه", "القنابل «العنقودية»", "قنابل عنقودية"),
        ("S-400", "لمنظومة إس-400", None),
        ("طايرات", "طائرات كثيرة", None),
    ],
)
def test_a_weapons_words_without_what_is_joined_to_them(value: str, quote: str, written: str | None) -> None:
    assert as_written(value, quote) == written


def test_the_command(client: Elasticsearch, cluster: str, rasid: Rasid, tmp_path: Path) -> None:
    index(client, tmp_path, TALKS, SIGNED, RUSSIAN)
    asked = Rasid(rasid.data, rasid.environment | {"ELASTICSEARCH_URL": cluster})
    shown = asked("deals", "--recipient", "DZ")
    assert shown.returncode == 0, shown.stderr
    assert "S-400" in shown.stdout and "CAATSA" in shown.stdout and "Apache" not in shown.stdout
    (deal,) = json.loads(asked("deals", "--weapon", "Apache", "--json").stdout)
    assert deal["contradicted"] == ["quantity"]
    assert asked("deals", "--sipri").stdout.removeprefix("\ufeff").startswith("Recipient,Supplier,Year of order")


def test_a_register_that_was_deleted_is_made_again(client: Elasticsearch, tmp_path: Path) -> None:
    before = index(client, tmp_path, TALKS, SIGNED, RUSSIAN)
    client.indices.delete(index="deals")
    assert find_deals(client, DealQuery()) == []
    assert index(client, tmp_path, TALKS, SIGNED, RUSSIAN) == before
