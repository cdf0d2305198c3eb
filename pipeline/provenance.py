"""What became of one page: which source listed it, when it was fetched, where that is kept, what was made of it, and
what would change that.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from elasticsearch import Elasticsearch

from crawlers.state import KEPT_DAYS, KnownPage
from pipeline.kept import Reports
from pipeline.outlet_check import FETCH_ADVICE, REJECT_ADVICE
from pipeline.visits import Failure, Visit, failures_of, known_page, last_days, of_host, visits_of, with_files
from rasid.errors import RasidError
from rasid.outlets import Outlet
from rasid.reports import CrawlReport
from rasid.storage import Storage
from search.indexed import Indexed, article_of

Fate = Literal[
    "indexed", "not indexed", "rejected", "waiting", "not fetched", "not listed", "not crawled", "disabled",
    "unknown outlet", "no address",
]  # fmt: skip
"""What became of a page, in a word."""
_BARE = re.compile(r"[^\W_][\w.-]*\.[^\W\d_]{2,}(:\d+)?([/?#]\S*)?$")
"""An address without its scheme, such as ``www.example.org/news/2``."""


@dataclass(frozen=True)
class Verdict:
    """What became of a page.

    Attributes:
        fate: in a word.
        told: in a sentence.
        advice: what would change it, a sentence each.
    """

    fate: Fate
    told: str
    advice: tuple[str, ...]


@dataclass(frozen=True)
class Provenance:
    """What is known of a page.

    Attributes:
        url: the address that was asked for.
        outlets: ids of the outlets that know it, or whose sources have its host.
        known: what the crawler knows of it between runs; None if no source has listed it in `KEPT_DAYS` days.
        visits: its captures in the last `KEPT_DAYS` days of runs, the newest first.
        failures: tries without an answer, the newest first.
        article: the article in the index; None if there is none.
        verdict: what became of it.
    """

    url: str
    outlets: tuple[str, ...]
    known: KnownPage | None
    visits: tuple[Visit, ...]
    failures: tuple[Failure, ...]
    article: Indexed | None
    verdict: Verdict


def trace(client: Elasticsearch, reports: Reports, outlets: Mapping[str, Outlet], asked: str) -> Provenance:
    """Follows a page through all stages.

    Args:
        client: client of the cluster.
        reports: reports of any day, with the storage of the installation.
        outlets: the configured outlets, by id.
        asked: address of the page, also without ``https://``, or the id of its article.

    Raises:
        RasidError: what the crawler knows of an outlet is damaged.
        ClusterError: the cluster failed.
    """
    storage = reports.storage
    article = article_of(client, asked)
    url = article.url if article else _whole(asked)
    known = {id_: page for id_ in with_files(storage, outlets) if (page := _known(storage, id_, url))}
    concerned = dict.fromkeys([*known, *([article.outlet] if article else ()), *of_host(outlets, url)])
    days = last_days(storage)
    found = (visit for id_ in concerned for visit in visits_of(storage, id_, days, url, known.get(id_)))
    visits = tuple(sorted(found, key=lambda visit: visit.fetched_at, reverse=True))
    made = dict.fromkeys(visit.article for visit in visits if visit.article)
    article = article or (article_of(client, *made) if made else None)
    failures = tuple(failures_of(reports, concerned, days, url))
    if article:
        verdict = _indexed(article, visits)
    elif visits:
        verdict = _captured(visits)
    elif known or failures:
        verdict = _not_fetched(failures)
    else:
        verdict = _not_listed(url, [outlets[id_] for id_ in concerned if id_ in outlets], reports)
    return Provenance(url, tuple(concerned), next(iter(known.values()), None), visits, failures, article, verdict)


def _known(storage: Storage, outlet: str, url: str) -> KnownPage | None:
    try:
        return known_page(storage, outlet, url)
    except ValueError as error:
        file = storage.state(outlet)
        raise RasidError(f"{storage.damaged(file, str(error))}: `rasid doctor --repair` mends it") from None


def _indexed(article: Indexed, visits: tuple[Visit, ...]) -> Verdict:
    told = f"it is in the index as {article.id}, with the topics: {', '.join(article.topics) or 'none'}"
    advice = [f"`rasid show {article.id}` shows it"]
    last = _last(visits)
    if last and last.reason:
        told += f"; its last capture was rejected ({last.why}), so the index has the text of before"
        advice.append(REJECT_ADVICE[last.reason])
    return Verdict("indexed", told, tuple(advice))


def _captured(visits: tuple[Visit, ...]) -> Verdict:
    last = _last(visits)
    if not last:
        told = f"the captures of the last {KEPT_DAYS} days say that it is as it was; that of before is in older files"
        return Verdict("not indexed", told, ("`rasid reprocess` over the days of its first capture",))
    of = f"--date {last.day} --outlet {last.outlet}"
    if last.end == "waiting":
        do = f"`rasid process {of}`, then `rasid index {of}`"
        return Verdict("waiting", "it is captured and not processed yet", (do,))
    if last.reason:
        return Verdict("rejected", f"it was rejected: {last.why}", (REJECT_ADVICE[last.reason],))
    told = f"it became the article {last.article}, which was not indexed yet, or is no longer kept in the index"
    return Verdict("not indexed", told, (f"`rasid index {of}` brings it there",))


def _last(visits: tuple[Visit, ...]) -> Visit | None:
    """The last that was not the same again."""
    return next((visit for visit in visits if visit.end != "unchanged"), None)


def _not_fetched(failures: tuple[Failure, ...]) -> Verdict:
    why = failures[0].reason if failures else "no run has come to it, or its failure is not among those that are kept"
    advice = FETCH_ADVICE.get(why, "open it in a browser; if it opens, this machine is refused")
    told = f"a source listed it, and it could not be fetched: {why}"
    again = "unless its address or robots.txt forbids it, runs try again for RASID_REVISIT_HOURS after it was listed"
    return Verdict("not fetched", told, (advice, again))


def _not_listed(url: str, outlets: list[Outlet], reports: Reports) -> Verdict:
    if not (host := _host(url)):
        return Verdict("no address", "this is neither the address of a page nor the id of an article in the index", ())
    if not outlets:
        return Verdict("unknown outlet", f"no outlet has a source on {host}", ("add it to outlets.yaml",))
    names = ", ".join(outlet.id for outlet in outlets)
    if all(outlet.disabled for outlet in outlets):
        why = "; ".join(str(outlet.disabled) for outlet in outlets)
        return Verdict("disabled", f"{names} is not crawled: {why}", ("take disabled: out of outlets.yaml",))
    first, crawls = outlets[0].id, _last_crawls(reports, outlets)
    if not crawls:
        return Verdict("not crawled", f"{names} was not crawled in {KEPT_DAYS} days", ("the next run crawls it",))
    advice = (
        *_broken_sources(crawls),
        f"`rasid outlets check {first}` says what its sources list: one that lists such pages may be missing",
        f"an older article: `rasid crawl --outlet {first} --since DAY --until DAY`, then process and index",
    )
    return Verdict("not listed", f"no source of {names} has listed it in {KEPT_DAYS} days", advice)


def _whole(asked: str) -> str:
    """An address with its scheme, which people leave out; other words as they are."""
    return f"https://{asked}" if _BARE.match(asked) else asked


def _host(url: str) -> str:
    """The host of an address of the web; empty if it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""


def _last_crawls(reports: Reports, outlets: Iterable[Outlet]) -> dict[str, CrawlReport]:
    """Id of an outlet → its last crawl, of those that have had one in the last days."""
    found, days = {}, last_days(reports.storage)
    for outlet in outlets:
        crawl = next((each for day in days if (each := reports.last(CrawlReport, outlet.id, day))), None)
        if crawl:
            found[outlet.id] = crawl
    return found


def _broken_sources(crawls: Mapping[str, CrawlReport]) -> Iterator[str]:
    """What the last crawl of each outlet could not read."""
    for id_, crawl in crawls.items():
        if crawl.error:
            yield f"the last crawl of {id_} failed: {crawl.error}"
        for source, reason in crawl.source_failures.items():
            yield f"the last crawl of {id_} could not read {source}: {reason}"
