"""What came of a case."""

from typing import NamedTuple


class Verdict(NamedTuple):
    """A case's name, whether it is right, what was expected, what was found."""

    name: str
    right: bool
    expected: str
    found: str
