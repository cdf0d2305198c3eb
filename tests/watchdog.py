"""Ends what tests have started when the tests end, however they do: a node in a session of its own would go on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

MARK = "TESTS_OF_RASID"
"""A variable that the processes of a test session have, with its folder."""


@contextmanager
def watched(folder: Path) -> Iterator[None]:
    """What is started in the context ends with this process, at the latest."""
    os.environ[MARK] = str(folder)
    command = [sys.executable, __file__, str(folder)]
    environment = {name: value for name, value in os.environ.items() if name != MARK}
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, start_new_session=True):
        yield  # the pipe is closed at the end, or with this process


def marked(folder: str) -> list[psutil.Process]:
    """The processes of a test session that are left."""
    found = psutil.process_iter(["environ"])
    return [each for each in found if (each.info["environ"] or {}).get(MARK) == folder]


def main() -> None:
    """Waits for the end of standard input."""
    sys.stdin.read()
    left = marked(sys.argv[1])
    for end in (psutil.Process.terminate, psutil.Process.kill):
        for process in left:
            print(f"still there after the tests: {process}", file=sys.stderr)
            end(process)
        _, left = psutil.wait_procs(left, timeout=10)


if __name__ == "__main__":
    main()
