"""Whether an outlet's day was as it should be, judged by what the stages report of it."""

from collections.abc import Iterable, Mapping

from rasid.outlets import Outlet
from rasid.records import RejectReason
from rasid.reports import CrawlReport, Health, Problem, ProcessReport, slow_hosts

EARLIER_DAYS = 7
"""Days before, with which the share of rejected captures is compared."""

FIRST_SHARE = 0.1
"""Share of captures rejected that is taken for ordinary while there are no earlier days."""

JUMP = 0.25
"""By how much the share of captures rejected, or of pages not fetched, may exceed the ordinary one."""

MIN_PAGES = 3
"""Fewer pages than this that were rejected or not fetched are chance."""


def judge(
    outlet: Outlet, crawl: CrawlReport | None, process: ProcessReport | None, earlier: Iterable[ProcessReport]
) -> Health:
    """The health of an outlet after a run.

    Args:
        outlet: the outlet.
        crawl: report of the day's last crawl; None if it left none.
        process: the day's report of its processing, likewise.
        earlier: reports of the processing on the days before.
    """
    crawled, processed = crawl or CrawlReport(outlet.id), process or ProcessReport(outlet.id)
    failed, rejected = crawled.failed, processed.rejected
    found = crawled.found + crawled.revisited
    captures, articles = processed.captures, processed.articles
    earlier = list(earlier)
    known = sum(report.captures for report in earlier)
    share = sum(_total(report.rejected) for report in earlier) / known if known else FIRST_SHARE

    problems: list[Problem] = []
    error = crawl.error if crawl else "its crawl did not end"
    if error:
        problems.append(Problem("failed", error))
    else:
        broken = crawled.source_failures
        problems += [Problem("source", f"{url}: {reason}") for url, reason in broken.items()]
        empty = [url for url, count in crawled.links.items() if not count and url not in broken]
        problems += [Problem("source", f"{url}: it lists no page") for url in empty]
    damage = dict.fromkeys((*crawled.damage, *processed.damage))
    problems += [Problem("damaged", what) for what in damage]
    if not process:
        problems.append(Problem("failed", "its captures could not be processed"))
    if _jumped(_total(failed), found, 0):
        told = [f"{_total(failed)} of {found} pages: {_reasons(failed)}"]
        told += slow_hosts(crawled.robots, outlet.delay) if "time" in failed else []
        problems.append(Problem("unfetched", "; ".join(told)))
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
        unchanged=processed.unchanged,
        rejected=rejected,
        seconds=crawled.seconds,
        problems=tuple(problems),
    )


def not_crawled(outlet: Outlet) -> Health:
    """The health of an outlet of which no crawl was begun on the day: nothing is wrong with it."""
    return Health(outlet, 0, {}, 0, 0, 0, {}, 0.0, (), crawled=False)


def _total(counts: Mapping[RejectReason, int] | Mapping[str, int]) -> int:
    return sum(counts.values())


def _jumped(part: int, whole: int, ordinary: float) -> bool:
    return part >= MIN_PAGES and part / whole > ordinary + JUMP


def _reasons(counts: Mapping[RejectReason, int] | Mapping[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in counts.items())
