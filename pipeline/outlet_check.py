"""A dry run on one outlet: a few of its pages are fetched and processed in a folder that is thrown away, and what looks
wrong is told together with what to change.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Literal

from upath import UPath

from crawlers.crawl import crawl_outlet
from processing.process import process_outlet
from processing.topics.tagger import Tagger
from rasid.captures import read_captures
from rasid.decoding import page_text
from rasid.errors import RasidError, UndecodableError
from rasid.outlets import Outlet
from rasid.records import ARTICLES, REJECTED, Article, Rejected, RejectReason
from rasid.reports import CrawlReport
from rasid.settings import Settings
from rasid.storage import Storage

PAGES = 8
"""Pages of an outlet that are fetched in a dry run."""
SECONDS = 180.0
"""That the crawl of a dry run may take, as somebody waits for it: an outlet may ask for minutes between two pages."""
AT_ONCE = 4
"""Outlets that are examined at the same time."""

STALE = timedelta(days=7)
SLOW = 5.0
"""Seconds a page, from which on an outlet counts as slow."""


FindingKind = Literal[
    "source",
    "crawl",
    "no links",
    "old",
    "unfetched",
    "slow",
    "rejected",
    "undated",
    "future",
    "stale",
    "same",
    "nothing",
]
"""What looks wrong, in a word."""


@dataclass(frozen=True)
class Finding:
    """What looks wrong, and what to change.

    Attributes:
        kind: in a word.
        wrong: in a sentence.
        change: in another.
        of: address of the source, or reason, that it is about; empty for others.
    """

    kind: FindingKind
    wrong: str
    change: str
    of: str = ""


@dataclass(frozen=True)
class Examination:
    """What came of a dry run.

    Attributes:
        outlet: the outlet.
        crawl: report of the crawl; pages beyond the first few are counted as failed by ``limit``.
        articles: articles made of the pages.
        rejected: pages that gave no article.
        charsets: name of a charset → how many of the pages have it.
        findings: what looks wrong.
    """

    outlet: Outlet
    crawl: CrawlReport
    articles: tuple[Article, ...]
    rejected: tuple[Rejected, ...]
    charsets: dict[str, int]
    findings: tuple[Finding, ...]


def examine(outlet: Outlet, tagger: Tagger, settings: Settings) -> Examination:
    """Crawls the first pages that an outlet lists, and looks at them.

    Raises:
        RasidError: the outlet has no source.
    """
    if not outlet.sources:
        raise RasidError(f"{outlet.id} has no sources to check; disabled: {outlet.disabled}")
    today = datetime.now(UTC).date()
    with TemporaryDirectory(prefix="rasid-check-") as folder:
        seconds = min(SECONDS, settings.max_outlet_seconds)
        limits = {"max_pages": PAGES, "max_outlet_seconds": seconds}
        trial = settings.model_copy(update={"data": UPath(folder), **limits})
        storage = Storage(trial.data)
        crawl = crawl_outlet(outlet, today, trial, storage.local("logs") / "crawl.log", lambda _: None)
        process_outlet(outlet, today, storage, tagger)
        articles = ARTICLES.loads(storage.articles(today, outlet.id).read_bytes())
        rejected = REJECTED.loads(storage.rejected(today, outlet.id).read_bytes())
        charsets = _charsets(storage, today, outlet)
    now = datetime.now(UTC)
    findings = [*_sources(outlet, crawl), *_pages(crawl), *_rejections(rejected), *_articles(outlet, articles, now)]
    if not articles and not findings:
        findings.append(Finding("nothing", "no page gave an article", "see whether its sources list any in a browser"))
    return Examination(outlet, crawl, tuple(articles), tuple(rejected), charsets, tuple(findings))


def examine_all(
    outlets: Iterable[Outlet], tagger: Tagger, settings: Settings, begins: Callable[[Outlet], object]
) -> Iterator[Examination]:
    """Examines outlets, `AT_ONCE` of them at a time, and gives what came of each as it ends.

    Args:
        outlets: to examine.
        tagger: of the configured topics.
        settings: of the installation.
        begins: told each outlet as its turn comes; it is called by other threads.

    Raises:
        RasidError: an outlet has no source.
    """

    def one(outlet: Outlet) -> Examination:
        begins(outlet)
        return examine(outlet, tagger, settings)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from (each.result() for each in as_completed([pool.submit(one, outlet) for outlet in outlets]))


def seconds_a_page(crawl: CrawlReport) -> float | None:
    """The seconds that a page took on average in the whole crawl, waits included; None without pages."""
    return crawl.seconds / crawl.captures if crawl.captures else None


def _charsets(storage: Storage, day: date, outlet: Outlet) -> dict[str, int]:
    names: Counter[str] = Counter()
    for capture in read_captures(storage, storage.captures(day, outlet.id), outlet.id):
        try:
            names[page_text(capture)[1]] += 1
        except UndecodableError:
            names["undecodable"] += 1
    return dict(names)


SourceFailure = Literal[
    "dns",
    "refused",
    "timeout",
    "robots",
    "robots_unreachable",
    "private",
    "gone",
    "forbidden",
    "server",
    "no_source",
    "slow",
    "large",
    "no_links",
]
"""Why a source cannot be read, in a word."""

_SIGNS: dict[str, SourceFailure] = {
    "dns": "dns",
    "refused": "refused",
    "timeout": "timeout",
    "robots:": "robots",
    "robots_unreachable": "robots_unreachable",
    "address": "private",
    "answered 404": "gone",
    "answered 410": "gone",
    "answered 4": "forbidden",
    "answered 5": "server",
    "not a": "no_source",
    "asks for": "slow",
    "time:": "slow",
    "limit": "large",
    "too_large": "large",
    "no links": "no_links",
}
"""Part of what is told of a failure → which it is."""

SOURCE_ADVICE: dict[SourceFailure, str] = {
    "dns": "the host has no address: correct the source, or look whether the outlet has moved",
    "refused": "nothing listens there: try the address in a browser; if it opens, this machine is blocked",
    "timeout": "try the address in a browser; if it opens, raise timeout:",
    "robots": "robots.txt forbids it: take the source out, or ask the outlet",
    "robots_unreachable": "its robots.txt has no answer, so nothing may be fetched: try again later",
    "private": "it is on a private address: name its host under allow_hosts: if you mean it",
    "gone": "the address is gone: look for the outlet's feed on its home page",
    "forbidden": "the outlet refuses crawlers: ask it, or write disabled: with the reason",
    "server": "the server fails: try again later",
    "no_source": "the address gives something else: is it a page? then write section: for feed:",
    "slow": "ask the outlet, or allow its crawl more time by RASID_MAX_OUTLET_SECONDS",
    "large": "it is larger than any list of news: look for the outlet's feed or its sitemap of the news",
    "no_links": "the page is built by a script: look for a feed or a sitemap",
}
"""Why a source cannot be read → what to do."""


def source_failure(told: str) -> SourceFailure | None:
    """Why a source cannot be read, by what is told of it; None if that is none of the usual."""
    return next((kind for sign, kind in _SIGNS.items() if sign in told), None)


FETCH_ADVICE = {
    "robots": "robots.txt forbids them: ask the outlet",
    "timeout": "raise timeout:",
    "time": "the time of a crawl is RASID_MAX_OUTLET_SECONDS; see delay:, and Crawl-delay in its robots.txt",
    "address": "the links are none, or lead to private hosts: tell the outlet, or name the host under allow_hosts:",
}
"""Why pages could not be fetched → what to do."""

REJECT_ADVICE: dict[RejectReason, str] = {
    "language": "the source lists pages in other languages: use the outlet's Arabic feed",
    "empty": "the text is not found: tell where it stands by hints: {body: …}, or the page is built by a script",
    "http_status": "the pages answer with an error: does the outlet refuse crawlers?",
    "not_html": "the source lists files: choose a section without them",
    "undecodable": "the pages' encoding is broken: tell the outlet",
    "extractor": "the page breaks the extractor: please report its address to Rasid's developers",
    "short": "too little text to be an article: is it a picture or a video? then nothing has to be done",
    "listing": "the source lists sections, too: say by articles: what the address of an article looks like",
    "gallery": "pictures with hardly a word: choose a section without them",
    "login": "the pages are for subscribers: ask the outlet",
    "soft_404": "the pages are gone: the source is no longer kept up, or lists what was taken back",
    "refused": "Elasticsearch does not take the article: see what it says",
}


def _sources(outlet: Outlet, crawl: CrawlReport) -> Iterator[Finding]:
    for url, reason in crawl.source_failures.items():
        known = source_failure(reason)
        advice = SOURCE_ADVICE[known] if known else "try the address in a browser"
        named = sorted({address for robots in crawl.robots.values() for address in robots.sitemaps})
        if named:
            advice += f"; robots.txt names these sitemaps: {', '.join(named[:3])}"
        yield Finding(
            "source", f"the source {url} cannot be read{' whole' * bool(crawl.links.get(url))}: {reason}", advice, url
        )
    if crawl.error and not crawl.source_failures:
        yield Finding("crawl", f"the crawl failed: {crawl.error}", "see its log")
        return
    for source in outlet.sources:
        listed = crawl.links.get(source.url, 0)
        if not listed and source.url not in crawl.source_failures:
            change = "look whether it has moved; of a section, correct articles:, the pattern of an article's address"
            yield Finding("no links", f"the source {source.url} lists no article", change, source.url)
        elif listed and crawl.old_links.get(source.url) == listed:
            wrong = f"all {listed} pages that the source {source.url} lists are old"
            yield Finding("old", wrong, "look for the sitemap of the news", source.url)


def _pages(crawl: CrawlReport) -> Iterator[Finding]:
    failed = {reason: count for reason, count in crawl.failed.items() if reason != "limit"}
    for reason, count in failed.items():
        advice = FETCH_ADVICE.get(reason, "open one in a browser")
        yield Finding("unfetched", f"{count} pages could not be fetched: {reason}", advice, reason)
    seconds = seconds_a_page(crawl)
    if seconds and seconds > SLOW:
        yield Finding(
            "slow", f"{seconds:.1f} s a page", "expect long crawls; see delay:, and Crawl-delay in its robots.txt"
        )


def _rejections(rejected: list[Rejected]) -> Iterator[Finding]:
    for reason, count in Counter(page.reason for page in rejected).items():
        example = next(page for page in rejected if page.reason == reason)
        wrong = f"{count} pages rejected: {reason}, such as {example.url} ({example.detail})"
        yield Finding("rejected", wrong, REJECT_ADVICE[reason], reason)


def _articles(outlet: Outlet, articles: list[Article], now: datetime) -> Iterator[Finding]:
    if not articles:
        return
    if guessed := sum(article.published_precision in {"feed", "crawl"} for article in articles):
        yield Finding(
            "undated", f"{guessed} of {len(articles)} articles show no date", "tell where it stands by hints: {date: …}"
        )
    if ahead := sum(article.published_at > now + timedelta(minutes=5) for article in articles):
        yield Finding(
            "future", f"{ahead} articles are from the future", f"correct timezone:, which is {outlet.timezone}"
        )
    newest = max(article.published_at for article in articles)
    if now - newest > STALE:
        yield Finding(
            "stale", f"the newest article is of {newest:%Y-%m-%d}", "the source is no longer kept up: look for another"
        )
    for name, values in {"title": {a.title for a in articles}, "body": {a.body for a in articles}}.items():
        if len(values) == 1 < len(articles):
            yield Finding("same", f"all articles have the same {name}", f"tell where it stands by hints: {{{name}: …}}")
