"""Texts from the web as one line of a message, a feed or a terminal."""

import re

from rasid.letters import CONTROLS
from rasid.printable import printable, shortened

MAX_TITLE = 200
"""Characters of a title in a message; titles come from the web."""
_UNSHOWN = re.compile(rf"[{CONTROLS}\s]+")


def one_line(text: str, length: int = MAX_TITLE) -> str:
    """A text from the web, for one line: without controls that hide or turn what follows, and not too long."""
    return shortened(_UNSHOWN.sub(" ", printable(text)).strip(), length)
