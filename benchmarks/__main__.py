"""Lists all benchmarks: ``python -m benchmarks``."""

import ast
import re
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

HERE = Path(__file__).parent


def commands() -> dict[str, str]:
    """Module → what it measures or makes, of all whose docstring begins with their command."""
    found = {}
    for file in sorted(HERE.rglob("*.py")):
        module = ".".join((HERE.name, *file.relative_to(HERE).with_suffix("").parts)).removesuffix(".__main__")
        said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        about = " ".join(said.split("\n\n")[0].split())
        if f"python -m {module}" in about and module != HERE.name:
            sentence = re.sub(r":? ?``python -m [^`]*``[:.]? ?", "", about).split(". ")[0].rstrip(".")
            found[module] = sentence[:1].upper() + sentence[1:]
    return found


def main() -> None:
    """Prints a line each."""
    table = Table(box=None, show_header=False)
    for module, about in commands().items():
        table.add_row(f"python -m {module}", escape(about))
    Console().print(table)


if __name__ == "__main__":
    main()
