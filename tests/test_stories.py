"""Stories in the index: whole in every order of arrival, by any number of workers, after every change."""

import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from upath import UPath

from processing.reposts.overlap import compare, prepared
from processing.reposts.signature import SHARED_BANDS, bands
from processing.reposts.story import Member, Place, arrange
from rasid.records import ARTICLES, Article, CaptureRef
from rasid.reports import IndexReport
from rasid.storage import Storage, write_whole
from search.candidates import CANDIDATES, candidates
from search.hits import search
from search.indexed import story_of
from search.indexing import index_day
from search.stories import PLACE_FIELDS
from tests.conftest import FinishedDay
from tests.pages import FARM, SITES, WHOLE, sample_article

DAY = date(2025, 3, 10)
NINE = datetime(2025, 3, 10, 9, tzinfo=UTC)
FARMS_ARTICLE = sample_article("alsaleh", FARM)
TEXTS = ["\n".join(story.paragraphs) for story in SITES["annasr"].stories[:4]]


def _article(name: str, body: str, hour: int) -> Article:
    return replace(
        FARMS_ARTICLE,
        id=name,
        url=f"https://{name}.example.org/a",
        outlet=name,
        outlet_name=name,
        title=name,
        body=body,
        bands=bands(body),
        mentions=(),
        published_at=NINE + timedelta(hours=hour),
        published_precision="second",
        capture=CaptureRef(f"captures/{DAY}/test.warc.gz", 0, "sha1:A"),
    )


def _half(text: str) -> str:
    return " ".join(text.split()[: len(text.split()) // 2])


FIRST = _article("first", TEXTS[0], 0)
ARTICLES_OF_ALL_KINDS = [
    FIRST,
    _article("excerpt", _half(TEXTS[0]), 1),
    _article("copy", TEXTS[0], 2),
    _article("other", TEXTS[1], 3),
    _article("merged", f"{TEXTS[0]}\n{TEXTS[1]}", 4),
    _article("copy-of-merged", f"{TEXTS[0]}\n{TEXTS[1]}", 5),
    _article("alone", TEXTS[2], 6),
]
CORRECTED = [
    replace(FIRST, body=TEXTS[3], bands=bands(TEXTS[3]), revision=2),  # the text of none of the others
    replace(FIRST, body=f"تصحيح. {TEXTS[0]}", bands=bands(f"تصحيح. {TEXTS[0]}"), revision=2),
]


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(UPath(tmp_path))


def _index(client: Elasticsearch, storage: Storage, articles: Iterable[Article], outlet: str = "test") -> IndexReport:
    write_whole(storage.articles(DAY, outlet), ARTICLES.dumps(articles, WHOLE))
    return index_day(client, storage, DAY, [outlet])


def _model(articles: Iterable[Article]) -> dict[str, Place]:
    """What a single pass over all pairs says."""
    articles = list(articles)
    texts = {article.id: prepared(article.body) for article in articles}
    overlaps = {
        (one.id, other.id): overlap
        for one, other in permutations(articles, 2)
        if len(set(one.bands) & set(other.bands)) >= SHARED_BANDS
        and (overlap := compare(texts[one.id], texts[other.id])).is_copy
    }
    members = [
        Member(a.id, a.url, a.url, a.outlet, a.outlet_name, a.body, a.credited_to, a.links, a.published_at)
        for a in articles
    ]
    return arrange(members, overlaps)


def _places(client: Elasticsearch) -> dict[str, Place]:
    client.indices.refresh(index="articles")
    hits = client.search(index="articles", size=100)["hits"]["hits"]
    return {hit["_id"]: Place(**{name: hit["_source"].get(name) for name in PLACE_FIELDS}) for hit in hits}


def test_the_model_says_what_a_reader_would() -> None:
    places = _model(ARTICLES_OF_ALL_KINDS)
    assert {id_: place.story_id for id_, place in places.items()} == {
        "first": "first",
        "excerpt": "first",
        "copy": "first",
        "merged": "other" if len(TEXTS[1]) > len(TEXTS[0]) else "first",
        "copy-of-merged": "other" if len(TEXTS[1]) > len(TEXTS[0]) else "first",
        "other": "other",
        "alone": "alone",
    }
    assert places["excerpt"].copied_share == 1


@pytest.mark.parametrize("seed", [0, 1, 5, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3, 4, 6, 7))])
def test_whole_in_every_order_of_arrival(
    client: Elasticsearch, storage: Storage, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Articles come one by one or together, are corrected, and go; after each step the index is as the model has it."""
    if seed % 2:
        monkeypatch.setattr("search.candidates.ANSWERS", 2)  # so that most have too many candidates for one answer
    rng = random.Random(seed)
    coming = rng.sample(ARTICLES_OF_ALL_KINDS, len(ARTICLES_OF_ALL_KINDS))
    present: dict[str, Article] = {}
    for _ in range(12):
        step = rng.choice(["come", "come", "correct", "go"]) if present else "come"
        if step == "come" and coming:
            for article in coming[: rng.randint(1, 4)]:
                present[article.id] = article
                coming.remove(article)
        elif step == "correct" and "first" in present:
            present["first"] = rng.choice([each for each in CORRECTED if each != present["first"]])
        elif step == "go":
            gone = present.pop(rng.choice(sorted(present)))
            coming.append(FIRST if gone.id == "first" else gone)
        _index(client, storage, present.values())
        assert _places(client) == _model(present.values())


def test_doing_it_again_changes_nothing(client: Elasticsearch, storage: Storage) -> None:
    report = _index(client, storage, ARTICLES_OF_ALL_KINDS)
    assert (report.created, report.reposts) == (7, 4)
    before = client.search(index="articles", version=True, size=100)["hits"]["hits"]
    again = _index(client, storage, ARTICLES_OF_ALL_KINDS)
    assert (again.unchanged, again.reposts) == (7, 4)
    after = client.search(index="articles", version=True, size=100)["hits"]["hits"]
    assert sorted(after, key=str) == sorted(before, key=str)


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3, 4))])
def test_two_workers_with_copies_of_one_story(client: Elasticsearch, storage: Storage, seed: int) -> None:
    articles = random.Random(seed).sample(ARTICLES_OF_ALL_KINDS, 7)
    with ThreadPoolExecutor(2) as pool:
        list(
            pool.map(
                lambda part: _index(client, storage, part[1], part[0]),
                [("one", articles[::2]), ("two", articles[1::2])],
            )
        )
    assert _places(client) == _model(articles)


def test_a_run_that_died_before_it_looked_for_the_story(client: Elasticsearch, storage: Storage) -> None:
    _index(client, storage, ARTICLES_OF_ALL_KINDS)
    for hit in client.search(index="articles", size=100)["hits"]["hits"]:
        if hit["_id"] in {"first", "copy"}:  # as if just written
            source = {name: value for name, value in hit["_source"].items() if name not in PLACE_FIELDS}
            client.index(index=hit["_index"], id=hit["_id"], document={**source, "story_id": hit["_id"]}, refresh=True)
    _index(client, storage, ARTICLES_OF_ALL_KINDS)
    assert _places(client) == _model(ARTICLES_OF_ALL_KINDS)


def test_more_copies_than_are_compared(client: Elasticsearch, storage: Storage) -> None:
    """Twice as many as are compared with one another."""
    copies = [_article(f"copy-{number:03}", TEXTS[0], number % 7) for number in range(100)]
    assert len(copies) == 2 * CANDIDATES
    assert _index(client, storage, copies).reposts == 99
    assert {place.story_id for place in _places(client).values()} == {"copy-000"}


def _found(client: Elasticsearch, query: str, **options: Any) -> list[tuple[str, list[str]]]:
    hits = search(client, query, [], **options).hits
    return [(hit.article.id, [copy.id for copy in hit.copies]) for hit in hits]


def test_candidates_of_many_at_once_are_those_of_each_alone(
    client: Elasticsearch, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [_article(f"part-{number}", " ".join(TEXTS[0].split()[number:]), number) for number in range(60)]
    months = [
        replace(each, published_at=NINE.replace(year=2023 + at // 12, month=at % 12 + 1))
        for at, each in enumerate(parts[:20])
    ]
    _index(client, storage, [*ARTICLES_OF_ALL_KINDS, *months, *parts[20:]])
    hits = client.search(index="articles", size=100)["hits"]["hits"]
    sources = {hit["_id"]: hit["_source"] for hit in hits}
    together = candidates(client, sources)
    assert max(map(len, together.values())) > 40
    monkeypatch.setattr("search.candidates.ANSWERS", 1)
    assert candidates(client, sources) == together
    assert {(one, other) for one, others in together.items() for other in others} == {
        (other, one) for one, others in together.items() for other in others
    }


def test_search_folds_reposts(client: Elasticsearch, storage: Storage) -> None:
    _index(client, storage, ARTICLES_OF_ALL_KINDS[:3])
    assert _found(client, "title:(first OR excerpt OR copy)") == [("first", ["excerpt", "copy"])]
    assert _found(client, "title:copy") == [("copy", [])]
    unfolded = _found(client, "title:(first OR excerpt OR copy)", reposts=True)
    assert sorted(unfolded) == [("copy", []), ("excerpt", []), ("first", [])]


def test_a_story_by_its_id_an_articles_or_an_address(client: Elasticsearch, storage: Storage) -> None:
    articles = [sample_article(id_, story) for id_, story in (("sharqonline", SITES["sharqonline"].stories[0]),)]
    _index(client, storage, [*articles, replace(FIRST, id="x")])
    assert [each.id for each in story_of(client, articles[0].url)] == [articles[0].id]
    assert story_of(client, "x")[0].body == FIRST.body


def test_the_content_farms_page(finished_day: FinishedDay) -> None:
    shown = finished_day.rasid("search", "مناكفة للمغرب", "--json").stdout
    assert '"outlet": "sharqonline"' in shown
    output = finished_day.rasid("search", "+الجزائر +واشنطن +مناكفة").stdout
    assert "1 more in this story: الصالح نيوز" in output
    story = output.partition("rasid story ")[2].partition(")")[0]
    assert "الصالح نيوز   100%     100%" in finished_day.rasid("story", story).stdout
    assert "no article and no story nothing in the index" in finished_day.rasid("story", "nothing").stderr
    report = (finished_day.rasid.data / "reports" / f"{DAY}.html").read_text()
    assert "نشره أيضا" in report
