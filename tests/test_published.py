"""Which of a page's dates is taken."""

from datetime import UTC, datetime

import pytest
from lxml.html import fromstring

from processing.dates.published import Lines, find_date
from processing.extract.extraction import extract
from processing.extract.page import Page
from processing.html.blocks import page_blocks
from processing.html.characters import line_key
from processing.html.metadata import read_metadata
from rasid.records import Link
from tests.pages import ANY_OUTLET, FARM, make_capture

TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in FARM.paragraphs)
TITLE = f"<h1>{FARM.title}</h1>"
FEED = datetime(2025, 3, 9, 23, 30, tzinfo=UTC)
"""The 10th in Algiers."""


def _extract(
    head: str = "", above: str = "", below: str = "", url: str = "https://example.org/a", **link: object
) -> Page:
    html = f"<html><head><title>x</title>{head}</head><body>{above}{TITLE}{below}<div>{TEXT}</div></body></html>"
    found_by = Link(url, "feed", "https://example.org/feed", **link)  # type: ignore[arg-type]
    return extract(make_capture(html.encode(), url, link=found_by), ANY_OUTLET)


JSON_LD = """<script type="application/ld+json">{"@graph": [{"@type": "WebPage", "datePublished": "2020-01-01"},
{"@type": "NewsArticle", "datePublished": "2025-03-08T10:00:00Z", "dateModified": "2025-03-09"}]}</script>"""
META = '<meta property="article:published_time" content="2025-03-07T23:30:00+01:00">'
PAGE = '<script type="application/ld+json">{"@type": "WebPage", "datePublished": "2025-03-08T10:00:00Z"}</script>'
CHANGED = '<meta property="article:modified_time" content="2025-03-08T10:00:00Z">'
CHANGE, PARSELY = "article:modified_time, change", "parsely-pub-date"
CHANGED = '<meta property="article:modified_time" content="2025-03-08T10:00:00Z">'
CHANGE, PARSELY = "article:modified_time, change", "parsely-pub-date"
CHANGED = '<meta property="article:modified_time" content="2025-03-08T10:00:00Z">'
CHANGE, PARSELY = "article:modified_time, change", "parsely-pub-date"
CHANGED = '<meta property="article:modified_time" content="2025-03-08T10:00:00Z">'
CHANGE, PARSELY = "article:modified_time, change", "parsely-pub-date"
CHANGED = '<meta property="article:modified_time" content="2025-03-08T10:00:00Z">'
CHANGE, PARSELY = "article:modified_time, change", "parsely-pub-date"
WRITTEN = "<div>6 مارس 2025</div>"


@pytest.mark.parametrize(
    ("options", "at", "precision", "source"),
    [
        ({"head": META + JSON_LD}, "2025-03-08T10:00", "second", "json-ld"),
        ({"head": META}, "2025-03-07T22:30", "second", "article:published_time"),
        ({"head": META + JSON_LD, "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        ({"head": META, "below": WRITTEN.replace("6", "8")}, "2025-03-08T00:00", "day", "text"),
        ({"head": META, "below": WRITTEN.replace("6", "7")}, "2025-03-07T22:30", "second", "article:published_time"),
        ({"below": WRITTEN, "url": "https://example.org/2025/03/05/a"}, "2025-03-06T00:00", "day", "text"),
        ({"url": "https://example.org/2025/03/05/a"}, "2025-03-05T00:00", "day", "url"),
        ({"below": "<div>منذ يومين</div>"}, "2025-03-08T00:00", "day", "text, relative"),
        ({"published_at": FEED}, "2025-03-09T23:30", "feed", "feed"),
        ({"below": "<div>10 مارس 2025</div>", "published_at": FEED}, "2025-03-09T23:30", "feed", "text, feed"),
        ({"head": '<meta name="date" content="2025-03-04">'}, "2025-03-04T00:00", "day", "meta"),
        ({"head": '<meta name="date" content="2025-03-10">'}, "2025-03-10T09:00", "crawl", "crawl"),
        ({"below": "<div>آخر تحديث: 9 مارس 2025</div>"}, "2025-03-09T00:00", "day", "text, change"),
        ({"below": "<div>آخر تحديث: 9 مارس 2025</div>", "published_at": FEED}, "2025-03-09T23:30", "feed", "feed"),
        ({"head": CHANGED, "below": "<div>آخر تحديث: 9 مارس 2025</div>"}, "2025-03-08T10:00", "second", CHANGE),
        ({"head": CHANGED, "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        ({"head": META.replace("2025-03-07", "0001-01-01"), "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        ({"head": META.replace("2025-03-07", "1970-01-01"), "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        ({"head": META.replace("2025-03-07", "9999-12-31"), "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        (
            {"head": '<meta name="parsely-pub-date" content="2025-03-10T08:00:00Z">'},
            "2025-03-10T08:00",
            "second",
            PARSELY,
        ),
        ({"below": '<i data-publish-date="2025-03-08T10:00:00Z"></i>'}, "2025-03-08T10:00", "second", "attribute"),
        ({"below": '<time datetime="1741428000">قبل قليل</time>'}, "2025-03-08T10:00", "second", "time"),
        (
            {"below": f'<p><time itemprop="dateModified" datetime="2025-03-08">تحديث</time></p>{WRITTEN}'},
            "2025-03-06T00:00",
            "day",
            "text",
        ),
        (
            {"below": '<time itemprop="dateModified" datetime="2025-03-08">آخر تحديث</time>'},
            "2025-03-08T00:00",
            "day",
            "microdata, change",
        ),
        (
            {"below": f'<p>آخر تحديث: <time datetime="2025-03-08">السبت</time></p>{WRITTEN}'},
            "2025-03-06T00:00",
            "day",
            "text",
        ),
        (
            {"below": '<p>نشر <time datetime="2025-03-07">7/3</time> تحديث <time datetime="2025-03-08">8/3</time></p>'},
            "2025-03-07T00:00",
            "day",
            "time",
        ),
        ({"published_at": datetime(1, 1, 1, tzinfo=UTC)}, "2025-03-10T09:00", "crawl", "crawl"),
        ({"published_at": datetime(9999, 12, 31, 23, tzinfo=UTC), "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        ({"head": PAGE}, "2025-03-08T10:00", "second", "json-ld"),
        ({"head": PAGE, "below": WRITTEN}, "2025-03-06T00:00", "day", "text"),
        ({"below": "<div><div>8</div><div>مارس</div><div>2025</div></div>"}, "2025-03-08T00:00", "day", "text"),
        ({"url": "https://example.org/a-title-2025-03-08-x"}, "2025-03-08T00:00", "day", "url"),
        ({"below": "<div>3/2/2025 2:30:00 PM</div>"}, "2025-02-03T13:30", "second", "text"),
        (
            {"head": META.replace("2025-03-07T23:30:00+01:00", "3/2/2025 2:30:00 PM")},
            "2025-03-02T13:30",
            "second",
            "article:published_time",
        ),
        ({"above": '<i data-date="2025-03-08"></i>'}, "2025-03-10T09:00", "crawl", "crawl"),
        ({"above": "<div>الاثنين 10 مارس 2025</div>"}, "2025-03-10T09:00", "crawl", "crawl"),
        ({"above": "<div>العدد 842 الاثنين 10 مارس 2025</div>"}, "2025-03-10T00:00", "day", "text"),
        ({"above": "<p>العدد 842 الاثنين 10 مارس 2025</p><p>محليات</p>"}, "2025-03-10T09:00", "crawl", "crawl"),
        ({"above": "<h2>الأحد 9 مارس 2025</h2>"}, "2025-03-09T00:00", "day", "text"),
        ({"below": "<div>5 مارس 2031</div>"}, "2025-03-10T09:00", "crawl", "crawl"),
        ({}, "2025-03-10T09:00", "crawl", "crawl"),
    ],
)
def test_the_most_trusted_date_is_taken(options: dict[str, str], at: str, precision: str, source: str) -> None:
    page = _extract(**options)  # type: ignore[arg-type]
    assert (page.published_at, page.published_precision, page.published_source) == (
        datetime.fromisoformat(at).replace(tzinfo=UTC),
        precision,
        source,
    )


HEADER = "<div><span>الاثنين 10 مارس 2025</span></div><p><a href='/s'>الأسواق</a></p>"
CHANGED_ON_THE_8TH = """<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2025-03-08",
"dateModified": "2025-03-08"}</script>"""


def _taken(html: str, url: str = "https://example.org/a") -> tuple[str, str]:
    page = extract(make_capture(f"<html><body>{html}</body></html>".encode(), url), ANY_OUTLET)
    return page.published_at.strftime("%m-%d %H:%M"), page.published_source


@pytest.mark.parametrize(
    ("header", "date", "url", "taken"),
    [
        (HEADER, "<p>9 مارس 2025 - 14:30</p>", "/a", ("03-09 13:30", "text")),
        (HEADER, "<p>منذ 20 ساعة</p>", "/a", ("03-09 00:00", "text, relative")),
        (HEADER, "", "/2025/03/07/a", ("03-07 00:00", "url")),
        ("<p>مشاركات اليوم 10-03-2025, 09:40 AM</p>", "<p>07-03-2025, 09:44 PM</p>", "/a", ("03-07 20:44", "text")),
        (HEADER, "", "/a", ("03-10 09:00", "crawl")),
        (HEADER, "<p>10 مارس 2025 - 08:15</p>", "/a", ("03-10 07:15", "text")),
    ],
)
def test_the_day_of_the_visit_between_two_headings_is_not_preferred(
    header: str, date: str, url: str, taken: tuple[str, str]
) -> None:
    title = f"<p><strong>{FARM.title}</strong></p>"
    assert _taken(f"{title}{header}{title}{date}<div>{TEXT}</div>", f"https://example.org{url}") == taken


@pytest.mark.parametrize(
    ("date", "url", "taken"),
    [
        ("<p>منذ 20 ساعة 9 مارس 2025 14:05</p>", "/a", ("03-09 13:05", "text")),
        ("<p>منذ 20 ساعة</p>", "/a", ("03-09 00:00", "text, relative")),
        ("", "/2025/03/07/a", ("03-07 00:00", "url")),
        ("", "/a", ("03-10 00:00", "text")),
    ],
)
def test_a_header_that_was_taken_for_lines_under_the_title_tells_the_day_of_the_visit(
    date: str, url: str, taken: tuple[str, str]
) -> None:
    tree = fromstring(f"<div>{HEADER}<p>عاجل</p><h1>{FARM.title}</h1>{date}</div>")
    boxes = tuple(page_blocks(fromstring("<div><p>منذ ساعتين</p><p>مباراة</p></div>"), url))
    lines = Lines(tuple(page_blocks(tree, url)), boxes, (), (), line_key(FARM.title))
    capture = make_capture(b"", f"https://example.org{url}")
    dating = find_date((), read_metadata(tree), lines, (), capture, ANY_OUTLET.zone)
    assert (dating.published.at.strftime("%m-%d %H:%M"), dating.source) == taken


def test_a_forum_repeats_the_title_over_the_first_post() -> None:
    title = f"<p><strong>{FARM.title}</strong></p>"
    posts = "<p>07-03-2025, 09:44 PM</p>" + title + f"<div>{TEXT}</div>" + "<p>08-03-2025, 10:00 AM</p><p>رد: شكرا</p>"
    assert _taken(f"{title}<p>اليوم 10-03-2025, 09:40 AM</p>{posts}") == ("03-07 20:44", "text")


def test_a_header_that_is_a_day_ahead_is_of_the_visit() -> None:
    assert _extract(above="<h2>الثلاثاء 11 مارس 2025</h2>").published_source == "crawl"


@pytest.mark.parametrize(
    ("below", "taken"),
    [
        ("<p>07/03/2025 11:32 ص <i></i> آخر تحديث 08/03/2025</p>", ("03-07 10:32", "text")),
        ("<p>07/03/2025 11:32 ص</p><p>آخر تحديث 08/03/2025</p>", ("03-07 10:32", "text")),
        ("<p>تاريخ النشر: 7 مارس 2025</p>", ("03-07 00:00", "text")),
        # Not said to be the day of publication, so the page's statement to machines holds.
        ("<p>مهرجان 7 مارس 2025 يستقبل زواره</p>", ("03-08 00:00", "json-ld")),
        ("<p>نشر: 8 مارس 2025</p>", ("03-08 00:00", "json-ld")),
        ("<p>نشر: 9 مارس 2025</p>", ("03-08 00:00", "json-ld")),
    ],
)
def test_a_statement_that_names_the_day_of_the_change_yields_to_what_readers_see(
    below: str, taken: tuple[str, str]
) -> None:
    page = _extract(head=CHANGED_ON_THE_8TH, below=below)
    assert (page.published_at.strftime("%m-%d %H:%M"), page.published_source) == taken


def test_of_two_statements_the_one_before_the_change_holds() -> None:
    assert _extract(head=CHANGED_ON_THE_8TH + META).published_source == "article:published_time"
    unchanged = CHANGED_ON_THE_8TH.replace('"dateModified": "2025-03-08"', '"dateModified": "2025-03-09"')
    assert _extract(head=unchanged + META).published_source == "json-ld"


def test_a_date_under_the_title_counts_where_the_text_was_thought_to_begin_above_it() -> None:
    writers = "<div>د. نوال بن الطيب و أ.د. كمال بن يحيى</div>"
    date = '<div class="d">الجمعة 7 رمضان 1446هـ الموافق 7 مارس 2025م</div>'
    text = f"<div>{'<br><br>'.join(FARM.paragraphs)}</div>"
    assert _taken(f"<div>{writers}<h1>{FARM.title}</h1>{date}{text}</div>") == ("03-07 00:00", "text")
    place = "<div><span>الجزائر – «الصالح»: نوال بن الطيب</span><span>الجمعة 7 مارس 2025، 11:48 مساء</span></div>"
    assert _taken(f"<h1>{FARM.title}</h1>{place}<p>صورة من الأرشيف</p>{text}") == ("03-07 22:48", "text")


@pytest.mark.parametrize(
    "lines",
    [
        "<div>آخر تحديث</div><div>8 مارس 2025</div><div>تاريخ النشر</div><div>7 مارس 2025</div>",
        "<dl><dt>آخر تحديث:</dt><dd>8 مارس 2025</dd><dt>نشر</dt><dd>7 مارس 2025</dd></dl>",
        "<p>Mis à jour le 8 mars 2025</p><p>Publié le 7 mars 2025</p>",
        "<p>تاريخ التسجيل: 5-1-2009</p><p>07-03-2025</p>",
        "<p>تنطلق الدورة يوم 5 فبراير 2025</p><p>تاريخ النشر: 7 مارس 2025</p>",
    ],
)
def test_a_label_tells_which_of_several_dates_is_that_of_publication(lines: str) -> None:
    assert _taken(f"<h1>{FARM.title}</h1>{lines}<div>{TEXT}</div>") == ("03-07 00:00", "text")


@pytest.mark.parametrize(
    "other",
    [
        "تمت رقمنة هذه الصفحة في 08/03/2025",
        "تاريخ الاستلام: 2 مارس 2025",
        "تاريخ الطباعة 9/3/2025",
        "طبعت هذه الصفحة بتاريخ 9 مارس 2025",
        "تاريخ الجلسة: 3 مارس 2025",
        "العدد السابق: 1 مارس 2025",
        "نشر المقال في مجلة «نورس» بتاريخ 1 مارس 2025",
        "ترجمة لمقال نشر أول مرة في 1 مارس 2025",
        "Received: 1 March 2025",
    ],
)
def test_the_day_of_something_else_is_not_that_of_publication(other: str) -> None:
    shown = "<p>7 مارس 2025</p>"
    assert _taken(f"<h1>{FARM.title}</h1><p>{other}</p>{shown}<div>{TEXT}</div>") == ("03-07 00:00", "text")
    assert _taken(f"<p>{other}</p><h1>{FARM.title}</h1>{shown}<div>{TEXT}</div>") == ("03-07 00:00", "text")


def test_a_label_of_its_own_may_say_that_a_day_is_of_something_else() -> None:
    rows = "<dl><dt>تاريخ الاستلام</dt><dd>2 مارس 2025</dd><dt>تاريخ النشر</dt><dd>7 مارس 2025</dd></dl>"
    assert _taken(f"<h1>{FARM.title}</h1>{rows}<div>{TEXT}</div>") == ("03-07 00:00", "text")


def test_where_a_text_was_published_before_is_a_last_resort() -> None:
    line = "<p>نشر المقال في مجلة «نورس» بتاريخ 1 مارس 2025</p>"
    assert _taken(f"<h1>{FARM.title}</h1>{line}<div>{TEXT}</div>") == ("03-01 00:00", "text")
    below = '<div class="post-date"><a href="/a">7 مارس 2025</a></div>'
    assert _taken(f"<h1>{FARM.title}</h1>{line}<div>{TEXT}</div>{below}") == ("03-07 00:00", "text")
    own = line.replace("مجلة «نورس»", "صحيفة الاختبار")
    assert _taken(f"<h1>{FARM.title}</h1>{own}<div>{TEXT}</div>{below}") == ("03-01 00:00", "text")


@pytest.mark.parametrize("label", ["تاريخ النشر", "تاريخ الإصدار", "نشر يوم", "صدر في"])
def test_what_readers_are_told_is_surer_than_a_statement(label: str) -> None:
    shown = f"<p>{label} 2 مارس 2025</p>"
    assert _extract(head=META, below=shown).published_source == "text"
    assert _extract(head=META, below=shown.replace("2 مارس", "6 مارس")).published_source == "text"
    assert _extract(head=META, below="<p>2 مارس 2025</p>").published_source == "text"
    mentioned = "<p>مهرجان 2 مارس 2025 يستقبل زواره</p>"
    assert _extract(head=META, below=mentioned).published_source == "article:published_time"


def test_the_day_that_readers_see_of_two_around_midnight() -> None:
    stated = '<meta property="article:published_time" content="2025-03-08T00:20:00+01:00">'
    assert _extract(head=stated, below="<p>7 مارس 2025 11:58 م</p>").published_at.day == 7


def test_the_day_of_the_visit_as_a_statement_yields_to_what_is_shown() -> None:
    stated = '<meta property="article:published_time" content="2025-03-10">'
    assert _extract(head=stated, below=WRITTEN).published_source == "text"
    assert _extract(head=stated).published_source == "article:published_time"


def test_a_note_below_the_text_dates_nothing() -> None:
    note = "<ol><li>محضر اجتماع اللجنة، صحار، 4 مارس 2021.</li></ol>"
    assert _taken(f"<h1>{FARM.title}</h1><div>{TEXT}</div>{note}")[1] == "crawl"
    comment = "<div class='comments'><p>زائر</p><p>8 مارس 2025 10:15</p></div>"
    assert _taken(f"<h1>{FARM.title}</h1><div>{TEXT}</div>{comment}")[1] == "crawl"


def test_the_first_of_a_year_is_what_templates_have() -> None:
    template = '<meta property="article:published_time" content="2019-01-01">'
    assert _extract(head=template, below=WRITTEN).published_source == "text"
    assert _extract(head=template).published_source == "article:published_time"


def test_the_age_under_the_title_is_surer_than_a_date_after_the_text() -> None:
    top = f"<h1>{FARM.title}</h1><p>منذ 3 أيام</p><div>{TEXT}</div>"
    assert _taken(f"{top}<p>مباراة 9 مارس 2025</p>") == ("03-07 00:00", "text, relative")
    assert _taken(f"{top}<p>تاريخ النشر: 6 مارس 2025</p>") == ("03-06 00:00", "text")
