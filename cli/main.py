"""The command line. Each command loads settings and files, calls a stage or a room, and shows what came of it.

Commands import what they need when they run, so that a short one does not wait for the rest.
"""

import codecs
import errno
import io
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli import alerts, daily, deals, desk, es, installation, outlets, pages, search, topics
from cli.session import reads_arabic
from cli.terminal import console, errors, listen
from rasid import __version__
from rasid.errors import ConfigError, RasidError, told_by_system

THIS_MACHINE = "this machine"
NO_THREAD = "can't start new thread"
"""What Python says where the system refuses one."""
LOOP = "Symlink loop"
"""What it says of such a path."""

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
for group in (daily, search, desk, deals, topics, alerts, outlets, pages, installation, es):
    app.add_typer(group.app)


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="print the version")] = False) -> None:
    """Rasid (راصد): a news monitor for Arabic."""
    if show:
        console.print(__version__)
        raise typer.Exit


_ENDS = (signal.SIGTERM, signal.SIGHUP)


def _end(number: int, _: object) -> None:
    """Lets contexts end what they have started; asked again, nobody interrupts that."""
    for each in _ENDS:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


def main() -> None:
    """Runs the command. A mistake of the user, and what the operating system refuses, ends in one sentence and exit
    code 1; a mistake of Rasid's own in a traceback.
    """
    _open_streams()
    _settle_zone()
    codecs.register_error("escape", _escape)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="escape")
    for number in _ENDS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as `nohup` has it
            signal.signal(number, _end)
    listen("search.node")  # which starts Elasticsearch, whatever the command is
    try:
        _check_arguments()
        _check_folder()
        try:
            app(prog_name="rasid")
        finally:
            sys.stdout.flush()  # what cannot be written is to be told
    except ConfigError as error:
        from rasid.mistakes import in_arabic

        message = in_arabic(error) if reads_arabic() else str(error)
    except RasidError as error:
        message = str(error)
    except OSError as error:
        if error.filename is None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else it is written to again at the end
        if isinstance(error, BrokenPipeError):  # whoever read the output has seen enough
            sys.exit(1)
        disk = "the disk of RASID_DATA, of temporary files or of the output"
        told = told_by_system(error, THIS_MACHINE if error.errno == errno.EAGAIN else disk)
        if told is None:
            raise
        message = told
    except RuntimeError as error:
        if (told := _of_the_system(error)) is None:
            raise
        message = told
    errors.print(message, style="red", soft_wrap=True)
    sys.exit(1)


def _open_streams() -> None:
    """Opens those of the first three that whoever started us has closed: the next file would else take their number,
    and whatever is written there.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
        name = ("stdin", "stdout", "stderr")[number]
        setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115
    os.close(number)


def _escape(error: UnicodeError) -> tuple[str, int]:
    """What a terminal or file cannot take is written as JSON has it: there it is still the same text."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def _of_the_system(error: RuntimeError) -> str | None:
    """What the system refuses and Python has no better error for, as a sentence."""
    if str(error) == NO_THREAD:
        return told_by_system(OSError(errno.EAGAIN, NO_THREAD), THIS_MACHINE)
    if str(error).startswith(LOOP):
        return f"{error}; links lead to each other there: remove them, or choose another place"
    return None


def _settle_zone() -> None:
    """Has a zone in `TZ` that is none mean UTC, as the system has it: libraries fail on it."""
    try:
        ZoneInfo(os.environ.get("TZ", "").removeprefix(":") or "UTC")
    except (OSError, ValueError, KeyError):
        os.environ["TZ"] = "UTC"
        time.tzset()


def _check_arguments() -> None:
    for argument in sys.argv[1:]:
        try:
            argument.encode()
        except UnicodeEncodeError:
            encoding = sys.getfilesystemencoding()
            raise RasidError(f"the argument {argument!a} is not {encoding}; write it so, or set LC_ALL") from None


def _check_folder() -> None:
    try:
        Path.cwd()
    except FileNotFoundError:
        raise RasidError("the folder in which this command runs was deleted: go to another one (cd)") from None
