"""Whatever a page says of itself, its article has possible dates, and fields that can be shown, kept and searched."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.article import make_article
from processing.extract import bounds
from processing.extract.extraction import NotAnArticleError, extract
from processing.extract.page import Page
from processing.topics.tagger import MAX_MENTIONS
from rasid.dates.stated import is_possible
from rasid.printable import printable
from rasid.records import ARTICLES
from tests.pages import ANY_OUTLET, configured_tagger, make_capture

BODY = """<p>أعلنت الوزارة أن الأشغال في الميناء الجديد ستبدأ في الربيع المقبل بعد أن وافق المجلس على الميزانية.</p>
<p>وقال مدير الميناء إن المرحلة الأولى تشمل ثلاثة أرصفة ومخزنا للحبوب، وإن الشركة المنفذة اختيرت في مناقصة.</p>"""
TAGGER = configured_tagger()
AT = make_capture(b"").fetched_at


def _extracted(**about: object) -> Page:
    """The article of a page with such JSON-LD."""
    data = json.dumps({"@type": "NewsArticle", "headline": "الأشغال في الميناء تبدأ في الربيع", **about})
    page = (
        f"<html><head><script type='application/ld+json'>{data}</script></head><body><h1>الأشغال في الميناء</h1>{BODY}"
    )
    return extract(make_capture(page.encode()), ANY_OUTLET)


@pytest.mark.parametrize(
    ("about", "field", "kept"),
    [
        ({"image": "data:image/png;base64," + "A" * 40_000}, "image", None),
        ({"image": "javascript:alert(1)"}, "image", None),
        ({"image": "https://example.org/" + "a" * 40_000}, "image", None),
        ({"image": "https://[::1/a.png"}, "image", None),
        ({"image": "/a.png"}, "image", "https://example.org/a.png"),
        ({"articleSection": "سياسة" * 9_000}, "section", None),
        ({"articleSection": "سيا\u0000سة\u001b"}, "section", "سياسة"),
        ({"articleSection": "سياسة \ud83d"}, "section", "سياسة"),
        ({"author": {"name": "سامي" * 9_000}}, "authors", ()),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_left_out(about: dict[str, object], field: str, kept: object) -> None:
    assert getattr(_extracted(**about), field) == kept


def test_what_was_left_out_is_said() -> None:
    page = _extracted(articleSection="سياسة" * 9_000)
    said = [line for why, line in page.dropped if why == "out of bounds"]
    assert said == ["section: 45,000 characters are no name"]


def test_a_body_and_a_title_of_any_length_are_cut_and_said() -> None:
    title, body = "عنوان طويل " * 2_000, "وقال الوزير إن الاتفاق على هذا من قبل. " * 30_000
    page = extract(make_capture(f"<h1>{title}</h1><p>{body}</p>".encode()), ANY_OUTLET)
    assert len(page.title) <= bounds.MAX_TITLE
    assert len(page.body) <= bounds.MAX_BODY
    assert page.body.endswith("…")
    assert sum(why == "out of bounds" for why, _ in page.dropped) == 2


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+03:00", "1970-01-01", "9999-12-31T23:59:59-05:00"])
def test_an_impossible_date_is_none(at: str) -> None:
    page = _extracted(datePublished=at)
    assert (page.published_at, page.published_precision) == (AT, "crawl")


NESTED = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(st.characters(exclude_categories=()), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@type", "@id", "name", "url", "@value", "@list"]), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = [
    "headline",
    "author",
    "image",
    "articleSection",
    "keywords",
    "datePublished",
    "description",
    "@id",
    "publisher",
]


@given(st.dictionaries(st.sampled_from(FIELDS), NESTED), st.integers(1, 50_000))
def test_any_statement_gives_an_article_within_bounds(about: dict[str, object], times: int) -> None:
    about = {name: value * min(times, 5_000) if isinstance(value, str) else value for name, value in about.items()}
    try:
        page = _extracted(**about)
    except NotAnArticleError as rejection:
        assert rejection.reason != "extractor"
        return
    assert is_possible(page.published_at, AT)
    texts = [page.title, page.summary or "", page.section or "", *page.authors, *page.credited_to, *page.hashtags]
    assert all(printable(text) == text for text in [*texts, page.body])
    assert all(len(text) <= bounds.MAX_SUMMARY for text in texts)
    assert page.image is None or bounds.is_address(page.image)
    tags = TAGGER.tag(page.title, page.body)
    article = make_article(page, tags, "1", make_capture(b""), ANY_OUTLET)
    assert article
    assert ARTICLES.loads(ARTICLES.dumps([article])) == [article]


def test_a_page_that_names_one_thing_without_end_keeps_some_of_it() -> None:
    tags = TAGGER.tag("إس-400", "نشرت روسيا منظومة إس-400 في الجزائر. " * 5_000)
    assert tags.entities("weapons") == ("S-400",)
    assert {"DZ", "RU"} <= set(tags.entities("countries"))
    assert len(tags.mentions) == MAX_MENTIONS * len({(each.kind, each.entity) for each in tags.mentions})
    assert tags.mentions[0].field == "title"


@pytest.mark.parametrize("number", ["9" * 5_000, "[" * 100_000, "1e999", "NaN"])
def test_json_that_cannot_be_read_costs_itself_alone(number: str) -> None:
    page = (
        f'<html><head><script type="application/ld+json">{{"@type": "NewsArticle", "wordCount": {number}}}</script>'
        f'<script type="application/json">{{"pages": {number}}}</script></head><body><h1>الأشغال في الميناء</h1>{BODY}'
    )
    assert extract(make_capture(page.encode()), ANY_OUTLET).title == "الأشغال في الميناء"
