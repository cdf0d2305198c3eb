"""A capture → the article on the page, or why there is none. Trafilatura finds the body; the rest is around it."""

import re
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from urllib.parse import urljoin, urlsplit

import lxml.html
import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document

from processing import hints
from processing.clean import clean_body, footer_hashtags
from processing.dates import published
from processing.decode import UndecodableError, decode
from processing.title import find_title, page_titles, text_lines, visible, without_names
from rasid.outlets import Outlet
from rasid.records import Capture, Precision, RejectReason
from rasid.urls import canonical_url

MIN_WORDS = 20
MIN_ARABIC = 0.5
VERSIONS = {"rasid": version("rasid"), "trafilatura": version("trafilatura")}

_ARABIC = re.compile(r"[\u0620-\u064a\u0671-\u06d3]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Page:
    """What stands on a page that has an article. The names are those of `rasid.records.Article`."""

    url: str
    title: str
    body: str
    language: str
    published_at: datetime
    published_precision: Precision
    section: str | None
    summary: str | None
    authors: tuple[str, ...]
    hashtags: tuple[str, ...]
    image: str | None


class NotAnArticleError(Exception):
    """A page without an article.

    Args:
        reason: to count by.
        detail: what was seen.
    """

    def __init__(self, reason: RejectReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: RejectReason = reason
        self.detail = detail


def extract(capture: Capture, outlet: Outlet) -> Page:
    """The article of a capture.

    Raises:
        NotAnArticleError: there is none.
    """
    if capture.status != 200:
        raise NotAnArticleError("http_status", str(capture.status))
    content_type = capture.header("Content-Type").split(";")[0].strip().lower()
    if content_type not in {"", "text/html", "application/xhtml+xml"}:
        raise NotAnArticleError("not_html", content_type)
    try:
        html, _ = decode(capture)
    except UndecodableError as error:
        raise NotAnArticleError("undecodable", str(error)) from None
    # Trafilatura gives None also for a page in which it finds no element at all.
    tree = trafilatura.load_html(html) if html.strip() else None
    if tree is None:
        raise NotAnArticleError("empty", "no text found on the page")
    if outlet.hints.remove:
        hints.remove(tree, outlet.hints.remove)
        html = lxml.html.tostring(tree, encoding="unicode")
    try:
        document = trafilatura.bare_extraction(
            html, url=capture.url, with_metadata=True, include_comments=False, include_tables=False
        )
    except Exception as error:  # whatever a strange page makes it raise: the others of the day must not suffer
        raise NotAnArticleError("extractor", repr(error)) from error
    general = document if isinstance(document, Document) else Document()
    lines = hints.lines(tree, outlet.hints.body) or (general.text or "").splitlines()
    if not lines:
        raise NotAnArticleError("empty", "no text found on the page")

    titles = [*hints.texts(tree, outlet.hints.title), *page_titles(tree), capture.link.title or ""]
    page_lines = text_lines(tree)
    found = find_title(titles, page_lines)
    stated = _meta(tree, "//meta[@property='og:site_name']/@content")
    names = tuple(filter(None, (outlet.name.ar, outlet.name.en, stated, *found.names)))
    hinted_author = next(iter(hints.texts(tree, outlet.hints.author)), None)
    author = hinted_author or _author(general.author, names)
    links = {visible(link.text_content()) for link in tree.xpath("//a")}
    cleaned = clean_body(lines, (found.text, *titles), names, links | {author or ""})
    count = len(cleaned.body.split())
    letters = len(_LETTER.findall(cleaned.body))
    if letters and len(_ARABIC.findall(cleaned.body)) / letters < MIN_ARABIC:
        raise NotAnArticleError("language", "fewer than half of the letters are Arabic")
    if count < MIN_WORDS:
        raise NotAnArticleError("empty", f"{count} words, fewer than {MIN_WORDS}")
    hinted_dates = hints.texts(tree, outlet.hints.date)
    date = published(tree, outlet.zone, capture.link.published_at, capture.fetched_at, hinted_dates)
    return Page(
        url=_own_url(tree, capture.url),
        title=without_names(found.text, names),
        body=cleaned.body,
        language="ar",
        published_at=date.at,
        published_precision=date.precision,
        section=_meta(tree, "//meta[@property='article:section']/@content"),
        summary=_meta(tree, "//meta[@property='og:description']/@content | //meta[@name='description']/@content"),
        authors=tuple(name for name in (hinted_author or cleaned.byline or author,) if name),
        hashtags=cleaned.hashtags or footer_hashtags(page_lines),
        image=urljoin(capture.url, image) if (image := general.image) else None,
    )


def _author(found: str | None, outlet_names: tuple[str, ...]) -> str | None:
    author = visible(found or "")
    return author if author and author not in outlet_names else None


def _meta(tree: HtmlElement, path: str) -> str | None:
    return next((text for value in tree.xpath(path) if (text := visible(value))), None)


def _own_url(tree: HtmlElement, url: str) -> str:
    """The address that the page gives for itself, if it is of the same site; else the one that answered."""
    stated = _meta(tree, "//link[@rel='canonical']/@href")
    if not stated:
        return url
    own = urljoin(url, stated)
    same_site = urlsplit(canonical_url(own)).netloc == urlsplit(canonical_url(url)).netloc
    return own if same_site and urlsplit(own).path not in {"", "/"} else url
