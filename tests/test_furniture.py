"""What stands in and around an article's text and is not the article's."""

import pytest

from processing.extract.extraction import Page, extract
from tests.pages import ANY_OUTLET, make_capture
from tests.test_layouts import ARTICLES

TITLE, TEXT = next(iter(ARTICLES.items()))
URL = "https://example.org/news/7"


def _extract(inner: str) -> Page:
    html = f"<html lang=ar><body><h1>{TITLE}</h1><div class=story>{inner}</div></body></html>"
    return extract(make_capture(html.encode(), URL), ANY_OUTLET)


PARAGRAPHS = "".join(f"<p>{text}</p>" for text in TEXT)


def test_links_are_those_of_the_text_and_of_its_source() -> None:
    linked = TEXT[0].replace("هيئة الموانئ", "<a href='https://ports.example/report?id=3'>هيئة الموانئ</a>")
    page = _extract(
        f"""<p>{linked}</p>{PARAGRAPHS.replace(TEXT[0], "")}
        <div>{"".join(f'<a href="https://{site}/share?u={URL}">{site}</a>' for site in ("f.example", "x.example"))}
        <a href="https://wa.example/send?text=https%3A%2F%2Fexample.org%2Fnews%2F7">واتساب</a></div>
        <p>تابعونا على <a href="https://t.example/channel">تلغرام</a></p>
        <p>المصدر: <a href="https://www.agency.example/story/12">وكالة الأنباء</a></p>
        <p><a href="https://counter.example/c.php"><img src="https://counter.example/c.gif"></a></p>"""
    )
    assert page.links == ("https://ports.example/report?id=3", "https://agency.example/story/12")
    assert page.body.splitlines() == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "لقراءة الخبر من المصدر <a href='https://agency.example/12'>اضغط هنا</a>",
        "<a href='https://agency.example/12'>المصدر</a>",
        "<a href='https://agency.example/12'>رابط الخبر الأصلي</a>",
        "المصدر: <a href='https://agency.example/12'>صحيفة الخليج الجديد الإلكترونية</a>",
        "نقلا عن <a href='https://agency.example/12'>وكالة الأنباء</a>",
    ],
)
@pytest.mark.parametrize("place", ["<p>{line}</p>{text}", "{text}<p>{line}</p>", "{text}</div><div>{line}"])
def test_a_line_that_leads_to_the_source(line: str, place: str) -> None:
    page = _extract(place.format(line=line, text=PARAGRAPHS))
    assert page.links == ("https://agency.example/12",)
    assert page.body.splitlines() == TEXT


def test_a_sentence_of_a_source_stays() -> None:
    sentence = "وقال مصدر في الهيئة لصحيفة <a href='https://paper.example/9'>النهار الجديد</a> إن الافتتاح قريب."
    last = "ولم يذكر المصدر موعدا آخر للحفل الذي دعي إليه وزراء النقل في دول الجوار."
    page = _extract(f"{PARAGRAPHS}<p>{sentence}</p><p>{last}</p>")
    assert page.body.splitlines() == [*TEXT, "وقال مصدر في الهيئة لصحيفة النهار الجديد إن الافتتاح قريب.", last]
    assert page.links == ("https://paper.example/9",)


LINES = [
    "شارك الخبر",
    "مشاركة الخبر عبر",
    "شارك المقال مع أصدقائك",
    "Share on Facebook",
    "تم نسخ الرابط",
    "مشاركات 25",
    "طباعة الخبر",
    "إرسال إلى صديق",
    "فيسبوك تويتر واتساب تيليغرام",
    "ترحب الصحيفة بآرائكم وتعليقاتكم، وتحتفظ بحق حذف أي تعليق لا يلتزم بآداب الحوار أو يتضمن إساءة لأشخاص أو أديان.",
    "التعليقات المنشورة لا تعبر عن رأي الموقع وإنما تعبر عن رأي أصحابها.",
    "نرجو من القراء الكرام الالتزام بآداب الحوار وعدم نشر تعليقات مسيئة، وسيتم حذف كل تعليق مخالف لشروط النشر.",
    "الآراء الواردة في هذا المقال تعبر عن رأي كاتبها ولا تعكس بالضرورة سياسة الموقع.",
    "يمكنكم التعليق على هذا الموضوع باستخدام حسابكم على فيسبوك.",
    "البريد الإلكتروني لن يتم نشره. الحقول الإلزامية مشار إليها بعلامة *",
    "استمع إلى الحلقة الجديدة من بودكاست «حكاية مدينة» على سبوتيفاي وآبل بودكاست",
    "استمع إلى هذا المقال 3 دقائق",
    "مدة القراءة: 3 دقائق",
    "مواضيع ساخنة",
    "الأكثر قراءة",
    "الكلمات الدالة: الموانئ، الاقتصاد، النقل",
    "وسوم: ميناء - نقل",
    "قيم هذا المقال",
    "هل أعجبك المقال؟",
    "هل كان هذا الخبر مفيدا؟",
    "التقييم: 4.5 من 5 (12 صوتا)",
    "لمتابعة آخر الأخبار حملوا تطبيقنا على هواتفكم",
    "تابعوا صحيفة الاختبار على Google News",
    "لمتابعة كل جديد اشترك في قناتنا على تلغرام",
    "اضغط هنا للاشتراك في قناتنا على يوتيوب",
    "المقال السابق",
    "الخبر التالي: منتخب الشباب يفوز على ضيفه",
    "1520 مشاهدة",
    "التعليقات (3)",
    "المزيد من الأخبار",
    "العودة إلى الصفحة الرئيسية",
    "للتواصل معنا: info@example.org",
    "مصدر الصورة: رويترز",
]
AROUND = {
    "before": "<p>{line}</p>{text}",
    "within": "<p>{first}</p><p>{line}</p>{rest}",
    "after": "{text}<div>{line}</div>",
    "outside": "{text}</div><div><span>{line}</span>",
}


@pytest.mark.parametrize("place", AROUND)
@pytest.mark.parametrize("line", LINES)
def test_what_a_site_says_to_its_readers(line: str, place: str) -> None:
    rest = PARAGRAPHS.removeprefix(f"<p>{TEXT[0]}</p>")
    page = _extract(AROUND[place].format(line=line, text=PARAGRAPHS, first=TEXT[0], rest=rest))
    assert page.body.splitlines() == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "وشارك في المتابعة أكثر من خمسين طبيبا متطوعا.",
        "ورفض الوزير التعليق على قرار المحكمة حتى ينشر نصه في الجريدة الرسمية.",
        "وكتب على حسابه في تويتر أن الحوار بين البلدين لم ينقطع يوما.",
        "وتابع أن قراءة النتائج تحتاج إلى وقت.",
        "وأظهر استطلاع للرأي أن سبعين في المئة من السكان يؤيدون المشروع.",
        "ونقل موقع الوزارة عنه قوله إن الميناء يخدم ثلاث دول.",
        "حقوق الإنسان في السجون",
    ],
)
@pytest.mark.parametrize("tag", ["p", "h3"])
def test_an_article_may_speak_of_comments_and_votes(line: str, tag: str) -> None:
    page = _extract(f"<p>{TEXT[0]}</p><{tag}>{line}</{tag}>" + PARAGRAPHS.removeprefix(f"<p>{TEXT[0]}</p>"))
    assert page.body.splitlines() == [TEXT[0], line, *TEXT[1:]]
