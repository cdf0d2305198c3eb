"""What the stages of a day's work report: the records that pass between the rooms, and that are kept as JSON.

Times are UTC and aware. A report is never changed; who knows more makes a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import AwareDatetime

from rasid.alert import Alert
from rasid.outlets import Outlet
from rasid.records import RejectReason

Stage = Literal["crawl", "process", "index", "alert", "report"]
"""A stage of the day; the first two run once for each outlet."""

State = Literal["running", "done", "failed"]
"""How far a stage has come."""

Count = Literal[
    "found", "failed", "captures", "articles", "unchanged", "rejected", "created", "updated", "removed", "shared",
    "alerts", "undelivered",
]  # fmt: skip
"""A number that the index has of a run's stages; the names are those of ``runs-template.json``."""

ProblemKind = Literal["failed", "source", "unfetched", "few", "many", "rejected", "damaged"]
"""The crawl or processing failed; a source cannot be read or lists nothing; pages were not fetched; articles are fewer
or more than the outlet's ``expect`` says; rejections have jumped; a file of ours was found damaged."""


@dataclass(frozen=True)
class Robots:
    """What the robots.txt of a host says.

    Attributes:
        status: HTTP status of the answer; None if there was none.
        error: why the file could not be read; None if it could.
        crawl_delay: seconds that the host asks crawlers to wait between two requests.
        sitemaps: addresses of the sitemaps that the file names.
    """

    status: int | None = None
    error: str | None = None
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()


def slow_hosts(robots: Mapping[str, Robots], delay: float) -> list[str]:
    """Which hosts ask for longer waits than a delay in seconds, in words, one each."""
    waits = {host: each.crawl_delay or 0.0 for host, each in robots.items()}
    return [
        f"robots.txt of {host} asks for {wait:,.10g} s between two requests"
        for host, wait in waits.items()
        if wait > delay
    ]


@dataclass(frozen=True)
class CrawlReport:
    """What came of a crawl: ``found + revisited == captures + sum(failed.values())``.

    Attributes:
        outlet: id of the outlet.
        found: pages that the sources list or that were owed, and that were not at hand.
        revisited: pages at hand that were due for another visit.
        known: pages that the sources list and that were at hand.
        outside: pages that they list and that are not of the days wanted.
        captures: answers kept.
        unchanged: of these, answers that the page is as it was.
        failed: pages without an answer, by reason.
        failures: address and reason of the first hundred of them.
        links: how many links each source gave; one that is as it was at the last crawl is not among them.
        old_links: of these, how many to pages that are not of the days wanted.
        source_failures: address and reason of each source that could not be read, or not to its end.
        robots: host → what its robots.txt says.
        seconds: that the crawl took.
        damage: files of the outlet that were found damaged, and what was done about it, a sentence each.
        error: why the outlet as a whole failed; None if it did not.
    """

    outlet: str
    found: int = 0
    revisited: int = 0
    known: int = 0
    outside: int = 0
    captures: int = 0
    unchanged: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, int] = field(default_factory=dict)
    old_links: Mapping[str, int] = field(default_factory=dict)
    source_failures: Mapping[str, str] = field(default_factory=dict)
    robots: Mapping[str, Robots] = field(default_factory=dict)
    seconds: float = 0.0
    damage: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class ProcessReport:
    """What became of a day's captures: ``captures == articles + unchanged + sum(rejected.values())``.

    Attributes:
        outlet: id of the outlet.
        captures: records in the day's WARC file.
        articles: new articles and changed texts.
        unchanged: captures of a text that was known.
        rejected: the other captures, by reason.
        damage: files of the outlet that were found damaged, a sentence each.
    """

    outlet: str
    captures: int = 0
    articles: int = 0
    unchanged: int = 0
    rejected: Mapping[RejectReason, int] = field(default_factory=dict)
    damage: tuple[str, ...] = ()


@dataclass(frozen=True)
class IndexReport:
    """What became of a day's articles: ``articles == created + updated + unchanged``.

    Attributes:
        articles: articles of the day, each in the last revision that Elasticsearch takes.
        created: articles that were not in the index.
        updated: articles that were there with another content.
        unchanged: articles that were there, with the same content or in a later revision.
        removed: articles in the index that the day's captures no longer give.
        reposts: of the day's articles, those that are copies of another one.
        total: articles in the index afterwards, of all days.
        refused: outlet → articles and revisions of the day that Elasticsearch does not take; they are among the day's
            rejected pages.
        shared: outlet → its articles that stand in the index as those of an outlet before it, which gives them, too.
        damage: files of articles and rejected pages that are damaged or gone, a sentence each.
    """

    articles: int
    created: int
    updated: int
    unchanged: int
    removed: int
    reposts: int
    total: int
    refused: Mapping[str, int] = field(default_factory=dict)
    shared: Mapping[str, int] = field(default_factory=dict)
    damage: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """What a channel could not deliver of a rule's alerts.

    Attributes:
        channel: id of the channel.
        rule: id of the rule.
        alerts: how many alerts wait for the channel.
        since: when the first of them was recorded.
        reason: why the last try failed, without secrets.
    """

    channel: str
    rule: str
    alerts: int
    since: AwareDatetime
    reason: str


@dataclass(frozen=True)
class AlertReport:
    """What a run of the alerts did.

    Attributes:
        alerts: the new ones, by rule and then by time.
        failures: all that is undelivered since a try failed, in this run or before, the longest waiting first.
        refused: id of a rule whose query Elasticsearch refuses → why.
        old: id of a rule → articles that it found now and does not tell of, as they were published too long ago.
        earlier: what earlier runs of the day told of.
    """

    alerts: tuple[Alert, ...] = ()
    failures: tuple[Failure, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    old: Mapping[str, int] = field(default_factory=dict)
    earlier: tuple[Alert, ...] = ()


@dataclass(frozen=True)
class PageReport:
    """Where the day's HTML page was written.

    Attributes:
        path: file or URL of the page.
        damage: files of the day that were found damaged and of which it has what could be read, a sentence each.
    """

    path: str
    damage: tuple[str, ...] = ()


Report = CrawlReport | ProcessReport | IndexReport | AlertReport | PageReport
"""What a stage hands back."""


@dataclass(frozen=True)
class Event:
    """News of a stage, for those who watch a run.

    Attributes:
        stage: the stage; ``check`` is the end of a run, ``reports`` what an earlier run has left.
        outlet: id of the outlet, for a stage that runs once for each; else empty.
        state: how far the stage has come.
        counts: numbers so far, in the order in which they are shown.
        message: why the stage failed, or what was found damaged.
    """

    stage: Stage | Literal["check", "reports"]
    outlet: str = ""
    state: State = "running"
    counts: Mapping[str, int] = field(default_factory=dict)
    message: str = ""


@dataclass(frozen=True)
class Step:
    """What a stage did in a run.

    Attributes:
        stage: the stage, or ``run`` for all of them as one.
        outlet: id of the outlet, for a stage that runs once for each; else None.
        state: whether the stage came to its end.
        started_at: None if the stage did not start.
        seconds: that it took.
        counts: numbers of the stage.
        error: why the stage failed; None if it did not.
    """

    stage: Stage | Literal["run"]
    outlet: str | None
    state: Literal["done", "failed"]
    started_at: AwareDatetime | None
    seconds: float
    counts: Mapping[Count, int] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True)
class Problem:
    """What is wrong with an outlet.

    Attributes:
        kind: one of a few, to count by.
        detail: the numbers, in words.
    """

    kind: ProblemKind
    detail: str


@dataclass(frozen=True)
class Health:
    """How an outlet's day was.

    Attributes:
        outlet: the outlet.
        found: pages that the last crawl was to fetch, old and new.
        failed: of these, pages that it could not fetch, by reason.
        captures: captures of the day.
        articles: new articles and changed texts that they gave.
        unchanged: captures of a text that was known.
        rejected: the other captures, by reason.
        seconds: that the last crawl took.
        problems: what is wrong; none for a healthy outlet.
        crawled: whether a crawl of it was begun on the day; else nothing is known of it.
    """

    outlet: Outlet
    found: int
    failed: Mapping[str, int]
    captures: int
    articles: int
    unchanged: int
    rejected: Mapping[RejectReason, int]
    seconds: float
    problems: tuple[Problem, ...]
    crawled: bool = True
