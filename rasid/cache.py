"""What takes long to make, kept as JSON until something that it was made of changes.

A file is named by the digest of all that its value was made of, and begins with the digest of what it holds: whatever
else is found there, damaged or foreign, is no value. JSON runs no code, whoever wrote it.
"""

import hashlib
import json
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from upath import UPath

from rasid.storage import regular, write_whole

_HERE = Path(__file__).parent.parent
_CODE = ("rasid", "processing", "search")
"""Rooms whose code makes what is kept."""


@cache
def code_digest() -> str:
    """A digest of the Python that runs, and of the code and word lists that make what is kept."""
    found = hashlib.sha256(sys.version.encode())
    for room in _CODE:
        for file in sorted((_HERE / room).rglob("*")):
            if file.suffix in {".py", ".yaml"}:
                found.update(f"\0{file.relative_to(_HERE)}\0".encode() + file.read_bytes())
    return found.hexdigest()


def digest_of(parts: Iterable[bytes]) -> str:
    """The digest of a value's parts, each with its length, and of the code that makes it."""
    found = hashlib.sha256(code_digest().encode())
    for part in parts:
        found.update(f"{len(part)}\0".encode() + part)
    return found.hexdigest()


def digest_of_files(files: Iterable[Path | UPath], *parts: bytes) -> str | None:
    """The digest of a value that is made of files and other parts; None if a file cannot be read, which is told by who
    loads it.
    """
    try:
        return digest_of([*parts, *(regular(file).read_bytes() for file in files)])
    except OSError:
        return None


def cached(folder: Path, name: str, digest: str) -> Any:
    """The value that is kept under a name and a digest; None if there is none that is whole.

    Args:
        folder: of what is kept.
        name: of the kind of value.
        digest: of what it is to be made of, as `digest_of` has it.
    """
    try:
        stated, _, body = regular(_file(folder, name, digest)).read_bytes().partition(b"\n")
        return json.loads(body) if stated == hashlib.sha256(body).hexdigest().encode() else None
    except (OSError, ValueError, RecursionError):
        return None


def store(folder: Path, name: str, digest: str, value: Any) -> None:
    """Keeps a value in place of those of other digests. Where nothing can be written, it is made anew each time.

    Args:
        folder: of what is kept; made if it is missing.
        name: of the kind of value.
        digest: of what it was made of.
        value: which JSON takes as it is.
    """
    file = _file(folder, name, digest)
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    with suppress(OSError):
        write_whole(UPath(file), hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        for other in folder.glob(f"{name}-*.json"):
            if other != file:
                other.unlink(missing_ok=True)


def _file(folder: Path, name: str, digest: str) -> Path:
    return folder / f"{name}-{digest[:16]}.json"
