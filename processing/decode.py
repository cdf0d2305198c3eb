"""The text of a capture: content encoding undone, then the character set found."""

import re
import zlib

from rasid.records import Capture

MAX_BYTES = 50_000_000
MAX_SPOILT = 0.01
"""Share of the characters of a UTF-8 text that may be unreadable."""
_META_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
# Servers claim these of any text; windows-1256 below is the likelier truth for an Arabic page that is not UTF-8.
_NO_CLAIM = {"iso-8859-1", "latin1", "latin-1", "windows-1252", "us-ascii", "ascii"}


# Both have a letter for nearly any byte, so one is easily taken for the other; the article ال tells them apart.
_ARABIC_BYTES = ("windows-1256", "iso-8859-6")


class UndecodableError(Exception):
    """A body that gives no text; the message says why."""


def decode(capture: Capture) -> tuple[str, str]:
    """The page's text and its charset, the first that fits of: byte order mark, header, meta tag, UTF-8, windows-1256
    or ISO 8859-6.

    Raises:
        UndecodableError: the content encoding is unknown, damaged or too large, or no charset fits.
    """
    body = _decompress(capture.body, capture.header("Content-Encoding").lower().strip())
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        claims = ["utf-16"]
    else:
        claims = _HEADER_CHARSET.findall(capture.header("Content-Type"))
        claims += [name.decode("ascii", "replace") for name in _META_CHARSET.findall(body[:4096])[:1]]
        claims = [name for name in claims if name.lower() not in _NO_CLAIM]
    for claim in [*claims, "utf-8", "windows-1256"]:
        charset = claim.lower()
        try:
            if charset in _ARABIC_BYTES:
                charset = max(_ARABIC_BYTES, key=lambda name: body.decode(name, "replace").count("ال"))
            text = _utf8(body) if charset in {"utf-8", "utf8"} else body.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
        return text.replace("\x00", ""), charset
    raise UndecodableError(f"no character set fits (claimed: {', '.join(claims) or 'none'})")


def _utf8(body: bytes) -> str:
    """UTF-8 in which a few bytes may be spoilt; Arabic in another charset has hardly a letter that fits.

    Raises:
        UnicodeDecodeError: it is something else.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("utf-8-sig", "replace")
        if text.count("\ufffd") > MAX_SPOILT * len(text):
            raise
        return text


def _decompress(body: bytes, encoding: str) -> bytes:
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise UndecodableError(f"content encoding {encoding}")
    # 47: either header of zlib's or gzip's; -15: neither, as some servers send "deflate".
    for window in (47, -15):
        try:
            stream = zlib.decompressobj(window)
            text = stream.decompress(body, MAX_BYTES)
        except zlib.error:
            continue
        if stream.unconsumed_tail:
            raise UndecodableError(f"more than {MAX_BYTES:,} bytes after decompression")
        if not stream.eof:
            raise UndecodableError(f"the {encoding} body breaks off")
        return text
    raise UndecodableError(f"damaged {encoding} body")
