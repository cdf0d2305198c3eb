"""Reads the YAML files that analysts write, and says of a mistake where it is and what was expected."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node

from rasid.errors import ConfigError, together
from rasid.near import near
from rasid.printable import shortened
from rasid.storage import regular

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
    """A mistake that a validator finds below the place where it looks.

    Args:
        path: keys and positions from there to the mistake.
        message: what is wrong.
    """

    def __init__(self, path: tuple[int | str, ...], message: str) -> None:
        super().__init__(message)
        self.path = path


class _Constructor(RoundTripConstructor):
    """Says where a value stands that looks like a date or a number and is none, such as 2025-02-30."""

    def construct_object(self, node: Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, OverflowError) as error:
            problem = f"{error}; put it in quotes if it is text"
            raise ConstructorError(problem=problem, problem_mark=node.start_mark) from None


def _yaml() -> YAML:
    yaml = YAML()
    yaml.Constructor = _Constructor
    return yaml


@dataclass(frozen=True)
class _Part:
    """A file, as it is written."""

    file: Path
    tree: Any


def load_yaml(files: Path | Sequence[Path], model: type[Model], context: dict[str, Any] | None = None) -> Model:
    """Reads a file as a model, or several as if they were one: what stands under one key in several files is put
    together.

    Args:
        files: paths of the files.
        model: of the whole.
        context: for validators that compare with other files.

    Raises:
        ConfigError: a file cannot be read, is not YAML, or does not fit the model; says all mistakes, one a line.
    """
    parts = _parts(files)
    try:
        return model.model_validate(_joined(parts), context=context)
    except ValidationError as error:
        mistakes: dict[tuple[Path, int], ConfigError] = {}
        for mistake in error.errors():
            below = getattr(mistake.get("ctx", {}).get("error"), "path", ())
            file, path, line = _place(parts, (*mistake["loc"], *below))
            # One a line: where several kinds of values may stand, pydantic says of each why it is none.
            mistakes.setdefault((file, line), ConfigError(str(file), line, ".".join(path), told(mistake, model)))
        raise together(mistakes.values()) from None


def mistake_at(files: Path | Sequence[Path], location: tuple[int | str, ...], message: str) -> ConfigError:
    """A mistake that shows only when a file is used.

    Args:
        files: that were loaded.
        location: keys and positions from the root to the mistake.
        message: what is wrong.
    """
    file, path, line = _place(_parts(files), location)
    return ConfigError(str(file), line, ".".join(path), message)


def lines_of(
    files: Path | Sequence[Path], locations: Iterable[tuple[int | str, ...]]
) -> dict[tuple[int | str, ...], str]:
    """Where things stand that were loaded, each by keys and positions from the root: as ``topics.yaml:142``.

    Raises:
        ConfigError: a file cannot be read any more.
    """
    parts = _parts(files)
    places = {location: _place(parts, location) for location in locations}
    return {location: f"{file.name}:{line}" for location, (file, _, line) in places.items()}


def _parts(files: Path | Sequence[Path]) -> list[_Part]:
    """The files as they are written.

    Raises:
        ConfigError: some cannot be read, or are not YAML.
    """
    parts, mistakes = [], []
    for file in [files] if isinstance(files, Path) else files:
        try:
            parts.append(_Part(file, _read(file)))
        except ConfigError as error:
            mistakes.append(error)
    if mistakes:
        raise together(mistakes)
    return parts


def _read(file: Path) -> Any:
    try:
        return _yaml().load(regular(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(file), 1, "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(str(file), 1, "", "expected UTF-8 text") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(str(file), line, "", f"{_problem(error)} (expected valid YAML)") from None
    except (YAMLError, ValueError, OverflowError) as error:
        raise ConfigError(str(file), 1, "", f"expected valid YAML: {error}") from None
    except RecursionError:
        raise ConfigError(str(file), 1, "", "expected lists and keys that are not so deep in one another") from None


def _problem(error: MarkedYAMLError) -> str:
    """What the parser says, without the values that it quotes at any length."""
    problem = (error.problem or "not YAML").splitlines()[0]
    if twice := re.match(r'found duplicate key "(.{1,100}?)"', problem):
        return f"the key {twice[1]} stands here a second time: put what is below both under one"
    if "'\\t'" in problem:
        return "a tab: indent by blanks"
    return shortened(problem, 200)


def _joined(parts: Sequence[_Part]) -> Any:
    """What the files have as a whole.

    Raises:
        ConfigError: one thing stands in two of them.
    """
    if len(parts) == 1:
        return parts[0].tree
    whole: dict[str, Any] = {}
    mistakes = []
    for part in parts:
        if part.tree is None:  # nothing but comments
            continue
        if not isinstance(part.tree, CommentedMap):
            raise ConfigError(str(part.file), 1, "", "expected keys with values")
        for key, value in part.tree.items():
            there = whole.get(key)
            if there is None:
                whole[key] = value
            elif isinstance(value, Mapping) and isinstance(there, Mapping):
                mistakes += [_second(part, (key, name)) for name in value if name in there]
                whole[key] = {**there, **value}
            elif isinstance(value, list) and isinstance(there, list):
                whole[key] = [*there, *value]
            elif value is not None:
                mistakes.append(_second(part, (key,)))
    if mistakes:
        raise together(mistakes)
    return whole


def _second(part: _Part, location: tuple[int | str, ...]) -> ConfigError:
    path, line = _locate(part.tree, location)
    return ConfigError(str(part.file), line, ".".join(path), "stands in an earlier file, too; expected it once")


def _place(parts: Sequence[_Part], location: tuple[int | str, ...]) -> tuple[Path, list[str], int]:
    """The file of a mistake in the whole, and its path and line there."""
    key, *below = location or ("",)
    having = [part for part in parts if isinstance(part.tree, Mapping) and part.tree.get(key) is not None]
    for part in having if below else ():
        section = part.tree[key]
        if isinstance(section, list) and isinstance(below[0], int):
            if below[0] < len(section):
                return (part.file, *_locate(part.tree, (key, *below)))
            below[0] -= len(section)
        elif isinstance(section, Mapping) and below[0] in section:
            return (part.file, *_locate(part.tree, location))
    part = [*having, parts[0]][0]
    return (part.file, *_locate(part.tree, location))


def with_ids(entries: object) -> object:
    """Gives each entry of a mapping its key as ``id``; anything else is left for the validation to refuse."""
    if not isinstance(entries, Mapping):
        return entries
    return {key: {**entry, "id": key} if isinstance(entry, Mapping) else entry for key, entry in entries.items()}


def _locate(tree: Any, location: tuple[int | str, ...]) -> tuple[list[str], int]:
    """The path and line of a mistake, as far as the file has it: a missing key is shown at its parent."""
    path: list[str] = []
    line = 0
    for part in location:
        if isinstance(tree, CommentedMap) and part in tree:
            line = tree.lc.key(part)[0]
        elif isinstance(tree, CommentedSeq) and isinstance(part, int) and part < len(tree):
            line = tree.lc.item(part)[0]
        elif part == location[-1] and isinstance(part, str) and isinstance(tree, CommentedMap):
            path.append(part)  # the missing key itself
            break
        else:
            continue  # pydantic names the branch of a union here, which the file does not show
        path.append(str(part))
        tree = tree[part]
    return path, line + 1


def told(mistake: Any, model: type[BaseModel]) -> str:
    """What a person is told of one of pydantic's mistakes in a model of a whole file."""
    match mistake["type"]:
        case "missing":
            return "this key is missing"
        case "extra_forbidden":
            meant = near(str(mistake["loc"][-1]), set(_keys(model)))
            return f"unknown key; did you mean {meant}?" if meant else "unknown key (a slip of the pen?)"
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


def _keys(model: type[BaseModel]) -> Iterator[str]:
    """All keys that may stand in the file of a model."""
    schema = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", ())


def _shown(value: object) -> str:
    """A value in a few words; what is in a list is not, as by anchors a small file may have lists of any size."""
    if isinstance(value, Mapping):
        return "keys with values" if value else "{}"
    if isinstance(value, list | tuple | set):
        return "a list" if value else "[]"
    shown = repr(value)
    return shown if len(shown) < 80 else shown[:77] + "…"
