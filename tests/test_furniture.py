"""What stands in and around an article's text and is not the article's."""

import pytest

from processing.extract import Page, extract
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
