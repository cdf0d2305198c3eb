"""Content encodings undone as browsers do it: by what the bytes are, for labels are often wrong."""

import re
import zlib
from collections.abc import Callable
from functools import partial
from typing import Protocol

import brotli
from backports import zstd

from rasid.errors import UndecodableError

MAX_BYTES = 50_000_000
"""Of a body after unpacking."""
MAX_LAYERS = 4

# The binary data bytes of https://mimesniff.spec.whatwg.org/#binary-data-byte; a text of UTF-16 has its mark.
_BINARY = re.compile(
    rb"(?!\xff\xfe|\xfe\xff)[^\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]{,1000}[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]"
)
_END = re.compile(rb"</(?:html|body|main|rss|feed|rdf:rdf|urlset|sitemapindex)\s*>|<footer[\s>]", re.IGNORECASE)
"""What a body that breaks off must have reached: no text comes after it."""


class _Stream(Protocol):
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...
    @property
    def eof(self) -> bool: ...


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return bytes(self._stream.process(data, output_buffer_limit=max_length))

    @property
    def eof(self) -> bool:
        return bool(self._stream.is_finished())


_ERRORS = (zlib.error, zstd.ZstdError, brotli.error)
_MARKED: tuple[tuple[bytes, Callable[[], _Stream]], ...] = (
    (b"\x1f\x8b", partial(zlib.decompressobj, 31)),
    (b"\x28\xb5\x2f\xfd", zstd.ZstdDecompressor),
)
_UNMARKED: dict[str, tuple[Callable[[], _Stream], ...]] = {
    "deflate": (zlib.decompressobj, partial(zlib.decompressobj, -15)),  # some servers leave zlib's header out
    "br": (_Brotli,),
}


def unpack(body: bytes, content_encoding: str) -> bytes:
    """A body as it was before it was packed, once or several times, by gzip, deflate, Brotli or Zstandard.

    Labels are believed of Brotli and deflate alone, which nothing else shows, and only of a body that is no text. So a
    plain one that is said to be packed, or in an encoding that is none, such as ``utf-8``, is returned as it is.

    Args:
        body: as received.
        content_encoding: the header, or an empty string; several are joined by commas.

    Raises:
        UndecodableError: it is in an unknown encoding, damaged, or too large, or breaks off within its text.
    """
    labels = [label for label in re.split(r"[\s,]+", content_encoding.lower()) if label not in {"", "identity", "none"}]
    waiting = [label for label in labels if label in _UNMARKED]
    unpacked, whole = False, True
    for _ in range(MAX_LAYERS):
        streams = tuple(stream for mark, stream in _MARKED if body.startswith(mark))
        if not streams and waiting and _BINARY.match(body):
            streams = _UNMARKED[waiting.pop()]
        if not streams:
            break
        text, is_all = max((_read(body, stream) for stream in streams), key=lambda read: len(read[0]))
        if not (text or is_all):
            raise UndecodableError(f"damaged {content_encoding or 'gzip'} body")
        body, unpacked, whole = text, True, whole and is_all
    if labels and not unpacked and _BINARY.match(body):
        raise UndecodableError(f"content encoding {content_encoding}")
    if not whole and not _END.search(body):
        raise UndecodableError(f"the {content_encoding or 'gzip'} body breaks off")
    return body


def _read(body: bytes, new: Callable[[], _Stream]) -> tuple[bytes, bool]:
    """What of a body can be unpacked, and whether it is all.

    Damage costs the piece that it is in, so the pieces become smaller where there is some: browsers show all before it,
    and do not mind a wrong checksum at the end.
    """
    start = 0
    for size in (len(body), 4096, 1):
        stream = new()
        text = bytearray(stream.decompress(body[:start], MAX_BYTES) if start else b"")
        try:
            while start < len(body) and not stream.eof:
                text += stream.decompress(body[start : start + size], MAX_BYTES)
                start += size
                if len(text) >= MAX_BYTES:
                    raise UndecodableError(f"more than {MAX_BYTES:,} bytes after decompression")
        except _ERRORS:
            continue
        return bytes(text), stream.eof
    return bytes(text), False


def is_whole(body: bytes, content_encoding: str) -> bool:
    """Whether a body that is shorter than its server said has all of its text, so that the stated length is wrong."""
    try:
        text = unpack(body, content_encoding)
    except UndecodableError:
        return False
    return text is not body or bool(_END.search(text))
