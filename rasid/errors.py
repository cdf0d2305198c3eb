"""Errors that a user can act on: their message is all that is shown, without a traceback."""

import errno
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_USER = re.compile(r"""(?<=://)(?:[^/\s:@]*:(?!\d+[/?#])[^\s'"]*|[^/\s]*)@""")
"""Of an address, its user and password; a port is none, and a password may have a slash that should not be there."""

_ADVICE = {
    errno.EACCES: "allow the user who runs Rasid to read and write there",
    errno.EPERM: "allow the user who runs Rasid to read and write there",
    errno.EROFS: "make it writable, or choose another place with RASID_DATA",
    errno.ENOSPC: "make room there and run it again",
    errno.EDQUOT: "make room there and run it again",
    errno.EFBIG: "allow larger files (ulimit -f)",
    errno.EIO: "check that disk",
    errno.ENOLCK: "keep RASID_DATA on a file system that has locks, such as a local disk",
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.ENFILE: "allow more open files (fs.file-max)",
    errno.ENOMEM: "give it more memory",
    errno.EAGAIN: "allow more processes and threads (ulimit -u, or the container's limit) and run it again",
    errno.ENOTDIR: "a file stands where a folder is to be: move it away, or choose another place",
    errno.EEXIST: "a file stands where a folder is to be: move it away, or choose another place",
    errno.EISDIR: "a folder stands where a file is to be: move it away, or choose another place",
    errno.ENAMETOOLONG: "choose a shorter path",
    errno.ENXIO: "a pipe, a socket or a device stands where a file is to be: move it away",
    errno.ELOOP: "its links lead in a circle: choose another path",
    errno.ENOENT: "check that path",
}
"""What to do when the operating system refuses a file or folder."""
_OF_A_PATH = {errno.ENOENT, errno.EEXIST, errno.ENOTDIR, errno.EISDIR}
"""Tell the user nothing without the path."""


def without_users(text: str) -> str:
    """A text without what stands before the ``@`` in its addresses: user and password."""
    return _USER.sub("", text)


def told_by_system(error: OSError, place: str = "") -> str | None:
    """One sentence on what the operating system refused and what to do; None if the error is no such refusal.

    Args:
        error: what was raised.
        place: stands for the path where the error has none, as with a full disk.
    """
    path = error.filename.decode(errors="replace") if isinstance(error.filename, bytes) else error.filename
    # Other libraries' errors have classes of their own, and numbers of their own meaning.
    if type(error).__module__ != "builtins" or error.errno not in _ADVICE or (error.errno in _OF_A_PATH and not path):
        return None
    return f"{path or place}: {error.strerror}; {_ADVICE[error.errno]}".removeprefix(": ")


class RasidError(Exception):
    """Something that the user or the operator can put right; the message says what and how, and shows no password of
    an address.
    """

    def __init__(self, message: str) -> None:
        super().__init__(without_users(message))


MOST = 30
"""Mistakes that are told at a time."""


class ConfigError(RasidError):
    """A mistake in a YAML file.

    Args:
        file: its path.
        line: where, counted from 1.
        key: the path of the key, such as ``outlets.2.country``; empty when the whole file is meant.
        expected: what should stand there.
        others: further mistakes, which the message has on lines of their own.
    """

    def __init__(self, file: str, line: int, key: str, expected: str, others: tuple["ConfigError", ...] = ()) -> None:
        self.file, self.line, self.key, self.expected, self.others = file, line, key, expected, others
        where = f"{file}:{line}: {key}" if key else f"{file}:{line}"
        super().__init__("\n".join([f"{where}: {expected}", *map(str, others)]))

    def each(self) -> tuple["ConfigError", ...]:
        """All mistakes, each alone."""
        return (ConfigError(self.file, self.line, self.key, self.expected), *self.others)


def together(mistakes: Iterable[ConfigError]) -> ConfigError:
    """Several mistakes, at least one, as one error: each once, and not more than `MOST`."""
    each = {str(alone): alone for mistake in mistakes for alone in mistake.each()}
    first, *others = list(each.values())[:MOST]
    return ConfigError(first.file, first.line, first.key, first.expected, tuple(others))


@contextmanager
def noted(mistakes: list[ConfigError]) -> Iterator[None]:
    """Keeps a mistake that is found inside, so that those of what comes after are found, too."""
    try:
        yield
    except ConfigError as error:
        mistakes.append(error)


class UndecodableError(Exception):
    """A body that gives no text; the message says why."""
