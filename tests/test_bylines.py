"""Whom a page names as its author, in lines, elements and statements of all kinds; what is no name is no author."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.authors.bylines import is_byline, names_of_statement
from processing.authors.credits import read_byline
from processing.authors.name_words import AMBIGUOUS, GIVEN, NO_NAMES
from processing.authors.names import name_form
from processing.extract.extraction import Page, extract
from rasid.outlets import Outlet
from rasid.records import Capture, CaptureRef, Link

OUTLET = Outlet.model_validate(
    {
        "id": "any",
        "name": {"ar": "مرآة الساحل", "en": "Coast Mirror"},
        "country": "ZZ",
        "timezone": "UTC",
        "disabled": "a",
    }
)
TITLE = "ميناء المدينة يستقبل أول سفينة بعد توسعة الأرصفة"
TEXT = (
    "استقبل الميناء صباح أمس أول سفينة شحن كبيرة بعد انتهاء أعمال التوسعة التي استمرت ثلاث سنوات متواصلة.",
    "وقال مسؤول في هيئة الموانئ إن الأرصفة الجديدة ترفع الطاقة الاستيعابية إلى ضعف ما كانت عليه في الماضي.",
    "ومن المنتظر أن تبدأ المرحلة الثانية من المشروع في مطلع العام المقبل بعد استكمال الدراسات الفنية اللازمة.",
)


def _page(above: str = "", head: str = "", below: str = "", first: str = "", title: str = TITLE) -> Page:
    paragraphs = "".join(f"<p>{text}</p>" for text in (first + TEXT[0], *TEXT[1:]))
    html = (
        f"<html lang='ar'><head><meta charset='utf-8'><title>{title}</title>{head}</head><body><article>"
        f"<h1>{title}</h1>{above}<div class='content'>{paragraphs}{below}</div></article></body></html>"
    ).encode()
    url = "https://coast.example/n/1"
    link, ref = Link(url, "section", url), CaptureRef("", 0, "")
    return extract(
        Capture("any", url, link, datetime(2026, 3, 1, tzinfo=UTC), 200, (("Content-Type", "text/html"),), html, ref),
        OUTLET,
    )


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("بقلم: سُهَى البرّاق", ["سُهَى البرّاق"]),
        ("بقلم | د. سهى البراق", ["د. سهى البراق"]),
        ("كتبت/ سهى البراق", ["سهى البراق"]),
        ("كتب - نزار الخياط:", ["نزار الخياط"]),
        ("حوار ـ نزار الخياط", ["نزار الخياط"]),
        ("كتب د/ نزار الخياط", ["د. نزار الخياط"]),
        ("نزار الخياط - عرعر", ["نزار الخياط"]),
        ("صنعاء - نزار الخياط:", ["نزار الخياط"]),
        ("نزار الخياط (سوسة)", ["نزار الخياط"]),
        ("نزار الخياط من بريدة", ["نزار الخياط"]),
        ("من نزار الخياط", ["نزار الخياط"]),
        ("نزار الخياط - جدة، سهى البراق - تبوك", ["نزار الخياط", "سهى البراق"]),
        ("إعداد: سهى البراق ونزار الخياط", ["سهى البراق", "نزار الخياط"]),
        ("سهى البراق ووليد الخياط", ["سهى البراق", "وليد الخياط"]),
        ("نزار الخياط / سهى البراق", ["نزار الخياط", "سهى البراق"]),
        ("سهى البراق & Nadia Khayat", ["سهى البراق", "Nadia Khayat"]),
        ("عبد الإله بن فهد بن ناصر الخياط", ["عبد الإله بن فهد بن ناصر الخياط"]),
        ("إدريس بوڭرين", ["إدريس بوڭرين"]),
        ("مكتب الرباط: إدريس بوكرين", ["إدريس بوكرين"]),
        ("البيان نيوز - نزار الخياط", ["نزار الخياط"]),
        ("خاص – نزار الخياط", ["نزار الخياط"]),
        ("مراسل الساحل نت نزار الخياط", ["نزار الخياط"]),
        ("تغطية وصور نزار الخياط", ["نزار الخياط"]),
        ("نزار الخياط - تصوير: سهى البراق", ["نزار الخياط"]),
        ("نزار الخياط، سهى البراق (تصوير)", ["نزار الخياط"]),
        ("بقلم: نزار الخياط - ترجمة: سهى البراق", ["نزار الخياط"]),
        ("ترجمة: سهى البراق", ["سهى البراق"]),
        ("(إعداد سهى البراق للنشرة العربية - تحرير نزار الخياط)", ["سهى البراق"]),
        ("نشر بواسطة سهى البراق في 12 مايو 2025", ["سهى البراق"]),
        ("هدى الكاتب", ["هدى الكاتب"]),
        ("نزار الخياط وزوسنة البراق", ["نزار الخياط", "زوسنة البراق"]),
        ("نزار آيت وعلي وسهى البراق", ["نزار آيت وعلي", "سهى البراق"]),
        ("نزار ولد الخياط وسهى منت البراق", ["نزار ولد الخياط", "سهى منت البراق"]),
        ("نزار ود البراق، زوسنة عجام، سهى الخياط", ["نزار ود البراق", "زوسنة عجام", "سهى الخياط"]),
        ("زوسنة عجام / نزار الخياط", ["زوسنة عجام", "نزار الخياط"]),
        ("جدة - نزار الخياط وسهى البراق، تبوك - زوسنة عجام", ["نزار الخياط", "سهى البراق", "زوسنة عجام"]),
        ("إعداد: نزار الخياط - زوسنة عجام", ["نزار الخياط", "زوسنة عجام"]),
        ("إعداد: زوسنة عجام", ["زوسنة عجام"]),
        ("شارك في إعداد التقرير: نزار الخياط (جدة) وسهى البراق (تبوك)", ["نزار الخياط", "سهى البراق"]),
        ("ساهمت في تغطية هذا الملف من جدة: سهى البراق", ["سهى البراق"]),
        ("المراسلون: نزار الخياط، زوسنة عجام (جدة)", ["نزار الخياط", "زوسنة عجام"]),
        ("كتب: نزار الخياط وسهى البراق وتصوير: وليد الشامي", ["نزار الخياط", "سهى البراق"]),
        ("ماري-نور البراق", ["ماري-نور البراق"]),
        ("تبوك-نزار الخياط", ["نزار الخياط"]),
        ("بقلم: المهندس/ نزار الخياط", ["نزار الخياط"]),
        ("الدكتورة سهى البراق", ["سهى البراق"]),
        ("الشيخ ولد الخياط", ["الشيخ ولد الخياط"]),
        ("نور الدين البراق", ["نور الدين البراق"]),
        ("أمل الخياطي", ["أمل الخياطي"]),
        ("على حسين الخياط", ["على حسين الخياط"]),
        ("بقلم: زوسكا برنوفا", ["زوسكا برنوفا"]),
        ("Written by Nadia Khayat", ["Nadia Khayat"]),
        ("كتابة السيناريو والنص: نزار الخياط", ["نزار الخياط"]),
        ("فريق التحقيق الميداني: نزار الخياط (جدة)، زوسنة عجام", ["نزار الخياط", "زوسنة عجام"]),
        ("الباحثات: سهى البراق", ["سهى البراق"]),
        ("بأنامل / سهى البراق", ["سهى البراق"]),
        ("أعدت الحلقة الزميلة سهى البراق", ["سهى البراق"]),
        ("أعدّ النشرة الراصد البحري نزار الخياط", ["نزار الخياط"]),
        ("جدة: نزار الخياط | متابعة: سهى البراق", ["نزار الخياط", "سهى البراق"]),
        ("زعفورة – نزار الخياط", ["نزار الخياط"]),
        ("زعفورة/ نزار الخياط، زوسنة عجام/ مرساة", ["نزار الخياط", "زوسنة عجام"]),
        ("نزار الخياط (كلية الزراعة)", ["نزار الخياط"]),
        *(
            (line, [])
            for line in (
                "التنضيد والإخراج: نزار الخياط",
                "هندسة الصوت والمؤثرات: نزار الخياط",
                "حكم الساحة: نزار الخياط",
                "للتواصل والإعلان: نزار الخياط",
                "مسؤول العلاقات: نزار الخياط",
                "أعداد سابقة:",
                "لمتابعة جديدنا: اضغط هنا",
                "تصوير: نزار الخياط",
                "المترجم: نزار الخياط",
                "برمجة وتطوير: نزار الخياط",
                "المدير الفني: نزار الخياط",
                "اتصل بنا",
                "بقلم: الرياح النشطة",
                "رئيس التحرير: نزار الخياط",
                "المدير العام: نزار الخياط",
                "المدينة المنورة",
                "تشرين الثاني",
                "ملك المغرب",
                "هيئة التحرير",
                "فريق التحرير",
                "مراسلنا",
                "محرر الشؤون السياسية",
                "كاتب وباحث في التاريخ",
                "كتب الوزير في صفحته",
                "تقرير أممي",
                "نور الشمس",
                "على طريق المدينة",
                "نزار الخياط تلتحق",
                "نداء استغاثة للجميع",
                "بقلم: طائرة حديثة",
                "توتنهام يضم زوسكا",
                "Web Desk",
                "admin",
                "Developed By Nadia Khayat",
                "WordPress",
                "@nizar_khayat",
                "https://social.example/nizar",
                "وكالات",
                "رويترز",
                "أ ف ب",
                "الساحل أونلاين",
                "«الساحل الجديد»",
                "12 مارس 2025",
            )
        ),
    ],
)
def test_a_line_names_these(line: str, authors: list[str]) -> None:
    found = read_byline(line)
    trusted = found.known or found.sure
    assert (list(found.authors) if trusted else []) == authors


@pytest.mark.parametrize(
    "above",
    [
        "<div class='author'>بقلم: سُهَى البرّاق</div>",
        "<p>سُهَى البرّاق - عرعر</p>",
        "<div>كتبت</div><div>سُهَى البرّاق</div>",
        "<span>سُهَى البرّاق</span><span>الأحد 1 مارس 2026</span>",
        "<a rel='author' href='/u/7'>سُهَى البرّاق</a>",
        "<div itemprop='author'>سُهَى البرّاق</div>",
        "<p><b>من</b> سُهَى البرّاق</p>",
    ],
)
def test_above_the_text(above: str) -> None:
    page = _page(above)
    assert page.authors == ("سُهَى البرّاق",)
    assert page.body == "\n".join(TEXT)


@pytest.mark.parametrize("first", ["صنعاء – نزار الخياط: ", "كتب - نزار الخياط: ", "نزار الخياط - الرياض: "])
def test_in_the_first_line(first: str) -> None:
    assert _page(first=first).authors == ("نزار الخياط",)


@pytest.mark.parametrize("first", ["صنعاء – رويترز: ", "تونس: ", "قال نزار الخياط: ", "صنعاء – قال نزار الخياط: "])
def test_whom_the_first_line_tells_of_is_no_author(first: str) -> None:
    assert _page(first=first).authors == ()


@pytest.mark.parametrize(
    "below",
    ["<p>نزار الخياط</p>", "<p>كتبه: نزار الخياط</p>", "<p>(إعداد نزار الخياط)</p>", "<p>عرعر - نزار الخياط</p>"],
)
def test_below_the_text(below: str) -> None:
    page = _page(below=below)
    assert page.authors == ("نزار الخياط",)
    assert page.body == "\n".join(TEXT)


def test_persons_of_a_table_of_roles() -> None:
    rows = "<dl><dt>المترجم</dt><dd>وليد الشامي</dd><dt>رسوم</dt><dd>هدى الكاتب</dd></dl>"
    assert _page(rows).authors == ()
    writers = "<dt>المراسلون</dt><dd>نزار الخياط (عرعر)، زوسنة عجام</dd>"
    assert _page(rows.replace("<dl>", f"<dl>{writers}")).authors == ("نزار الخياط", "زوسنة عجام")


@pytest.mark.parametrize(
    "rows",
    [
        "<dl><dt>إعداد الطالبات</dt><dd>سهى البراق (كلية الزراعة)</dd><dd>هدى الشامي</dd><dt>الباب</dt></dl>",
        "<p>الباحثتان</p><ul><li>سهى البراق</li><li>هدى الشامي</li></ul><p>مراجعة</p><p>نزار الخياط</p>",
        "<ul><li><b>الباحثتان</b> سهى البراق، هدى الشامي</li><li><b>تحرير</b> نزار الخياط</li></ul>",
        "<div><span>إعداد: سهى البراق وهدى الشامي</span><span>مراجعة: نزار الخياط</span></div>",
    ],
)
def test_a_label_is_told_by_what_it_is_about(rows: str) -> None:
    assert _page(rows).authors == ("سهى البراق", "هدى الشامي")


@pytest.mark.parametrize("label", ["ترجمة", "تحرير"])
def test_translators_and_editors_count_only_where_no_author_is_named(label: str) -> None:
    by, below = "<p>بقلم: سهى البراق</p>", f"<p>{label}: نزار الخياط</p>"
    assert _page(by, below=below).authors == ("سهى البراق",)
    assert _page(by + below).authors == ("سهى البراق",)
    assert _page(below).authors == ("نزار الخياط",)


@pytest.mark.parametrize(
    "head", ["زعفورة – مرآة الساحل – نزار الخياط", "زعفورة/ نزار الخياط/ مرآة", "مرآة الساحل - زعفورة - نزار الخياط"]
)
@pytest.mark.parametrize("above", ["", "<h4>- توسعة الأرصفة استمرت ثلاث سنوات</h4><h4>- المرحلة الثانية قريبة</h4>"])
def test_a_dateline_of_an_unknown_place_with_the_author(head: str, above: str) -> None:
    page = _page(first=f"{above}<p>{head}</p><p>")
    assert page.authors == ("نزار الخياط",)
    assert head not in page.body
    assert page.body.endswith("\n".join(TEXT))


def test_a_line_that_names_who_is_stated_names_the_others_as_well() -> None:
    line, head = "<p>زعفورة/ نزار الخياط، هدى الشامي/ مرآة</p>", "<meta name='author' content='نزار الخياط'>"
    assert _page(line, head=head).authors == ("نزار الخياط", "هدى الشامي")
    other = head.replace("نزار الخياط", "وليد الشامي")  # as who uploaded it: what readers see is surer
    assert _page(line, head=other).authors == ("نزار الخياط", "هدى الشامي")


def test_what_holds_the_outlets_name_is_no_person() -> None:
    for author in ("Coast Mirror Haber", "محررو مرآة الساحل", "فريق مرآة الساحل"):
        assert _page(head=f"<meta name='author' content='{author}'>").authors == ()


def test_what_is_stated_of_another_article_counts_for_nothing() -> None:
    person = _json_ld({"@type": "Person", "name": "سهى البراق"})
    assert _page(head=f"<script type='application/ld+json'>{person}</script>").authors == ("سهى البراق",)
    other = person.replace(TITLE, "حملة تلقيح الأطفال ضد الحصبة تنطلق الأحد")
    page = _page("<p>27 فبراير 2026</p>", head=f"<script type='application/ld+json'>{other}</script>")
    assert (page.authors, page.published_source) == ((), "text")
    alone = _page(head=f"<script type='application/ld+json'>{other}</script>")
    assert alone.published_at.day == 28  # for want of another


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("مرآة الساحل – زعفورة: زوسنة عجام", ["زوسنة عجام"]),
        ("زعفورة – خاص بـ«مرآة الساحل» – نسمة قرصية", ["نسمة قرصية"]),
        ("مرآة الساحل - صنعاء/ زوسان گرماني", ["زوسان گرماني"]),
        ("صنعاء: الزوساني ولد عجّام", ["الزوساني ولد عجّام"]),
        ("مرآة الساحل: سهى البراق: زعفورة", ["سهى البراق"]),
        ("صنعاء – مرآة الساحل", []),
        ("صنعاء: طائرة حديثة", []),
        ("صنعاء: صيف ساخن", []),
        ("صنعاء - صيف ساخن", []),
        ("مرآة الساحل - صيف ساخن", []),
        ("مرآة الساحل – ارتفاع جديد", []),
        ("مرآة الساحل – صنعاء: وزير الموانئ", []),
    ],
)
def test_a_dateline_tells_who_wrote(line: str, authors: list[str]) -> None:
    assert list(_page(f"<p>{line}</p>").authors) == authors
    if authors and line.count(":") < 2:
        page = _page(first=f"{line}: ")
        assert (list(page.authors), page.body) == (authors, "\n".join(TEXT))


def test_who_took_part_stands_beside_who_wrote() -> None:
    card, below = "<div><a href='/w/7'>نزار الخياط</a></div>", "<p>شاركت في إعداد التحقيق: سهى البراق</p>"
    assert _page(head=f"</head><body>{card}", below=below).authors == ("نزار الخياط", "سهى البراق")


def test_a_name_of_any_form_that_a_note_repeats() -> None:
    name = "زوسان عجام-دال"
    assert _page(f"<p>{name}</p>").authors == ()
    assert _page(f"<p>{name}</p>", below=f"</div><p>* {name} روائية من الشمال، صدر لها كتابان.</p><div>").authors == (
        name,
    )


def test_a_list_after_a_label_holds_names_of_any_form() -> None:
    assert _page("<p>بحث وكتابة: سهى البراق، أزكر تيزاب</p>").authors == ("سهى البراق", "أزكر تيزاب")


def test_who_directs_the_outlet_is_no_author_by_statement_alone() -> None:
    head = f"<script type='application/ld+json'>{_json_ld({'@type': 'Person', 'name': 'سهى البراق'})}</script>"
    assert _page(head=head, below="<footer>مدير النشر: سهى البراق</footer>").authors == ()


def test_an_agencys_editor_is_no_author() -> None:
    assert _page(below="<p>(تحرير: سهى البراق)</p>").authors == ()
    assert _page(below="<p>(إعداد نزار الخياط - تحرير: سهى البراق)</p>").authors == ("نزار الخياط",)


def test_titles_of_a_list_in_which_one_has_none() -> None:
    names = "<a href='/experts/1'>نزار الخياط</a>، <a href='/experts/2'>د. سهى البراق</a>"
    assert _page(f"<div>{names}</div>").authors == ("نزار الخياط", "سهى البراق")


def test_a_byline_in_a_shadow_root_is_shown() -> None:
    hidden = "<template><p>كتبت: هدى الشامي</p></template>"
    shown = "<x-by><template shadowrootmode='open'><div>كتبت: <b>سهى البراق</b></div></template></x-by>"
    assert _page(hidden + shown).authors == ("سهى البراق",)


def test_a_label_of_a_menu_names_nobody() -> None:
    menu = "<nav class='menu'><ul><li>تحقيقات</li><li>زوسكا برنوفا</li></ul></nav>"
    assert _page(menu).authors == ()


def test_a_card_above_the_title() -> None:
    html = "<div class='w'>د. سهى البراق و أ.د. نزار الخياط</div>"
    assert _page(head=f"</head><body>{html}").authors == ("سهى البراق", "نزار الخياط")


def test_a_title_that_the_page_leaves_out_elsewhere_is_left_out() -> None:
    by = "<p>بقلم: د. سهى البراق</p>"
    assert _page(by).authors == ("د. سهى البراق",)
    assert _page(by, head="<meta name='author' content='سهى البراق'>").authors == ("سهى البراق",)


def test_all_who_sign_are_authors() -> None:
    page = _page(below="<p>نزار الخياط</p><p>سهى البراق</p>")
    assert set(page.authors) == {"نزار الخياط", "سهى البراق"}
    assert page.body == "\n".join(TEXT)


def test_a_list_at_the_head_of_the_first_line() -> None:
    page = _page(first="صنعاء: نزار الخياط، زوسنة عجام، سهى البراق – ")
    assert page.authors == ("نزار الخياط", "زوسنة عجام", "سهى البراق")


def test_a_byline_below_a_deck() -> None:
    deck = f"<p>{TEXT[2]}</p><div>تحقيق: نزار الخياط وسهى البراق</div>"
    assert _page().authors == ()
    page = _page(first="", above=deck)
    assert page.authors == ("نزار الخياط", "سهى البراق")


@pytest.mark.parametrize("name", ["زوسنة عجام", "Nadia Khayat", "ماري-نور البراق", "سُهَى البَرَّاق"])
def test_any_well_formed_name_of_a_person_in_json_ld(name: str) -> None:
    person = {"@type": "Person", "name": name}
    assert _page(head=f"<script type='application/ld+json'>{_json_ld(person)}</script>").authors == (name,)


def test_two_names_alone_above_the_text() -> None:
    assert _page("<p>نزار الخياط وسهى البراق</p>").authors == ("نزار الخياط", "سهى البراق")


def test_a_title_may_say_who_writes() -> None:
    assert _page(title=f"نزار الخياط يكتب: {TITLE}").authors == ("نزار الخياط",)


def test_columnists_and_readers_are_no_authors() -> None:
    names = ("نزار الخياط", "سهى البراق", "هدى الشامي")
    row = "".join(f"<a href='/author/{number}'>{name}</a>" for number, name in enumerate(names))
    comment = "<div itemscope itemtype='https://schema.org/Comment'><span itemprop='author'>نزار الخياط</span></div>"
    assert _page(below=comment).authors == ()
    assert _page(head=f"</head><body><div class='writers'>{row}</div>").authors == ()


def test_who_is_written_about_is_no_author() -> None:
    assert _page("<p>نزار الخياط - الرياض</p>", title="نزار الخياط يفوز بجائزة الرواية العربية هذا العام").authors == ()


@pytest.mark.parametrize(
    "above",
    [
        "<p>تشرين الثاني</p>",
        "<p>المدينة المنورة</p>",
        "<p>توتنهام يضم زوسكا</p><p>1 مارس 2026</p>",
        "<div class='author'>فريق التحرير</div>",
        "<div class='author'>مرآة الساحل</div>",
        "<p>تصوير: نزار الخياط</p>",
        "<figure><img src='a.jpg'><figcaption>نزار الخياط (رويترز)</figcaption></figure>",
        "<div><img src='a.jpg'><div>نزار الخياط</div></div>",
        "<p>تونس: نزار الخياط - سهى البراق - وليد الشامي - هدى الكاتب</p>",
        "<div>تصميم وبرمجة: نزار الخياط</div>",
    ],
)
def test_no_other_line_names_an_author(above: str) -> None:
    assert _page(above).authors == ()


PERSON = {"@type": "Person", "name": "سهى البراق"}
SHAPES: list[object] = [
    PERSON,
    [PERSON],
    "سهى البراق",
    ["سهى البراق"],
    {"@list": [PERSON]},
    {"@type": "Person", "name": ["سهى البراق"]},
    {"@type": ["Person"], "name": {"@value": "سهى البراق", "@language": "ar"}},
    {"@type": "Person", "givenName": "سهى", "familyName": "البراق"},
    {"@id": "#p7"},
    "#p7",
    [{"@type": "Person", "@id": "#p7"}, {"@type": "Organization", "name": "البيان"}],
    {"@type": "Person", "name": "<a href='/u/7'>سهى البراق</a>"},
    {"@type": "Person", "name": "سهى&nbsp;البراق"},
]


def _json_ld(author: object) -> str:
    article = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2026-02-28T10:00:00Z", "author": author}
    graph = [article, {"@type": "Person", "@id": "#p7", "name": "سهى البراق"}]
    return json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)


@pytest.mark.parametrize("author", SHAPES)
def test_json_ld(author: object) -> None:
    assert _page(head=f"<script type='application/ld+json'>{_json_ld(author)}</script>").authors == ("سهى البراق",)


@pytest.mark.parametrize(
    "dress",
    [
        "//<![CDATA[\n{}\n//]]>",
        "/* <![CDATA[ */ {} /* ]]> */",
        "<!-- {} -->",
        "{};",
        '{} {{"@type": "WebSite"}}',
        '{{"@type": "NewsArticle", "headline": "broken\n, "author": {{"name": "سهى البراق"}}}}',
    ],
)
def test_json_ld_in_all_dresses(dress: str) -> None:
    script = dress.format(_json_ld(PERSON))
    assert _page(head=f"<script type='application/ld+json'>{script}</script>").authors == ("سهى البراق",)


def test_json_ld_with_entities() -> None:
    script = _json_ld(PERSON).replace('"', "&quot;")
    assert _page(head=f"<script type='application/ld+json'>{script}</script>").authors == ("سهى البراق",)


@pytest.mark.parametrize(
    "author",
    ["https://social.example/suha", {"@type": "Organization", "name": "شركة البراق"}, {"name": "admin"}, 7, None],
)
def test_no_person_in_json_ld(author: object) -> None:
    assert _page(head=f"<script type='application/ld+json'>{_json_ld(author)}</script>").authors == ()


def test_what_readers_see_is_surer_than_who_uploaded() -> None:
    page = _page(
        "<p>كتبت: سهى البراق</p>", head=f"<script type='application/ld+json'>{_json_ld('نزار الخياط')}</script>"
    )
    assert page.authors == ("سهى البراق",)
    tool = "<meta name='DC.Creator' content='Developed By Nadia Khayat'><meta name='author' content='coastmirror'>"
    assert _page("<div class='meta-author'>سهى البراق</div>", head=tool).authors == ("سهى البراق",)


def test_the_agency_is_the_texts_and_not_a_pictures() -> None:
    picture = "<div><img src='a.jpg'><span>© REUTERS</span></div>"
    assert _page(picture).credited_to == ()
    assert _page("<p>الصورة: رويترز</p>").credited_to == ()
    assert _page("<p>عرعر - رويترز</p>").credited_to == ("رويترز",)
    assert _page(head="<meta name='author' content='أ ف ب'>").credited_to == ("أ ف ب",)
    agency = {"@type": "Organization", "name": "رويترز"}
    page = _page(head=f"<script type='application/ld+json'>{_json_ld(agency)}</script>")
    assert (page.authors, page.credited_to) == ((), ("رويترز",))


@given(st.text(alphabet="ابتمحدعليوس نركةى .:-–/()«»،|0123abN@", max_size=150))
def test_any_line_is_read(line: str) -> None:
    found = read_byline(line)
    is_byline(line)
    for author in found.authors:
        assert " " in author or "." in author
        assert not any(map(str.isdigit, author))


@given(st.sampled_from(sorted(GIVEN)), st.sampled_from(["البراق", "Khayat"]))
def test_every_given_name_begins_a_name(first: str, family: str) -> None:
    first = first.capitalize()
    assert (name_form([first, family]) == "known") == (first.isascii() == family.isascii())


def test_statements_of_any_length() -> None:
    assert names_of_statement("سهى البراق، " * 5_000, ()) == ()


def test_words_of_the_lists_do_not_contradict() -> None:
    assert GIVEN.isdisjoint(NO_NAMES | AMBIGUOUS)


@given(
    st.lists(st.sampled_from(["محمد", "ومحمد", "علي", "و", "عبد", "قال", "كتب:", "-", "،"]), min_size=30, max_size=60)
)
def test_words_in_any_number_are_read_at_once(words: list[str]) -> None:
    """Ways in which «و» may part names grow with their number: without a bound this would not end."""
    assert len(read_byline(" ".join(words)).parts) <= len(words)


@pytest.mark.parametrize(
    ("above", "authors"),
    [
        ("<p>إيفا ليندستروم</p><p>ترجمة: كميل ضومط</p>", ("إيفا ليندستروم",)),
        ("<p>ترجمة: كميل ضومط</p>", ("كميل ضومط",)),
        ("<p>مرآة الساحل – سالم الخياط (تصوير: ياسر حداد) 27 فبراير 2026</p>", ("سالم الخياط",)),
        ("<p>الجمعة 27 فبراير 2026 — <b>سالم الخياط</b> و<b>منى حداد</b></p>", ("سالم الخياط", "منى حداد")),
        ("<p>خرمكة: سالم الخياط</p>", ("سالم الخياط",)),
        ("<p>استطلاع/ ملازم أول سالم الخياط</p>", ("سالم الخياط",)),
        ("<div>طباعة <b>إرسال</b></div><p>زعفورة 27-2-2026 مرآة الساحل- سالم الخياط</p>", ("سالم الخياط",)),
    ],
)
def test_who_wrote_stands_beside_translators_photographers_days_and_unknown_places(
    above: str, authors: tuple[str, ...]
) -> None:
    assert _page(above).authors == authors


def test_a_last_line_signs_by_a_pen_or_by_what_the_writer_is() -> None:
    for line in ("✍ سالم الخياط", "سالم الخياط / كاتب وأستاذ ثانوي"):
        page = _page(below=f"<p>{line}</p>")
        assert (page.authors, page.body) == (("سالم الخياط",), "\n".join(TEXT))


def test_whom_the_text_tells_of_is_not_its_author_because_metadata_names_him() -> None:
    first = (
        "أعادت الحرفية منى حداد في معرض جديد صياغة الحلي القديمة، وقالت إنها تعلمت الحرفة من جارتها في الحي العتيق. "
    )
    person = _json_ld({"@type": "Person", "name": "منى حداد"})
    assert _page(head=f"<script type='application/ld+json'>{person}</script>", first=first).authors == ()
