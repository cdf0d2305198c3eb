"""Text that a page holds and does not show is read where it shows none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.extract.extraction import NotAnArticleError, Page, extract
from tests.pages import ANY_OUTLET, make_capture
from tests.test_layouts import ARTICLES, OTHERS

TITLE, TEXT = next(iter(ARTICLES.items()))
MARKUP = "".join(f"<p>{line}</p>" for line in TEXT)
LATEST = [{"title": title, "body": text * 9} for title, text in OTHERS.items()]
LD = {"@type": "NewsArticle", "headline": TITLE}
PIECES = [{"type": "paragraph", "content": [{"type": "text", "text": t} for t in (x[:30], x[30:])]} for x in TEXT]


def _ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value, ensure_ascii=False)}</script>'


def _data(value: object) -> str:
    return f'<script id="data" type="application/json">{json.dumps(value)}</script>'


def _state(value: object) -> str:
    return f"<script>window.STATE = {json.dumps(value, ensure_ascii=False)};render('#app');</script>"


HELD = {
    "JSON-LD": _ld({**LD, "articleBody": "\n\n".join(TEXT)}),
    "JSON-LD with markup in a graph": _ld({"@graph": [{"@type": "WebPage"}, {**LD, "articleBody": MARKUP}]}),
    "JSON-LD with escaped markup": _ld([{**LD, "articleBody": MARKUP.replace("<", "&lt;").replace(">", "&gt;")}]),
    "noscript": f"<noscript>{MARKUP}</noscript>",
    "noscript of lines": f"<noscript><div>{'<br>'.join(TEXT)}</div></noscript>",
    "template": f"<template id=story><article>{MARKUP}</article></template>",
    "template in a script": f'<script type="text/x-template">{MARKUP}</script>',
    "data": _data({"page": {"latest": LATEST, "article": {"title": TITLE, "body": MARKUP}}}),
    "rendered": _state({"post": {"title": TITLE, "content": {"rendered": MARKUP}}, "latest": LATEST}),
    "paragraphs": _state({"headline": TITLE, "paragraphs": TEXT}),
    "blocks": _data({"title": TITLE, "data": {"blocks": [{"type": "paragraph", "data": {"text": x}} for x in TEXT]}}),
    "pieces of paragraphs": _data({"title": TITLE, "doc": {"type": "doc", "content": PIECES}}),
    "elements": _state({"headline": TITLE, "elements": [{"type": "text", "id": "A", "content": x} for x in TEXT]}),
    "unnamed": _state({"a": [{"b": MARKUP}]}),
}
SHELLS = {
    "heading": f"<h1>{TITLE}</h1><div id=app></div>",
    "nothing": "<div id=root></div>",
    "a notice": f"<h1>{TITLE}</h1><p>يرجى تفعيل جافا سكريبت.</p>",
}


def _extract(inner: str) -> Page:
    head = f'<head><title>{TITLE}</title><meta property="og:title" content="{TITLE}"></head>'
    menu = '<nav><a href="/">الرئيسية</a><a href="/s">رياضة</a></nav>'
    html = f"<html lang=ar>{head}<body>{menu}{inner}<footer>جميع الحقوق محفوظة</footer></body></html>"
    return extract(make_capture(html.encode(), "https://example.org/news/7"), ANY_OUTLET)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("held", HELD)
def test_text_that_is_not_shown(held: str, shell: str) -> None:
    page = _extract(SHELLS[shell] + HELD[held])
    assert page.body.splitlines() == TEXT
    assert page.sources["body"] == "unshown"


def test_shown_text_that_is_not_the_stated_one() -> None:
    notice = "".join(f"<p>{text}</p>" for text in OTHERS.values())
    page = _extract(f"<h1>{TITLE}</h1><div>{notice}</div>{HELD['JSON-LD']}")
    assert page.body.splitlines() == TEXT


@pytest.mark.parametrize(
    "stated",
    [
        {**LD, "articleBody": " ".join(TEXT)},
        {**LD, "articleBody": TEXT[0][:80] + "..."},
        {**LD, "articleBody": ""},
        [{**LD, "headline": each["title"], "articleBody": each["body"]} for each in LATEST],
    ],
    ids=["the same", "cut off", "empty", "of others"],
)
def test_shown_text_stays(stated: object) -> None:
    page = _extract(f"<h1>{TITLE}</h1><div>{MARKUP}</div>{_ld(stated)}")
    assert page.body.splitlines() == TEXT
    assert page.sources["body"] == "trafilatura"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from([MARKUP, TITLE, "<p", "\ud800", "\0"]),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["title", "text", "articleBody", "content"]), inner)
    ),
)


@given(VALUES, st.sampled_from([_ld, _data, _state]), st.integers(0, 5))
def test_any_state(value: object, script: object, cut: int) -> None:
    text = script(value).encode("utf-8", "replace").decode()  # type: ignore[operator]
    try:
        page = _extract(text[: len(text) - cut])
    except NotAnArticleError as rejection:
        assert rejection.reason in {"empty", "short", "language"}
    else:
        assert (page.title, page.sources["body"]) == (TITLE, "unshown")


@pytest.mark.parametrize(
    "held",
    [
        "<noscript>كلمة واحدة</noscript>" * 5_000,
        "<template><p>كلمة</p></template>" * 5_000,
        f"<template>{MARKUP}</template>" * 300,
        _state({"a": [{"content": [[["س ص"] * 99] * 99]}] * 20}),
        f"<script>var a = {'[' * 400}{']' * 400};</script>",
        "<script>var a = " + '{"content":[' * 300 + "1" + "]}" * 300 + ";</script>",
        f"<script>{'(  [' * 50_000}</script>",
    ],
    ids=["noscripts", "templates", "long templates", "wide", "deep list", "deep objects", "broken"],
)
def test_much_that_is_not_shown(held: str) -> None:
    try:
        page = _extract(SHELLS["heading"] + held)
    except NotAnArticleError as rejection:
        assert rejection.reason in {"empty", "short", "language", "login"}
    else:
        assert page.body.splitlines()[: len(TEXT)] == TEXT
