"""Pages that answer well and have no article are told from those that have one."""

import pytest

from processing.extract.extraction import NotAnArticleError, extract
from rasid.records import RejectReason
from tests.pages import ANY_OUTLET, FARM, make_capture

LINKS = "".join(f'<li><a href="/n/{n}">عنوان خبر طويل من أخبار اليوم رقم {n}</a></li>' for n in range(20))
CARDS = "".join(
    f'<div class="card"><h3><a href="/n/{n}">عنوان خبر طويل من أخبار اليوم رقم {n}</a></h3>'
    f"<p>قال المسؤول رقم {n} إن الأشغال في المشروع تتقدم كما خطط لها وإن الافتتاح قريب جدا.</p></div>"
    for n in range(8)
)
PHOTOS = "".join(f'<figure><img src="/{n}.jpg"><figcaption>صورة رقم {n}</figcaption></figure>' for n in range(12))
MENU = '<nav><a href="/">الرئيسية</a><a href="/p">سياسة</a></nav>'

KINDS: dict[RejectReason, list[str]] = {
    "listing": [
        f"<title>أخبار</title>{MENU}<ul>{LINKS}</ul>",
        f"<html><head><title>سياسة</title></head><body>{MENU}<main>{CARDS}</main></body></html>",
    ],
    "gallery": [f"<title>ألبوم الصور</title><h1>جولة في المدينة القديمة بالصور</h1>{PHOTOS}"],
    "login": [
        f"<h1>عنوان المقال المحجوب هنا</h1><p>{FARM.paragraphs[8]}</p><div>هذا المحتوى مخصص للمشتركين فقط</div>",
        "<h1>تسجيل الدخول</h1><p>يرجى تسجيل الدخول لمتابعة قراءة هذا المقال على موقعنا مع آلاف المقالات الأخرى.</p>",
    ],
    "soft_404": [
        f"<title>عذرا، الصفحة غير موجودة</title>{MENU}<h1>عذرا، الصفحة غير موجودة</h1><p>ربما حذفت.</p>",
        "<title>404</title><h1>404</h1><p>الصفحة التي تبحث عنها غير موجودة، عد إلى الرئيسية أو استعمل البحث.</p>",
    ],
    "short": ["<h1>عنوان بلا نص كاف تحته</h1><article><p>نص قصير من بضع كلمات لا تكفي لمقال.</p></article>"],
    "empty": ["<html><body></body></html>"],
    "language": [
        "<h1>A headline</h1>"
        + "".join(f"<p>The minister said that bridge {n} will be open soon.</p>" for n in range(9)),
        f"<h1>تیتر خبر</h1>{''.join(f'<p>وزیر گفت که پل شماره {n} در پروژه ساخته می‌شود.</p>' for n in range(9))}",
    ],
}


@pytest.mark.parametrize(("reason", "html"), [(reason, html) for reason, pages in KINDS.items() for html in pages])
def test_why_a_page_is_no_article(reason: RejectReason, html: str) -> None:
    with pytest.raises(NotAnArticleError) as caught:
        extract(make_capture(html.encode(), "https://example.org/page/7"), ANY_OUTLET)
    assert caught.value.reason == reason


def test_a_home_page_is_told_by_its_address() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in FARM.paragraphs)
    for url in ("https://example.org", "https://example.org/"):
        with pytest.raises(NotAnArticleError) as caught:
            extract(make_capture(f"<h1>{FARM.title}</h1>{text}".encode(), url), ANY_OUTLET)
        assert caught.value.reason == "listing"


def test_an_article_beside_all_these_is_one() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in FARM.paragraphs)
    around = f"<ul>{LINKS}</ul>{CARDS}{PHOTOS}<p>يرجى تسجيل الدخول للتعليق</p>"
    html = f"{MENU}<h1>{FARM.title}</h1><article>{text}</article>{around}"
    page = extract(make_capture(html.encode(), "https://example.org/page/7"), ANY_OUTLET)
    assert page.body.splitlines() == [" ".join(paragraph.split()) for paragraph in FARM.paragraphs]
