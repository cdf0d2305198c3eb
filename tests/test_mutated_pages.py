"""Spoilt pages end as an article or a rejection each: none stops the run, hangs it, or eats its memory."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath

from processing.extract.extraction import NotAnArticleError, extract
from processing.process import process_outlet
from rasid.captures import CaptureWriter
from rasid.records import REJECTED
from rasid.storage import Storage
from tests.pages import ANY_OUTLET, SITES, configured_tagger, make_capture, sample_capture

DAY = date(2025, 3, 10)
PAGES = [sample_capture(id_, site.stories[0]).body for id_, site in SITES.items() if id_ not in {"tassili", "wadi"}]


def _bytes(page: bytes, rng: random.Random) -> bytes:
    """Some bytes become others."""
    spoilt = bytearray(page)
    for _ in range(rng.randint(1, 200)):
        spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
    return bytes(spoilt)


def _cut(page: bytes, rng: random.Random) -> bytes:
    return page[: rng.randrange(len(page))]


def _holes(page: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(page))
    return page[:start] + page[start + rng.randrange(2_000) :]


def _shuffled_tags(page: bytes, rng: random.Random) -> bytes:
    parts = page.split(b"<")
    rng.shuffle(parts)
    return b"<".join(parts)


def _unclosed(page: bytes, rng: random.Random) -> bytes:
    return page.replace(rng.choice([b"</p>", b"</div>", b">", b'"', b"</script>", b"</title>"]), b"")


def _inserted(page: bytes, rng: random.Random) -> bytes:
    piece = rng.choice(
        [b"\x00", b"<!--", b"<![CDATA[", b"<svg>", b"<table>", b"</body>", b"<p", b"&#x110000;", b"\xff\xfe", b"<base>"]
    )
    at = rng.randrange(len(page))
    return page[:at] + piece * rng.randint(1, 50) + page[at:]


def _deep(page: bytes, rng: random.Random) -> bytes:
    tag = rng.choice([b"div", b"b", b"span", b"table", b"ul"])
    depth = rng.choice([100, 1_000, 20_000])
    return page.replace(b"<body", b"<" + tag + b">" * 1 + (b"<" + tag + b">") * depth + b"<body", 1)


def _long(page: bytes, rng: random.Random) -> bytes:
    piece = rng.choice(["كلمة ", "كلمة", "( - | « ", "10/03/2025 ", "#وسم ", "a", "و م ع/"]).encode()
    return page.replace(b"</p>", piece * (1_000_000 // len(piece)) + b"</p>", 1)


MUTATIONS: dict[Callable[[bytes, random.Random], bytes], int] = {
    _bytes: 30, _cut: 25, _holes: 15, _shuffled_tags: 10, _unclosed: 10, _inserted: 10, _deep: 2, _long: 1
}  # fmt: skip


def _mutated(count: int) -> Iterator[bytes]:
    rng = random.Random(7)
    for _ in range(count):
        page = rng.choice(PAGES)
        for mutation in rng.choices(list(MUTATIONS), list(MUTATIONS.values()), k=rng.randint(1, 2)):
            page = mutation(page, rng) or b"<"
        yield page


@pytest.mark.service
@pytest.mark.parametrize("count", [500, pytest.param(5000, marks=pytest.mark.long)])
def test_each_spoilt_page_is_an_article_or_a_rejection(tmp_path: Path, count: int) -> None:
    storage = Storage(UPath(tmp_path))
    writer = CaptureWriter(storage.captures(DAY, "test"))
    for number, page in enumerate(_mutated(count)):
        capture = make_capture(page, f"https://example.org/{number}")
        writer.write(capture.url, capture.link, 200, [("Content-Type", "text/html")], page)
    writer.close()

    report = process_outlet(ANY_OUTLET, DAY, storage, configured_tagger())
    assert report.captures == count
    assert report.captures == report.articles + report.unchanged + sum(report.rejected.values())
    assert report.articles > count / 4
    # The extractor's own limits are met by rejections too; here none of them was needed.
    limits = [each for each in REJECTED.loads(storage.rejected(DAY, "test").read_bytes()) if each.reason == "extractor"]
    assert [(each.url, each.detail) for each in limits] == []


ATTRIBUTES = [
    "",
    " class='author'",
    " class='date'",
    " itemprop='headline'",
    " id='comments'",
    " href='/a'",
    " dir=rtl",
]
TAGS = [
    "p",
    "div",
    "h1",
    "a",
    "article",
    "span",
    "li",
    "td",
    "table",
    "script type='application/ld+json'",
    "title",
    "time",
]
WORDS = st.text(st.sampled_from("ابتثوةىئ ـًّ\u200f\u202e\x00٠١2/:.#«»{}[]\"'<>&;"), max_size=60)


@st.composite
def _soup(draw: st.DrawFn) -> str:
    parts = draw(
        st.lists(st.tuples(st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES), WORDS, st.booleans()), max_size=40)
    )
    return "".join(
        f"<{tag}{attributes}>{text}" + (f"</{tag.split()[0]}>" if closed else "")
        for tag, attributes, text, closed in parts
    )


@given(_soup())
def test_any_soup_of_tags(soup: str) -> None:
    try:
        page = extract(make_capture(soup.encode()), ANY_OUTLET)
    except NotAnArticleError as rejection:
        assert rejection.reason != "extractor"
    else:
        assert page.title or page.body


@pytest.mark.parametrize("size", [1_000, 1_000_000])
def test_one_endless_line(size: int) -> None:
    """Its time grows with its length, not with a power of it; `rasid process` would give up after ten seconds."""
    line = "وقال الوزير إن الاتفاق " * (size // 23)
    page = extract(
        make_capture(f"<h1>عنوان الخبر الأول هنا</h1><p>{line}</p>{'<p>نص آخر.</p>' * 9}".encode()), ANY_OUTLET
    )
    assert page.body
