"""Newspaper4k and news-please on pages: for an interpreter that has them, as their needs are not Rasid's.

Reads JSON lines ``{"html", "url", "timezone"}`` from standard input; writes a line ``{"name", "seconds", "found"}`` for
each extractor: CPU time for all pages, and of each page ``{"title", "body", "day", "authors"}``.
"""

import json
import logging
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import newspaper
from newsplease import NewsPlease

Found = dict[str, Any]


def _day(at: datetime | None, zone: str) -> str | None:
    if not isinstance(at, datetime):
        return None
    return (at.astimezone(ZoneInfo(zone)) if at.tzinfo else at).date().isoformat()


def newspaper4k(page: dict[str, str]) -> Found:
    """With the language told, as its documentation advises."""
    article = newspaper.article(page["url"], input_html=page["html"], language="ar")
    return {
        "title": article.title,
        "body": article.text,
        "day": _day(article.publish_date, page["timezone"]),
        "authors": article.authors,
    }


def news_please(page: dict[str, str]) -> Found:
    """As its documentation shows it."""
    article = NewsPlease.from_html(page["html"], url=page["url"], fetch_images=False)
    return {
        "title": article.title or "",
        "body": article.maintext or "",
        "day": _day(article.date_publish, page["timezone"]),
        "authors": article.authors or [],
    }


def main() -> None:
    """Both, over all pages."""
    logging.disable()
    pages = [json.loads(line) for line in sys.stdin]
    extractors: dict[str, Callable[[dict[str, str]], Found]] = {"newspaper4k": newspaper4k, "news-please": news_please}
    for name, extract in extractors.items():
        started = time.process_time()
        found = [extract(page) for page in pages]
        print(json.dumps({"name": name, "seconds": time.process_time() - started, "found": found}))


if __name__ == "__main__":
    main()
