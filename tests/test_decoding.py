"""Bytes as servers send them → text."""

import gzip
import random
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from rasid.decoding import ARABIC_CHARSETS, decode, mime_type
from rasid.errors import UndecodableError
from rasid.unpacking import unpack

SENTENCES = [
    "أعلن وزير الري اليوم بدء المرحلة الثانية من مشروع السد الجديد",
    "وقال إن الأشغال تنتهي قبل نهاية العام المقبل في ثلاث محافظات",
    "وأضافت الشركة أنها وقعت عقدا لتوريد القطارات إلى مدينة وهران",
    "هل تعود المياه إلى مجاريها بين النادي واللاعب؟",
    "انطلقت أمس فعاليات مهرجان الشعر الشعبي بمشاركة عشرين شاعرا",
]
LABELS = [
    "utf-8", "utf8mb4", "unicode", "utf-16", "utf-7", "x-user-defined", "iso-8859-1", "iso-8859-2", "iso-8859-6",
    "iso-8859-9", "iso-8859-15", "cp1252", "windows-1252", "windows-1254", "windows-1256", "gb2312", "big5", "koi8-r",
    "shift_jis", "hz", "unicode_escape", "zlib_codec", "undefined", "idna", "none", "'", "",
]  # fmt: skip
HEADS = [
    '<meta charset="{}">',
    '<meta http-equiv="Content-Type" content="text/html; charset={}">',
    '<!-- <meta charset="{}"> -->',
    '<!--[if IE]><meta charset="{}"><![endif]-->',
    '<meta name="description" content="charset={}">',
    '<meta name="x" data-charset="{}">',
    "<script>var s = '<meta charset={}>';</script>",
    "<style>{{}} /* 5,000 */" + " " * 5_000 + '</style><meta charset="{}">',
]


@given(
    sentences=st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4),
    charset=st.sampled_from(["utf-8", *ARABIC_CHARSETS]),
    head=st.sampled_from(HEADS),
    label=st.sampled_from(LABELS),
    header=st.sampled_from(LABELS),
)
def test_letters_prove_the_charset_whatever_is_said_of_it(
    sentences: list[str], charset: str, head: str, label: str, header: str
) -> None:
    text = f"<html><head>{head.replace('{}', label)}</head><body>{'. '.join(sentences)}</body></html>"
    if charset == "cp720":
        text = text.replace("؟", "")
    body = text.encode(charset).replace(b"\xa0", b" ") if charset == "mac_arabic" else text.encode(charset)
    assert decode(body, f"text/html; charset={header}")[0] == text


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Le président a été reçu à l'Élysée où il a défendu sa réforme", "iso-8859-1"),
        ("Президент России принял участие в заседании совета безопасности", "windows-1251"),
        ("İçişleri Bakanlığı bugün yeni bir açıklama yaptı, güvenlik önlemleri", "iso-8859-9"),
        ("Ο πρωθυπουργός μίλησε χθες στη Βουλή για την οικονομία", "iso-8859-7"),
        ("国务院总理昨天主持召开常务会议，研究部署下一步工作", "gb2312"),
    ],
)
def test_a_label_counts_where_the_letters_are_not_arabic(text: str, charset: str) -> None:
    assert decode(text.encode(charset), f"text/html; charset={charset}")[0] == text
    assert decode(f'<meta charset="{charset}">{text}'.encode(charset))[0].endswith(text)


@pytest.mark.parametrize("mark", ["\ufeff", "\ufeff\ufeff", '\ufeff<?xml version="1.0" encoding="windows-1256"?>'])
def test_marks_and_declarations_are_no_text(mark: str) -> None:
    assert decode((mark + SENTENCES[0]).encode()) == (SENTENCES[0], "utf-8")


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16(charset: str) -> None:
    page = f"<html><p>{SENTENCES[0]}</p></html>"
    assert decode(page.encode(charset), "text/html; charset=utf-16")[0] == page


def test_some_spoilt_letters_do_not_make_it_another_charset() -> None:
    cut = SENTENCES[0].encode()[:-1] + b"..." + " ".join(SENTENCES).encode()
    assert decode(cut, "text/html; charset=windows-1256")[1] == "utf-8"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("text/html", "text/html"),
        ("Text/HTML;charset=utf-8", "text/html"),
        ("text/html, text/html; charset=utf-8", "text/html"),
        ("text/plain, text/html", "text/html"),
        ("image/png", "image/png"),
        ("text/html charset=utf-8", ""),  # no type at all, and browsers look at the body
        ("html", ""),
        ("", ""),
    ],
)
def test_the_type_is_read_as_browsers_read_it(header: str, kind: str) -> None:
    assert mime_type(header) == kind


PAGE = f"<html><body>{'. '.join(SENTENCES * 40)}</body></html>".encode()

LONG = "".join(f"{n} {SENTENCES[n % 5]}\n" for n in range(500)).encode()


def _raw_deflate(body: bytes) -> bytes:
    return zlib.compress(body)[2:-4]


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": _raw_deflate,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "identity": bytes,
    "none": bytes,
    "UTF-8": bytes,
    "aws-chunked": bytes,
}


@given(st.lists(st.sampled_from(sorted(PACKERS)), max_size=3), st.sampled_from([",", ", ", " ,"]))
def test_packed_once_or_several_times(encodings: list[str], comma: str) -> None:
    body = PAGE
    for name in encodings:
        body = PACKERS[name](body)
    assert unpack(body, comma.join(encodings)) == PAGE


@pytest.mark.parametrize("label", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "compress", "windows-1256"])
def test_a_plain_body_that_is_said_to_be_packed(label: str) -> None:
    assert unpack(PAGE, label) == PAGE


@pytest.mark.parametrize("label", ["", "identity", "br", "deflate", "utf-8"])
def test_gzip_shows_itself(label: str) -> None:
    assert unpack(gzip.compress(PAGE), label) == PAGE


@pytest.mark.parametrize("end", [-8, -4, -1])
def test_gzip_without_its_end_is_read(end: int) -> None:
    assert unpack(gzip.compress(PAGE)[:end], "gzip") == PAGE


def test_gzip_with_a_wrong_checksum_is_read() -> None:
    body = gzip.compress(PAGE)
    assert unpack(body[:-8] + b"\0" * 8, "gzip") == PAGE


@pytest.mark.parametrize("packer", ["gzip", "br", "zstd"])
@pytest.mark.parametrize("end", [10, 0.5, 0.9])
def test_a_part_of_a_text_is_none(packer: str, end: float) -> None:
    body = PACKERS[packer](LONG)
    with pytest.raises(UndecodableError, match=r"damaged|breaks off"):
        unpack(body[: int(end if end > 1 else end * len(body))], packer)


@pytest.mark.parametrize("packer", ["gzip", "br"])
def test_a_spoilt_text_is_none(packer: str) -> None:
    body = PACKERS[packer](LONG)
    with pytest.raises(UndecodableError, match=r"damaged|breaks off"):
        unpack(body[:60] + b"\xff" * 60 + body[120:], packer)


@pytest.mark.parametrize("packer", ["gzip", "zstd"])  # Brotli gives nothing of a block that is not whole
def test_a_page_that_breaks_off_after_its_text_is_read(packer: str) -> None:
    page = LONG + b"<footer>" + bytes(random.Random(1).choices(range(33, 120), k=400_000))
    text = unpack(PACKERS[packer](page)[:-200_000], packer)
    assert text.startswith(LONG)
    assert len(text) < len(page)


@given(st.binary(max_size=300), st.sampled_from(["", "gzip", "br", "deflate", "zstd", "compress", "x, gzip"]))
def test_any_bytes_give_a_text_or_a_reason(body: bytes, label: str) -> None:
    try:
        assert isinstance(decode(unpack(body, label), f"text/html; charset={label}")[0], str)
    except UndecodableError as error:
        assert str(error)


@pytest.mark.parametrize("packer", ["gzip", "br", "zstd"])
def test_what_grows_too_large_is_refused(packer: str) -> None:
    with pytest.raises(UndecodableError, match="more than 50,000,000 bytes"):
        unpack(PACKERS[packer](b"<p>" * 20_000_000), packer)
