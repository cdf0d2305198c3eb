"""What a run did as a whole, from what its stages kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.counts import of_run
from pipeline.kept import AReport, Kept
from rasid.reports import (
    Count,
    CrawlReport,
    Health,
    IndexReport,
    Stage,
    Step,
)


@dataclass(frozen=True)
class Summary:
    """A run in numbers.

    Attributes:
        outlets: how many outlets the run was for.
        captures: captures of the day; each is an article, an unchanged page or a rejected one.
        articles: new articles and changed texts of the day.
        unchanged: pages of the day whose text was known.
        rejected: pages of the day that gave no article.
        created: articles that were new to the index.
        updated: articles that had changed.
        alerts: new alerts.
        unhealthy: outlet → what is wrong with it.
        problems: why the run as a whole failed; none if it did not.
        warnings: what the run's index lacks of its articles, and why, and disks that are nearly full; the run is none
            the worse.
    """

    outlets: int
    captures: int
    articles: int
    unchanged: int
    rejected: int
    created: int
    updated: int
    alerts: int
    unhealthy: dict[str, list[str]]
    problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def step_of(stage: Stage, outlet: str | None, kept: Kept[AReport] | None) -> Step:
    """A stage's report as the runs' index has it.

    Args:
        stage: the stage.
        outlet: id of the outlet, if the stage runs once for each.
        kept: the report; None if the stage left none, as it failed or was never begun.
    """
    if kept is None:
        return Step(stage, outlet, "failed", None, 0.0, error="it did not end")
    error = kept.report.error if isinstance(kept.report, CrawlReport) else None
    return Step(
        stage, outlet, "failed" if error else "done", kept.started_at, kept.took, of_run(kept.report), error or None
    )


def index_warnings(index: IndexReport | None) -> list[str]:
    """Why there are fewer articles in the index than the outlets gave, or may be.

    Args:
        index: the report of the run's index; None if there is none.
    """
    if not index:
        return []
    refused = "{} of {} refused by Elasticsearch, and now among the rejected pages"
    shared = "{} of {} in the index as those of an outlet before it, which gives the same addresses"
    counted = ((refused, index.refused), (shared, index.shared))
    warnings = [text.format(count, outlet) for text, counts in counted for outlet, count in counts.items()]
    return [*warnings, *index.damage]


def summarise(
    steps: Sequence[Step], healths: Iterable[Health], index: IndexReport | None, failed_outlets: float
) -> Summary:
    """The run in numbers.

    Args:
        steps: all steps of the run.
        healths: how each of its outlets did.
        index: report of its index; None if there is none.
        failed_outlets: share of the outlets that may fail, from 0 to 1.
    """
    sums = _sums(steps)
    crawls = [step for step in steps if step.stage == "crawl"]
    failed = [step.outlet for step in crawls if step.state == "failed"]
    problems = []
    if unprocessed := [step.outlet for step in steps if step.stage == "process" and step.state == "failed"]:
        problems.append(f"the captures of these could not be processed: {', '.join(map(str, unprocessed))}")
    if failed and (len(failed) == len(crawls) or len(failed) > failed_outlets * len(crawls)):
        problems.append(f"{len(failed)} of {len(crawls)} outlets could not be crawled: {', '.join(map(str, failed))}")
    problems += [f"{step.stage}: {step.error}" for step in steps if step.outlet is None and step.state == "failed"]
    return Summary(
        outlets=len(crawls),
        captures=sums["captures"],
        articles=sums["articles"],
        unchanged=sums["unchanged"],
        rejected=sums["rejected"],
        created=sums["created"],
        updated=sums["updated"],
        alerts=sums["alerts"],
        unhealthy={
            health.outlet.id: [f"{problem.kind}: {problem.detail}" for problem in health.problems]
            for health in healths
            if health.problems
        },
        problems=tuple(problems),
        warnings=tuple(index_warnings(index)),
    )


def whole(steps: Sequence[Step], error: str) -> Step:
    """The run as one step, from the first begin to the last end.

    Args:
        steps: all steps of the run.
        error: why it failed; empty if it did not.
    """
    begun = [(step.started_at, step.seconds) for step in steps if step.started_at]
    start = min((at for at, _ in begun), default=None)
    seconds = max((at - start).total_seconds() + took for at, took in begun) if start else 0.0
    return Step("run", None, "failed" if error else "done", start, round(seconds, 1), _sums(steps), error or None)


def _sums(steps: Iterable[Step]) -> Counter[Count]:
    sums: Counter[Count] = Counter()
    for step in steps:
        sums.update(step.counts)
    return sums
