"""Topic rules, and the passages that prove them."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath

from processing.topics.learning import Example, learn
from processing.topics.loading import load_tagger
from processing.topics.model import Model, save
from processing.topics.tagger import Tagger
from rasid.errors import ConfigError
from rasid.records import EntityKind
from rasid.settings import ROOT
from tests.pages import FARM, configured_tagger, sample_article


def _topics(text: str, title: str = "عنوان") -> set[str]:
    return set(configured_tagger().tag(title, text).topics)


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


def test_the_examples_of_each_topic() -> None:
    for topic in configured_tagger().topics.values():
        assert topic.examples.match
        assert topic.examples.no_match
        for text in topic.examples.match:
            assert topic.id in _topics(text), text
        for text in topic.examples.no_match:
            assert topic.id not in _topics(text), text


def _entities(text: str, kind: EntityKind = "countries") -> set[str]:
    return set(configured_tagger().tag("", text).entities(kind))


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
    tags = configured_tagger().tag(title, body)
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
"""A topic, up to its words."""


def _tagger(tmp_path: Path, file: str, entities: str = "countries: {}\n", model: Model | None = None) -> Tagger:
    topics = tmp_path / "topics.yaml"
    topics.write_text(file, encoding="utf-8")
    topics.with_name("entities.yaml").write_text(entities, encoding="utf-8")
    if model:
        save(model, UPath(tmp_path / "models" / "water.json"))
    return load_tagger(topics)


def test_one_proof_two_supports_or_four_hints_tag_a_topic_and_a_title_counts_twice(tmp_path: Path) -> None:
    tagger = _tagger(tmp_path, WATER + "    proof: [سد]\n    support: [نهر]\n    hint: [مياه]\n")
    assert tagger.tag("", "عند السد").topics == ("water",)
    assert tagger.tag("", "نهر ثم نهر").topics
    assert tagger.tag("نهر", "").topics
    assert not tagger.tag("", "نهر ومياه").topics
    assert tagger.tag("", "نهر ومياه ومياه").topics
    assert not tagger.tag("", "مياه ومياه ومياه").topics
    assert tagger.tag("مياه", "مياه ومياه").topics


def test_a_word_counts_once_for_its_highest_level(tmp_path: Path) -> None:
    tagger = _tagger(tmp_path, WATER + "    support: [نهر جاف]\n    hint: [نهر, جاف]\n")
    assert not tagger.tag("", "نهر جاف").topics
    assert tagger.tag("", "نهر جاف ونهر جاف").topics


def test_weak_words_are_evidence_only_where_they_are_needed(tmp_path: Path) -> None:
    tagger = _tagger(tmp_path, WATER + "    proof: [سد]\n    support: [نهر]\n")
    assert [each.quote for each in tagger.tag("", "نهر وسد").evidence] == ["وسد"]
    assert [each.quote for each in tagger.tag("", "نهر والنهر").evidence] == ["نهر", "والنهر"]


def test_near_wants_all_its_lists_within_its_words(tmp_path: Path) -> None:
    tagger = _tagger(
        tmp_path,
        """
lists: {who: [الجزائر, واشنطن], what: [اتفاق], how: [توقيع]}
topics:
  deal:
    label: {ar: اتفاق, en: Deal}
    description: Deal.
    proof: [{near: [who, what, how], within: 4}]
""",
    )
    assert [e.quote for e in tagger.tag("", "تم توقيع الاتفاق في الجزائر اليوم").evidence] == [
        "توقيع الاتفاق في الجزائر"
    ]
    assert not tagger.tag("", "توقيع الاتفاق في مدينة الجزائر").topics
    assert not tagger.tag("", "توقيع الجزائر").topics


def test_near_stays_within_a_sentence(tmp_path: Path) -> None:
    file = """
lists: {who: [الجزائر], what: [اتفاق]}
topics:
  deal:
    label: {ar: اتفاق, en: Deal}
    description: Deal.
    proof: [{near: [who, what], within: sentence}]
"""
    tagger = _tagger(tmp_path, file)
    assert tagger.tag("", "الجزائر بعد كلام طويل جدا لا ينتهي بسهولة تعلن أنها وقعت أمس على الاتفاق").topics
    assert not tagger.tag("", "زار الجزائر. وقع الاتفاق").topics


def test_what_never_counts_cancels_only_the_passages_whose_words_it_shares(tmp_path: Path) -> None:
    file = """
lists: {buy: [شراء], arms: [أسلحة, صواريخ]}
topics:
  deal:
    label: {ar: صفقة, en: Deal}
    description: Deal.
    proof: [{near: [buy, arms], within: 8}]
    never: [أسلحة كيميائية, سلاح الجو]
"""
    tagger = _tagger(tmp_path, file)
    assert not tagger.tag("", "شراء أسلحة كيميائية").topics
    assert tagger.tag("", "شراء سلاح الجو صواريخ").topics


def test_words_may_be_of_several_lists(tmp_path: Path) -> None:
    tagger = _tagger(
        tmp_path, "lists: {rivers: [نهر], dams: [سد]}\n" + WATER + "    support: [{list: [rivers, dams]}]\n"
    )
    assert tagger.tag("", "نهر ثم سد").topics
    assert not tagger.tag("", "نهر").topics


def test_two_names_of_one_state_are_no_second_state(tmp_path: Path) -> None:
    near = "    proof: [{near: [entities.countries, entities.countries, exercise], within: sentence}]\n"
    entities = (ROOT / "config" / "entities.yaml").read_text(encoding="utf-8")
    tagger = _tagger(tmp_path, "lists: {exercise: [مناورات]}\n" + WATER + near, entities)
    assert tagger.tag("", "مناورات مصر وفرنسا").topics
    assert not tagger.tag("", "مناورات الجيش المصري في مصر قرب القاهرة").topics


def test_a_topic_may_name_entities(tmp_path: Path) -> None:
    file = """
topics:
  mali:
    label: {ar: مالي, en: Mali}
    description: Mali.
    proof: [{list: entities.countries.ML}]
"""
    assert _tagger(tmp_path, file).tag("", "في مالي").topics == ("mali",)


MODEL = Model("water", -2.0, 0.5, {"نهر": 4.0, "title: نهر": 4.0, "(support)": 4.0, "ملعب": -9.0})


def test_a_model_decides_and_quotes_what_weighs_most(tmp_path: Path) -> None:
    tagger = _tagger(tmp_path, WATER + "    support: [سد]\n", model=MODEL)
    found = tagger.tag("النهر والسد", "كلام آخر")
    assert found.topics == ("water",)
    assert [each.quote for each in found.evidence] == ["النهر والسد"]
    assert 0.5 <= found.evidence[0].score <= 1
    assert not tagger.tag("النهر والسد", "في ملعب كبير").topics
    assert not tagger.tag("كلام", "سد ونهر بين كلمات كثيرة أخرى لا تقول شيئا عن هذا الأمر ولا عن ذاك أبدا").topics


def test_explain_says_what_spoke_for_and_against(tmp_path: Path) -> None:
    tagger = _tagger(tmp_path, WATER + "    support: [سد]\n", model=MODEL)
    explanation = tagger.explain("السد", "ملعب")["water"]
    judgement = explanation.judgement
    assert not judgement.tagged
    assert explanation.spoke == (("ملعب", -9.0), ("(support)", 4.0))
    assert judgement.score < judgement.needed == 0.5


def test_tags_are_what_explain_says() -> None:
    examples = [
        text
        for topic in configured_tagger().topics.values()
        for text in (*topic.examples.match, *topic.examples.no_match)
    ]
    assert len(examples) > 50
    for title, body in pairwise(examples):
        told = configured_tagger().explain(title, body)
        assert configured_tagger().tag(title, body).topics == tuple(
            id_ for id_, explanation in told.items() if explanation.judgement.tagged
        )


SCORES = """
from rasid.settings import ROOT
from processing.topics.loading import load_tagger
body = "وقعت الجزائر وموسكو عقدا لشراء مقاتلات، وتحدث الوزير عن النفط"
told = load_tagger(ROOT / "config" / "topics.yaml").explain("صفقة أسلحة", body)
print([explanation.judgement.score for explanation in told.values()])
"""


@pytest.mark.service
def test_scores_are_the_same_in_every_process() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", SCORES],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(told) == 1


@pytest.mark.parametrize(
    "kept",
    [
        *(b"", b"null", b"[]", b"[" * 100_000, b'{"weights": 3}', b"\x80\x04\x95" * 100_000, b"{\x1b[31m"),
        *(
            b'{"card": {}, "bias": 0, "threshold": %b, "weights": {"w": 1}}' % number
            for number in (b"NaN", b"1e999", b"-Infinity", b"1" * 400, b"null")
        ),
        b'{"card": {}, "bias": 0, "threshold": 1, "weights": {"\\u001b[31m": NaN}}',
    ],
)
def test_a_broken_model_is_named(tmp_path: Path, kept: bytes) -> None:
    tagger_file = WATER + "    proof: [سد]\n"
    _tagger(tmp_path, tagger_file, model=MODEL)
    (tmp_path / "models" / "water.json").write_bytes(kept)
    with pytest.raises(ConfigError, match=r"water\.json.*model") as told:
        _tagger(tmp_path, tagger_file)
    assert len(str(told.value)) < 500 + len(str(tmp_path))
    assert str(told.value).isprintable()


def test_learning_weighs_the_words_that_tell_texts_apart() -> None:
    texts = [(f"{number} سد ونهر كبير", True) for number in range(20)]
    texts += [(f"{number} سد وملعب كبير", False) for number in range(20)]
    examples = [Example(str(number), frozenset(text.split()), about) for number, (text, about) in enumerate(texts)]
    model, figures = learn("water", examples)
    assert (figures.precision, figures.recall, figures.there) == (1, 1, 20)
    assert model.weights["ونهر"] > 0 > model.weights["وملعب"]
    assert learn("water", examples) == (model, figures)
    for example in examples:
        weighed = sum(model.weights.get(feature, 0.0) for feature in example.features)
        sure = model.probability(weighed, len(example.features))
        assert (sure >= model.threshold) == example.about


def test_too_few_labels_teach_nothing() -> None:
    with pytest.raises(ValueError, match="too few"):
        learn("water", [Example("1", frozenset({"سد"}), about=True)])
