"""What a feed, sitemap or section page lists."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from html.entities import html5

from rasid.records import Link
from rasid.urls import BadAddressError, web_address

MAX_SHOWN = 200
"""Characters of an address that is none."""

_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?\]\]>|&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);|&(?:(\w+);)?", re.DOTALL | re.IGNORECASE
)


class BrokenSourceError(Exception):
    """A feed, sitemap or section page that cannot be read; the message says why."""


@dataclass
class Listing:
    """The links of one answer of a source, filled by its reader.

    Attributes:
        links: to pages, in its order.
        bad: entries to which no request can be sent: what stands for the address, and why.
        further: addresses to read on: of sitemaps, or of the section's next page.
        latest: when a page or sitemap was published or changed last, by its address, where that is known.
        left_out: why not all of it was read; None if it was.
    """

    links: list[Link] = field(default_factory=list)
    bad: dict[str, str] = field(default_factory=dict)
    further: list[str] = field(default_factory=list)
    latest: dict[str, datetime] = field(default_factory=dict)
    left_out: str | None = None

    def address(self, text: str, base: str) -> str | None:
        """The address that an entry gives; None if no request can be sent to it, which is noted."""
        try:
            return web_address(text, base)
        except BadAddressError as error:
            self.note_bad(text, f"{error}")
            return None

    def note_bad(self, shown: str, why: str) -> None:
        """Notes an entry without an address that can be asked for."""
        self.bad[shown[:MAX_SHOWN]] = why


def parsable(text: str) -> str:
    """XML without references that it does not know: a recovering parser would leave them out, and so change addresses.

    A name of HTML's, such as ``&nbsp;``, is replaced by its letter, an ampersand that begins no reference is escaped.

    Raises:
        BrokenSourceError: it declares entities, which no feed or sitemap needs: that blows readers up or reads files.
    """
    if "<!ENTITY" in text:
        raise BrokenSourceError("it declares entities")
    return _REFERENCE.sub(_known, text.lstrip())


def _known(reference: re.Match[str]) -> str:
    if reference[0] == "&" or reference[1]:
        return html5.get(f"{reference[1]};") or f"&amp;{reference[0][1:]}"
    return reference[0]
