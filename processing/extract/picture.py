"""An article's picture: the one that the page states, or the first that stands with the text."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from lxml.html import HtmlElement

from processing.extract.bounds import is_address
from processing.html.blocks import role_of

SMALLEST = 100
"""Pixels in width and height of what is a picture and no icon."""
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-original-src", "data-url", "data-image")
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_BETWEEN_CANDIDATES = re.compile(r",\s+|(?<=\d[wx]),")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)[wx]")
_DECORATION = re.compile(
    r"logo|icon|avatar|emoji|smil|placeholder|spacer|blank\.|pixel|loading|spinner|sprite|\.svg\b", re.I
)


def find_picture(stated: Iterable[str], elements: Iterable[HtmlElement], url: str) -> tuple[str | None, str]:
    """The picture's address and where it was found, ``meta`` or ``img``.

    Args:
        stated: addresses that the page states, the most trusted first.
        elements: with the title and the text.
        url: of the page.
    """
    for source, addresses in (("meta", stated), ("img", _shown(elements))):
        for written in addresses:
            if address := _absolute(written, url):
                return address, source
    return None, ""


def _shown(elements: Iterable[HtmlElement]) -> Iterator[str]:
    """What the images show, each with its address for browsers that load it late first."""
    for image in (image for element in elements for image in element.iter("img")):
        sizes = [int(size) for name in ("width", "height") if (size := image.get(name, "")).isdigit()]
        if any(size < SMALLEST for size in sizes) or any(role_of(each) for each in image.iterancestors()):
            continue
        sets = [largest for name in _SETS if (largest := _largest(image.get(name, "")))]
        for address in (*(image.get(name, "") for name in _LAZY), *sets, image.get("src", "")):
            if not _DECORATION.search(address):
                yield address


def _largest(srcset: str) -> str:
    """The address of the largest picture of a set."""
    candidates = [words for candidate in _BETWEEN_CANDIDATES.split(srcset) if (words := candidate.split())]
    return max(candidates, key=_size)[0] if candidates else ""


def _size(candidate: list[str]) -> float:
    size = _SIZE.fullmatch(candidate[-1])
    return float(size[1]) if size else 1.0


def _absolute(written: str, url: str) -> str | None:
    """An address to link to; None of what a script or the page itself holds."""
    cleaned = re.sub(r"\s", "%20", written.strip().replace("&amp;", "&"))
    try:
        address = urljoin(url, cleaned) if cleaned and not cleaned.startswith("#") else ""
    except ValueError:  # such as http://[broken
        return None
    return address if is_address(address) else None
