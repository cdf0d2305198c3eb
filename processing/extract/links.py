"""Where a page leads: the way from the home page to it, and the links of its text to other sites."""

from collections.abc import Iterable
from itertools import islice
from urllib.parse import unquote, urljoin, urlsplit

from processing.html.blocks import Block
from processing.html.characters import visible
from processing.html.metadata import Metadata
from rasid.urls import canonical_url

MAX_LINKS = 50
"""Links of an article that are kept."""


def section(metadata: Metadata, blocks: list[Block]) -> tuple[str | None, str]:
    """The section as stated, or the last link of the way from the home page."""
    if metadata.section:
        return metadata.section, "meta"
    for block in blocks:
        if any("crumb" in f"{e.get('class')} {e.get('id')}".lower() for e, role in block.roles if role == "navigation"):
            links = [text for link in block.element.iter("a") if (text := visible(link.text_content()))]
            if len(links) > 1:
                return links[-1], "breadcrumb"
    return None, ""


def links_elsewhere(lines: Iterable[Block], url: str) -> tuple[str, ...]:
    """Canonical addresses on other hosts to which lines link, each once. One that holds the page's own address is a
    button: to share, translate or print it.
    """
    own = urlsplit(url)
    links: dict[str, None] = {}
    for link in (link for line in lines for link in line.links):
        try:
            target = urljoin(url, link.get("href", "").strip())
            if not target.startswith(("http://", "https://")) or urlsplit(target).netloc == own.netloc:
                continue
            canonical = canonical_url(target)
        except ValueError:  # no address at all
            continue
        if urlsplit(canonical).netloc != urlsplit(canonical_url(url)).netloc and own.netloc not in unquote(canonical):
            links[canonical] = None
    return tuple(islice(links, MAX_LINKS))
