"""A child process that ends with its parent, however that ends, together with all that it has started itself.

The parent holds one end of a pipe and writes nothing. The child, in a process group of its own, reads the other: that
read returns when the parent is gone, by whatever signal.
"""

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

GRACE = 10.0
"""Seconds from the request to end until the group is killed."""


@dataclass(frozen=True)
class Tied:
    """A child process that has been started.

    Attributes:
        process: the child.
    """

    process: "subprocess.Popen[Any]"
    _pipe: int

    def end(self) -> None:
        """Ends it with all that it has started, if it has not ended, and waits for that."""
        os.close(self._pipe)
        try:
            self.process.wait(2 * GRACE)
        except subprocess.TimeoutExpired:  # it is not even able to end itself
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def begin(module: str, *arguments: str, **options: Any) -> Tied:
    """Starts ``python -m module``.

    Args:
        module: that is run.
        arguments: of its command line.
        options: of `subprocess.Popen`.
    """
    theirs, ours = os.pipe()
    try:
        command = [sys.executable, "-m", __name__, str(theirs), module, *arguments]
        return Tied(subprocess.Popen(command, pass_fds=[theirs], start_new_session=True, **options), ours)
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)


@contextmanager
def tied(module: str, *arguments: str, **options: Any) -> Iterator["subprocess.Popen[Any]"]:
    """Runs ``python -m module`` as `begin` does. A context that ends well waits for the process; one that is left by an
    exception, such as Ctrl-C, ends it.

    Yields:
        the process.
    """
    child = begin(module, *arguments, **options)
    with child.process:
        try:
            yield child.process
            child.process.wait()
        finally:
            child.end()


def _watch(parent: int) -> None:
    os.read(parent, 1)
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """The child: ``python -m rasid.tied PIPE MODULE ARGUMENT…``."""
    parent, module = int(sys.argv[1]), sys.argv[2]
    threading.Thread(target=_watch, args=[parent], daemon=True).start()
    sys.argv = sys.argv[2:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
