"""Names that a person may have meant: what is told of a slip of the pen."""

from collections.abc import Collection
from difflib import get_close_matches

LISTED = 20
"""Names that are told when none is near."""


def near(name: str, known: Collection[str]) -> str | None:
    """The known name that is most like another one, such as S-400 for s400; None if none is like it."""
    plain: dict[str, str] = {}
    for each in known:
        plain.setdefault(_plain(each), each)
    found = get_close_matches(_plain(name), plain, n=1, cutoff=0.6)
    return plain[found[0]] if found else None


def there_is_no(kind: str, name: str, known: Collection[str]) -> str:
    """A sentence that says that a name is unknown, and which is meant or which there are."""
    if meant := near(name, known):
        return f"there is no {kind} {name}; did you mean {meant}?"
    shown = ", ".join(sorted(known)[:LISTED])
    more = f" and {len(known) - LISTED} more" if len(known) > LISTED else ""
    return f"there is no {kind} {name}; expected of: {shown or 'none'}{more}"


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum()) or name
