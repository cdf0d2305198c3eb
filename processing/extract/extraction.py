"""A capture → the article on the page, or why there is none. Trafilatura finds the body; the rest is around it."""

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from itertools import dropwhile, islice, takewhile
from urllib.parse import unquote, urljoin, urlsplit

import trafilatura
from lxml.etree import Element
from lxml.html import HtmlElement
from trafilatura.settings import Document, Extractor

from processing.authors.agencies import agencies
from processing.authors.bylines import names_of_statement, written_authors
from processing.authors.names import without_title
from processing.dates.in_text import mentioned_days
from processing.dates.published import Lines, find_date
from processing.extract.body import Selection, select_body
from processing.extract.bounds import within_bounds
from processing.extract.forum import first_post
from processing.extract.page import Page
from processing.extract.page_kind import MIN_WORDS, why_no_article
from processing.extract.picture import find_picture
from processing.extract.teasers import find_teasers
from processing.extract.text_elements import text_elements
from processing.extract.title import (
    MAX_TITLE_WORDS,
    SURE,
    TITLE_WORDS,
    Title,
    find_title,
    is_called_title,
    is_site_title,
    unnamed_title,
    whole_title,
    with_what_is_said,
    within_heading,
    without_names,
)
from processing.extract.unshown import show, texts_instead
from processing.html import hints
from processing.html.address import stated_address
from processing.html.blocks import HEADINGS, LINK, Block, page_blocks
from processing.html.characters import escaped_once, line_key, plain, visible
from processing.html.metadata import Metadata, read_metadata
from rasid.decoding import mime_type, page_text
from rasid.errors import UndecodableError
from rasid.outlets import Outlet
from rasid.records import Capture, RejectReason
from rasid.urls import canonical_url, shown_url
from rasid.words.patterns import pattern

LONG_LINE = 25
"""Words of a line that is a paragraph of a text and not about it."""
LINES_UNDER_TITLE = 12
"""Lines under a title that may tell of the article."""
MAX_LINKS = 50
"""Links of an article that are kept."""
_OFFICER = re.compile(rf"{pattern('bylines', 'officers')}[^:\n]{{0,25}}:[^:|\n]{{3,40}}", re.IGNORECASE)
_ENGINE = Extractor(output_format="python", fast=True, comments=False)
VERSIONS = {"rasid": version("rasid"), "trafilatura": version("trafilatura")}


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
    tree = _load(capture)
    hints.remove(tree, outlet.hints.remove)
    elements = hints.text_holders(tree, outlet.hints.body)
    metadata = read_metadata(tree)
    blocks = page_blocks(tree, capture.url)
    teasers = find_teasers(blocks, capture.url)
    known = tuple(filter(None, (outlet.name.ar, outlet.name.en, *metadata.sites)))
    titles = _titles(tree, blocks, outlet, metadata, capture, known)
    body_source = "hint"
    if not elements and (post := first_post(tree, capture.url)) is not None:
        elements = [post]
        body_source = "first post"
    if not elements:
        engine = _engine_text(tree)
        body_source = "trafilatura" if engine else "longest text"
        elements = text_elements(blocks, teasers, engine, (text for _, text in titles))
    alone = (block.key for block in blocks if block.link_share < LINK or block.element.tag == "h1")
    found = find_title((text for _, text in titles), alone)
    title = without_names(found.text, known)
    if elements and is_site_title(title, titles, blocks, elements[0]) and (above := unnamed_title(blocks, elements[0])):
        titles = [("text", above)]
        found = Title(above, ())
        title = without_names(above, known)
    names = tuple(dict.fromkeys((*known, *found.names)))
    stated = (found.text, title, *(text for _, text in titles))
    selection = select_body(blocks, teasers, elements, stated, names)
    for text in texts_instead(tree, selection.body, {line_key(found.text), line_key(title)}):
        show(tree, text)
        anew = page_blocks(tree, capture.url)
        instead = select_body(anew, find_teasers(anew, capture.url), [text], stated, names)
        if sum(len(line.split()) for line in instead.body) >= MIN_WORDS:
            blocks, teasers, elements, selection = anew, find_teasers(anew, capture.url), [text], instead
            body_source = "unshown"
            break
        text.drop_tree()
    named = title if titles[:1] != [("text", title)] else ""
    if reason := why_no_article(capture.url, tree, blocks, teasers, selection, named, bool(metadata.dates)):
        raise NotAnArticleError(*reason)

    metadata = metadata.about("\n".join((title, *selection.body)))
    section, section_source = _section(metadata, blocks)
    strangers = (*names, *filter(None, [section]))
    authors, author_source = _authors(
        hints.texts(tree, outlet.hints.author), metadata, selection, title, strangers, _officers(blocks)
    )
    head = tuple(_head(tree, blocks, elements, selection, stated))
    image, image_source = find_picture(metadata.images, (*head, *elements), capture.url)
    dating = find_date(
        hints.texts(tree, outlet.hints.date),
        metadata,
        Lines(
            (*_above_post(blocks, elements), *selection.before) if body_source == "first post" else selection.before,
            selection.after,
            selection.above,
            _under_title(blocks, line_key(title)),
            line_key(title),
            frozenset(map(line_key, names)),
        ),
        head,
        capture,
        outlet.zone,
    )
    sources = {
        "title": next((source for source, text in titles if line_key(title) in line_key(text)), "text"),
        "body": body_source,
        "published_at": dating.source,
        "authors": author_source,
        "section": section_source,
        "summary": "meta" if metadata.summary else "",
        "image": image_source,
    }
    page = Page(
        url=shown_url(stated_address(tree, capture.url)),
        title=title,
        body="\n".join(selection.body),
        language="ar",
        published_at=dating.published.at,
        published_precision=dating.published.precision,
        published_source=dating.source,
        section=section,
        summary=metadata.summary,
        authors=authors,
        credited_to=agencies(selection.opening, _credits(metadata, selection)),
        hashtags=selection.hashtags,
        image=image,
        mentioned_dates=mentioned_days("\n".join((title, *selection.body)), dating.published.at),
        links=_links(selection.linking, capture.url),
        sources={name: source for name, source in sources.items() if source},
        dropped=selection.dropped,
    )
    return within_bounds(page, capture.fetched_at)


def _load(capture: Capture) -> HtmlElement:
    if capture.status != 200:
        raise NotAnArticleError("http_status", str(capture.status))
    if (kind := mime_type(capture.header("Content-Type"))) not in {"", "text/html", "application/xhtml+xml"}:
        raise NotAnArticleError("not_html", kind)
    try:
        html, _ = page_text(capture)
    except UndecodableError as error:
        raise NotAnArticleError("undecodable", str(error)) from None
    # Trafilatura gives None also for a page in which it finds no element at all.
    tree = trafilatura.load_html(escaped_once(html)) if html.strip() else None
    if tree is None:
        raise NotAnArticleError("empty", "no text found on the page")
    for template in tree.iter("template"):
        if template.get("shadowrootmode"):
            template.tag = "div"  # which a browser shows
    return tree


def _engine_text(tree: HtmlElement) -> str:
    try:
        document = trafilatura.bare_extraction(tree, options=_ENGINE)
    except Exception as error:  # whatever a strange page makes it raise: the others of the day must not suffer
        raise NotAnArticleError("extractor", repr(error)) from error
    return (document.text or "") if isinstance(document, Document) else ""


def _titles(
    tree: HtmlElement,
    blocks: list[Block],
    outlet: Outlet,
    metadata: Metadata,
    capture: Capture,
    known: Iterable[str],
) -> list[tuple[str, str]]:
    """What the page calls itself and where, the likeliest first: to those who link to it, in its headings, in the
    browser. The outlet's name alone is no title. A line break in a heading stays one.
    """
    lines: dict[HtmlElement, list[str]] = {heading: [] for heading in tree.iter("h1")}
    for block in blocks if lines else ():
        for element in block.path:
            if element in lines:
                lines[element].append(plain(block.text))
                break
    headings = [("h1", "\n".join(texts)) for texts in lines.values()]
    only = len({line_key(text) for _, text in headings}) == 1  # of several, one may be the site's
    stated = [(source, text) for source, text in metadata.titles if source != "json-ld"]
    heading = headings[:1] if only else []
    if any(len(text.split()) >= TITLE_WORDS for _, text in heading) and stated and not _is_shown(stated[0][1], blocks):
        stated = [*heading, *stated]  # what readers see is surer than another title that they do not
    titles = [
        *(("hint", text) for text in hints.texts(tree, outlet.hints.title)),
        *stated,
        *heading,
        *(("title", plain(element.text or "")) for element in tree.iter("title")),
        *((source, text) for source, text in metadata.titles if source == "json-ld"),
        *headings,
        *([("feed", plain(capture.link.title))] if capture.link.title else []),
    ]
    names = {line_key(name) for name in known}
    titles = [(source, text) for source, text in titles if line_key(text) and line_key(text) not in names]
    if titles:
        first = without_names(titles[0][1], known)
        begins = line_key(first)[:SURE]
        alike = (block.text for block in blocks if block.key.startswith(begins))
        shown = (text for text in alike if len(text.split()) <= MAX_TITLE_WORDS)
        spoken = with_what_is_said(first, (text for _, text in headings)) if only else first
        spoken = within_heading(spoken, _headlines(blocks, headings if only else []))
        if (whole := whole_title(spoken, (*(text for _, text in titles), *shown))) != first:
            source = next((source for source, text in titles if line_key(whole) in line_key(text)), "text")
            titles.insert(0, (source, whole))
    return titles


def _headlines(blocks: Iterable[Block], headings: list[tuple[str, str]]) -> Iterator[str]:
    """What readers see as the page's headline: its one heading, or the lines that are called so."""
    yield from (text for _, text in headings)
    if not headings:
        yield from (block.text for block in blocks if block.link_share < LINK and is_called_title(block))


def _is_shown(title: str, blocks: Iterable[Block]) -> bool:
    """Whether a title, or a part of it that is long enough to be one, is a line of the page and no link to another."""
    key = line_key(title)
    lines = [block for block in blocks if block.link_share < LINK]
    if len(title.split()) < TITLE_WORDS:  # as a section's name, which stands in other lines as well
        return any(block.key == key and block.element.tag in HEADINGS for block in lines)
    return any(key in block.key or (len(block.key) >= SURE and block.key in key) for block in lines)


def _authors(
    hinted: Iterable[str],
    metadata: Metadata,
    selection: Selection,
    title: str,
    strangers: Iterable[str],
    officers: str,
) -> tuple[tuple[str, ...], str]:
    """The names of the surest source that has one, and which it is. What a page shows as a byline is surer than what
    it states for machines, where the one who uploaded an article may stand as well.
    """
    strangers = tuple(strangers)
    lines = (selection.before, selection.after, selection.above)
    written = list(written_authors(*lines, selection.opening, title, strangers))
    stated = [(source, name) for source, text in metadata.authors for name in names_of_statement(text, strangers)]
    stated = [(source, name) for source, name in stated if name not in officers]
    claims = [
        *(("hint", name) for text in hinted for name in names_of_statement(text, strangers)),
        *(claim for claim in written if claim[0] == "byline"),
        *(claim for claim in stated if claim[0] != "meta"),
        *(claim for claim in written if claim[0] == "author element"),
        *stated,
        *written,
    ]
    source = claims[0][0] if claims else ""
    if source in {"meta", "json-ld"}:
        source = _confirmed(written, {line_key(name) for claim, name in claims if claim == source}) or source
    shown = {block.key for blocks in lines for block in blocks} | {line_key(name) for _, name in stated}
    names = [name for claim, name in claims if claim == source]
    # Where the page names somebody without his title as well, the title is no part of the name.
    names = [bare if line_key(bare := without_title(name)) in shown else name for name in names]
    if any(without_title(name) == name for name in names):  # of one list, some with and some without
        names = list(map(without_title, names))
    return tuple({line_key(name): name for name in reversed(names)}.values())[::-1], source


def _officers(blocks: Iterable[Block]) -> str:
    """What a page's lines say of who directs the outlet: «مدير النشر: فلان»."""
    return "\n".join(found[0] for block in blocks if ":" in block.text for found in _OFFICER.finditer(block.text))


def _confirmed(written: list[tuple[str, str]], stated: set[str]) -> str:
    """The source of a line that names all who are stated and others beside them."""
    by_source: dict[str, set[str]] = {}
    for source, name in written:
        by_source.setdefault(source, set()).add(line_key(name))
    return next((source for source, names in by_source.items() if stated < names), "")


def _above_post(blocks: list[Block], elements: list[HtmlElement]) -> list[Block]:
    """The lines above the first post of a thread, where its writer and its day stand."""
    first = next((number for number, block in enumerate(blocks) if elements[0] in block.path), 0)
    return blocks[max(0, first - LINES_UNDER_TITLE) : first]


def _credits(metadata: Metadata, selection: Selection) -> Iterator[str]:
    """What may name the agency of a text: its authors as stated, and the lines around it that are no captions."""
    yield from metadata.organisations
    yield from (text for _, text in metadata.authors)
    for block in (*selection.before, *selection.after):
        if not any(role == "caption" for _, role in block.roles) and next(block.element.iter("img"), None) is None:
            yield block.text


def _head(
    tree: HtmlElement, blocks: list[Block], elements: list[HtmlElement], selection: Selection, titles: Iterable[str]
) -> Iterator[HtmlElement]:
    """The elements from the title, or from where the element of the text begins, to the first line of the text."""
    number = next((n for n, block in enumerate(blocks) if selection.body[0] in block.text), 0)
    keys = set(map(line_key, titles))
    top = next((block.element for block in reversed(blocks[:number]) if block.key in keys), elements[0])
    below = dropwhile(lambda each: each is not top, tree.iter(Element))
    return takewhile(lambda each: each is not blocks[number].element, below)


def _under_title(blocks: list[Block], key: str) -> tuple[Block, ...]:
    """The lines from the title to the first one that is long, also those that were taken for the text's."""
    titles = [block for block in blocks if block.key == key]
    first = next((block for block in titles if block.element.tag == "h1"), next(iter(titles), None))
    below = dropwhile(lambda block: block is not first, blocks)
    return tuple(islice(takewhile(lambda block: block.words < LONG_LINE, below), LINES_UNDER_TITLE))


def _section(metadata: Metadata, blocks: list[Block]) -> tuple[str | None, str]:
    """The section as stated, or the last link of the way from the home page."""
    if metadata.section:
        return metadata.section, "meta"
    for block in blocks:
        if any("crumb" in f"{e.get('class')} {e.get('id')}".lower() for e, role in block.roles if role == "navigation"):
            links = [text for link in block.element.iter("a") if (text := visible(link.text_content()))]
            if len(links) > 1:
                return links[-1], "breadcrumb"
    return None, ""


def _links(lines: Iterable[Block], url: str) -> tuple[str, ...]:
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
