"""A file fits a few screens, and a function one."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from rasid.settings import ROOT

MOST_OF_FILE = 350
MOST_OF_FUNCTION = 60
ROOMS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["packages"]


def _too_long(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    if (lines := len(text.splitlines())) > MOST_OF_FILE:
        yield f"{file.name}: {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno
            if (lines := node.end_lineno - node.lineno + 1) > MOST_OF_FUNCTION:
                yield f"{file.name}: {node.name} has {lines} lines"


@pytest.mark.parametrize("room", ROOMS)
def test_files_and_functions_are_short(room: str) -> None:
    files = list((ROOT / room).rglob("*.py"))
    assert files
    assert [told for file in files for told in _too_long(file)] == []


def test_what_is_too_long_is_told(tmp_path: Path) -> None:
    line = "    pass\n"
    fits = f"def fits() -> None:\n{line * (MOST_OF_FUNCTION - 1)}"
    does_not = f"async def does_not() -> None:\n{line * MOST_OF_FUNCTION}"
    file = tmp_path / "long.py"
    file.write_text(f"{fits}{does_not}")
    assert list(_too_long(file)) == ["long.py: does_not has 61 lines"]
    file.write_text("pass\n" * (MOST_OF_FILE + 1))
    assert list(_too_long(file)) == ["long.py: 351 lines"]
