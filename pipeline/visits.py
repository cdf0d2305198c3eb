"""The captures of one page, and the tries to fetch it, in the files of the last days of runs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from upath import UPath

from crawlers.state import KEPT_DAYS, KnownPage, known_pages
from pipeline.kept import Reports
from rasid.captures import read_captures
from rasid.outlets import Outlet
from rasid.records import ARTICLES, REJECTED, Article, Capture, CaptureRef, Link, Rejected, RejectReason
from rasid.reports import CrawlReport
from rasid.storage import Storage
from rasid.urls import HOST_PREFIX, article_id, canonical_url

End = Literal["article", "unchanged", "rejected", "waiting"]
"""What became of a capture; `waiting`: it is not processed yet."""
CLOCK = timedelta(minutes=5)
"""By which the clocks of a storage and of a crawl may differ."""


@dataclass(frozen=True)
class Visit:
    """A capture of the page.

    Attributes:
        outlet: id of the outlet.
        day: day of the run that made it.
        fetched_at: when the answer was whole.
        url: address that answered, after redirects.
        link: how the page was found.
        status: status of HTTP.
        end: what became of it.
        why: reason of a rejection, with what was seen; empty for others.
        reason: the reason alone.
        article: id of the article that was made of it.
        ref: where it is kept.
    """

    outlet: str
    day: date
    fetched_at: datetime
    url: str
    link: Link
    status: int
    end: End
    why: str
    reason: RejectReason | None
    article: str | None
    ref: CaptureRef


@dataclass(frozen=True)
class Failure:
    """A try to fetch the page that had no answer.

    Attributes:
        day: day of the run.
        reason: why.
    """

    day: date
    reason: str


def _host(url: str) -> str:
    try:
        return HOST_PREFIX.sub("", urlsplit(url).hostname or "")
    except ValueError:
        return ""


def _same(url: str) -> "_Same":
    return _Same(_host(url), canonical_url(url))


@dataclass(frozen=True)
class _Same:
    """Compares addresses with one: first by their hosts, as the canonical form takes its time."""

    host: str
    canonical: str

    def __call__(self, *urls: str) -> bool:
        return any(_host(url) == self.host and canonical_url(url) == self.canonical for url in urls)


def of_host(outlets: Mapping[str, Outlet], url: str) -> list[str]:
    """Ids of the outlets of which a source has the host of an address."""
    host = _host(url)
    return [id_ for id_, each in outlets.items() if host and host in {_host(source.url) for source in each.sources}]


def with_files(storage: Storage, outlets: Iterable[str]) -> list[str]:
    """The configured outlets, and those that once were."""
    folder = storage.root / "state"
    there = sorted(file.name.removesuffix(".jsonl") for file in folder.glob("*.jsonl")) if folder.exists() else []
    return list(dict.fromkeys([*outlets, *there]))


def known_page(storage: Storage, outlet: str, url: str) -> KnownPage | None:
    """What the crawler knows of a page at an outlet; None if no source has listed it in `KEPT_DAYS` days.

    Raises:
        ValueError: the outlet's state is damaged.
    """
    same = _same(url)
    return next((page for page in known_pages(storage.state(outlet)) if same(page.link.url)), None)


def last_days(storage: Storage) -> list[date]:
    """The last days of runs, the newest first."""
    return storage.days("captures", "runs")[:KEPT_DAYS]


def visits_of(
    storage: Storage, outlet: str, days: Iterable[date], url: str, known: KnownPage | None
) -> Iterator[Visit]:
    """The captures of a page at an outlet.

    Args:
        storage: of the captures.
        outlet: id of the outlet.
        days: the days of runs among whose captures it is looked for.
        url: address of the page, or of the article that was made of it.
        known: what the crawler knows of it.
    """
    same, id_ = _same(url), article_id(url)
    since = known.first_at - CLOCK if known and known.first_at else None
    for day in days:
        file = storage.captures(day, outlet)
        if not file.exists() or (since and _written(file) < since.timestamp()):
            continue  # a file that was last written before the page was first captured cannot hold it
        articles, rejected = ARTICLES.read(storage.articles(day, outlet)), REJECTED.read(storage.rejected(day, outlet))
        made = {article.capture: article for article in articles.records}
        refused = {page.capture: page for page in rejected.records}
        processed = articles.source.length if articles.source else 0
        for capture in read_captures(storage, file, outlet):
            article, page = made.get(capture.ref), refused.get(capture.ref)
            if same(capture.link.url, capture.url) or (article and article.id == id_):
                yield _visit(capture, day, article, page, waits=capture.ref.offset >= processed)


def _visit(capture: Capture, day: date, article: Article | None, page: Rejected | None, *, waits: bool) -> Visit:
    return Visit(
        outlet=capture.outlet,
        day=day,
        fetched_at=capture.fetched_at,
        url=capture.url,
        link=capture.link,
        status=capture.status,
        end="rejected" if page else "article" if article else "waiting" if waits else "unchanged",
        why=f"{page.reason}: {page.detail}" if page else "",
        reason=page.reason if page else None,
        article=article.id if article else None,
        ref=capture.ref,
    )


def _written(file: UPath) -> float:
    return float(file.stat().st_mtime)


def failures_of(reports: Reports, outlets: Iterable[str], days: Iterable[date], url: str) -> Iterator[Failure]:
    """The tries to fetch a page that had no answer: of each run, among the first hundred of an outlet."""
    same = _same(url)
    names = list(outlets)
    for day in days:
        for outlet in names:
            crawl = reports.last(CrawlReport, outlet, day)
            for address, reason in crawl.failures.items() if crawl else ():
                if same(address):
                    yield Failure(day, reason)
