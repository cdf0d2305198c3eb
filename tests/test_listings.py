"""Pages of links in many forms are listings; articles with lists, links and headings of their own are articles."""

import pytest

from processing.extract.extraction import NotAnArticleError, extract
from tests.pages import ANY_OUTLET, make_capture
from tests.test_layouts import ARTICLES, OTHERS

TITLE, TEXT = next(iter(ARTICLES.items()))
NEWS = {
    **OTHERS,
    "انطلاق موسم قطاف الزيتون في القرى الجبلية وسط توقعات بإنتاج وفير": "بدأ المزارعون قطاف الزيتون هذا الأسبوع بعد "
    "تأخر "
    "الأمطار وسط آمال بأن يعوض الموسم خسائر العام الماضي.",
    "رئيس البلدية يعلن خطة لتوسعة الطرق الداخلية في الأحياء القديمة": "تشمل الخطة ثلاثين شارعا وتستمر عامين وتمول من "
    "منحة دولية كما قال رئيس البلدية في لقاء مع الصحفيين.",
    "افتتاح مهرجان الموسيقى العربية بمشاركة فرق من عشر دول": "يستمر المهرجان أسبوعا وتقام حفلاته على مسرح المدينة "
    "القديم "
    "وفي ساحاتها العامة كل مساء.",
    "النفط يرتفع بعد قرار المنتجين خفض الإنتاج حتى نهاية العام": "صعدت العقود الآجلة أكثر من دولارين للبرميل في "
    "التعاملات "
    "الصباحية قبل أن تقلص مكاسبها ظهرا.",
}
PAPERS = {
    "الأيام": "صحيفة يومية سياسية مستقلة تصدر في العاصمة",
    "المدى": "جريدة تصدر عن دار للثقافة والفنون كل صباح",
    "الغد": "موقع إخباري يتابع الشأن المحلي والعربي",
    "النهار": "صحيفة يومية تأسست قبل ثمانين عاما",
    "الوطن": "جريدة حكومية فيها أخبار الدولة والاقتصاد",
    "الشروق": "مجلة أسبوعية تعنى بالأدب والسينما والمسرح",
}
INTRO = (
    "<p>يتابع قسم الاقتصاد في صحيفة الاختبار أخبار الأسواق والشركات والموانئ والنفط والعملات على مدار الساعة، ويقدم "
    "لقرائه "
    "تحليلات الخبراء وتقارير المراسلين من العواصم كلها.</p>"
)
WRITER = (
    "<p>صحفي وكاتب من مواليد العاصمة، يكتب في الاقتصاد والنقل منذ عشرين عاما، وصدرت له ثلاثة كتب عن الموانئ "
    "والتجارة.</p>"
)
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in TEXT)


def _each(form: str, count: int = len(NEWS)) -> str:
    """A piece of markup for each news item."""
    return "".join(
        form.format(n=n, link=f'<a href="/news/{n}">{title}</a>', title=title, text=text)
        for n, (title, text) in list(enumerate(NEWS.items()))[:count]
    )


CARDS = _each("<div class=c><h3>{link}</h3><p>{text}</p></div>")
LISTS = {
    "cards": CARDS,
    "cards without classes": _each("<div><div>{link}</div><div>{text}</div></div>"),
    "rows": f"<table>{_each('<tr><td><img src=/{n}.jpg></td><td>{link}<br>{text}</td></tr>')}</table>",
    "lines": _each("{link}<br>{text}<br><br>"),
    "headings": _each("<h4>{link}</h4><p>{text}</p>"),
    "paragraphs": _each("<p>{link}</p><p>{text}</p>"),
    "all a link": _each('<a href="/news/{n}"><h3>{title}</h3><p>{text}</p></a>'),
    "links with texts": f"<ul>{_each('<li>{link} - {text}</li>')}</ul>",
    "read more": _each("<div class=post><h2>{title}</h2><p>{text} <a href='/news/{n}'>اقرأ المزيد</a></p></div>"),
    "cards below an introduction": f"<h1>اقتصاد</h1>{INTRO}{CARDS}",
    "links below an introduction": f"<h1>اقتصاد</h1>{INTRO}<ul>{_each('<li>{link}</li>')}</ul>",
    "a writer's": f"<h1>سامي العابد</h1>{WRITER}{CARDS}",
    "a tag's": _each("<article><h2>{link}</h2><time>12 مارس 2025</time><p>{text}</p></article>"),
    "whole texts": _each("<article class=post><h2>{link}</h2><p>{text}</p>" + PARAGRAPHS + "</article>", 5),
    "a front page": f"<div><h2><a href=/n>{TITLE}</a></h2><p>{TEXT[0]} {TEXT[1]}</p></div>{_each('<p>{link}</p>')}",
    "a search's": _each("<div>{link}<br>…{text}…<br>12/03/2025</div>"),
    "videos": _each("<div class=v><a href=/v/{n}><img src=/{n}.jpg><span>3:20</span><p>{title}</p></a></div>"),
    "by days": "".join(f"<h3>{day} مارس 2025</h3><ul>{_each('<li>{link}</li>')}</ul>" for day in (10, 11, 12)),
    "texts without links": f"<ul>{_each('<li>{title}<br>{text}</li>')}</ul>",
    "cut texts without links": _each("<div><b>{title}</b><p>{text:.90}...</p></div>"),
    "a directory": "<ul>{}</ul>".format(
        "".join(f"<li><a href='http://{n}.example/'>{each}</a> - {PAPERS[each]}</li>" for n, each in enumerate(PAPERS))
    ),
}
PARTED = {text: text.split(maxsplit=2) for text in TEXT}
ARTICLE_PAGES = {
    "related": f"{PARAGRAPHS}<div>{CARDS}</div>",
    "related twice": f"{PARAGRAPHS}<div>{CARDS}</div><aside>{CARDS}</aside><div>{_each('<p>{link}</p>')}</div>",
    "a list": f"{PARAGRAPHS}<ul>{_each('<li>{text}</li>')}</ul>",
    "a list of links": PARAGRAPHS
    + "<p>ومن الصحف التي نشرت الخبر:</p><ul>"
    + "".join(f"<li><a href='http://{n}.example/'>{each}</a>: {PAPERS[each]}</li>" for n, each in enumerate(PAPERS))
    + "</ul>",
    "questions": "".join(f"<p><strong>ماذا عن المرحلة {n}؟</strong></p><p>{text}</p>" for n, text in enumerate(TEXT)),
    "headings": "".join(f"<h3>المرحلة رقم {n} من المشروع</h3><p>{text}</p>" for n, text in enumerate(TEXT)),
    "live": "".join(
        f"<div class=u><h3><a href='https://example.org/news/7#u{n}'>تحديث عن المرحلة رقم "
        f"{n}</a></h3><p>{text}</p></div>"
        for n, text in enumerate(TEXT)
    ),
    "linked headings": "".join(
        f"<h3><a href='http://{n}.example/'>موقع المرحلة رقم {n} من المشروع</a></h3><p>{text} {TEXT[1]}</p>"
        for n, text in enumerate(TEXT)
    ),
    "read also": "".join(f"<p>{text}</p><p>اقرأ أيضا: <a href=/n/{n}>خبر آخر</a></p>" for n, text in enumerate(TEXT)),
    "links between": "".join(f"<p>{text}</p><p><a href=/n/{n}>خبر آخر</a></p>" for n, text in enumerate(TEXT)),
    "linked words": "".join(
        f"<p><a href=/tag/{n}>{words[0]} {words[1]}</a> {words[2]}</p>" for n, words in enumerate(PARTED.values())
    ),
    "linked sources": "".join(f"<p>{text} (<a href='http://{n}.ex/'>المصدر</a>)</p>" for n, text in enumerate(TEXT)),
}  # fmt: skip


def _body(title: str, inner: str) -> str:
    menu = "<div id=menu><a href=/>الرئيسية</a><a href=/s>رياضة</a></div>"
    html = f"<html lang=ar><head><title>{title}</title></head><body>{menu}<div>{inner}</div></body></html>"
    return extract(make_capture(html.encode(), "https://example.org/news/7"), ANY_OUTLET).body


@pytest.mark.parametrize("form", LISTS)
def test_pages_of_links(form: str) -> None:
    with pytest.raises(NotAnArticleError) as caught:
        _body("أخبار الاقتصاد - صحيفة الاختبار", LISTS[form])
    assert caught.value.reason == "listing"


@pytest.mark.parametrize("form", ARTICLE_PAGES)
def test_articles_with_lists_and_links(form: str) -> None:
    body = _body(TITLE, f"<h1>{TITLE}</h1>{ARTICLE_PAGES[form]}")
    assert [text for text in TEXT if text not in body] == []
    assert "اقرأ" not in body
    assert "خبر آخر" not in body
    if form.startswith("related"):
        assert body.splitlines() == TEXT


def test_short_news_with_a_short_title_among_links() -> None:
    text = list(ARTICLES.values())[-1]
    stated = '<meta property="article:published_time" content="2025-03-10T08:00:00Z">'
    page = f"{stated}<h1>هزة أرضية</h1><p>{text[0]}</p>{CARDS}"
    assert _body("هزة أرضية", page).splitlines() == text
