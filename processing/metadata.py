"""What a page states about its article for machines: JSON-LD, microdata, meta elements, microformats."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from processing.characters import visible

MAX_OBJECTS = 200
"""JSON-LD objects that are looked at on one page."""

_WEAK_DATES = (
    "pubdate",
    "publishdate",
    "publish-date",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "datecreated",
)
_AUTHORS = ("author", "article:author", "dc.creator", "og:article:author", "twitter:creator")
_MICRODATA = {
    "title": XPath("(//*[@itemprop='headline'])[1]"),
    "date": XPath(
        "(//*[@itemprop='datePublished'])[1]/@*[name()='content' or name()='datetime']"
        " | (//*[@itemprop='datePublished'])[1][not(@content) and not(@datetime)]"
    ),
    "author": XPath(
        "//*[@itemprop='author']//*[@itemprop='name'] | //*[@itemprop='author'][not(.//*[@itemprop='name'])]"
    ),
}
_MICROFORMAT = XPath("//*[contains(concat(' ', @class, ' '), ' published ')]/@*[name()='title' or name()='datetime']")
_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report|Review)$")
_BROKEN = {
    key: re.compile(rf'"{key}"\s*:\s*"((?:[^"\\]|\\.)*)"') for key in ("headline", "datePublished", "articleSection")
}


@dataclass(frozen=True)
class Metadata:
    """Statements about the article, each list with the most trusted first.

    Attributes:
        titles: where they stand, and the text.
        dates: of publication.
        weak_dates: that may as well be the day on which the page was made.
        authors: persons, as stated; the outlet's own name may be among them.
        section: or None.
        summary: or None.
        image: its address as stated, or None.
        sites: names of the outlet.
    """

    titles: tuple[tuple[str, str], ...]
    dates: tuple[tuple[str, str], ...]
    weak_dates: tuple[tuple[str, str], ...]
    authors: tuple[tuple[str, str], ...]
    section: str | None
    summary: str | None
    image: str | None
    sites: tuple[str, ...]


def read_metadata(tree: HtmlElement) -> Metadata:
    """The statements of a page."""
    titles: list[str] = []
    dates: list[str] = []
    authors: list[str] = []
    sections: list[str] = []
    images: list[str] = []
    sites: list[str] = []
    metas = _metas(tree)
    for thing in _json_ld(tree):
        kind = thing.get("@type")
        kinds = [str(each) for each in kind] if isinstance(kind, list) else [str(kind)]
        if "WebSite" in kinds or any(each.endswith("Organization") for each in kinds):
            sites += _names(thing)
        if not any(map(_ARTICLE_TYPE.search, kinds)) or dates:
            continue
        titles += _texts(thing.get("headline")) or _texts(thing.get("name"))
        dates += _texts(thing.get("datePublished"))
        authors += [name for person in _list(thing.get("author")) for name in _person(person)]
        sites += [name for publisher in _list(thing.get("publisher")) for name in _names(publisher)]
        sections += [text for section in _list(thing.get("articleSection")) for text in _texts(section)]
        images += [text for image in _list(thing.get("image")) for text in _address(image)]
    return Metadata(
        titles=(
            *(("json-ld", text) for text in titles),
            *((name, text) for name in ("og:title", "twitter:title") for text in metas[name]),
            *(("microdata", text) for text in _found(tree, _MICRODATA["title"])),
        ),
        dates=(
            *(("json-ld", text) for text in dates),
            *(("article:published_time", text) for text in metas["article:published_time"]),
            *(("microdata", text) for text in _found(tree, _MICRODATA["date"])),
            *(("microformat", text) for text in _found(tree, _MICROFORMAT)),
        ),
        weak_dates=tuple(("meta", text) for name in _WEAK_DATES for text in metas[name]),
        authors=(
            *(("json-ld", text) for text in authors),
            *(("microdata", text) for text in _found(tree, _MICRODATA["author"])),
            *(("meta", text) for name in _AUTHORS for text in metas[name]),
        ),
        section=next(iter((*metas["article:section"], *sections)), None),
        summary=next(iter((*metas["og:description"], *metas["description"])), None),
        image=next(iter((*metas["og:image"], *metas["twitter:image"], *images)), None),
        sites=tuple(dict.fromkeys((*metas["og:site_name"], *sites))),
    )


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    """The contents of the meta elements by their names in small letters."""
    found: dict[str, list[str]] = defaultdict(list)
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if name and (text := visible(element.get("content", ""))):
            found[name.lower()].append(text)
    return found


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The objects of a page's JSON-LD in their order; of broken JSON, an article with what can be read."""
    for script in tree.iter("script"):
        if "ld+json" not in script.get("type", ""):
            continue
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip(" ;\n")
        try:
            waiting = [json.loads(text, strict=False)]
        except (json.JSONDecodeError, RecursionError):
            found = {key: match[1] for key, pattern in _BROKEN.items() if (match := pattern.search(text))}
            waiting = [{"@type": "Article", **found}] if found else []
        for _ in range(MAX_OBJECTS):
            if not waiting:
                break
            thing = waiting.pop(0)
            if isinstance(thing, list):
                waiting = [*thing, *waiting]
            elif isinstance(thing, dict):
                yield thing
                waiting += [thing[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in thing]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _texts(value: object) -> list[str]:
    text = visible(unescape(value)) if isinstance(value, str) else ""
    return [text] if text else []


def _names(thing: object) -> list[str]:
    return _texts(thing.get("name")) if isinstance(thing, dict) else []


def _person(author: object) -> list[str]:
    if isinstance(author, dict):
        return [] if str(author.get("@type")).endswith("Organization") else _names(author)
    return _texts(author)


def _address(image: object) -> list[str]:
    return _texts(image.get("url")) if isinstance(image, dict) else _texts(image)


def _found(tree: HtmlElement, path: XPath) -> list[str]:
    nodes = cast("list[str | HtmlElement]", path(tree))
    return [text for node in nodes if (text := visible(node if isinstance(node, str) else node.text_content()))]
