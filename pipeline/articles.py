"""The articles that are kept under ``RASID_DATA``, over several days."""

from collections.abc import Iterator
from datetime import date

from rasid.records import ARTICLES, Article
from rasid.storage import Storage


def kept_articles(storage: Storage, since: date) -> Iterator[Article]:
    """The last revision of each article that was crawled since a day, the newest days first. Of a damaged file those
    that can be read; `rasid doctor` tells of it.
    """
    seen: set[str] = set()
    for day in storage.days("articles"):
        if day < since:
            return
        for file in sorted(storage.articles(day, "any").parent.glob("*.jsonl"), key=str):
            last = {article.id: article for article in ARTICLES.read(file).records}
            for id_, article in last.items():
                if id_ not in seen:
                    seen.add(id_)
                    yield article
