"""What a page states about its article for machines: JSON-LD, microdata, meta elements, microformats."""

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any, cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from processing.html.characters import plain, visible
from processing.html.json_ld import json_ld
from processing.html.likeness import shares_words
from processing.html.stated_authors import authors_of, meta_authors
from rasid.letters import normalise

_DATES = """
article:published_time article:published article.published og:published_time og:article:published_time
og:article:published published_time published_at datepublished date_published parsely-pub-date sailthru.date
publish_date publish-date publish_time publishdate publishtime publication_date publication-date publicationdate
pub_date article:publicationdate article_date_original article:post_date article:create_time citation_publication_date
dcterms.issued dc.date.issued dc.issued dc.date.published cxenseparse:recs:publishtime cxenseparse:publishtime
rnews:datepublished news:publication_date vr:published_time bt:pubdate rbpubdate displaydate nrk_published_at
"""
_WEAK_DATES = """
pubdate date dc.date dcterms.date dcterms.created dc.date.created dc.created datecreated article.created created
creation_date article:created_time citation_date eprints.date
"""
_CHANGES = """
article:modified_time article:modified og:updated_time og:article:modified_time article:updated_time updated_time
datemodified date_modified modified_time modified_at last-modified lastmodified last_modified lastmod revised
dcterms.modified dc.date.modified dc.modified sailthru.modified vr:updated_time bt:moddate rnews:datemodified
"""
_IMAGES = "og:image og:image:secure_url og:image:url twitter:image twitter:image:src thumbnail"


def _microdata_date(name: str) -> XPath:
    element = f"(//*[@itemprop='{name}'])[1]"
    attribute = "@*[name()='content' or name()='datetime']"
    return XPath(f"{element}/{attribute} | {element}[not(@content) and not(@datetime)]")


_AUTHOR = (
    "//*[@itemprop='author'][not(ancestor::*[contains(@itemtype, 'Comment') or contains(@itemprop, 'comment')])]"
    "[count(ancestor::*[contains(@itemtype, 'Article') or contains(@itemtype, 'BlogPosting')][1]"
    "/preceding::*[contains(@itemtype, 'Article') or contains(@itemtype, 'BlogPosting')]) = 0]"
)
"""Of the first article on the page: others, and readers' comments, have authors of their own."""
_MICRODATA = {
    "title": XPath("(//*[@itemprop='headline'])[1]"),
    "date": _microdata_date("datePublished"),
    "change": _microdata_date("dateModified"),
    "image": XPath("(//*[@itemprop='image'])[1]/@*[name()='content' or name()='src' or name()='href']"),
    "author": XPath(f"{_AUTHOR}//*[@itemprop='name'] | {_AUTHOR}[not(.//*[@itemprop='name'])]"),
}
_ANY_MICRODATA = XPath("boolean(//@itemprop)")
_MICROFORMAT = XPath("//*[contains(concat(' ', @class, ' '), ' published ')]/@*[name()='title' or name()='datetime']")
BEGINNING = 3_000
"""Characters at the beginning of a text in which a title's words are looked for."""
_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report|Review)$")


@dataclass(frozen=True)
class Metadata:
    """Statements about the article, each list with the most trusted first.

    Attributes:
        titles: where they stand, and the text.
        dates: of publication.
        weak_dates: that may as well be the day on which the page was made.
        changes: dates of later versions.
        authors: persons, as stated; the outlet's own name may be among them.
        organisations: that are stated as authors.
        section: or None.
        summary: or None.
        images: addresses of its picture as stated.
        sites: names of the outlet.
    """

    titles: tuple[tuple[str, str], ...]
    dates: tuple[tuple[str, str], ...]
    weak_dates: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str], ...]
    authors: tuple[tuple[str, str], ...]
    organisations: tuple[str, ...]
    section: str | None
    summary: str | None
    images: tuple[str, ...]
    sites: tuple[str, ...]

    def about(self, text: str) -> "Metadata":
        """Without what is stated of another article than the one with this text: a page may hold what its template,
        or the page that was shown before, had. Its days remain as what may be right.

        Args:
            text: title and body.
        """
        view = normalise(text[:BEGINNING])
        fits = {"json-ld": False, "microdata": False, "meta": False}
        for source, title in self.titles:
            kind = source if source in fits else "meta"
            fits[kind] = fits[kind] or shares_words(title, view)
        stated = {source if source in fits else "meta" for source, _ in self.titles}
        strange = {kind for kind in stated if not fits[kind]}
        if not strange:
            return self
        wrong = [date for date in self.dates if _kind(date[0]) in strange]
        return replace(
            self,
            dates=tuple(date for date in self.dates if date not in wrong),
            weak_dates=(*self.weak_dates, *wrong),
            changes=tuple(date for date in self.changes if _kind(date[0]) not in strange),
            authors=tuple(each for each in self.authors if _kind(each[0]) not in strange),
            section=None if "meta" in strange else self.section,
            summary=None if "meta" in strange else self.summary,
        )


def _kind(source: str) -> str:
    """Of the three ways to state something, that of a source: ``article:published_time`` is one of ``meta``."""
    source = source.partition(",")[0]
    return source if source in {"json-ld", "microdata"} else "meta"


def read_metadata(tree: HtmlElement) -> Metadata:
    """What a page states about its article for machines."""
    metas = _metas(tree)
    has_microdata = bool(_ANY_MICRODATA(tree))
    microdata = {name: _found(tree, path) if has_microdata else [] for name, path in _MICRODATA.items()}
    stated = _of_json_ld(json_ld(tree))
    return Metadata(
        titles=(
            *(("json-ld", text) for text in stated.titles),
            *((name, plain(text)) for name in ("og:title", "twitter:title") for text in metas[name]),
            *(("microdata", plain(text)) for text in microdata["title"]),
        ),
        dates=(
            *(("json-ld", text) for text in stated.dates),
            *((name, text) for name in _DATES.split() for text in metas[name]),
            *(("microdata", text) for text in microdata["date"]),
            *(("microformat", text) for text in _found(tree, _MICROFORMAT)),
        ),
        weak_dates=(
            *(("json-ld", text) for text in stated.dates_of_page),
            *(("meta", text) for name in _WEAK_DATES.split() for text in metas[name]),
        ),
        changes=(
            *(("json-ld, change", text) for text in stated.changes),
            *((f"{name}, change", text) for name in _CHANGES.split() for text in metas[name]),
            *(("microdata, change", text) for text in microdata["change"]),
        ),
        authors=(
            *(("json-ld", text) for text in stated.authors),
            *(("microdata", text) for text in microdata["author"]),
            *(("meta", text) for text in meta_authors(metas)),
        ),
        organisations=tuple(stated.organisations),
        section=next(filter(None, (*map(plain, metas["article:section"]), *stated.sections)), None),
        summary=next(filter(None, map(plain, (*metas["og:description"], *metas["description"]))), None),
        images=(
            *(text for name in _IMAGES.split() for text in metas[name]),
            *stated.images,
            *(text for link in tree.iter("link") if link.get("rel") == "image_src" and (text := link.get("href"))),
            *microdata["image"],
        ),
        sites=tuple(dict.fromkeys((*metas["og:site_name"], *stated.sites))),
    )


@dataclass
class _OfJsonLd:
    """What JSON-LD states of the article, and what of the page and its site."""

    titles: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    dates_of_page: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)


def _of_json_ld(things: list[dict[str, Any]]) -> _OfJsonLd:
    """What a page's objects state; of its articles those up to the first that has a date count."""
    found = _OfJsonLd()
    by_id = {str(thing["@id"]): thing for thing in reversed(things) if "@id" in thing and len(thing) > 1}
    for thing in things:
        kind = thing.get("@type")
        kinds = [str(each) for each in kind] if isinstance(kind, list) else [str(kind)]
        if "WebSite" in kinds or any(each.endswith("Organization") for each in kinds):
            found.sites += _names(thing)
        if "WebPage" in kinds:
            found.dates_of_page += _dates(thing.get("datePublished"))
        template = "%" in str(thing.get("headline"))[:1]  # «%title%»
        if not any(map(_ARTICLE_TYPE.search, kinds)) or found.dates or template:
            continue
        found.titles += _texts(thing.get("headline")) or _texts(thing.get("name"))
        found.dates += _dates(thing.get("datePublished")) or _dates(thing.get("dateCreated"))
        found.changes += _dates(thing.get("dateModified"))
        persons, bodies = authors_of(thing, by_id)
        found.authors += persons
        found.organisations += bodies
        found.sites += [name for publisher in _list(thing.get("publisher")) for name in _names(publisher)]
        found.sections += [text for section in _list(thing.get("articleSection")) for text in _texts(section)]
        found.images += [text for image in _list(thing.get("image")) for text in _address(image)]
    return found


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    """The contents of the meta elements by their names in small letters."""
    found: dict[str, list[str]] = defaultdict(list)
    for element in tree.iter("meta"):
        name = next(filter(None, map(element.get, ("property", "name", "itemprop", "http-equiv"))), None)
        if name and (text := visible(element.get("content", ""))):
            found[name.lower()].append(text)
    return found


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _texts(value: object) -> list[str]:
    text = plain(value) if isinstance(value, str) else ""
    return [text] if text else []


def _dates(value: object) -> list[str]:
    if isinstance(value, dict):
        value = value.get("@value")
    return [str(each) for each in _list(value) if isinstance(each, str | int) and str(each).strip()]


def _names(thing: object) -> list[str]:
    return _texts(thing.get("name")) if isinstance(thing, dict) else []


def _address(image: object) -> list[str]:
    if isinstance(image, dict):
        image = image.get("url") or image.get("contentUrl")
    return [text for each in _list(image) if isinstance(each, str) and (text := visible(each))]


def _found(tree: HtmlElement, path: XPath) -> list[str]:
    nodes = cast("list[str | HtmlElement]", path(tree))
    return [text for node in nodes if (text := visible(node if isinstance(node, str) else node.text_content()))]
