"""Topic rules, and the passages that prove them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.topics import Tagger, load_tagger
from tests.pages import FARM, configured_tagger, sample_article

TAGGER = configured_tagger()


def _topics(text: str, title: str = "عنوان") -> set[str]:
    return {each.topic for each in TAGGER.tag(title, text)}


def test_both_topics_of_the_article_that_the_project_grew_from() -> None:
    article = sample_article("alsaleh", FARM)
    assert set(article.topics) == {"arms_deals", "caatsa"}
    for each in article.topic_evidence:
        text = article.title if each.field == "title" else article.body
        assert text[each.start : each.end] == each.quote
    quotes = {topic: [e.quote for e in article.topic_evidence if e.topic == topic] for topic in article.topics}
    assert "صفقات تسلح" in quotes["arms_deals"]
    assert set(quotes["caatsa"]) == {"قانون مكافحة أعداء أميركا"}


@pytest.mark.parametrize(
    "text",
    [
        "وقعت الجزائر صفقة أسلحة جديدة",
        "بحثا صفقات التسلّح الضخمة",
        "شراء طائرات F-16 أمريكية",
        "وافقت على بيع ٢٠ مقاتلة حربية",
        "مبيعات السلاح إلى المنطقة",
        "تسلمت بغداد منظومة دفاع جوي",
        "رفع القيود عن تصدير الأسلحة",
        "صفقتها لشراء منظومة إس-400",
    ],
)
def test_arms_deals(text: str) -> None:
    assert "arms_deals" in _topics(text)


@pytest.mark.parametrize(
    "text",
    [
        "صفقة انتقال اللاعب إلى النادي",
        "عقود الغاز والنفط",
        "استعرض سلاح الجو قدراته",
        "مكافحة تهريب الأسلحة عبر الحدود",
        "بيع السيارات المستعملة. وفي خبر آخر بعيد جدا عن هذا كله جاء ذكر أسلحة",
    ],
)
def test_no_arms_deals(text: str) -> None:
    assert "arms_deals" not in _topics(text)


@pytest.mark.parametrize(
    "text",
    [
        "عقوبات كاتسا على تركيا",
        "بموجب قانون CAATSA الأميركي",
        "قانون مكافحة أعداء أمريكا من خلال العقوبات",
        "بقانون مواجهة خصوم أميركا",
        "قانونِ مُكافَحةِ أعداءِ أميركا",
        "لقانون التصدي لأعداء أميركا",
    ],
)
def test_caatsa(text: str) -> None:
    assert "caatsa" in _topics(text)


def test_a_title_weighs_more() -> None:
    title = {each.score for each in TAGGER.tag("عقوبات كاتسا", "نص")}
    body = {each.score for each in TAGGER.tag("عنوان", "عقوبات كاتسا")}
    assert (title, body) == ({2.0}, {1.0})


WORDS = st.sampled_from(
    ["صفقة", "أَسْلِحَة", "شراء", "و", "كاتسا،", "F-16", "قانون", "مكافحة", "أعداء", "أميركا", "\n", "«"]
)


@given(st.lists(WORDS, max_size=30).map(" ".join), st.lists(WORDS, max_size=8).map(" ".join))
def test_quotes_stand_where_they_say(body: str, title: str) -> None:
    for each in TAGGER.tag(title, body):
        assert {"title": title, "body": body}[each.field][each.start : each.end] == each.quote
        assert each.quote.strip()


def _tagger(tmp_path: Path, rules: str) -> Tagger:
    file = tmp_path / "topics.yaml"
    file.write_text(rules, encoding="utf-8")
    return load_tagger(file)


def test_passages_are_counted_up_to_the_least_score(tmp_path: Path) -> None:
    tagger = _tagger(
        tmp_path,
        """
topics:
  water:
    label: {ar: المياه, en: Water}
    description: Water.
    min_score: 3
    any:
      - {phrases: [سد, سدود], score: 2}
      - {phrases: [مياه]}
    none:
      - {phrases: [سد الفراغ]}
""",
    )
    assert tagger.tag("", "السد والسدود") != ()
    assert tagger.tag("", "السد ومياهه") != ()
    assert tagger.tag("", "السد وحده") == ()
    assert tagger.tag("", "سد الفراغ ومياه ومياه") == ()


def test_near_wants_all_its_lists_within_its_words(tmp_path: Path) -> None:
    tagger = _tagger(
        tmp_path,
        """
lists: {who: [الجزائر, واشنطن], what: [اتفاق], how: [توقيع]}
topics:
  deal:
    label: {ar: اتفاق, en: Deal}
    description: Deal.
    any: [{near: [who, what, how], within: 4}]
""",
    )
    assert [e.quote for e in tagger.tag("", "تم توقيع الاتفاق في الجزائر اليوم")] == ["توقيع الاتفاق في الجزائر"]
    assert tagger.tag("", "توقيع الاتفاق في مدينة الجزائر") == ()
    assert tagger.tag("", "توقيع الجزائر") == ()
