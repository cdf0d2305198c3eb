"""Errors that a user can act on: their message is all that is shown, without a traceback."""


class RasidError(Exception):
    """Something that the user or the operator can put right; the message says what and how."""


class ConfigError(RasidError):
    """A mistake in a YAML file.

    Args:
        file: its path.
        line: where, counted from 1.
        key: the path of the key, such as ``outlets.2.country``; empty when the whole file is meant.
        expected: what should stand there.
    """

    def __init__(self, file: str, line: int, key: str, expected: str) -> None:
        self.file, self.line, self.key, self.expected = file, line, key, expected
        where = f"{file}:{line}: {key}" if key else f"{file}:{line}"
        super().__init__(f"{where}: {expected}")


class UndecodableError(Exception):
    """A body that gives no text; the message says why."""
