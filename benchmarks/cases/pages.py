"""Single pages: the cases of ``cases/pages.tsv``, and the real pages of ``pages/index.jsonl`` with their gold."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.cases.verdict import Verdict
from processing.extract.page import Page
from processing.html.characters import line_key
from processing.page_reader import NoArticle, Read, read_page
from processing.topics.loading import load_tagger
from rasid.outlets import Outlet
from rasid.records import Capture, CaptureRef, Link
from rasid.settings import ROOT

CAPTURED = datetime(2026, 11, 26, 12, tzinfo=UTC)
IN_RIYADH = Outlet.model_validate(
    {"id": "cases", "name": {"ar": "صحيفة", "en": "Paper"}, "country": "SA", "timezone": "Asia/Riyadh", "disabled": "x"}
)

REASONS = {"home": "listing", "section": "listing", "other": "language"}
"""Kind of a page that is no article → why it is to be rejected."""
TAGGER = load_tagger(ROOT / "config" / "topics.yaml")


def _read(file: Path, url: str) -> Page | NoArticle:
    headers = (("Content-Type", "text/html"),)
    link, ref = Link(url, "section", url), CaptureRef("", 0, "")
    capture = Capture("cases", url, link, CAPTURED, 200, headers, file.read_bytes(), ref)
    found = read_page(capture, TAGGER, IN_RIYADH)
    return found.page if isinstance(found, Read) else found


def _field(page: Page, field: str, expected: str) -> str:
    """What the page gives for a field, in the form of what is expected."""
    if field == "authors":
        return "، ".join(page.authors)
    if field == "day":
        zone = None if page.published_precision == "day" else IN_RIYADH.zone
        return "" if page.published_precision == "crawl" else str(page.published_at.astimezone(zone or UTC).date())
    if field == "time":
        return page.published_at.strftime("%Y-%m-%dT%H:%M")
    if field == "body starts":
        return page.body[: len(expected)]
    if field == "body has":
        return expected if expected in page.body else page.body[:80]
    return str(getattr(page, field) or "")


def cases(folder: Path) -> Iterator[Verdict]:
    """Each line of ``cases/pages.tsv``."""
    for line in (folder / "cases" / "pages.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, field, expected = line.split("\t")
        page = _read(folder / "cases" / "pages" / name, f"https://news.example/n/{name.removesuffix('.html')}")
        found = _field(page, field, expected) if isinstance(page, Page) else str(page)
        yield Verdict(f"{name} {field}", found == expected, expected, found)


def real_pages(folder: Path) -> Iterator[Verdict]:
    """Each real page: an article right in title, author, day, first and last words and without furniture; any other
    kind rejected for what it is.
    """
    for line in (folder / "pages" / "index.jsonl").read_text(encoding="utf-8").splitlines():
        about = json.loads(line)
        gold, kind = about["gold"], about["kind"]
        page = _read(folder / "pages" / about["file"], about["url"])
        if isinstance(page, NoArticle):
            yield Verdict(about["file"], page.reason == REASONS.get(kind), kind, str(page))
            continue
        if kind != "article":
            yield Verdict(about["file"], False, kind, f"an article: {page.title}")
            continue
        titles = {line_key(text) for text in (gold["title"], *gold["alt_titles"])}
        days, authors = _any_of(gold["published_day"]), _any_of(gold["author"])
        wrong = [
            *([f"title: {page.title}"] if line_key(page.title) not in titles else []),
            *([f"authors: {page.authors}"] if (*page.authors, None)[0] not in authors or page.authors[1:] else []),
            *([f"day: {_field(page, 'day', '')}"] if _field(page, "day", "") not in days else []),
            *([f"first: {page.body[:60]}"] if not line_key(page.body).startswith(line_key(gold["first"])) else []),
            *([f"last: {page.body[-60:]}"] if not _ends(page.body, gold) else []),
            *(f"furniture: {text}" for text in gold["must_not"] if text in page.body and text not in gold["body"]),
        ]
        yield Verdict(about["file"], not wrong, kind, "; ".join(wrong))


def _any_of(gold: Any) -> list[Any]:
    """What is right: one thing, or any of several."""
    return gold if isinstance(gold, list) else [gold]


def _ends(body: str, gold: dict[str, Any]) -> bool:
    for line in gold["optional"]:
        body = body.strip().removesuffix(line)
    return line_key(body).endswith(line_key(gold["last"]))
