"""A record as one JSON object, and back."""

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from rasid.printable import json_text

Record = TypeVar("Record")


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:  # made when it is needed, and once: that takes milliseconds
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def fields_of(record: Any) -> dict[str, Any]:
    """A record as JSON has it: name of a field → a value of JSON."""
    found: dict[str, Any] = _adapter(type(record)).dump_python(record, mode="json")
    return found


def dumps(record: Any) -> str:
    """A record as one line that any file and terminal takes."""
    return json_text(fields_of(record))


def loads(kind: type[Record], data: bytes | str) -> Record:
    """The record that a JSON object holds; fields that its class does not have are passed over.

    Args:
        kind: class of the record.
        data: the object.

    Raises:
        ValueError: it is no JSON, or not of such a record; says in one line what is wrong first.
    """
    return of_fields(kind, json.loads(data))


def of_fields(kind: type[Record], fields: object) -> Record:
    """The record that has these fields, as `fields_of` gives them.

    Raises:
        ValueError: they are not those of such a record; says in one line what is wrong first.
    """
    try:
        record: Record = _adapter(kind).validate_python(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"{where}: {first['msg']}" if where else first["msg"]) from None
    return record
