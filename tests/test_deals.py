"""Arms deals: what sentences say of them, and how mentions become deals."""

import pickle
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.arabic import words
from processing.deals.amounts import amounts
from processing.deals.file import load_deals
from processing.deals.grouping import Report, group, pair_of
from processing.deals.mentions import Deals
from processing.matcher import Matcher
from rasid.records import DealMention, Quote, Stated
from tests.compiled import CONFIG
from tests.pages import FARM, configured_tagger, sample_article

DAY = date(2025, 3, 10)


@cache
def deals() -> Deals:
    found = configured_tagger().deals
    assert found
    return found


@cache
def number_words() -> Matcher:
    return Matcher(load_deals(CONFIG).lists())


def read(text: str, title: str = "", day: date = DAY) -> tuple[DealMention, ...]:
    return deals().read(title, text, configured_tagger().tag(title, text).mentions, day)


def test_what_reads_deals_goes_to_another_process() -> None:
    text = "\n".join(FARM.paragraphs)
    mentions = configured_tagger().tag(FARM.title, text).mentions
    sent = pickle.loads(pickle.dumps(deals()))
    assert sent.read(FARM.title, text, mentions, DAY) == read(text, FARM.title) != ()


def told(mention: DealMention) -> tuple[str, ...]:
    """A mention in short: parties, weapons, how many, worth, stage."""
    lists = (mention.supplier, mention.recipient, mention.weapon, mention.quantity)
    return (
        *(" ".join(each.value for each in some) for some in lists),
        *(s.value if s else "" for s in (mention.value, mention.stage)),
    )


def test_the_page_that_the_project_grew_from() -> None:
    article = sample_article("alsaleh", FARM)
    found = {pair_of(mention): mention for mention in read(article.body, article.title)}
    assert found["US>DZ"].stage and found["US>DZ"].stage.value == "talks"
    assert {each.value for each in found["US>MA"].weapon} >= {"Apache", "HIMARS"}
    assert [each.value for each in found["US>MA"].quantity] == ["24"]
    assert found["US>MA"].stage and found["US>MA"].stage.value == "delivered"
    assert found["RU>DZ"].caatsa_exposure == "RU supplies arms to DZ, reported in 2025"
    assert found["US>MA"].caatsa_exposure is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("تسلمت القاهرة من باريس ثلاث مقاتلات رافال", ("FR", "EG", "Rafale", "3", "", "delivered")),
        ("ستحصل الرباط على 24 مروحية أباتشي من شركة بوينغ", ("Boeing", "MA", "Apache", "24", "", "approved")),
        (
            "وافقت وزارة الخارجية الأميركية على بيع صواريخ هيلفاير للكويت بقيمة مليارين ونصف المليار دولار",
            ("US", "KW", "Hellfire", "", "2500000000 USD", "approved"),
        ),
        ("وقعت الجزائر صفقة أسلحة جديدة مع شركة روسية", ("RU", "DZ", "اسلحه", "", "", "signed")),
        (
            "أعلنت وزارة الدفاع الكندية أن بلادها سترسل أربع دبابات ليوبارد إلى كييف",
            ("CA", "UA", "Leopard", "4", "", "approved"),
        ),
        ("طلبت كييف من برلين تزويدها بمنظومات باتريوت", ("DE", "UA", "Patriot", "", "", "requested")),
        ("علقت لندن بيع الذخائر إلى إسرائيل", ("GB", "IL", "ذخاير", "", "", "suspended")),
        ("ألغت أنقرة صفقة شراء مقاتلات سوخوي-35 من موسكو", ("RU", "TR", "Su-35", "", "", "cancelled")),
        ("مجلس الأمن يمدد حظر الأسلحة المفروض على جنوب السودان", ("", "SS", "اسلحه", "", "", "embargo")),
        ("تبحث بغداد شراء مقاتلات رافال من فرنسا", ("FR", "IQ", "Rafale", "", "", "talks")),
        (
            "واشنطن توافق على بيع فنلندا ذخائر بقيمة 300 مليون دولار",
            ("US", "FI", "ذخاير", "", "300000000 USD", "approved"),
        ),
        ("اشترت الهند من روسيا منظومة إس-400", ("RU", "IN", "S-400", "", "", "signed")),
        (
            "اشترت القاهرة من باريس 1,250 صاروخا بقيمة 3 مليارات يورو",
            ("FR", "EG", "صاروخا", "1250", "3000000000 EUR", "signed"),
        ),
        ("رفضت بريتوريا تزويد كييف بمقاتلات غريبن", ("ZA", "UA", "Gripen", "", "", "cancelled")),
        ("لن تسلم وارسو كييف منظومات باتريوت", ("PL", "UA", "Patriot", "", "", "cancelled")),
        ("زودت إيران الحوثيين بصواريخ", ("IR", "Houthis", "صواريخ", "", "", "delivered")),
        ("رست في الميناء سفينة تحمل صواريخ من إيران إلى سوريا", ("IR", "SY", "صواريخ", "", "", "delivered")),
        ("باخرة محملة بذخائر من كوريا الشمالية إلى روسيا", ("KP", "RU", "ذخاير", "", "", "delivered")),
        ("تعد إيطاليا ثاني أكبر مورد للأسلحة إلى تركيا", ("IT", "TR", "اسلحه", "", "", "delivered")),
        ("المغرب أكبر زبون للأسلحة الفرنسية", ("FR", "MA", "اسلحه", "", "", "delivered")),
        ("ناقشت روما مع تونس بيع مروحيات إيطالية للأخيرة", ("IT", "TN", "مروحيات", "", "", "talks")),
        ("تنوي تونس شراء مروحيات من روما", ("IT", "TN", "مروحيات", "", "", "approved")),
        ("مددت الأمم المتحدة الحظر المفروض على إرسال أسلحة إلى ليبيا", ("", "LY", "اسلحه", "", "", "embargo")),
        ("يحظر القرار على إيران تصدير الأسلحة", ("IR", "", "اسلحه", "", "", "embargo")),
        ("أطلق الحوثيون صواريخ قدمتها إيران", ("IR", "Houthis", "صواريخ", "", "", "delivered")),
        ("استخدمت كييف دبابات سلمتها برلين إلى الجيش الأوكراني", ("DE", "UA", "دبابات", "", "", "delivered")),
        ("شركة إسبانية تبيع ذخائر للسعودية", ("ES", "SA", "ذخاير", "", "", "signed")),
        (
            "بلغت المساعدات العسكرية البولندية لأوكرانيا 3 مليارات يورو",
            ("PL", "UA", "", "", "3000000000 EUR", "delivered"),
        ),
        (
            "أرسلت إيران دفعة صواريخ إلى موسكو بعد أسابيع من قصف مدينة خاركيف التي دمرتها الغارات تماما",
            ("IR", "RU", "صواريخ", "", "", "delivered"),
        ),
        ("تسليم لندن صواريخ إلى كييف أمر ضروري للغاية", ("GB", "UA", "صواريخ", "", "", "delivered")),
        ("حثت الحكومة التونسية إيطاليا على تزويدها بمروحيات", ("IT", "TN", "مروحيات", "", "", "requested")),
        ("تزويد لندن كييف بالصواريخ لن يغير شيئا", ("GB", "UA", "صواريخ", "", "", "delivered")),
        ("طرابلس تتهم أنقرة بتهريب صواريخ إلى مالي", ("TR", "ML", "صواريخ", "", "", "delivered")),
        (
            "تعهدت إسبانيا والبرتغال وإيطاليا وهولندا والدنمارك والنرويج وبلجيكا وفنلندا بتقديم مساعدات عسكرية لتونس",
            ("FI BE NO DK NL IT PT ES", "TN", "", "", "", "approved"),
        ),
        (
            "سلمت روما كييف منظومات باتريوت لاعتراض صواريخ إسكندر",
            ("IT", "UA", "Patriot", "", "", "delivered"),
        ),
        ("وقعت الرباط ثلاثة عقود لشراء مروحيات من روما", ("IT", "MA", "مروحيات", "", "", "signed")),
        ("حصلت روما على عقود لتوريد مروحيات إلى الرباط", ("IT", "MA", "مروحيات", "", "", "signed")),
        ("زودت مجموعة السبع كييف بالذخائر", ("مجموعة السبع", "UA", "ذخاير", "", "", "delivered")),
    ],
)
def test_a_sentence_says_who_gives_what_to_whom(text: str, expected: tuple[str, ...]) -> None:
    assert [told(mention) for mention in read(text)] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "أعلنت لندن مساعدات عسكرية لكييف بقيمة 500 مليون يورو. وتشمل المساعدات 60 زورقا و1600 صاروخ",
            [("GB", "UA", "زورقا صاروخ", "60 1600", "500000000 EUR", "approved")],
        ),
        (
            "وقعت أثينا صفقة مع باريس لشراء مقاتلات رافال. وتتضمن الصفقة 24 مقاتلة رافال وأربع فرقاطات",
            [("FR", "GR", "Rafale فرقاطات", "24 4", "", "signed")],
        ),
        (
            "سلمت باريس كييف 6 مقاتلات ميراج. كما أرسلت فرنسا 18 مدفع سيزار",
            [
                ("FR", "UA", "Mirage", "6", "", "delivered"),
                ("FR", "UA", "Caesar howitzer", "18", "", "delivered"),
            ],
        ),
        (
            "اشترت الرباط من واشنطن مقاتلات إف-16. وستتسلم الرباط دبابات أبرامز أيضا",
            [("US", "MA", "F-16", "", "", "signed"), ("US", "MA", "Abrams", "", "", "approved")],
        ),
        (
            "مساعدات عسكرية إيطالية لتونس. ستقدم روما أربع مروحيات",
            [("IT", "TN", "مروحيات", "4", "", "approved")],
        ),
        (
            "أعلنت روما مساعدات عسكرية لتونس بقيمة 20 مليون يورو. "
            "وكانت روما قدمت مساعدات عسكرية لتونس بقيمة 70 مليون يورو",
            [("IT", "TN", "", "", "20000000 EUR", "approved"), ("IT", "TN", "", "", "70000000 EUR", "delivered")],
        ),
        (
            "وافقت برلين على إرسال دبابات ليوبارد إلى كييف والسماح لمدريد بنقل دبابات أبرامز إلى كييف",
            [("DE", "UA", "Leopard", "", "", "approved"), ("ES", "UA", "Abrams", "", "", "approved")],
        ),
    ],
)
def test_a_deal_goes_on_in_the_sentences_after_it(text: str, expected: list[tuple[str, ...]]) -> None:
    assert [told(mention) for mention in read(text)] == expected


def test_aid_in_passing_is_no_deal() -> None:
    assert read("تطرق اللقاء إلى المساعدات العسكرية الإيطالية لتونس") == ()


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("اشترت بوخارست من واشنطن الأباتشي الـ24", "24"),
        ("تسلمت الرباط من أنقرة مسيّرتين مسلحتين", "2"),
        ("تدرس روما تزويد كييف بنظامي باتريوت", "2"),
        ("اشترت أثينا من باريس زورقين حربيين", "2"),
    ],
)
def test_how_many_may_stand_after_a_weapon_or_in_its_ending(text: str, quantity: str) -> None:
    assert [each.value for each in read(text)[0].quantity] == [quantity]


def test_a_system_is_a_weapon_only_by_its_name() -> None:
    assert [each.value for each in read('سلمت روما كييف نظام "سامبا" للدفاع الجوي')[0].weapon] == ["نظام سامبا"]
    assert read("تدرس روما تزويد كييف بنظام جديد للمحاسبة") == ()


def test_the_party_of_the_deal_beside_it_is_no_proof_for_the_law() -> None:
    sure, guessed = read("سلمت موسكو الهند منظومة إس-400. وتسلمت الهند مقاتلات تيجاس")
    assert told(guessed)[:3] == ("RU", "IN", "Tejas") and sure.caatsa_exposure and not guessed.caatsa_exposure
    assert guessed.confidence < sure.confidence


def test_the_party_that_is_left_is_no_proof_for_the_law() -> None:
    sure, guessed = read("سلمت موسكو الهند منظومة إس-400. وسيجري تسليم مقاتلات رافال للقوات المصرية كما أشارت موسكو")
    assert told(sure)[:3] == ("RU", "IN", "S-400") and sure.caatsa_exposure
    assert told(guessed)[:3] == ("RU", "EG", "Rafale") and not guessed.caatsa_exposure
    assert guessed.confidence < sure.confidence
    assert read("وسيجري تسليم مقاتلات رافال للقوات المصرية كما أشارت موسكو") == ()


@pytest.mark.parametrize(
    "text",
    [
        "قصفت القوات الروسية مدينة خاركيف بصواريخ إسكندر",
        "ضبطت الشرطة شحنة أسلحة مهربة من ليبيا إلى تونس",
        "اختبرت كوريا الشمالية صاروخا جديدا أطلقته من غواصة",
        "سلم مقاتلو حزب العمال الكردستاني سلاحهم للدولة في العراق",
        "تنتج تركيا مسيرات بيرقدار في مصانعها",
        "أسقطت الدفاعات الجوية الأوكرانية مسيرة إيرانية الصنع",
        "لم تسلم واشنطن مقاتلات إف-35 إلى أنقرة",
        "اشترى الاتحاد السوفيتي في الحرب العالمية دبابات من بريطانيا",
        "بحث وزيرا خارجية مصر وفرنسا العلاقات الثنائية بين البلدين",
        "ارتفعت صادرات القمح من روسيا إلى مصر",
        "إذا زودت لندن كييف بمقاتلات تايفون فسترد موسكو",
        "حذرت موسكو من الرد في حال تسليم مقاتلات تايفون من لندن إلى كييف",
        "لو باعت روما أنقرة مروحيات لاعترضت أثينا",
    ],
)
def test_use_seizure_tests_surrender_and_history_are_no_deals(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("مليارين ونصف المليار دولار", [2.5e9]),
        ("مليار و400 مليون دولار", [1.4e9]),
        ("2.5 مليار يورو", [2.5e9]),
        ("٢٫٥ مليون", [2.5e6]),
        ("1,250 صاروخا", [1250]),
        ("أربعا وعشرين مروحية", [24]),
        ("خمسة عشر دبابة", [15]),
        ("اثنتي عشرة طائرة", [12]),
        ("ثلاثمئة وخمسة وعشرين ألف", [325_000]),
        ("نصف مليار", [5e8]),
        ("خمسة ملايين ونصف", [5.5e6]),
        ("14 دبابة و31 مدفعا", [14, 31]),
    ],
)
def test_amounts_in_words_and_figures(text: str, values: list[float]) -> None:
    cut = words(text)
    assert [amount.value for amount in amounts(text, cut, number_words().find(cut))] == values


PIECES = """
تسلمت القاهرة من باريس|ثلاث مقاتلات|رافال|صفقة|بيع|إلى|الجزائر|روسيا|بقيمة|مليار دولار|و|،|.|«إف-35»|التي سلمتها|بلاده
عام 2020|تزويدها|وقعت|من طراز|24|الأسلحة الروسية|المملكة
"""


PHRASES = st.lists(st.sampled_from([*re.split(r"[|\n]", PIECES), "\n"]), max_size=20)


@given(PHRASES, PHRASES)
def test_every_quote_stands_at_its_offsets(body: list[str], title: list[str]) -> None:
    texts = {"body": " ".join(body), "title": " ".join(title)}
    for mention in read(texts["body"], texts["title"]):
        stated = (mention.value, mention.stage, mention.date)
        quotes: list[Quote] = [
            *mention.supplier,
            *mention.recipient,
            *mention.weapon,
            *mention.quantity,
            mention.sentence,
        ]
        for quote in [*quotes, *filter(None, stated)]:
            assert texts[quote.field][quote.start : quote.end] == quote.quote
        assert {each.value for each in mention.supplier}.isdisjoint(each.value for each in mention.recipient)


def test_the_law_reaches_major_arms_of_three_states_and_not_before_it_was_made() -> None:
    text = "اشترت تركيا من روسيا منظومة إس-400"
    assert read(text)[0].caatsa_exposure
    assert not read(text, day=date(2016, 1, 1))[0].caatsa_exposure
    assert not read("اشترت تركيا من روسيا بنادق بقيمة مليون دولار")[0].caatsa_exposure
    assert not read("اشترت تركيا من ألمانيا غواصات بقيمة مليار دولار")[0].caatsa_exposure


def report(text: str, article: str, day: int = 0, story: str = "") -> list[Report]:
    at = datetime(2025, 3, 10, tzinfo=UTC) + timedelta(days=day)
    return [
        Report(article, number, "test", "الاختبار", f"https://example.org/{article}", "", at, story or article, mention)
        for number, mention in enumerate(read(text))
    ]


TALKS = "تبحث الرباط شراء 12 مروحية أباتشي من واشنطن"
SIGNED = "وقعت الرباط صفقة لشراء 15 مروحية أباتشي من واشنطن"
OTHER = "اشترت الرباط من واشنطن مقاتلات إف-16"


def test_mentions_of_one_deal_are_one_with_its_course_and_contradictions() -> None:
    found = group([*report(SIGNED, "b", 30), *report(TALKS, "a"), *report(OTHER, "c", 40)])
    assert [(deal.pair, deal.weapons) for deal in found] == [("US>MA", ("Apache",)), ("US>MA", ("F-16",))]
    assert [stage for stage, _ in found[0].course] == ["talks", "signed"]
    assert found[0].stage == "signed"
    assert {value: [each.article for each in reports] for value, reports in found[0].said("quantity").items()} == {
        "12": ["a"],
        "15": ["b"],
    }


def test_the_same_mentions_make_the_same_deals_in_any_order() -> None:
    reports = [*report(TALKS, "a"), *report(SIGNED, "b", 30), *report(OTHER, "c", 40)]
    assert group(reports) == group(reversed(reports))
    later = group([*reports, *report(SIGNED, "d", 50)])
    assert [deal.id for deal in later] == [deal.id for deal in group(reports)]


def test_a_deal_of_which_nothing_was_heard_for_years_is_another() -> None:
    assert len(group([*report(SIGNED, "a"), *report(SIGNED, "b", 800)])) == 2


def test_a_suspended_deal_that_goes_on_is_not_suspended() -> None:
    first, second, third = (
        report(text, name, day)[0]
        for name, day, text in (
            ("a", 0, SIGNED),
            ("b", 5, "علقت واشنطن بيع مروحيات أباتشي إلى الرباط"),
            ("c", 9, "تسلمت الرباط من واشنطن مروحيات أباتشي"),
        )
    )
    assert group([first, second])[0].stage == "suspended"
    assert group([first, second, third])[0].stage == "delivered"


def test_what_is_not_told_is_empty() -> None:
    mention = read("اشترى المغرب مقاتلات إف-16 بقيمة مليار دولار")[0]
    assert mention.supplier == () and mention.quantity == () and mention.date is None
    assert pair_of(mention) == "?>MA"
    assert (
        pair_of(replace(mention, supplier=(Stated("", "body", 0, 0, "US"), Stated("", "body", 0, 0, "DE"))))
        == "DE,US>MA"
    )
