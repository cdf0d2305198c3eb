"""Pages on which other texts are longer than the article: threads, playlists, promotions, boxes, pulled quotations."""

import json

import pytest

from processing.authors.openings import without_head
from processing.extract.extraction import extract
from processing.extract.page import Page
from processing.extract.title import whole_title
from tests.pages import ANY_OUTLET, make_capture

TITLE = "افتتاح جسر جديد فوق الوادي بعد عامين من الأشغال"
NEWS = (
    "افتتحت السلطات صباح اليوم جسرا جديدا فوق الوادي يربط الضفة الشرقية بالطريق الدائري بعد عامين من الأشغال.",
    "وقال مدير الأشغال إن الجسر سيخفف الزحام عن وسط المدينة وإن كلفته بلغت أربعين مليونا.",
)
LONG = (
    *NEWS,
    "وأضاف المدير أن شركتين محليتين شاركتا في بناء الجسر، وأن مئة مهندس وعامل عملوا فيه ليلا ونهارا طوال الصيف.",
    "ويشكو أصحاب المحال القريبة من أن الأشغال أبعدت الزبائن، ويطالبون بتعويضات عن الشهور التي أغلقت فيها الطريق.",
)
OTHERS = [
    f"{verb} {what} في {place}"
    for verb, what, place in zip(
        ("افتتاح", "تأجيل", "إلغاء", "تجديد", "توسيع", "عودة", "تقدم", "تراجع"),
        ("سوق الخضر الجديد", "مباراة القمة", "رحلات القطار", "عقد المدرب", "ميناء الصيد", "مهرجان الشعر"),
        ("العاصمة", "الجنوب", "الساحل", "الشمال", "الصحراء", "الجزيرة"),
        strict=False,
    )
]


def _page(html: str, path: str = "/news/77") -> Page:
    return extract(
        make_capture(
            f"<html><head><title>{TITLE}</title></head><body>{html}".encode(), f"https://outlet.example{path}"
        ),
        ANY_OUTLET,
    )


def _paragraphs(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def test_short_news_beside_a_long_promotion() -> None:
    episodes = "".join(
        f'<div class="ep"><a href="/e/{n}">{name}</a>'
        f"<p>حلقة جديدة نناقش فيها مع ضيوفنا {name} وما يعنيه</p><i>{n}7:05</i></div>"
        for n, name in enumerate(OTHERS)
    )
    for marked in ('itemprop="articleBody"', 'class="t"'):
        page = _page(
            f'<h1>{TITLE}</h1><div {marked}>{_paragraphs(NEWS)}</div><section class="podcast"><h2>برامج</h2>{episodes}'
        )
        assert tuple(page.body.splitlines()) == NEWS


POSTS = {
    "vbulletin": '<td id="td_post_{n}"><b>{head}</b><div id="post_message_{n}">{text}</div></td>',
    "phpbb": '<div id="p{n}" class="post"><h3>{head}</h3><div class="postbody">{text}</div></div>',
    "xenforo": '<article class="message message--post"><div class="bbWrapper">{text}</div></article>',
    "unknown": '<div class="r"><div>{head}</div><div>{text}</div></div>',
}


@pytest.mark.parametrize("software", POSTS)
def test_the_first_post_of_a_thread_is_the_text(software: str) -> None:
    replies = (
        "شكرا لك على نقل هذا الخبر المفرح يا أخي العزيز والله إننا انتظرناه طويلا.",
        "الله يعطيك العافية على الموضوع الجميل.",
    )
    texts = ["<br><br>".join(LONG), *replies, *replies]
    posts = (
        POSTS[software].format(n=100 + n, text=text, head=f"{'رد: ' if n else ''}{TITLE}")
        for n, text in enumerate(texts)
    )
    page = _page(f"<h1>{TITLE}</h1>{''.join(posts)}", "/showthread.php?t=5" if software != "unknown" else "/x/5")
    assert tuple(page.body.splitlines()) == LONG


def test_the_playlist_below_a_film_is_not_its_text() -> None:
    items = "".join(
        f'<li><img src="/{n}.jpg"><span>0{n}:4{n}</span><p>{name}</p></li>' for n, name in enumerate(OTHERS * 3)
    )
    page = _page(
        f"<h1>{TITLE}</h1><div class='d'>{_paragraphs(NEWS)}</div><div><h2>قائمة التشغيل</h2><ul>{items}</ul></div>"
    )
    assert tuple(page.body.splitlines()) == NEWS


def test_cards_of_which_a_script_makes_links_are_no_text() -> None:
    card = '<div class="c"><img src="/{n}.jpg"><h4>{name}</h4><p>{name} وما بعده</p></div>'
    cards = "".join(card.format(n=n, name=name) for n, name in enumerate(OTHERS))
    page = _page(f"<h1>{TITLE}</h1>{_paragraphs(NEWS)}<div>{cards}</div>")
    assert tuple(page.body.splitlines()) == NEWS


def test_a_live_text_with_its_hours_is_kept() -> None:
    entries = "".join(f"<li><span>1{n}:00</span><p>{line}</p></li>" for n, line in enumerate(LONG))
    body = _page(f"<h1>{TITLE}</h1><div><p>{NEWS[0]}</p></div><ul>{entries}</ul>").body
    assert all(line in body for line in LONG)


def test_pictures_with_sentences_between_them_are_an_article() -> None:
    tiles = "".join(f'<a href="/g/{n}"><img src="/t/{n}.jpg"><b>{name}</b></a>' for n, name in enumerate(OTHERS))
    photo = '<figure><img src="/p.jpg"><figcaption>الجسر كما يظهر من الضفة</figcaption></figure>'
    news = (NEWS[0], f"{NEWS[1][:-1]}، وإن الممشى سيفتح للعائلات مساء كل خميس حتى نهاية الصيف.")
    page = _page(
        f"<h1>{TITLE}</h1>{photo}{photo.join(f'<div>{line}</div>' for line in news)}{photo * 6}<div>{tiles}</div>"
    )
    assert tuple(page.body.splitlines()) == news


def test_the_page_that_is_shown_without_scripts() -> None:
    stated = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n\n".join(LONG)})
    lead = "المشروع يخفف الزحام ويثير غضب أصحاب المحال القريبة"
    page = _page(
        f'<script type="application/ld+json">{stated}</script><div id="app"><i></i></div>'
        f"<noscript><main><h1>{TITLE}</h1><p>{lead}</p><article>{_paragraphs(LONG)}</article></main></noscript>"
    )
    assert tuple(page.body.splitlines()) == (lead, *LONG)


NOT_THE_TEXT = {
    "skipped box": '<div class="b7"><p><a href="#e">تخطى النشرة وواصل القراءة</a></p><b>اخترنا لك</b>'
    "<p>رسالة أسبوعية تصلك كل خميس بأجمل ما كتب مراسلونا في المدن البعيدة.</p><p>النشرة نهاية</p></div>",
    "pulled quotation": '<div class="pull"><p>سيخفف الزحام عن وسط المدينة</p></div>',
    "donations": '<div class="donation-box"><p>صحافتنا حرة بفضلكم. ساندوها بما تستطيعون كل شهر.</p></div>',
    "not shown": '<div style="display: none">عذرا، تعذر تشغيل هذا المقطع على جهازك.</div>',
}


@pytest.mark.parametrize("what", NOT_THE_TEXT)
def test_boxes_within_the_text(what: str) -> None:
    page = _page(
        f"<h1>{TITLE}</h1><article>{_paragraphs(LONG[:2])}{NOT_THE_TEXT[what]}{_paragraphs(LONG[2:])}</article>"
    )
    assert tuple(page.body.splitlines()) == LONG


BELOW = {
    "end of an agency": "<p>// انتهى //</p><p>17:40 ت م</p><p>0098</p>",
    "initials of editors": "<p>(النهاية) ع ك / م ن</p>",
    "address": "<p>https://outlet.example/news/77 انسخ الرابط</p>",
    "signatures": "<div>أحمد الصالحي</div><div>مريم القاسمي</div>",
    "helpers": "<p>شارك في إعداد التقرير: أحمد الصالحي من الساحل</p>",
    "source": "<p>* نقلا عن: رويترز</p>",
}


@pytest.mark.parametrize("what", BELOW)
def test_lines_below_the_text(what: str) -> None:
    page = _page(f"<h1>{TITLE}</h1><article>{_paragraphs(LONG)}{BELOW[what]}</article>")
    assert tuple(page.body.splitlines()) == LONG


def test_what_stands_above_the_title_is_not_the_text() -> None:
    text = "<br><br>".join(LONG)
    authors = "م. سعد الصالحي - م. مريم بنت خالد القاسمي وآخرون"
    page = _page(f"<div class=o><div>{authors}</div><h1>{TITLE}</h1><div>{text}</div></div>")
    assert tuple(page.body.splitlines()) == LONG


def test_a_name_that_a_style_sheet_makes_up_says_nothing() -> None:
    lines = "".join(f'<div class="c-{n}ad{n}f"><p class="x-ad{n}b">{line}</p></div>' for n, line in enumerate(LONG))
    assert tuple(_page(f"<h1>{TITLE}</h1><article>{lines}</article>").body.splitlines()) == LONG


@pytest.mark.parametrize(
    "head",
    [
        "كتب: محمد الصالحي – ",
        "كتبت مريم القاسمي ومحمد الصالحي: ",
        "القاهرة – محمد الصالحي: ",
        "خاص - محمد الصالحي | ",
        "الخرطوم: محمد الصالحي، زهرنار شيرك، مريم القاسمي – ",
        "الكويت - 3 - 11 (كونا) -- ",
        "الرياض 14 رمضان 1446 هـ الموافق 14 مارس 2025 م (واس) -- ",
    ],
)
def test_bylines_and_days_that_open_a_text(head: str) -> None:
    assert without_head(f"{head}{NEWS[0]}") == NEWS[0]


@pytest.mark.parametrize(
    "head", ["", "القاهرة - ", "عمان 13 أيلول (بترا)- ", "محمد الصالحي: ", "قال الوزير: ", "القاهرة (رويترز) - "]
)
def test_what_opens_a_text_and_stays(head: str) -> None:
    assert without_head(f"{head}{NEWS[0]}") == f"{head}{NEWS[0]}"


@pytest.mark.parametrize(
    ("title", "others", "whole"),
    [
        ("وزير النقل:...", ["وزير النقل", "وزير النقل: الجسر يفتح غدا | أخبار"], "وزير النقل: الجسر يفتح غدا"),
        ("حريق كبير...", ["حريق كبير", "حريق كبير في سوق المدينة"], "حريق كبير في سوق المدينة"),
        ("أسعار الخضر تعود إلى...", ["أسعار الخضر تعود إلى الارتفاع... | أخبار",
         "أسعار الخضر تعود إلى الارتفاع بعد العيد"],
         "أسعار الخضر تعود إلى الارتفاع بعد العيد"),
    ],
)  # fmt: skip
def test_the_whole_of_a_title_that_is_cut(title: str, others: list[str], whole: str) -> None:
    assert whole_title(title, others) == whole


def test_a_title_keeps_what_is_said_after_its_colon() -> None:
    said = "الروائي سالم الصالحي: لا أكتب إلا في الليل"
    html = (
        f'<meta property="og:title" content="الروائي سالم الصالحي"><h1>{said}</h1><a href="/t">الروائي سالم الصالحي</a>'
    )
    assert _page(f"{html}<article>{_paragraphs(LONG)}</article>").title == said


DONATE = "<h4>ادعم صحيفة الاختبار</h4><p>نعمل بلا إعلانات. كل مساهمة تبقينا أحرارا.</p><p><a>تبرع الآن</a></p>"
PRESS = "<h3>للصحافيين</h3><p>المكلفة بالتواصل: سهى البراق، press@outlet.example</p>"


@pytest.mark.parametrize("box", [DONATE, PRESS, "<h3>انضموا إلى نشرتنا</h3><p>رسالة كل صباح.</p>"])
@pytest.mark.parametrize("holder", ["<div class='b'>{}</div>", "{}<h2>أرقام</h2>"])
def test_boxes_that_ask_readers_for_something(box: str, holder: str) -> None:
    text = f"<p>{LONG[0]}</p><p>{LONG[1]}</p>{holder.format(box)}<p>{LONG[2]}</p><p>{LONG[3]}</p>"
    page = _page(f"<h1>{TITLE}</h1><article>{text}</article>")
    assert [line for line in page.body.splitlines() if line != "أرقام"] == list(LONG)


@pytest.mark.parametrize("head", ["ادعم طفلك في المدرسة", "سجل أعدادا من الأهداف", "للتواصل مع الجيران"])
def test_a_heading_that_asks_for_something_else_is_the_texts(head: str) -> None:
    text = f"<p>{LONG[0]}</p><p>{LONG[1]}</p><h3>{head}</h3><p>{LONG[2]}</p><p>{LONG[3]}</p>"
    assert _page(f"<h1>{TITLE}</h1><article>{text}</article>").body.splitlines() == [*LONG[:2], head, *LONG[2:]]


@pytest.mark.parametrize("last", ["<h3>مواد أخرى</h3>", "<div>أعداد سابقة:<select><option>7</select></div>"])
def test_a_heading_of_nothing_is_no_text(last: str) -> None:
    text = "".join(f"<p>{line}</p>" for line in LONG)
    assert _page(f"<h1>{TITLE}</h1><article>{text}{last}</article>").body == "\n".join(LONG)


def test_the_outlet_among_those_who_sign() -> None:
    signed = ("صحيفة الاختبار", "رابطة أهل الوادي", "مركز حماية الحقوق")
    items = "".join(f"<li>{name}</li>" for name in signed)
    text = f"{''.join(f'<p>{line}</p>' for line in LONG)}<p>الموقعون:</p><ul>{items}</ul>"
    assert _page(f"<h1>{TITLE}</h1><article>{text}</article>").body.splitlines() == [*LONG, "الموقعون:", *signed]


def test_a_disclaimer_is_no_text() -> None:
    text = f"{''.join(f'<p>{line}</p>' for line in LONG)}<p>إخلاء مسؤولية: لا تمثل هذه المادة نصيحة لأحد.</p>"
    assert _page(f"<h1>{TITLE}</h1><article>{text}</article>").body == "\n".join(LONG)


def test_short_news_with_broken_lines_beside_many_pictures() -> None:
    words = " ".join(LONG[:3]).split()
    lines = "<br>".join(" ".join(words[start : start + 9]) for start in range(0, len(words), 9))
    page = _page(f"{'<img src=/dot.gif>' * 70}<h1>{TITLE}</h1><div class='story'>{lines}</div>")
    assert page.body.split() == words


@pytest.mark.parametrize(
    "line",
    [
        "منقول من موقع الشاطئ",
        "لا تنسوا الإعجاب بصفحتنا ومشاركة الموضوع مع أصدقائكم",
        f"زوار مدونتنا الكرام نقدم لكم اليوم خبر {TITLE}",
        f"كلمات البحث: {TITLE} - {TITLE} 2026 - تفاصيل {TITLE}",
        "أُنجز هذا التحقيق بدعم من شبكة الساحل وبالشراكة مع صندوق الصحافة.",
        "تحتوي هذه الصفحة على محتوى من موقع آخر. موافقتكم مطلوبة قبل عرض أي مواد.",
        "3/7",
        "==== ج.أ.ع.",
        "صحيفة الاختبار + وما",
    ],
)
@pytest.mark.parametrize("place", ["first", "last"])
def test_what_blogs_and_agencies_add(line: str, place: str) -> None:
    text = [f"<p>{each}</p>" for each in LONG]
    text.insert(0 if place == "first" else len(text), f"<p>{line}</p>")
    assert _page(f"<h1>{TITLE}</h1><article>{''.join(text)}</article>").body == "\n".join(LONG)


def test_elements_of_a_site_are_told_by_their_names() -> None:
    box = "<x-live><h5>شريط المباراة</h5><p>هدف أول بعد ركلة حرة نفذها القائد من خارج المنطقة.</p></x-live>"
    text = f"<x-text><p>{LONG[0]}</p><p>{LONG[1]}</p></x-text>{box}<x-text><p>{LONG[2]}</p><p>{LONG[3]}</p></x-text>"
    assert _page(f"<h1>{TITLE}</h1><article>{text}</article>").body == "\n".join(LONG)


def test_a_bold_subhead_of_a_word_that_sites_use() -> None:
    text = f"<p>{LONG[0]}</p><p>{LONG[1]}</p><p><strong>عودة خجولة</strong></p><p>{LONG[2]}</p><p>{LONG[3]}</p>"
    assert "عودة خجولة" in _page(f"<h1>{TITLE}</h1><article>{text}</article>").body


def test_the_points_above_a_text_are_its_lead() -> None:
    points = ["جسر جديد يربط ضفتي الوادي بعد عامين من الأشغال", "كلفة البناء بلغت أربعين مليونا من خزينة الدولة"]
    items = "".join(f"<li>{point}</li>" for point in points)
    text = "".join(f"<p>{each}</p>" for each in LONG)
    page = _page(f"<h1>{TITLE}</h1><div><h5>أبرز النقاط</h5><ul>{items}</ul></div><article>{text}</article>")
    assert page.body.splitlines() == [*points, *LONG]


def test_rows_of_a_timeline_are_kept() -> None:
    rows = [("آذار 2022", "بدء الأشغال في الضفة الشرقية"), ("أيار 2023", "وصول أول قطع الجسر إلى الوادي")]
    table = "".join(f"<div><div class='date'>{date}</div><div>{what}</div></div>" for date, what in rows)
    text = "".join(f"<p>{each}</p>" for each in LONG[:2]) + table + "".join(f"<p>{each}</p>" for each in LONG[2:])
    lines = [*LONG[:2], *(part for row in rows for part in row), *LONG[2:]]
    assert _page(f"<h1>{TITLE}</h1><article>{text}</article>").body.splitlines() == lines


@pytest.mark.parametrize(
    ("head", "above"),
    [
        ("<title>صحيفة الاختبار | يومية سياسية مستقلة شاملة</title>", f"<div class='arttitle'>{TITLE}</div>"),
        ("<title>ملفات</title><meta property='og:title' content='ملفات'>", f"<p class='cat'>ملفات</p><h2>{TITLE}</h2>"),
        ("<meta property='og:title' content='افتتاح جسر جديد فوق الوادي'>", f"<h1>{TITLE}</h1>"),
        ("<meta property='og:title' content='افتتاح جسر جديد فوق الوادي'>", f"<div class='title'>{TITLE}</div>"),
        ("<meta property='og:title' content='أوراق'>", f"<p>أوراق، العدد 7</p><h1>{TITLE}</h1>"),
    ],
)
def test_the_headline_that_readers_see(head: str, above: str) -> None:
    text = "".join(f"<p>{each}</p>" for each in LONG)
    html = f"<html><head>{head}</head><body>{above}<article>{text}</article>"
    assert extract(make_capture(html.encode(), "https://outlet.example/news/77"), ANY_OUTLET).title == TITLE


@pytest.mark.parametrize(
    "head",
    [
        '<div class="hd"><div class="t1">{title}</div><div>4 مارس 2025</div></div>',
        '<h1>محليات</h1><div>وسط مطالب بتعويضات</div><h2 class="art-title">{title}</h2>',
        '<h1 class="site"><a href="/">صحيفة الاختبار</a></h1><h3>{title}</h3>',
    ],
)
def test_the_headline_is_the_line_that_readers_see_and_not_what_machines_are_told(head: str) -> None:
    seen = "الوزارة تعلن خطة لترميم المدارس القديمة في الجنوب"
    html = f'<meta property="og:title" content="خطة لترميم المدارس">{head.format(title=seen)}'
    page = _page(f"{html}<div>{_paragraphs(LONG)}</div>")
    assert (page.title, page.sources["title"]) == (seen, "headline")
