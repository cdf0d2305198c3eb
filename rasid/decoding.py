"""Bytes of the web → text. What they are is proven by their letters; a label counts only where those show nothing.

Templates, proxies and databases disagree about an outlet's charset, so every label has been seen on every charset.
"""

import re
from functools import partial

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from rasid.records import Capture
from rasid.unpacking import unpack

ARABIC_CHARSETS = ("windows-1256", "iso-8859-6", "mac_arabic", "cp720")
"""Those that write Arabic with a byte a letter, the likeliest first."""
MAX_SPOILT = 0.05
"""Share of the letters of a UTF-8 text that may be unreadable: cut in the middle, or of a text in another charset."""
SAMPLE = 50_000
"""Bytes beyond ASCII by which a charset is recognised."""

_MIME_TYPE = re.compile(r"(?:^|,)\s*([\w!#$&^.+-]+/[\w!#$&^.+-]+)\s*(?=[;,]|$)")
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_FREQUENT = re.compile("[اليمونرتبهةعدسفأ]")  # five of six letters of an Arabic text
_ARTICLE = re.compile(r"\bال")
_STRANGE = re.compile("[^\x00-\x7f\u00a0«»–—‘’“”•…\u0600-\u06ff]")
_TWICE_ENCODED = {"cp1252": re.compile("[ØÙ][\u0080-\u017f\u0192-\u2122]"), "cp1256": re.compile("[طظ][^ء-غف-ي\\s]")}
"""A charset that UTF-8 was taken for → how an Arabic letter looks then."""
_ARABIC = re.compile("[ء-غف-ي]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f\ufffd]")


def page_text(capture: Capture) -> tuple[str, str]:
    """The text of a capture, unpacked and decoded, and its charset.

    Raises:
        UndecodableError: as `unpack` does.
    """
    return decode(unpack(capture.body, capture.header("Content-Encoding")), capture.header("Content-Type"))


def mime_type(content_type: str) -> str:
    """The type that the header states, such as ``text/html``, or nothing: the last if there are several, as browsers
    read it (https://fetch.spec.whatwg.org/#concept-header-extract-mime-type).
    """
    return next(reversed(_MIME_TYPE.findall(content_type)), "").lower()


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """A text and its charset: the first of UTF-16 with its mark, UTF-8, those of Arabic, the one stated by the header
    or the page, and windows-1256. An XML declaration is left out, for its encoding is no longer true.

    Args:
        body: as it was before it was packed.
        content_type: the header, or an empty string.
    """
    text, charset = _decoded(body, http_content_type_encoding(content_type))
    text = text.lstrip("\ufeff").replace("\x00", "")
    return _decoded_once(_DECLARATION.sub("", text, count=1) if _DECLARATION.match(text) else text), charset


def _decoded(body: bytes, header: str | None) -> tuple[str, str]:
    mark = read_bom(body)[0] or ""
    if mark.startswith("utf-16") or (header and header.startswith("utf-16") and body.count(0) > len(body) / 8):
        charset = mark or ("utf-16-le" if body[1::2].count(0) > body[::2].count(0) else "utf-16-be")
        return body.decode(charset, "replace"), "utf-16"
    text = body.decode("utf-8", "replace")
    spoilt = text.count("\ufffd")
    if not spoilt or spoilt <= MAX_SPOILT * len(_BEYOND_ASCII.findall(text)):
        return text, "utf-8"
    if arabic := _arabic_charset(body):
        return body.decode(arabic, "replace"), arabic
    for claim in filter(None, (header, html_body_declared_encoding(body))):
        try:
            return body.decode(claim), claim
        except UnicodeDecodeError:
            continue
    return body.decode("windows-1256"), "windows-1256"


def _arabic_charset(body: bytes) -> str | None:
    """That in which the bytes make the most Arabic, if they make any."""
    sample = b" ".join(re.findall(rb"[\x80-\xff][\x80-\xff ]*", body))[:SAMPLE]
    likeness, charset = max(
        ((_likeness(sample.decode(charset, "replace")), charset) for charset in ARABIC_CHARSETS),
        key=lambda pair: pair[0],
    )
    return charset if likeness > 0.5 * len(sample.replace(b" ", b"")) else None


def _likeness(text: str) -> int:
    """How much like Arabic a text is: about 1 a letter where it is."""
    return len(_FREQUENT.findall(text)) + 2 * len(_ARTICLE.findall(text)) - 2 * len(_STRANGE.findall(text))


def _decoded_once(text: str) -> str:
    """The text that was meant, of one in UTF-8 that was read as windows-1252 or -1256 and written as UTF-8 again.

    ``Ø§Ù„`` and ``ط§ظ„`` are both ``ال``. A text that makes sense as it is stays as it is.
    """
    for charset, letter in _TWICE_ENCODED.items():
        spoilt = len(letter.findall(text))
        if spoilt < 20 or spoilt < 0.2 * len(_ARABIC.findall(text)):
            continue
        meant = re.sub(r"[^\x00-\x7f]+", partial(_once, charset), text)
        if len(letter.findall(meant)) < 0.1 * spoilt:
            return meant
    return text


def _once(charset: str, run: re.Match[str]) -> str:
    try:
        return b"".join(_byte(char, charset) for char in run[0]).decode("utf-8")
    except UnicodeError:
        return run[0]


def _byte(char: str, charset: str) -> bytes:
    try:
        return char.encode(charset)
    except UnicodeEncodeError:
        return char.encode("latin-1")  # browsers read the bytes that windows-1252 leaves undefined so
