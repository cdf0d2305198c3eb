"""One page or one text at a time, outside the daily job: for ``rasid extract`` and ``rasid tag``."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx

from processing.article import make_article
from processing.extract.extraction import extract
from processing.extract.page import NotAnArticleError, Page
from processing.page_reader import deals_of
from processing.topics.tagger import Tagger
from rasid import __version__
from rasid.errors import RasidError
from rasid.outlets import Name, Outlet
from rasid.records import Article, Capture, CaptureRef, Link
from rasid.settings import Settings
from rasid.urls import BadAddressError, web_address

MAX_LINE = 10_000_000
"""Bytes of one text to be tagged: what has no end is not read into memory."""
UNKNOWN = Outlet(
    id="unknown", name=Name(ar="منفذ غير معروف", en="Unknown outlet"), country="ZZ", timezone="UTC", disabled="unknown"
)
"""Stands for the outlet of a page whose host no outlet in the file has; ZZ is ISO 3166's code for that."""


def read_page(source: str, url: str | None, settings: Settings) -> Capture:
    """A file, or the answer of an address, as a capture that is kept nowhere.

    Args:
        source: path, or an address that starts with http.
        url: that the file's page came from.
        settings: for the limits of a request.

    Raises:
        RasidError: it cannot be read.
    """
    status, headers = 200, [("Content-Type", "text/html")]
    addresses = [given for given in (source, url) if given and given.startswith(("http://", "https://"))]
    try:
        for address in addresses:
            web_address(address)
        if source.startswith(("http://", "https://")):
            answer, body = asyncio.run(_answer(source, settings))
            url, status = url or str(answer.url), answer.status_code
            headers = [(name, value) for name, value in answer.headers.items() if name != "content-encoding"]
        else:
            with Path(source).open("rb") as file:
                body = file.read(settings.max_page_bytes + 1)
            url = url or Path(source).absolute().as_uri()
    except TimeoutError:
        raise RasidError(f"{source}: took longer than {settings.timeout:g} seconds (RASID_TIMEOUT)") from None
    except (BadAddressError, OSError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise RasidError(f"{source}: cannot be read: {error}") from None
    if len(body) > settings.max_page_bytes:
        raise RasidError(f"{source}: more than {settings.max_page_bytes:,} bytes (RASID_MAX_PAGE_BYTES)")
    link = Link(url, via="feed", source="rasid extract")
    ref = CaptureRef(file="", offset=0, digest="")
    return Capture(UNKNOWN.id, url, link, datetime.now(UTC), status, tuple(headers), body, ref)


async def _answer(source: str, settings: Settings) -> tuple[httpx.Response, bytes]:
    """An address's answer with the beginning of its body: at most one part of it goes beyond the limit of a page."""
    agent = {"User-Agent": f"Rasid/{__version__} (+{settings.contact})"}
    body = bytearray()
    async with (
        asyncio.timeout(settings.timeout),
        httpx.AsyncClient(headers=agent, timeout=settings.timeout, follow_redirects=True) as client,
        client.stream("GET", source) as answer,
    ):
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > settings.max_page_bytes:
                break
    return answer, bytes(body)


def article_of_page(capture: Capture, outlets: dict[str, Outlet], tagger: Tagger) -> tuple[Article, Page]:
    """The article of a page and what it was made of, by the outlet whose source has the page's host, if there is one.

    Raises:
        RasidError: there is no article on it.
    """
    outlet, page = _extracted(capture, outlets)
    tags = tagger.tag(page.title, page.body)
    deals = deals_of(page, tags, tagger)
    article = make_article(page, tags, tagger.version, capture, outlet, deals=deals)
    assert article is not None  # without an earlier text there is nothing to be unchanged from
    return article, page


def _extracted(capture: Capture, outlets: dict[str, Outlet]) -> tuple[Outlet, Page]:
    host = urlsplit(capture.url).hostname
    outlet = next(
        (each for each in outlets.values() if host in {urlsplit(source.url).hostname for source in each.sources}),
        UNKNOWN,
    )
    try:
        return outlet, extract(capture, outlet)
    except NotAnArticleError as error:
        raise RasidError(f"no article: {error}") from None


def title_and_body(source: str, settings: Settings, outlets: dict[str, Outlet]) -> tuple[str, str]:
    """Of a page, or of a text file whose first line is the title.

    Args:
        source: path, or an address that starts with http. What does not end in ``.txt`` is a page.
        settings: for the limits of a request.
        outlets: one of them may know the page.

    Raises:
        RasidError: it cannot be read, or there is no article on the page.
    """
    if source.endswith(".txt") and not source.startswith("http"):
        try:
            title, _, body = Path(source).read_text(encoding="utf-8").partition("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise RasidError(f"{source}: cannot be read: {error}") from None
        return title.strip(), body.strip()
    page = _extracted(read_page(source, None, settings), outlets)[1]
    return page.title, page.body


def tag_lines(tagger: Tagger, stream: BinaryIO, name: str) -> Iterator[str]:
    """Tags JSON lines, one after the other; empty ones are skipped.

    Args:
        tagger: the rules.
        stream: of lines, each ``{"id", "title", "body"}``, in UTF-8.
        name: of the file, for the message of an error.

    Returns:
        for each line ``{"id", "topics": [{"topic", "score", "evidence"}]}`` as JSON.

    Raises:
        RasidError: a line is not such an object, not UTF-8, or longer than `MAX_LINE`.
    """
    for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), b""), start=1):
        where = f"{name}:{number}"
        if len(line) > MAX_LINE:
            raise RasidError(f"{where}: more than {MAX_LINE:,} bytes")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise RasidError(f"{where}: expected UTF-8 text") from None
        if text.strip():
            yield _tagged(tagger, text, where)


def _tagged(tagger: Tagger, line: str, where: str) -> str:
    try:
        record = json.loads(line)
        tags = tagger.tag(record["title"], record["body"])
        topics: dict[str, dict[str, object]] = {}
        for each in tags.evidence:
            topic = topics.setdefault(each.topic, {"topic": each.topic, "score": each.score, "evidence": []})
            passages = topic["evidence"]
            assert isinstance(passages, list)
            passages.append({name: value for name, value in asdict(each).items() if name not in {"topic", "score"}})
        return json.dumps({"id": record["id"], "topics": list(topics.values())}, ensure_ascii=False)
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise RasidError(f'{where}: expected a JSON object with "id", "title" and "body" ({error!r})') from None
