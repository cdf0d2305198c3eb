"""Reading an article: its text with what was found in it, what became of it over time, and its page as captured."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lxml import etree, html
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from desk.marking import paragraphs
from desk.rendering import language_of, page
from desk.words import WORDS
from desk.work import Desk
from pipeline.visits import last_days
from processing.reposts.changes import Passage, changes
from processing.topics.labels import text_digest
from processing.topics.tagger import Explanation
from rasid.captures import read_capture
from rasid.decoding import page_text
from rasid.errors import RasidError
from rasid.json_record import of_fields
from rasid.records import ARTICLES, Article, CaptureRef, DealMention, Mention
from rasid.storage import Storage
from search.indexed import Indexed, article_of, members

SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Of a captured page: it runs nothing, loads nothing, sends nothing, and is of no site."""
_ARABIC, _LETTERS = re.compile("[\u0621-\u064a]"), re.compile(r"[^\W\d_]")
_LOADED = ("script", "iframe", "object", "applet", "portal", "noscript")
_EMPTY = ("link", "meta", "base", "frame", "embed")
"""Elements without contents, of which the parser takes some to hold what follows them."""
_LEADING = {
    "href", "xlink:href", "action", "formaction", "ping", "background", "srcdoc", "src", "srcset", "imagesrcset",
    "poster", "data", "cite", "longdesc", "manifest", "attributionsrc",
}  # fmt: skip
"""Attributes that lead elsewhere, or whose pictures would be asked for."""


def article_page(request: Request) -> Response:
    """An article."""
    desk: Desk = request.app.state.desk
    article = article_of(desk.client, request.path_params["id"])
    if not article:
        return _none(request)
    source = article.source
    mentions = [of_fields(Mention, each) for each in source.get("mentions", ())]
    deals = [of_fields(DealMention, each) for each in source.get("deals", ())]
    story = members(desk.client, [article.story_id]).get(article.story_id, [])
    return page(
        request,
        "article.html.j2",
        article=article,
        source=source,
        title=paragraphs(article.title, "title", article.topic_evidence, mentions),
        body=paragraphs(article.body, "body", article.topic_evidence, mentions),
        story=[each for each in story if each.id != article.id],
        original=next((each for each in story if not each.is_repost and each.id != article.id), None),
        deals=deals,
        scores={each.topic: each.score for each in article.topic_evidence},
        captured="captured" in request.query_params,
        labelled=request.query_params.get("labelled", ""),
        digest=text_digest(article.title, article.body),
    )


def explained_page(request: Request) -> Response:
    """Why an article has its topics, and why it has not others."""
    desk: Desk = request.app.state.desk
    article = article_of(desk.client, request.path_params["id"])
    if not article:
        return _none(request)
    told = desk.tagger.explain(article.title, article.body)
    near = {id_: each for id_, each in told.items() if each.is_near}
    order = sorted(near, key=lambda id_: -near[id_].judgement.score)
    return page(
        request,
        "explained.html.j2",
        article=article,
        topics=[(id_, near[id_], _quotes(near[id_])) for id_ in order],
        digest=text_digest(article.title, article.body),
    )


@dataclass(frozen=True)
class Said:
    """What spoke for a topic and against it, as words."""

    words: tuple[str, ...]
    never: tuple[str, ...]
    for_: tuple[tuple[str, float], ...]
    against: tuple[tuple[str, float], ...]
    proof: tuple[str, ...]


def _quotes(told: Explanation) -> Said:
    quote = {(each.field, each.span): told.fields[each.field].quote(each.span)[0] for each in told.passages}
    return Said(
        words=tuple(dict.fromkeys(quote[each.field, each.span] for each in told.passages if each.level != "never")),
        never=tuple(dict.fromkeys(quote[each.field, each.span] for each in told.passages if each.level == "never")),
        for_=told.heaviest(1),
        against=told.heaviest(-1),
        proof=tuple(dict.fromkeys(told.fields[field].quote(span)[0] for field, span, _ in told.judgement.proof)),
    )


def captured_page(request: Request) -> Response:
    """The page that an article was made of, for a frame in which it can do nothing."""
    desk: Desk = request.app.state.desk
    article = article_of(desk.client, request.path_params["id"])
    words = WORDS[language_of(request)]
    try:
        if not article:
            raise RasidError(words["no_article"])
        capture = read_capture(desk.storage, of_fields(CaptureRef, article.source["capture"]), article.outlet)
        still = _still(page_text(capture)[0])
    except (RasidError, ValueError, OSError, etree.LxmlError):
        return HTMLResponse(f"<!doctype html><p>{words['captured_gone']}", 404, headers=SANDBOX)
    return HTMLResponse(still, headers=SANDBOX)


def _still(text: str) -> bytes:
    """A page without what browsers would run or fetch before any policy stops it, such as hosts to look up."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = html.document_fromstring(text.encode("utf-8", "replace") or b"<p>", parser=parser)
    etree.strip_elements(root, *_LOADED, with_tail=False)
    etree.strip_tags(root, *_EMPTY)
    for element in root.iter(etree.Element):
        for name in list(map(str, element.attrib)):
            if name.startswith("on") or name in _LEADING:
                del element.attrib[name]
    words = "".join(map(str, root.itertext()))
    if not root.get("dir") and 2 * len(_ARABIC.findall(words)) > len(_LETTERS.findall(words)):  # else by style alone
        root.set("dir", "rtl")
    found: bytes = html.tostring(root, encoding="utf-8", doctype="<!doctype html>")
    return found.replace(b"<head>", b'<head><meta charset="utf-8">', 1)


@dataclass(frozen=True)
class Revision:
    """A revision of an article, and what differs from the one before."""

    article: Article
    passages: tuple[Passage, ...]
    title_before: str | None


def revisions_page(request: Request) -> Response:
    """What an outlet changed in an article since it was first captured."""
    desk: Desk = request.app.state.desk
    article = article_of(desk.client, request.path_params["id"])
    if not article:
        return _none(request)
    return page(request, "revisions.html.j2", article=article, revisions=list(_revisions(desk.storage, article)))


def _revisions(storage: Storage, article: Indexed) -> Iterator[Revision]:
    kept: dict[int, Article] = {}
    for day in last_days(storage):
        kept = {each.revision: each for each in _of_day(storage, day, article)} | kept
    before: Article | None = None
    for number in sorted(kept):
        each = kept[number]
        passages = tuple(changes(before.body, each.body)) if before else ()
        yield Revision(each, passages, before.title if before and before.title != each.title else None)
        before = each


def _of_day(storage: Storage, day: date, article: Indexed) -> Iterator[Article]:
    file = storage.articles(day, article.outlet)
    if file.exists():
        yield from (each for each in ARTICLES.read(file).records if each.id == article.id)


def story_page(request: Request) -> Response:
    """Who published a story, when, and how much of whose text; and any two of them beside each other."""
    desk: Desk = request.app.state.desk
    id_ = request.path_params["id"]
    story = sorted(
        members(desk.client, [id_], bodies=True).get(id_, []), key=lambda each: (each.published_at, each.is_repost)
    )
    if not story:
        return _none(request)
    by_id = {each.id: each for each in story}
    original = next((each for each in story if not each.is_repost), story[0])
    first = by_id.get(request.query_params.get("first", ""), original)
    second = by_id.get(request.query_params.get("second", ""))
    other = second or next((each for each in story if each is not first), None)
    return page(
        request,
        "story.html.j2",
        id=id_,
        story=story,
        original=original,
        first=first,
        second=second,
        other=other,
        title_passages=list(changes(first.title, second.title)) if second and first.title != second.title else [],
        passages=list(changes(first.body, second.body)) if second and second is not first else [],
    )


def _none(request: Request) -> Response:
    return page(request, "none.html.j2", status=404, told=WORDS[language_of(request)]["no_article"])
