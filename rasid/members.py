"""The gzip members of a WARC file, each a record, and what lies between them where the file is damaged."""

import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

_CHUNK = 1 << 16
MAGIC = b"\x1f\x8b\x08"
"""With which a member begins."""
_BEGIN = b"WARC/"
"""Of a record, so that bytes which look like a member by chance are none."""


class Span(NamedTuple):
    """Bytes of a file: a whole record, or what is none.

    Attributes:
        start: of the span, in bytes from the file's beginning.
        end: of it, exclusive.
        whole: whether it is a record whose length and CRC-32 are right.
    """

    start: int
    end: int
    whole: bool


def places(found: Iterable[Span]) -> str:
    """Spans in words."""
    return ", ".join(f"bytes {span.start:,} to {span.end:,}" for span in found)


def spans(stream: BinaryIO, start: int = 0) -> Iterator[Span]:
    """The records of a WARC file in their order, and the damaged bytes between them. All bytes are in one span.

    Args:
        stream: that can seek; its position afterwards is undefined.
        start: of a record, in bytes.
    """
    size = stream.seek(0, 2)
    while start < size:
        if end := _record_end(stream, start):
            yield Span(start, end, whole=True)
        else:
            end = _next_record(stream, start + 1, size)
            yield Span(start, end, whole=False)
        start = end


def _record_end(stream: BinaryIO, start: int) -> int | None:
    """The end of the record that begins at a byte; None if none does, or it is damaged or breaks off."""
    stream.seek(start)
    member, offset, head = zlib.decompressobj(31), start, b""
    while data := stream.read(_CHUNK):
        try:
            text = member.decompress(data)
        except zlib.error:
            return None
        head += text[: len(_BEGIN) - len(head)]
        if not _BEGIN.startswith(head):
            return None
        offset += len(data) - len(member.unused_data)
        if member.eof:
            return offset if head == _BEGIN else None
    return None


def _next_record(stream: BinaryIO, start: int, size: int) -> int:
    """Where the next whole record begins; the end of the file if there is none."""
    while start < size:
        stream.seek(start)
        data = stream.read(_CHUNK)
        found = data.find(MAGIC)
        if found < 0:
            start += max(len(data) - len(MAGIC) + 1, 1)
        elif _record_end(stream, start + found):
            return start + found
        else:
            start += found + 1
    return size
