"""What a page states about its article for machines: JSON-LD, microdata, meta elements, microformats."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from processing.characters import visible

MAX_OBJECTS = 200
"""JSON-LD objects that are looked at on one page."""

_TITLES = {
    "og:title": "//meta[@property='og:title' or @name='og:title']/@content",
    "twitter:title": "//meta[@name='twitter:title' or @property='twitter:title']/@content",
    "microdata": "(//*[@itemprop='headline'])[1]",
}
_DATES = {
    "article:published_time": "//meta[@property='article:published_time' or @name='article:published_time']/@content",
    "microdata": "(//*[@itemprop='datePublished'])[1]/@*[name()='content' or name()='datetime']"
    " | (//*[@itemprop='datePublished'])[1][not(@content) and not(@datetime)]",
    "microformat": "//*[contains(concat(' ', @class, ' '), ' published ')]/@*[name()='title' or name()='datetime']",
}
_WEAK_DATES = {
    "meta": "//meta[@name='pubdate' or @name='publishdate' or @name='publish-date' or @name='date' or @name='DC.date'"
    " or @name='DC.date.issued' or @name='dcterms.created' or @itemprop='dateCreated']/@content",
}
_AUTHORS = {
    "microdata": "//*[@itemprop='author']//*[@itemprop='name'] | //*[@itemprop='author'][not(.//*[@itemprop='name'])]",
    "meta": "//meta[@name='author' or @property='article:author' or @name='dc.creator' or @name='DC.creator'"
    " or @property='og:article:author' or @name='twitter:creator']/@content",
}
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
        titles=(*(("json-ld", text) for text in titles), *_stated(tree, _TITLES)),
        dates=(*(("json-ld", text) for text in dates), *_stated(tree, _DATES)),
        weak_dates=tuple(_stated(tree, _WEAK_DATES)),
        authors=(*(("json-ld", text) for text in authors), *_stated(tree, _AUTHORS)),
        section=_first(tree, "//meta[@property='article:section']/@content") or next(iter(sections), None),
        summary=_first(tree, "//meta[@property='og:description']/@content | //meta[@name='description']/@content"),
        image=_first(tree, "//meta[@property='og:image' or @name='twitter:image']/@content")
        or next(iter(images), None),
        sites=tuple(dict.fromkeys((*_found(tree, "//meta[@property='og:site_name']/@content"), *sites))),
    )


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The objects of a page's JSON-LD in their order; of broken JSON, an article with what can be read."""
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
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


def _stated(tree: HtmlElement, paths: dict[str, str]) -> Iterator[tuple[str, str]]:
    for source, path in paths.items():
        for text in _found(tree, path):
            yield source, text


def _found(tree: HtmlElement, path: str) -> list[str]:
    nodes = tree.xpath(path)
    return [text for node in nodes if (text := visible(node if isinstance(node, str) else node.text_content()))]


def _first(tree: HtmlElement, path: str) -> str | None:
    return next(iter(_found(tree, path)), None)
