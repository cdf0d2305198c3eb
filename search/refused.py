"""Articles that Elasticsearch does not take: they go from a day's articles to its rejected pages, so that each capture
stays one or the other. Processing the day again makes articles of them again, and then they are tried again.
"""

from collections.abc import Mapping
from datetime import date

from rasid.records import ARTICLES, REJECTED, Article, Rejected
from rasid.storage import Storage, write_whole

Key = tuple[str, int]
"""Id and revision of an article."""


def set_aside(storage: Storage, day: date, outlet: str, refused: Mapping[Key, str]) -> None:
    """Moves articles of an outlet from the one file of a day to the other. Doing it again changes nothing.

    Args:
        storage: storage with both files.
        day: day of the files.
        outlet: id of the outlet.
        refused: the articles → why each is.
    """
    kept: list[Article] = []
    ours: list[Rejected] = []
    articles, rejected = ARTICLES.read(storage.articles(day, outlet)), REJECTED.read(storage.rejected(day, outlet))
    for article in articles.records:
        reason = refused.get((article.id, article.revision))
        if reason is None:
            kept.append(article)
        else:
            ours.append(_rejected(article, reason))
    known = {(page.url, page.capture) for page in ours}
    others = [page for page in rejected.records if (page.url, page.capture) not in known]
    # In this order: a run that dies in between finds the article again, and it is refused again.
    write_whole(storage.rejected(day, outlet), REJECTED.dumps([*others, *ours], rejected.source))
    write_whole(storage.articles(day, outlet), ARTICLES.dumps(kept, articles.source))


def refused_pages(storage: Storage, day: date, outlet: str) -> list[Rejected]:
    """Those of an outlet's rejected pages of a day that were refused."""
    return [page for page in REJECTED.read(storage.rejected(day, outlet)).records if page.reason == "refused"]


def _rejected(article: Article, reason: str) -> Rejected:
    fetched_at = article.changed_at or article.first_seen_at
    return Rejected(article.outlet, article.url, "refused", reason, fetched_at, article.capture)
