"""YAML files as they are written: read one by one, put together, and where in them a thing stands."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node

from rasid.errors import ConfigError
from rasid.printable import shortened
from rasid.storage import regular

COMMAS = {
    "،": "there is an Arabic comma «،» on this line: put a Latin one in its place: ,",
    "؛": "there is an Arabic semicolon «؛» on this line: put a Latin comma in its place: ,",
}
"""What takes the place of a comma in Arabic text → what a person is told who wrote it where YAML wants a comma."""
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")


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
class Part:
    """A file, as it is written."""

    file: Path
    tree: Any


def parts_of(files: Path | Sequence[Path]) -> tuple[list[Part], list[ConfigError]]:
    """The files as they are written, and the mistakes of those that cannot be read or are not YAML."""
    parts, mistakes = [], []
    for file in [files] if isinstance(files, Path) else files:
        try:
            parts.append(Part(file, _read(file)))
        except ConfigError as error:
            mistakes.append(error)
    return parts, mistakes


def _read(file: Path) -> Any:
    try:
        text = regular(file).read_text(encoding="utf-8")
        return _yaml().load(text)
    except OSError as error:
        raise ConfigError(str(file), 1, "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(str(file), 1, "", "expected UTF-8 text") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        told = f"{_problem(error)} (expected valid YAML)"
        raise ConfigError(str(file), line, "", told + comma_told(_list_before(text, line))) from None
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


def comma_told(written: object) -> str:
    """What is added to a mistake in a value, or part of a line, that has an Arabic comma; nothing where it has none."""
    found = [told for comma, told in COMMAS.items() if isinstance(written, str) and comma in written]
    return f"; {found[0]}" if found else ""


def _list_before(text: str, line: int) -> str:
    """What stands in brackets on a line and on that before it, without what is in quotes: where the parser stops, the
    comma that it misses is not far.
    """
    near = "\n".join(text.splitlines()[max(line - 2, 0) : line])
    return "".join(re.findall(r"[\[{]([^\n]*)", _QUOTED.sub("", near)))


def joined(parts: Sequence[Part]) -> tuple[Any, list[ConfigError]]:
    """What the files have as a whole, and the mistakes in that: one thing that stands in two of them."""
    if len(parts) == 1:
        return parts[0].tree, []
    whole: dict[str, Any] = {}
    mistakes = []
    for part in parts:
        if part.tree is None:  # nothing but comments
            continue
        if not isinstance(part.tree, CommentedMap):
            mistakes.append(ConfigError(str(part.file), 1, "", "expected keys with values"))
            continue
        for key, value in part.tree.items():
            there = whole.get(key)
            if there is None:
                whole[key] = value
            elif isinstance(value, Mapping) and isinstance(there, Mapping):
                mistakes += [_second(part, (key, name)) for name in value if name in there]
                whole[key] = {**there, **{name: each for name, each in value.items() if name not in there}}
            elif isinstance(value, list) and isinstance(there, list):
                whole[key] = [*there, *value]
            elif value is not None:
                mistakes.append(_second(part, (key,)))
    return whole, mistakes


def _second(part: Part, location: tuple[int | str, ...]) -> ConfigError:
    path, line = _locate(part.tree, location)
    return ConfigError(str(part.file), line, ".".join(path), "stands in an earlier file, too; expected it once")


def place(parts: Sequence[Part], location: tuple[int | str, ...]) -> tuple[Path, list[str], int]:
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
