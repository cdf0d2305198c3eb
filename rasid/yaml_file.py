"""Reads the YAML files that analysts write, and says of a mistake where it is and what was expected."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node

from rasid.errors import ConfigError

Id = r"^[a-z0-9][a-z0-9_-]{0,63}$"
"""Ids stand in file names and queries, so they are plain."""


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


def load_yaml(file: Path, model: type[Model], context: dict[str, Any] | None = None) -> Model:
    """Reads a file as a model.

    Args:
        file: its path.
        model: of the whole file.
        context: for validators that compare with other files.

    Raises:
        ConfigError: it cannot be read, is not YAML, or does not fit the model; of several mistakes, the first.
    """
    try:
        tree = _yaml().load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(file), 1, "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(str(file), 1, "", "expected UTF-8 text") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = (error.problem or "not YAML").splitlines()[0]
        raise ConfigError(str(file), line, "", f"{problem} (expected valid YAML)") from None
    except (YAMLError, ValueError, OverflowError) as error:
        raise ConfigError(str(file), 1, "", f"expected valid YAML: {error}") from None
    except RecursionError:
        raise ConfigError(str(file), 1, "", "expected lists and keys that are not so deep in one another") from None
    try:
        return model.model_validate(tree, context=context)
    except ValidationError as error:
        mistake = error.errors()[0]
        below = getattr(mistake.get("ctx", {}).get("error"), "path", ())
        path, line = _locate(tree, (*mistake["loc"], *below))
        raise ConfigError(str(file), line, ".".join(path), _expected(mistake)) from None


def mistake_at(file: Path, location: tuple[int | str, ...], message: str) -> ConfigError:
    """A mistake that shows only when a file is used.

    Args:
        file: that was loaded.
        location: keys and positions from its root to the mistake.
        message: what is wrong.
    """
    path, line = _locate(_yaml().load(file.read_text(encoding="utf-8")), location)
    return ConfigError(str(file), line, ".".join(path), message)


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


def _expected(mistake: Any) -> str:
    match mistake["type"]:
        case "missing":
            return "this key is missing"
        case "extra_forbidden":
            return "unknown key (a slip of the pen?)"
        case "value_error":
            error = mistake["ctx"]["error"]
            simple = isinstance(mistake["input"], str | int | float)
            return f"{error} (it is {_shown(mistake['input'])})" if simple else str(error)
        case "model_type" | "dict_type":
            return f"expected keys with values (it is {_shown(mistake['input'])})"
    message = mistake["msg"].replace("Input should be", "expected").replace("String should", "expected text to")
    return f"{message} (it is {_shown(mistake['input'])})"


def _shown(value: object) -> str:
    """A value in a few words; what is in a list is not, as by anchors a small file may have lists of any size."""
    if isinstance(value, Mapping):
        return "keys with values" if value else "{}"
    if isinstance(value, list | tuple | set):
        return "a list" if value else "[]"
    shown = repr(value)
    return shown if len(shown) < 80 else shown[:77] + "…"
