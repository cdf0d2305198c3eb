"""A page's title and picture, as templates and editorial systems spoil them."""

import pytest

from processing.extract.extraction import Page, extract
from processing.html.characters import escaped_once, plain
from tests.pages import ANY_OUTLET, FARM, make_capture

TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in FARM.paragraphs)
TITLE = "الوزير: «لن نرفع» أسعار القطارات بين المدن الكبرى هذا العام"
QUOTED = 'الوزير: "لن نرفع" أسعار القطارات هذا العام'


def _extract(head: str, h1: str, above: str = "", url: str = "https://example.org/news/1") -> Page:
    heading = f"<h1>{h1}</h1>" if h1 else ""
    page = f"<html><head>{head}</head><body>{above}<article>{heading}<div>{TEXT}</div></article></body></html>"
    return extract(make_capture(page.encode(), url), ANY_OUTLET)


def _og(title: str) -> str:
    return f'<title>{title}</title><meta property="og:title" content="{title}">'


@pytest.mark.parametrize(
    ("head", "h1", "title"),
    [
        (_og(QUOTED.replace('"', "&quot;")), "", QUOTED),
        (_og(QUOTED.replace('"', "&amp;quot;")), QUOTED, QUOTED),
        (_og(QUOTED.replace('"', "&amp;amp;quot;")), "", QUOTED),
        (_og(QUOTED.replace('"', "&amp;#34;")), "", QUOTED),
        (_og(f"&lt;b&gt;{TITLE}&lt;/b&gt;"), TITLE, TITLE),
        (_og(f"&lt;span style='color:red'&gt;{TITLE}&lt;/span&gt;"), "", TITLE),
        (_og(f"&lt;![CDATA[{TITLE}]]&gt;"), "", TITLE),
        (_og(f"{TITLE[:30].rsplit(' ', 1)[0]}..."), TITLE, TITLE),
        (_og(f"{TITLE[:29]}…"), TITLE, TITLE),
        (_og(f"{TITLE[:29]} [...]"), TITLE, TITLE),
        (_og(TITLE[:29]), TITLE, TITLE),  # within a word
        (f'<meta property="og:title" content="{TITLE[:29]}…"><title>{TITLE} - المدينة</title>', "", TITLE),
        (f'<meta property="og:title" content="{TITLE[:29]}... - صحيفة الاختبار">', TITLE, TITLE),
        (_og(f"{TITLE} ..."), TITLE, TITLE),
        (_og(f"{TITLE}..."), "", f"{TITLE}..."),  # nothing tells how it goes on
        (_og(TITLE), f"{TITLE} وخارجها", f"{TITLE} وخارجها"),  # what readers see, which holds the other
        (_og("وهران - الجزائر: محادثات جديدة حول القطارات"), "", "وهران - الجزائر: محادثات جديدة حول القطارات"),
    ],
)
def test_titles_are_whole_and_as_they_were_meant(head: str, h1: str, title: str) -> None:
    assert _extract(head, h1).title == title


def test_a_link_elsewhere_does_not_cut_a_title_at_its_dash() -> None:
    rest = "الجزائر: محادثات جديدة حول القطارات"
    title = f"وهران - {rest}"
    assert _extract(_og(title), title, above=f'<ul><li><a href="/2">{rest}</a></li></ul>').title == title


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("5 < 10 و&nbsp;12 > 3", "5 < 10 و 12 > 3"),
        ("R&D", "R&D"),
        ("سطر<br/>آخر", "سطر آخر"),
        ("x &copy 2025 &unknown;", "x &copy 2025 &unknown;"),
    ],
)
def test_plain_text_stays(text: str, meant: str) -> None:
    assert plain(text) == meant


def test_only_what_was_escaped_twice_is_undone() -> None:
    page = '<a href="/?a=1&amp;copy=2&amp;b=3">R&amp;D &amp;amp; &amp;nbsp; &amp;laquo; &amp;#171;</a>'
    assert escaped_once(page) == '<a href="/?a=1&amp;copy=2&amp;b=3">R&amp;D &amp; &nbsp; &laquo; &#171;</a>'


PICTURE = "https://example.org/media/train.jpg"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:image" content="/media/train.jpg">',
        '<meta property="og:image:secure_url" content="//example.org/media/train.jpg">',
        '<meta property="og:image" content="data:image/gif,R0"><meta name="twitter:image" content="/media/train.jpg">',
        '<meta property="og:image" content="javascript:void(0)"><link rel="image_src" href="/media/train.jpg">',
        '<meta property="og:image" content=""><meta name="twitter:image:src" content="../media/train.jpg">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "image": ["/media/train.jpg"]}</script>',
        '<script type="application/ld+json">{"@type": "NewsArticle", "image": [{"url": "/media/train.jpg"}]}</script>',
    ],
)
def test_pictures_that_the_page_states(head: str) -> None:
    assert _extract(f"<title>{TITLE}</title>{head}", TITLE).image == PICTURE


@pytest.mark.parametrize(
    "image",
    [
        '<img src="/media/train.jpg">',
        '<img src="data:image/gif;base64,R0lGOD" data-src="/media/train.jpg">',
        '<img src="/placeholder.png" data-lazy-src="/media/train.jpg">',
        '<img src="javascript:x" data-srcset="/media/s.jpg 300w, /media/train.jpg 1200w, /media/m.jpg 600w">',
        '<img srcset="/media/s.jpg, /media/train.jpg 2x" src="/media/s.jpg">',
        '<img src="/icons/star.png" width="16" height="16"><img src="/media/train.jpg" width="640" height="400">',
        '<div class="social-share"><img src="/media/x.jpg"></div><img src="/media/train.jpg">',
    ],
)
def test_pictures_that_stand_with_the_text(image: str) -> None:
    page = _extract(f"<title>{TITLE}</title>", f"{TITLE}</h1><figure>{image}</figure><h1>")
    assert (page.image, page.sources["image"]) == (PICTURE, "img")


@pytest.mark.parametrize(
    "address", ["data:image/png;base64,AAAA", "javascript:void(0)", "about:blank", "#", "http://[x"]
)
def test_what_is_no_address_is_no_picture(address: str) -> None:
    head = f'<title>{TITLE}</title><meta property="og:image" content="{address}">'
    assert _extract(head, f'{TITLE}</h1><img src="{address}"><h1>').image is None


def test_a_picture_elsewhere_on_the_page_is_not_the_articles() -> None:
    page = _extract(f"<title>{TITLE}</title>", TITLE, above='<div><img src="/media/other.jpg"></div>')
    assert page.image is None


STORY = "".join(
    f"<p>{line}</p>"
    for line in (
        "افتتحت البلدية أمس السوق المغطاة الجديدة بعد أشغال دامت عامين، بحضور التجار وسكان الحي القديم.",
        "وقال رئيس البلدية إن السوق تضم ستين محلا، وإن الأولوية في كرائها لمن أخليت محالهم قبل الأشغال.",
    )
)
HEADING = "السوق المغطاة تفتح أبوابها بعد عامين من الأشغال"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:title" content="مهرجان الربيع يبدأ غدا في المدينة"><title>مهرجان | الجريدة</title>',
        '<meta property="og:title" content="الصفحة الرئيسية | al-jarida"><title>الجريدة</title>',
        '<meta name="twitter:title" content="صور من السوق">',
        "<title>.:: الجريدة الأولى اليومية ::.</title>",
        "",
    ],
)  # fmt: skip
def test_the_heading_that_readers_see_is_surer_than_another_title_that_they_do_not(head: str) -> None:
    page = f"<head>{head}</head><body><ul><li><a href='/'>الصفحة الرئيسية</a></ul><i>***</i><h1>{HEADING}</h1>{STORY}"
    assert extract(make_capture(page.encode()), ANY_OUTLET).title == HEADING


def test_a_stated_title_that_is_shown_is_surer_than_the_first_heading() -> None:
    head = f'<meta property="og:title" content="{HEADING} | الجريدة">'
    page = f"<head>{head}</head><body><h1>جريدة يومية مستقلة تصدر في الجنوب</h1><h2>{HEADING}</h2>{STORY}"
    assert extract(make_capture(page.encode()), ANY_OUTLET).title == HEADING


def test_a_title_in_a_bold_line_of_an_old_page_without_any_other() -> None:
    page = f"<body><i>***</i><center><font size=6><b>{HEADING}</b></font></center>{STORY}"
    assert extract(make_capture(page.encode()), ANY_OUTLET).title == HEADING
