"""Topic rules, and the passages that prove them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.topics.fit import Example, fit
from benchmarks.topics.labelled import load
from processing.judging import LEAD, judge
from processing.topics import Tagger, load_tagger
from rasid.records import EntityKind
from rasid.schemas import SCHEMAS, schema
from rasid.settings import ROOT
from tests.pages import FARM, configured_tagger, sample_article

TAGGER = configured_tagger()


def _topics(text: str, title: str = "عنوان") -> set[str]:
    return set(TAGGER.tag(title, text).topics)


def test_both_topics_of_the_article_that_the_project_grew_from() -> None:
    article = sample_article("alsaleh", FARM)
    assert {"arms_deals", "caatsa"} <= set(article.topics)
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
        "وافقت واشنطن على بيع ٢٠ مقاتلة حربية",
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
        "«كاتسا» من جديد",
        "بموجب قانون CAATSA الأميركي",
        "قانونِ مُكافَحةِ أعداءِ أميركا",
        "قانون أميركي جديد لمكافحة أعداء الولايات المتحدة بالعقوبات",
        "لعقوبات المادة 231 بسبب شراء السلاح الروسي",
        "بموجب القسم ٢٣١ من قانون العقوبات على صفقات موسكو",
        *(
            f"{law} {against} {who} {country} {by} العقوبات"
            for law in ("قانون", "بقانون", "لقانون")
            for against, who in (
                ("مكافحة", "أعداء"), ("مكافحة", "خصوم"), ("مواجهة", "أعداء"), ("مواجهة", "خصوم"), ("التصدي", "لأعداء"),
                ("التصدي", "لخصوم"), ("مجابهة", "أعداء"), ("محاربة", "خصوم")
            )
            for country in ("أميركا", "أمريكا", "امريكا")
            for by in ("من خلال", "عبر", "بواسطة", "عن طريق")
        ),
    ],
)  # fmt: skip
def test_the_law_under_all_its_names(text: str) -> None:
    assert "caatsa" in _topics(text)


@pytest.mark.parametrize(
    "text",
    [
        "قانون جاستا ضد رعاة الإرهاب",
        "عقوبات قانون قيصر على دمشق",
        "قانون ماغنيتسكي العالمي لحقوق الإنسان",
        "العقوبات الأميركية على إيران",
        "الفصل 231 من المجلة الجزائية",
        "ضابط كاتسا في جهاز الموساد",
        "فرضت واشنطن عقوبات على خصومها",
    ],
)
def test_other_laws_are_not_that_law(text: str) -> None:
    assert "caatsa" not in _topics(text)


def test_a_title_weighs_more() -> None:
    title = {each.score for each in TAGGER.tag("عقوبات كاتسا", "نص").evidence if each.topic == "caatsa"}
    body = {each.score for each in TAGGER.tag("عنوان", "عقوبات كاتسا").evidence if each.topic == "caatsa"}
    assert (title, body) == ({2.0}, {1.0})


def test_the_examples_of_each_topic() -> None:
    for topic in TAGGER.topics.values():
        assert topic.examples.match
        assert topic.examples.no_match
        for text in topic.examples.match:
            assert topic.id in _topics(text), text
        for text in topic.examples.no_match:
            assert topic.id not in _topics(text), text


def _entities(text: str, kind: EntityKind = "countries") -> set[str]:
    return set(TAGGER.tag("", text).entities(kind))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("أعلنت السلطات في مالي حالة الطوارئ", {"ML"}),
        ("حصل النادي على دعم مالي بعد عجز مالي كبير", set()),
        ("وصل الملك إلى عمان في زيارة يلتقي فيها نظيره الأردني", {"JO"}),
        ("استقبل السلطان هيثم في عمان وفدا", {"OM"}),
        ("عاد إلى مسقط رأسه بعد سنوات", set()),
        ("أمير قطر يستقبل الوفد", {"QA"}),
        ("يبلغ نصف قطر الدائرة مترين", set()),
        ("اتفقت النيجر ونيجيريا على فتح الحدود", {"NE", "NG"}),
        ("الكونغرس يناقش الموازنة", {"US"}),
        ("معارك في شرق الكونغو الديمقراطية", {"CD"}),
        ("مفاوضات بين جوبا وجنوب السودان والخرطوم", {"SS", "SD"}),
        ("للجزائر والمغرب وبليبيا", {"DZ", "MA", "LY"}),
        ("يده اليمنى مصابة، وعدنان حارس المركب الرياضي", set()),
        ("أعلنت حالة القوة القاهرة في الحقل", set()),
        ("صلاة المغرب وأذان العشاء", set()),
        ("تركي آل الشيخ في ريال مدريد", set()),
        ("طرابلس شمال لبنان", {"LB"}),
    ],
)
def test_countries_and_their_homographs(text: str, codes: set[str]) -> None:
    assert _entities(text) == codes


@pytest.mark.parametrize("name", ["إف-16", "اف 16", "F-16", "إف ـ ١٦", "F16", "والإف-16"])
def test_a_weapon_in_all_spellings(name: str) -> None:
    assert _entities(f"مقاتلات {name} الجديدة", "weapons") == {"F-16"}


@pytest.mark.parametrize("name", ["فاغنر", "فاجنر", "واغنر", "فاغنير", "#فاغنر_افريقيا"])
def test_an_organisation_in_all_spellings(name: str) -> None:
    assert "Wagner Group" in _entities(f"عناصر {name} في المنطقة", "organisations")


def test_people() -> None:
    assert _entities("التقى صبري بوقدوم نظيره، وتحدث ترمب", "people") == {"Sabri Boukadoum", "Donald Trump"}


WORDS = st.sampled_from(
    ["صفقة", "أَسْلِحَة", "شراء", "و", "كاتسا،", "F-16", "قانون", "مكافحة", "أعداء", "أميركا", "\n", "«"]
)


@given(st.lists(WORDS, max_size=30).map(" ".join), st.lists(WORDS, max_size=8).map(" ".join))
def test_quotes_stand_where_they_say(body: str, title: str) -> None:
    _check_quotes(title, body)


def _check_quotes(title: str, body: str) -> None:
    tags = TAGGER.tag(title, body)
    for each in (*tags.evidence, *tags.mentions):
        assert {"title": title, "body": body}[each.field][each.start : each.end] == each.quote
        assert each.quote.strip()


NOISE = st.text(
    st.one_of(st.characters(), st.sampled_from("\u064b\u0651\u0640\u200f\u202e\u2066\ufeff\u0300\ud800\udfff\x00٤٠٠")),
    max_size=8,
)


@given(st.lists(st.one_of(WORDS, NOISE), max_size=30))
def test_quotes_stand_where_they_say_in_any_text(parts: list[str]) -> None:
    _check_quotes("".join(parts[::2]), "".join(parts))


WATER = """
topics:
  water:
    label: {ar: المياه, en: Water}
    description: Water.
"""
"""A topic, up to its conditions."""


def _tagger(tmp_path: Path, rules: str, entities: str = "countries: {}\n") -> Tagger:
    file = tmp_path / "topics.yaml"
    file.write_text(rules, encoding="utf-8")
    file.with_name("entities.yaml").write_text(entities, encoding="utf-8")
    return load_tagger(file)


def test_passages_are_counted_up_to_the_least_score(tmp_path: Path) -> None:
    tagger = _tagger(
        tmp_path,
        WATER
        + """    min_score: 3
    any:
      - {phrases: [سد, سدود], score: 2}
      - {phrases: [مياه]}
    exclude:
      - {phrases: [سد الفراغ]}
""",
    )
    assert tagger.tag("", "السد والسدود").topics
    assert tagger.tag("", "السد ومياهه").topics
    assert not tagger.tag("", "السد وحده").topics
    assert not tagger.tag("", "سد الفراغ ومياه ومياه").topics


def test_passages_of_a_condition_score_no_more_than_at_most_and_only_where_it_looks(tmp_path: Path) -> None:
    tagger = _tagger(
        tmp_path,
        WATER
        + """    min_score: 2
    any:
      - {phrases: [سد], at_most: 1}
      - {phrases: [مياه], in: title}
      - {phrases: [نهر سد]}
""",
    )
    assert not tagger.tag("السد", "السد ثم سد").topics
    assert tagger.tag("السد ومياهه", "").topics
    assert not tagger.tag("السد", "مياه ومياه").topics
    # A passage that is worth more is not lost to one of its words.
    assert {e.score for e in tagger.tag("نهر السد", "").evidence} == {2}


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
    assert [e.quote for e in tagger.tag("", "تم توقيع الاتفاق في الجزائر اليوم").evidence] == [
        "توقيع الاتفاق في الجزائر"
    ]
    assert not tagger.tag("", "توقيع الاتفاق في مدينة الجزائر").topics
    assert not tagger.tag("", "توقيع الجزائر").topics


CONDITIONS = (
    WATER
    + """    any: [{phrases: [سد]}]
    all: [{phrases: [نهر]}]
    none: [{phrases: [مباراة]}]
"""
)


def test_all_and_none_are_of_the_whole_article(tmp_path: Path) -> None:
    tagger = _tagger(tmp_path, CONDITIONS)
    assert tagger.tag("السد", "على النهر").topics == ("water",)
    assert not tagger.tag("السد", "على الوادي").topics
    assert not tagger.tag("السد", "على النهر قبل المباراة").topics


def test_near_stays_within_a_sentence(tmp_path: Path) -> None:
    rules = """
lists: {who: [الجزائر], what: [اتفاق]}
topics:
  deal:
    label: {ar: اتفاق, en: Deal}
    description: Deal.
    any: [{near: [who, what], within: sentence}]
"""
    tagger = _tagger(tmp_path, rules)
    assert tagger.tag("", "الجزائر بعد كلام طويل جدا لا ينتهي بسهولة تعلن أنها وقعت أمس على الاتفاق").topics
    assert not tagger.tag("", "زار الجزائر. وقع الاتفاق").topics


def test_an_exclusion_cancels_only_the_passages_whose_words_it_shares(tmp_path: Path) -> None:
    rules = """
lists: {buy: [شراء], arms: [أسلحة, صواريخ]}
topics:
  deal:
    label: {ar: صفقة, en: Deal}
    description: Deal.
    any: [{near: [buy, arms], within: 8}]
    exclude: [{phrases: [أسلحة كيميائية, سلاح الجو]}]
"""
    tagger = _tagger(tmp_path, rules)
    assert not tagger.tag("", "شراء أسلحة كيميائية").topics
    assert tagger.tag("", "شراء سلاح الجو صواريخ").topics


def test_passages_against_a_topic_take_their_score_off(tmp_path: Path) -> None:
    rules = (
        WATER
        + """    min_score: 2
    any: [{phrases: [سد, نهر]}]
    against: [{phrases: [مباراة, هدف], score: 1.5, at_most: 2}]
"""
    )
    tagger = _tagger(tmp_path, rules)
    assert tagger.tag("", "السد والنهر").topics
    assert not tagger.tag("", "السد والنهر قبل المباراة").topics
    assert tagger.tag("", "سد ونهر وسد ونهر، ثم مباراة وهدف وهدف").topics
    judgement, quotes = tagger.explain("", "السد والنهر قبل المباراة")["water"]
    assert judgement.score == 0.5
    assert [quotes[each] for each in judgement.against] == ["المباراة"]


def test_a_condition_may_look_for_several_lists_and_only_in_the_lead(tmp_path: Path) -> None:
    rules = """
lists: {rivers: [نهر], dams: [سد]}
topics:
  water:
    label: {ar: مياه, en: Water}
    description: Water.
    min_score: 2
    any: [{list: [rivers, dams], in: lead}]
"""
    tagger = _tagger(tmp_path, rules)
    assert tagger.tag("سد", "نهر").topics
    lead = "كلمة " * (LEAD - 2)
    assert tagger.tag("", f"{lead}نهر سد").topics
    assert not tagger.tag("", f"{lead}كلمة نهر سد").topics


def test_what_stands_after_the_lead_may_weigh_less(tmp_path: Path) -> None:
    rules = WATER + "    min_score: 2\n    rest_weight: 0.5\n    any: [{phrases: [سد, نهر, مياه]}]\n"
    tagger = _tagger(tmp_path, rules)
    lead = "كلمة " * (LEAD - 2)
    assert tagger.tag("", f"{lead}نهر سد").topics
    assert not tagger.tag("", f"{lead}كلمة نهر سد").topics
    assert tagger.tag("", f"{lead}كلمة نهر سد مياه").topics
    assert tagger.tag("نهر", f"{lead}كلمة كلمة سد").topics


def test_two_names_of_one_state_are_no_second_state(tmp_path: Path) -> None:
    near = "    any: [{near: [entities.countries, entities.countries, exercise], within: sentence}]\n"
    entities = (ROOT / "config" / "entities.yaml").read_text(encoding="utf-8")
    tagger = _tagger(tmp_path, "lists: {exercise: [مناورات]}\n" + WATER + near, entities)
    assert tagger.tag("", "مناورات مصر وفرنسا").topics
    assert not tagger.tag("", "مناورات الجيش المصري في مصر قرب القاهرة").topics


def test_a_condition_at_its_most_leaves_its_words_to_the_others(tmp_path: Path) -> None:
    rules = (
        WATER
        + """    min_score: 3
    any:
      - {phrases: [سد], score: 1.5, at_most: 1.5}
      - {phrases: [سد, نهر], score: 1}
"""
    )
    tagger = _tagger(tmp_path, rules)
    assert tagger.tag("", "سد ثم سد ثم نهر").topics
    assert not tagger.tag("", "سد ثم نهر").topics


def test_weak_words_are_evidence_only_where_they_are_needed(tmp_path: Path) -> None:
    rules = (
        WATER
        + """    min_score: 4
    any: [{phrases: [سد], score: 3}, {phrases: [نهر]}]
"""
    )
    tagger = _tagger(tmp_path, rules)
    assert [e.quote for e in tagger.tag("", "نهر وسد").evidence] == ["نهر", "وسد"]
    assert [e.quote for e in tagger.tag("", "نهر وسد وسد").evidence] == ["وسد", "وسد"]


def test_texts_that_are_not_judged_for_a_topic_would_not_have_it() -> None:
    for text in load("kept aside"):
        told = TAGGER.explain(text.title, text.body)
        assert TAGGER.tag(text.title, text.body).topics == tuple(
            id_ for id_, (found, _) in told.items() if found.tagged
        )


def test_a_rule_may_name_entities(tmp_path: Path) -> None:
    rules = """
topics:
  mali:
    label: {ar: مالي, en: Mali}
    description: Mali.
    any: [{list: entities.countries.ML}]
"""
    assert _tagger(tmp_path, rules).tag("", "في مالي").topics == ("mali",)


def test_explain_says_what_counted_and_what_did_not(tmp_path: Path) -> None:
    judgement, quotes = _tagger(tmp_path, CONDITIONS).explain("السد", "الوادي")["water"]
    assert not judgement.tagged
    assert judgement.reason == "nothing of all.0"
    assert list(quotes.values()) == ["السد"]


def test_fitting_weighs_the_words_that_tell_texts_apart(tmp_path: Path) -> None:
    rules = (
        WATER
        + """    min_score: 5
    any: [{phrases: [سد]}, {phrases: [نهر]}]
    against: [{phrases: [مباراة]}]
"""
    )
    tagger = _tagger(tmp_path, rules)
    texts = [("سد", True), ("نهر", False), ("سد ونهر", True), ("سد ثم مباراة", False), ("كلمة", False)]
    better = fit(
        tagger.rules["water"], [Example(tagger.read("", text)[0], there, 10.0) for text, there in texts], rounds=20
    )
    for text, there in texts:
        assert judge(better, tagger.read("", text)[0]).tagged is there, text


def test_the_schemas_are_those_of_the_models() -> None:
    for name, model in SCHEMAS.items():
        assert (ROOT / "config" / name).read_text(encoding="utf-8") == schema(model), "run python -m rasid.schemas"
