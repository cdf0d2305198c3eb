"""Inputs made after other projects' bug reports, and real pages with gold: ``python -m benchmarks.cases [FOLDER]``.

The inputs are not part of the project: FOLDER has `cases/` and `pages/`, and is ``../shared/real`` if not given.
"""

import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from benchmarks.cases.http import answers
from benchmarks.cases.pages import cases, real_pages
from rasid.settings import ROOT


def main() -> None:
    """Prints what is wrong, and how many are right. The exit code is 1 when something is wrong, 2 without inputs."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "real"
    if not (folder / "cases").is_dir():
        print(f"there are no cases to try: {folder} has no folder cases/", file=sys.stderr)
        sys.exit(2)
    console = Console(width=200)
    wrong = 0
    for name, verdicts in {"pages.tsv": cases, "pages/": real_pages, "http.tsv": answers}.items():
        right = total = 0
        for verdict in verdicts(folder):
            total += 1
            right += verdict.right
            if not verdict.right:
                console.print(escape(f"  {verdict.name}: expected {verdict.expected}; found {verdict.found}"))
        console.print(f"{name}: {right} of {total} right")
        wrong += total - right
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
