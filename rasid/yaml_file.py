"""Reads the YAML files that analysts write, and says of a mistake where it is and what was expected."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo

from rasid.errors import ConfigError, together
from rasid.near import near
from rasid.yaml_parts import Part, comma_told, joined, parts_of, place

Id = r"^[a-z0-9][a-z0-9_-]{0,63}$"
"""Ids stand in file names and queries, so they are plain."""
_PATTERNS = {
    Id: "an id of small Latin letters, digits, - and _, such as el-watan",
    "^[A-Z]{2}$": "a code of two capital letters, such as DZ",
    "^[A-Z][A-Z0-9_]*$": "the name of a variable in capitals, such as NEWSROOM_HOOK_URL",
}
"""What a person reads in place of a regular expression."""


class Written(BaseModel):
    """What a person writes: an unknown key is a mistake, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


Model = TypeVar("Model", bound=BaseModel)


class MisplacedError(ValueError):
    """Mistakes that a validator finds below the place where it looks.

    Args:
        found: keys and positions from there to each mistake → what is wrong.
    """

    def __init__(self, found: Mapping[tuple[int | str, ...], str]) -> None:
        super().__init__("; ".join(found.values()))
        self.found = found


WHOLE = "written"
"""What validators find in their context: the files as they are written, whatever mistakes they have; nothing where one
of them cannot be read.
"""


def written_under(info: ValidationInfo, key: str) -> Collection[str] | None:
    """The keys that stand under a key of the files that are validated; None where that is not known."""
    whole = (info.context or {}).get(WHOLE)
    return _under(whole, key) if whole is not None else None


def ids_in(files: Path | Sequence[Path], key: str) -> Collection[str] | None:
    """The keys that stand under a key of files, even where these have mistakes; None if one of them cannot be read, as
    it may have any.
    """
    parts, unread = parts_of(files)
    return None if unread else _under(joined(parts)[0], key)


def _under(whole: Any, key: str) -> Collection[str]:
    section = whole.get(key) if isinstance(whole, Mapping) else None
    return {str(name) for name in section} if isinstance(section, Mapping) else set()


def load_yaml(files: Path | Sequence[Path], model: type[Model], context: Mapping[str, Any] | None = None) -> Model:
    """Reads a file as a model, or several as if they were one: what stands under one key in several files is put
    together.

    Args:
        files: paths of the files.
        model: of the whole.
        context: for validators that compare with other files.

    Raises:
        ConfigError: a file cannot be read, is not YAML, or does not fit the model; says all mistakes, also those of
            the files beside one that cannot be read.
    """
    parts, unread = parts_of(files)
    if not parts:
        raise together(unread)
    whole, twice = joined(parts)
    mistakes = [*unread, *twice]
    try:
        found = model.model_validate(whole, context={**(context or {}), WHOLE: None if unread else whole})
    except ValidationError as error:
        mistakes += _told(error, model, parts, bool(unread))
    if mistakes:
        raise together(mistakes)
    return found


def _told(error: ValidationError, model: type[BaseModel], parts: Sequence[Part], partly: bool) -> Iterator[ConfigError]:
    """The mistakes that pydantic found, each by its place, once."""
    there: dict[tuple[Path, int], list[list[str]]] = {}
    for mistake in error.errors():
        if partly and len(mistake["loc"]) < 2 and mistake["type"] in {"missing", "too_short"}:
            continue  # it may stand in the file that cannot be read
        cause = mistake.get("ctx", {}).get("error")
        for below, said in cause.found.items() if isinstance(cause, MisplacedError) else [((), told(mistake, model))]:
            file, path, line = place(parts, (*mistake["loc"], *below))
            # Where several kinds of values may stand, pydantic says of each why it is none.
            others = there.setdefault((file, line), [])
            if not any(all(map(str.__eq__, path, other)) for other in others):
                others.append(path)
                comma = comma_told(_value(parts, file, path)) or comma_told(path[-1] if path else "")
                yield ConfigError(str(file), line, ".".join(path), said + comma)


def _value(parts: Sequence[Part], file: Path, path: Sequence[str]) -> object:
    """What stands at a place of a file; None where nothing does."""
    tree = next(part.tree for part in parts if part.file == file)
    for key in path:
        if isinstance(tree, list) and key.isdecimal() and int(key) < len(tree):
            tree = tree[int(key)]
        else:
            tree = tree.get(key) if isinstance(tree, Mapping) else None
    return tree


def mistake_at(files: Path | Sequence[Path], location: tuple[int | str, ...], message: str) -> ConfigError:
    """A mistake that shows only when a file is used.

    Args:
        files: that were loaded.
        location: keys and positions from the root to the mistake.
        message: what is wrong.
    """
    file, path, line = place(_whole(files), location)
    return ConfigError(str(file), line, ".".join(path), message)


def lines_of(
    files: Path | Sequence[Path], locations: Iterable[tuple[int | str, ...]]
) -> dict[tuple[int | str, ...], str]:
    """Where things stand that were loaded, each by keys and positions from the root: as ``topics.yaml:142``.

    Raises:
        ConfigError: a file cannot be read any more.
    """
    parts = _whole(files)
    places = {location: place(parts, location) for location in locations}
    return {location: f"{file.name}:{line}" for location, (file, _, line) in places.items()}


def _whole(files: Path | Sequence[Path]) -> list[Part]:
    parts, unread = parts_of(files)
    if unread:
        raise together(unread)
    return parts


def with_ids(entries: object) -> object:
    """Gives each entry of a mapping its key as ``id``; anything else is left for the validation to refuse."""
    if not isinstance(entries, Mapping):
        return entries
    return {key: {**entry, "id": key} if isinstance(entry, Mapping) else entry for key, entry in entries.items()}


def told(mistake: Any, model: type[BaseModel]) -> str:
    """What a person is told of one of pydantic's mistakes in a model of a whole file."""
    match mistake["type"]:
        case "missing":
            return "this key is missing"
        case "extra_forbidden":
            return _unknown(str(mistake["loc"][-1]), model)
        case "string_pattern_mismatch" if mistake["ctx"]["pattern"] in _PATTERNS:
            return f"expected {_PATTERNS[mistake['ctx']['pattern']]} (it is {_shown(mistake['input'])})"
        case "value_error":
            error = mistake["ctx"]["error"]
            simple = isinstance(mistake["input"], str | int | float)
            return f"{error} (it is {_shown(mistake['input'])})" if simple else str(error)
        case "model_type" | "dict_type":
            return f"expected keys with values (it is {_shown(mistake['input'])})"
    message = mistake["msg"].replace("Input should be", "expected").replace("String should", "expected text to")
    return f"{message} (it is {_shown(mistake['input'])})"


def _unknown(key: str, model: type[BaseModel]) -> str:
    """What is told of a key that may not stand where it does: where it may, or which one is like it."""
    above = _above(model)
    if places := above.get(key):
        if "" in places:
            return f"{key}: stands at the begin of a line of its own, in no other key"
        return f"{key}: does not stand here; it stands under {', '.join(f'{each}:' for each in places)}"
    meant = near(key, above)
    return f"unknown key; did you mean {meant}?" if meant else "unknown key (a slip of the pen?)"


def _above(model: type[BaseModel]) -> dict[str, list[str]]:
    """All keys that may stand in the file of a model → the keys under which each may, the empty one for none."""
    schema = model.model_json_schema()
    above: dict[str, list[str]] = {}

    def walk(part: Any, key: str, inside: tuple[str, ...]) -> None:
        if isinstance(part, list):
            for each in part:
                walk(each, key, inside)
        elif isinstance(part, dict):
            reference = part.get("$ref", "").rpartition("/")[2]
            if reference and reference not in inside:
                walk(schema["$defs"][reference], key, (*inside, reference))
            for name, below in part.get("properties", {}).items():
                if key not in (known := above.setdefault(name, [])):
                    known.append(key)
                walk(below, name, inside)
            for word in ("anyOf", "oneOf", "allOf", "items", "prefixItems", "additionalProperties"):
                walk(part.get(word), key, inside)
            walk(list(part.get("patternProperties", {}).values()), key, inside)

    walk(schema, "", ())
    return above


def _shown(value: object) -> str:
    """A value in a few words; what is in a list is not, as by anchors a small file may have lists of any size."""
    if isinstance(value, Mapping):
        return "keys with values" if value else "{}"
    if isinstance(value, list | tuple | set):
        return "a list" if value else "[]"
    shown = repr(value)
    return shown if len(shown) < 80 else shown[:77] + "…"
