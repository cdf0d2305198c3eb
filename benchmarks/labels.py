"""Labelled data: files of JSON Lines, each described by the `labelling.md` beside it."""

import json
from pathlib import Path
from typing import Any


def read_labels(file: Path) -> list[dict[str, Any]]:
    """The objects of a file, one a line.

    Raises:
        SystemExit: a line is no JSON object; the message names it.
    """
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise SystemExit(f"{file}:{number}: expected a JSON object ({error})") from None
        if not isinstance(row, dict):
            raise SystemExit(f"{file}:{number}: expected a JSON object")
        rows.append(row)
    return rows
