"""Files of JSON lines, a record each, and a last line that shows damage; what is whole is read nevertheless."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Generic, TypeVar

from pydantic import TypeAdapter
from upath import UPath

from rasid.errors import RasidError
from rasid.storage import regular

Record = TypeVar("Record")
_END = b'{"end":'


@dataclass(frozen=True)
class Source:
    """The WARC file that records were made of.

    Attributes:
        length: the greatest in bytes that it has had.
        whole: it was always read to its end, and no part of it was ever damaged or gone. Only then does the absence
            of a record prove that the captures do not give it.
    """

    length: int
    whole: bool


@dataclass(frozen=True)
class Lines(Generic[Record]):
    """What a file of JSON lines has.

    Attributes:
        records: of the lines that can be read.
        damage: what is wrong with the file, in words; empty if nothing is.
        source: of the records; None if the file does not say.
    """

    records: list[Record]
    damage: str = ""
    source: Source | None = None

    @property
    def proves_absence(self) -> bool:
        """Whether what is not among the records is not given by their captures."""
        return not self.damage and self.source is not None and self.source.whole


class JsonLines(Generic[Record]):
    """JSON lines of one kind of record, in UTF-8.

    Args:
        kind: the record's class.
    """

    def __init__(self, kind: type[Record]) -> None:
        self._adapter = TypeAdapter(kind)

    def dumps(self, records: Iterable[Record], source: Source | None = None) -> bytes:
        """One line a record, and one with their number, their digest and their source; each is ended by a line feed."""
        lines = [self._adapter.dump_json(record) + b"\n" for record in records]
        text = b"".join(lines)
        end = {"lines": len(lines), "sha256": _digest(text), "source": asdict(source) if source else None}
        return text + json.dumps({"end": end}, separators=(",", ":")).encode() + b"\n"

    def pretty(self, record: Record) -> str:
        """A record as indented JSON, for people to read."""
        return self._adapter.dump_json(record, indent=2).decode()

    def loads(self, data: bytes) -> list[Record]:
        """The records of undamaged lines.

        Raises:
            RasidError: they are damaged.
        """
        found = self._parsed(data)
        if found.damage:
            raise RasidError(f"damaged JSON lines: {found.damage}")
        return found.records

    def read(self, file: UPath) -> Lines[Record]:
        """What a file has; one that does not exist has nothing."""
        return self._parsed(regular(file).read_bytes()) if file.exists() else Lines([])

    def _parsed(self, data: bytes) -> Lines[Record]:
        *lines, last = [line for line in data.split(b"\n") if line] or [b""]
        try:
            end = json.loads(last)["end"]
            source = Source(**end["source"]) if end["source"] else None
            whole = end["lines"] == len(lines) and end["sha256"] == _digest(data[: data.rindex(_END)])
        except (ValueError, LookupError, TypeError):
            lines, source, whole = [*lines, last], None, False
        records, spoilt = [], []
        for number, line in enumerate(lines, start=1):
            try:
                records.append(self._adapter.validate_json(line))
            except ValueError:
                spoilt.append(number)
        if whole:
            return Lines(records, f"lines {_listed(spoilt)} are of another version" if spoilt else "", source)
        damage = f"lines {_listed(spoilt)} cannot be read" if spoilt else "its end is missing, or was changed"
        return Lines(records, damage, source)


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:5])) + (f" and {len(numbers) - 5} more" if len(numbers) > 5 else "")
