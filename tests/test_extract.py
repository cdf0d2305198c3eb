"""Pages → articles: every sample page gives back the text that it was made of."""

import gzip
from datetime import UTC, datetime

import pytest

from processing.extract.extraction import NotAnArticleError, extract
from processing.extract.page import Page
from processing.extract.title import Title, find_title
from processing.html.characters import line_key
from rasid.outlets import Hints
from rasid.records import Link
from samples.site import ENGLISH, Story
from tests.pages import ANY_OUTLET, FARM, OUTLETS, SITES, make_capture, sample_capture

STORIES = [
    pytest.param(id_, story, id=f"{id_}-{number}")
    for id_, site in SITES.items()
    if id_ not in {"tassili", "wadi"}
    for number, story in enumerate(site.stories)
]


def _extract(body: str | bytes, **options: object) -> Page:
    raw = body.encode() if isinstance(body, str) else body
    return extract(make_capture(raw, **options), ANY_OUTLET)  # type: ignore[arg-type]


@pytest.mark.parametrize(("outlet", "story"), STORIES)
def test_sample_pages(outlet: str, story: Story) -> None:
    page = extract(sample_capture(outlet, story), OUTLETS[outlet])
    assert page.title == story.title
    assert page.body.splitlines() == [" ".join(paragraph.split()) for paragraph in story.paragraphs]
    assert page.authors == ((story.author,) if story.author else ())
    assert page.published_precision in {"second", "day", "crawl"}
    if page.published_precision == "second":
        assert page.published_at == story.at
    elif page.published_precision == "day":
        assert page.published_at.date() == story.at.date()
    else:
        assert outlet == "alsaleh"  # the only one whose pages say no date


def test_the_content_farm() -> None:
    raw = sample_capture("alsaleh", FARM)
    page = extract(raw, OUTLETS["alsaleh"])
    html = raw.body.decode()
    assert html.count(FARM.title) >= 5  # the title tag aside
    assert "التخطي إلى المحتوى" in html

    assert page.title == "الجزائر تحاول التقرب من واشنطن في مناكفة للمغرب ورسالة لروسيا"
    assert page.body.startswith("سفير الجزائر")
    assert page.body.endswith(FARM.paragraphs[-1])
    assert page.title not in page.body
    assert "#" not in page.body
    assert "التخطي" not in page.body
    assert "الصالح نيوز" not in page.body
    assert page.hashtags == tuple(dict.fromkeys(FARM.title.split()))


SITE = "الصالح نيوز :"
BOTH = f"{SITE}<br>{FARM.title}"
SKIP = '<a class="skip-link" href="#c">التخطي إلى المحتوى</a>'
TAGS = " ".join(f"#{word}" for word in FARM.title.split())
TAG_LINKS = " ".join(f'<a href="/tag/{word}">#{word}</a>' for word in FARM.title.split())
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in FARM.paragraphs)
FARM_LAYOUTS = {
    "no heading": f"""<title>{SITE} {FARM.title}</title><body>{SKIP}{f"<div>{BOTH}</div>" * 3}
        <div class="entry-content"><p>{BOTH}</p><p>{FARM.title}</p>{PARAGRAPHS}<p>{BOTH}</p><p>{TAGS}</p></div>""",
    "name behind, tags linked": f"""<title>{FARM.title} - الصالح نيوز</title><body>{SKIP}<h1>{FARM.title}</h1>
        <article><h2>{BOTH}</h2><h3>{BOTH}</h3><p>{FARM.title}</p>{PARAGRAPHS}<p>{BOTH}</p><p>{TAG_LINKS}</p></article>""",
    "line breaks only": f"""<title>{SITE} {FARM.title}</title><body>{SKIP}<div>{BOTH}</div><h1>{BOTH}</h1>
        <div class="entry-content">{BOTH}<br><br>{FARM.title}<br><br>{"<br><br>".join(FARM.paragraphs)}
        <br><br>{BOTH}<br>{BOTH}<br>{TAGS}</div>""",
    "repeated outside the text": f"""<title>{SITE} {FARM.title}</title><body>{SKIP}{f"<div>{BOTH}</div>" * 3}
        <h1>{BOTH}</h1><div class="post-body">{PARAGRAPHS}</div><div>{BOTH}</div><div>{BOTH}<br>{TAGS}</div>""",
    "no title tag": f"""<body>{SKIP}<h1>{BOTH}</h1><article><p>{BOTH}</p><p>{FARM.title}</p>{PARAGRAPHS}
        <p>{BOTH}</p><p>{BOTH}<br>{TAGS}</p></article>""",
    "in one line": f"""<title>{SITE} {FARM.title}</title><body>{SKIP}<h1>{SITE} {FARM.title}</h1>
        <article><p>{SITE} {FARM.title}</p><p>{FARM.title}</p>{PARAGRAPHS}
        <p>{SITE} {FARM.title} {TAGS}</p></article>""",
    "plain text": f"""<title>{SITE} {FARM.title}</title><body><pre>التخطي إلى المحتوى

{(SITE + chr(10) + FARM.title + chr(10) * 2) * 4}{FARM.title}

{(chr(10) * 2).join(FARM.paragraphs)}

{SITE}
{FARM.title}
{TAGS}</pre>""",
}


@pytest.mark.parametrize("layout", FARM_LAYOUTS)
def test_the_content_farm_in_other_layouts_and_of_no_known_outlet(layout: str) -> None:
    page = _extract(f'<!DOCTYPE html><html lang="ar"><meta charset="utf-8">{FARM_LAYOUTS[layout]}')
    assert page.title == FARM.title
    assert page.body.splitlines() == [" ".join(paragraph.split()) for paragraph in FARM.paragraphs]
    assert page.hashtags == tuple(dict.fromkeys(FARM.title.split()))


def test_hashtags_within_a_sentence_stay() -> None:
    page = _extract(TEXT.replace("مشروع السد", "مشروع #السد").replace("المقبل. </p>", "في #المقبل</p>", 1))
    assert "مشروع #السد" in page.body
    assert "في #المقبل" in page.body
    assert page.hashtags == ("السد", "المقبل")


@pytest.mark.parametrize(
    ("titles", "lines", "title", "names"),
    [
        (["خبر من أربع كلمات - الموقع", "خبر من أربع كلمات"], [], "خبر من أربع كلمات", ("الموقع",)),
        (["سياسة | خبر من أربع كلمات | الموقع"], ["خبر من أربع كلمات"], "خبر من أربع كلمات", ("سياسة", "الموقع")),
        (["الوزير: خبر من أربع كلمات"], [], "الوزير: خبر من أربع كلمات", ()),
        (
            ["الوزير: خبر من أربع كلمات - الموقع"],
            ["الوزير: خبر من أربع كلمات"],
            "الوزير: خبر من أربع كلمات",
            ("الموقع",),
        ),
        (["صفقة إف-16 إلى المغرب"], ["16 إلى المغرب"], "صفقة إف-16 إلى المغرب", ()),
        (["", " "], ["سطر"], "", ()),
    ],
)
def test_titles(titles: list[str], lines: list[str], title: str, names: tuple[str, ...]) -> None:
    assert find_title(titles, map(line_key, lines)) == Title(title, names)


PARAGRAPH = (
    "أعلن وزير الري اليوم بدء المرحلة الثانية من مشروع السد الجديد وقال إن الأشغال تنتهي قبل نهاية العام المقبل. "
)
TEXT = f"<html><body><article><h1>عنوان الخبر الأول هنا</h1>{f'<p>{PARAGRAPH * 2}</p>' * 3}</article></body></html>"


@pytest.mark.parametrize("charset", ["utf-8", "windows-1256", "iso-8859-6", "utf-16"])
def test_charsets_that_the_header_names(charset: str) -> None:
    page = _extract(TEXT.encode(charset), headers=(("Content-Type", f"text/html; charset={charset}"),))
    assert page.body.startswith("أعلن وزير الري")


def test_a_wrong_header_does_not_spoil_the_text() -> None:
    page = _extract(TEXT.encode(), headers=(("Content-Type", "text/html; charset=iso-8859-1"),))
    assert page.body.startswith("أعلن وزير الري")


@pytest.mark.parametrize(
    ("charset", "claim"),
    [
        *((charset, "") for charset in ("utf-8", "windows-1256", "iso-8859-6")),
        *((charset, "; charset=iso-8859-1") for charset in ("utf-8", "windows-1256", "iso-8859-6")),
        ("windows-1256", "; charset=utf-8"),
        ("iso-8859-6", "; charset=windows-1256"),
        ("windows-1256", "; charset=iso-8859-6"),
    ],
)
def test_charsets_that_no_header_names_or_a_wrong_one(charset: str, claim: str) -> None:
    page = _extract(TEXT.encode(charset), headers=(("Content-Type", f"text/html{claim}"),))
    assert page.body.startswith("أعلن وزير الري")


@pytest.mark.parametrize("charset", ["cp1252", "cp1256"])
def test_text_that_was_encoded_twice(charset: str) -> None:
    spoilt = "".join(
        bytes([byte]).decode(charset, "replace") if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else chr(byte)
        for byte in TEXT.encode()
    )
    assert _extract(spoilt).body.startswith("أعلن وزير الري")


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_compressed_pages(encoding: str) -> None:
    import zlib

    body = gzip.compress(TEXT.encode()) if encoding == "gzip" else zlib.compress(TEXT.encode())
    page = _extract(body, headers=(("Content-Type", "text/html"), ("Content-Encoding", encoding)))
    assert page.body.startswith("أعلن وزير الري")


@pytest.mark.parametrize(
    ("body", "options", "reason"),
    [
        (TEXT, {"status": 404}, "http_status"),
        ("%PDF-1.7", {"headers": (("Content-Type", "application/pdf"),)}, "not_html"),
        ("\x01\x02", {"headers": (("Content-Encoding", "br"),)}, "undecodable"),
        ("\x01\x02", {"headers": (("Content-Encoding", "compress"),)}, "undecodable"),
        ("", {}, "empty"),
        ("<html><body></body></html>", {}, "empty"),
        ("<html><body><article><p>كلمات قليلة فقط هنا.</p></article></body></html>", {}, "empty"),
        (f"<html><body><article><p>{PARAGRAPH[:60]}</p></article></body></html>", {}, "short"),
        (ENGLISH, {}, "language"),
    ],
)
def test_rejections(body: str, options: dict[str, object], reason: str) -> None:
    with pytest.raises(NotAnArticleError) as caught:
        _extract(body, **options)
    assert caught.value.reason == reason
    assert caught.value.detail


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b"<p>" * 30_000_000, 9)
    with pytest.raises(NotAnArticleError) as caught:
        _extract(bomb, headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")))
    assert caught.value.reason == "undecodable"


def test_the_pages_own_address_counts_only_on_its_site() -> None:
    def url(canonical: str) -> str:
        head = f'<head><link rel="canonical" href="{canonical}"></head><body>'
        return _extract(TEXT.replace("<body>", head), url="https://www.example.org/print/7").url

    assert url("/news/7") == "https://www.example.org/news/7"
    assert url("https://example.org/news/7") == "https://example.org/news/7"
    assert url("https://elsewhere.org/news/7") == "https://www.example.org/print/7"
    assert url("https://www.example.org/") == "https://www.example.org/print/7"


def test_the_feeds_title_helps_a_page_without_one() -> None:
    body = TEXT.replace("<h1>عنوان الخبر الأول هنا</h1>", "")
    link = Link("https://example.org/a", "feed", "https://example.org/feed", title="عنوان من الخلاصة")
    assert _extract(body, link=link).title == "عنوان من الخلاصة"


def test_invisible_controls_do_not_stay_in_the_text() -> None:
    page = _extract(TEXT.replace("وزير الري", "وزير\u200f الري\u200e"))
    assert page.body.startswith("أعلن وزير الري")


HINTED = """<html><head><title>صحيفة الاختبار</title></head><body>
<div class="t">{title}</div><div class="w">خالد منصور</div>
<div class="d" data-at="10/03/2025 - 14:30">اليوم</div><div class="x"><p>{text}</p><p class="ad">{other}</p></div>
<div class="y"><p>{other}</p><p>{other}</p></div></body></html>"""
HINTS = {
    "title": "//div[@class='t']",
    "author": "//div[@class='w']",
    "date": "//div[@class='d']/@data-at",
    "body": "//div[@class='x']",
    "remove": ["//p[@class='ad']"],
}


def test_an_outlets_hints_are_followed() -> None:
    text = FARM.paragraphs[1]
    page = HINTED.format(title=FARM.title, text=text, other=FARM.paragraphs[2] * 3)
    outlet = ANY_OUTLET.model_copy(update={"hints": Hints.model_validate(HINTS)})
    article = extract(make_capture(page.encode()), outlet)
    assert (article.title, article.body, article.authors) == (FARM.title, text, ("خالد منصور",))
    assert article.published_at == datetime(2025, 3, 10, 13, 30, tzinfo=UTC)


def test_what_hints_do_not_find_is_looked_for_in_the_general_way() -> None:
    nowhere = Hints.model_validate(dict.fromkeys(("title", "author", "date", "body"), "//video"))
    for story in SITES["annasr"].stories[:3]:
        capture = sample_capture("annasr", story)
        hinted = extract(capture, OUTLETS["annasr"].model_copy(update={"hints": nowhere}))
        assert hinted == extract(capture, OUTLETS["annasr"])


def test_the_address_of_an_article_has_no_tracking_parameters() -> None:
    url = "https://example.org/news/1001?utm_source=atom&id=7"
    page = extract(make_capture(f"<html><body><article>{TEXT}</article>".encode(), url), ANY_OUTLET)
    assert page.url == "https://example.org/news/1001?id=7"
