"""The command line in the process of the tests: as a program it takes two seconds to load what these have loaded.

What a process of its own would have is as it would be there: arguments, variables, folder, streams, warnings, the exit
code, and a traceback where nothing else is said.
"""

import logging
import os
import signal
import subprocess
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, chdir, contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO
from unittest.mock import patch

from cli import terminal
from cli.main import main

UNSEEN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
"""Warnings that Python shows to those alone who ask for them."""


def call(
    arguments: tuple[str, ...], environment: Mapping[str, str], folder: Path, stdin: str | None = None
) -> "subprocess.CompletedProcess[str]":
    """Runs a command, as `subprocess.run` would.

    Args:
        arguments: of the command.
        environment: all of its variables.
        folder: where it runs.
        stdin: that it reads.
    """
    with TemporaryFile("w+", encoding="utf-8") as stdout, TemporaryFile("w+", encoding="utf-8") as stderr:
        given = TextIOWrapper(BytesIO((stdin or "").encode()), encoding="utf-8")
        with ExitStack() as stack:
            stack.enter_context(patch.dict(os.environ, environment, clear=True))
            stack.enter_context(chdir(folder))
            streams = {"stdin": given, "stdout": stdout, "stderr": stderr}
            stack.enter_context(patch.multiple(sys, argv=["rasid", *arguments], **streams))
            stack.enter_context(_signals())
            stack.enter_context(_told_on_stderr())
            terminal.console.width = terminal.errors.width = int(environment["COLUMNS"])
            code = _exit_code()
        return subprocess.CompletedProcess(arguments, code, _text(stdout), _text(stderr))


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:  # as the interpreter does
        traceback.print_exc()
        return 1
    return 0


@contextmanager
def _signals() -> Iterator[None]:
    """What the command sets goes with it."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@contextmanager
def _told_on_stderr() -> Iterator[None]:
    """Warnings and what is logged, which pytest would take, go where they go without it."""

    def show(message: Warning | str, category: type[Warning], file: str, number: int, *_: object) -> None:
        print(warnings.formatwarning(message, category, file, number), end="", file=sys.stderr)

    with warnings.catch_warnings(), patch.object(logging.root, "handlers", []):
        warnings.resetwarnings()
        for category in UNSEEN:
            warnings.simplefilter("ignore", category)
        warnings.showwarning = show
        yield


def _text(stream: TextIO) -> str:
    stream.seek(0)
    return stream.read()
