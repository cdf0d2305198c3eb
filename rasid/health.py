"""Whether an outlet's day was as it should be, judged by what the stages told of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rasid.outlets import Outlet

ProblemKind = Literal["failed", "source", "unfetched", "few", "many", "rejected", "damaged"]
"""The crawl or processing failed; a source cannot be read or lists nothing; pages were not fetched; articles are fewer
or more than the outlet's ``expect`` says; rejections have jumped; a file of ours was found damaged."""

EARLIER_DAYS = 7
"""That rejections are compared with."""

FIRST_SHARE = 0.1
"""Of captures rejected, taken for ordinary while there are no earlier days."""

JUMP = 0.25
"""By which the share of captures rejected, or of pages not fetched, may exceed the ordinary one."""

MIN_PAGES = 3
"""Fewer pages than this that were rejected or not fetched are chance."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, of a kind to count by, with the numbers in words."""

    kind: ProblemKind
    detail: str


@dataclass(frozen=True)
class Health:
    """An outlet's day.

    Attributes:
        outlet: whose.
        found: pages that the last crawl was to fetch, old and new.
        failed: of these, pages that it could not fetch, by reason.
        captures: of the day.
        articles: that they gave: new ones and changed texts.
        unchanged: captures of a text that was known.
        rejected: other captures, by reason.
        seconds: that the last crawl took.
        problems: what is wrong; none for a healthy outlet.
    """

    outlet: Outlet
    found: int
    failed: Mapping[str, int]
    captures: int
    articles: int
    unchanged: int
    rejected: Mapping[str, int]
    seconds: float
    problems: tuple[Problem, ...]


def judge(
    outlet: Outlet,
    crawl: Mapping[str, Any] | None,
    process: Mapping[str, Any] | None,
    earlier: Iterable[Mapping[str, Any]],
) -> Health:
    """The health of an outlet after a run.

    Args:
        outlet: whose.
        crawl: the day's last `crawlers.process.CrawlReport`, as JSON has it; None if it left none.
        process: the day's `processing.process.ProcessReport`, likewise.
        earlier: those of the days before.
    """
    crawled, processed = crawl or {}, process or {}
    failed, rejected = crawled.get("failed", {}), processed.get("rejected", {})
    found = crawled.get("found", 0) + crawled.get("revisited", 0)
    captures, articles = processed.get("captures", 0), processed.get("articles", 0)
    earlier = list(earlier)
    known = sum(report["captures"] for report in earlier)
    share = sum(_total(report["rejected"]) for report in earlier) / known if known else FIRST_SHARE

    problems: list[Problem] = []
    if error := crawled.get("error", "its crawl did not end"):
        problems.append(Problem("failed", error))
    else:
        broken = crawled["source_failures"]
        problems += [Problem("source", f"{url}: {reason}") for url, reason in broken.items()]
        empty = [url for url, count in crawled.get("links", {}).items() if not count and url not in broken]
        problems += [Problem("source", f"{url}: it lists no page") for url in empty]
    damage = dict.fromkeys((*crawled.get("damage", ()), *processed.get("damage", ())))
    problems += [Problem("damaged", what) for what in damage]
    if not process:
        problems.append(Problem("failed", "its captures could not be processed"))
    if _jumped(_total(failed), found, 0):
        problems.append(Problem("unfetched", f"{_total(failed)} of {found} pages: {_reasons(failed)}"))
    if _jumped(_total(rejected), captures, share):
        detail = f"{_total(rejected)} of {captures} captures: {_reasons(rejected)}; ordinary are {share:.0%}"
        problems.append(Problem("rejected", detail))
    if outlet.expect and process and not error:
        low, high = outlet.expect.per_day.min, outlet.expect.per_day.max
        if not low <= articles <= high:
            detail = f"{articles} articles, expected {low} to {high} a day"
            problems.append(Problem("few" if articles < low else "many", detail))
    return Health(
        outlet=outlet,
        found=found,
        failed=failed,
        captures=captures,
        articles=articles,
        unchanged=processed.get("unchanged", 0),
        rejected=rejected,
        seconds=crawled.get("seconds", 0.0),
        problems=tuple(problems),
    )


def _total(counts: Mapping[str, int]) -> int:
    return sum(counts.values())


def _jumped(part: int, whole: int, ordinary: float) -> bool:
    return part >= MIN_PAGES and part / whole > ordinary + JUMP


def _reasons(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in counts.items())
