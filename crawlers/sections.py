"""Section pages: pages that link to articles."""

import re
from itertools import islice
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lxml import etree, html

from crawlers.listing import BrokenSourceError, Listing
from rasid.records import Link
from rasid.urls import MAX_ADDRESS, BadAddressError, web_address

ARTICLE_PATH = re.compile(r"\d{4,}|[^/]+(?:[-_][^/]+){3,}")
"""In the path of an article: a number of four digits or more, or a slug of four words or more."""

_OTHER_SCHEME = re.compile(r"\s*(?!https?:)[a-z][\w+.-]*:", re.IGNORECASE)
_TITLE_STEPS = 100
"""Elements of a link that are looked at for its text: those of a hostile page are nested in each other."""


def read_section(text: str, url: str, pattern: str | None) -> Listing:
    """The article links of a section page, in its order, each once, and the page after it if it names one.

    Args:
        text: of the page.
        url: that it came from.
        pattern: regular expression that an article's address matches; without it, those of the same host whose path
            looks like an article's (`ARTICLE_PATH`).

    Raises:
        BrokenSourceError: it has no links at all.
    """
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        tree = html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError as error:
        raise BrokenSourceError(f"not a readable page: {error}") from None
    listing, titles = Listing(), dict[str, str]()
    if any("depth" in error.message for error in parser.error_log):
        listing.left_out = "limit: its elements are nested too deeply to be read to the end"
    base = base_address(tree, url)
    host = urlsplit(url).hostname
    anchors = [anchor for anchor in tree.iter("a") if anchor.get("href")]
    if not anchors:
        raise BrokenSourceError("no links on the page")
    for anchor in anchors:
        href = anchor.get("href", "")
        if _OTHER_SCHEME.match(href):  # such as mailto:
            continue
        try:
            address = urldefrag(web_address(href, base)).url
        except BadAddressError as error:
            if len(href) <= MAX_ADDRESS or _leads_to(href, base, host):  # longer ones share the page elsewhere
                listing.note_bad(href, f"{error}")
            continue
        if address == url:
            continue
        parts = urlsplit(address)
        if (
            re.search(pattern, address)
            if pattern
            else parts.hostname == host and ARTICLE_PATH.search(unquote(parts.path))
        ):
            titles[address] = max(titles.get(address, ""), _title(anchor), key=len)
    listing.links += [Link(address, "section", url, title or None) for address, title in titles.items()]
    for node in tree.iter("link", "a"):
        if node.get("href") and "next" in node.get("rel", "").lower().split():
            if following := listing.address(node.get("href", ""), base):
                listing.further.append(following)
            break
    return listing


def base_address(tree: html.HtmlElement, url: str) -> str:
    """What relative links start from."""
    stated = next((node.get("href") for node in tree.iter("base") if node.get("href")), None)
    try:
        return web_address(stated, url) if stated else url
    except BadAddressError:
        return url


def _leads_to(href: str, base: str, host: str | None) -> bool:
    """Whether a link means a host, as far as its address shows."""
    try:
        return urlsplit(urljoin(base, href)).hostname == host
    except ValueError:
        return True


def _title(anchor: html.HtmlElement) -> str:
    steps = islice(etree.iterwalk(anchor, ("start", "end")), _TITLE_STEPS)
    texts = (
        (node.text if event == "start" else node.tail if node is not anchor else "") or "" for event, node in steps
    )
    return " ".join("".join(texts).split())
