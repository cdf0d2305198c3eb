"""What a run did as a whole, from what its stages kept."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rasid.health import Health
from search.runs import Step

COUNTED = {
    "crawl": ("found", "failed"),
    "process": ("captures", "articles", "unchanged", "rejected"),
    "index": ("created", "updated", "removed", "shared"),
    "alert": ("alerts",),
    "report": (),
}
"""Stage → those of its counts that the index has; each name is counted once, so that they can be added up."""


_SUMMED = ("captures", "articles", "unchanged", "rejected", "created", "updated", "alerts")


@dataclass(frozen=True)
class Summary:
    """A run in numbers.

    Attributes:
        outlets: of the run.
        captures: of the day; each is an article, an unchanged page or a rejected one.
        articles: of the day.
        unchanged: pages of the day.
        rejected: pages of the day.
        created: articles that were new to the index.
        updated: articles that had changed.
        alerts: new ones.
        unhealthy: outlet → what is wrong with it.
        problems: why the run as a whole failed; none if it did not.
        warnings: what the run's index lacks of its articles, and why; the run is none the worse.
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


def step_of(stage: str, outlet: str | None, kept: Mapping[str, Any] | None) -> Step:
    """A stage's report as the runs' index has it.

    Args:
        stage: which.
        outlet: whose, if it runs once an outlet.
        kept: the report; None if the stage left none, as it failed or was never begun.
    """
    if kept is None:
        return Step(stage, outlet, "failed", None, 0.0, error="it did not end")
    counts = {name: _number(kept[name]) for name in COUNTED[stage] if name in kept}
    if stage == "alert":
        counts["undelivered"] = sum(failure["alerts"] for failure in kept["failures"])
    error = kept.get("error")
    return Step(stage, outlet, "failed" if error else "done", kept["started_at"], kept["took"], counts, error)


def _number(count: Any) -> int:
    """Of a count, of counts by reason, or of things."""
    if isinstance(count, Mapping):
        return sum(count.values())
    return count if isinstance(count, int) else len(count)


def index_warnings(index: Mapping[str, Any] | None) -> list[str]:
    """Why there are fewer articles in the index than the outlets gave, or may be.

    Args:
        index: the run's `search.indexing.IndexReport`, as JSON has it; None if there is none.
    """
    reasons = {
        "refused": "{} of {} refused by Elasticsearch, and now among the rejected pages",
        "shared": "{} of {} in the index as those of an outlet before it, which gives the same addresses",
    }
    counted = [(text, (index or {}).get(name, {})) for name, text in reasons.items()]
    warnings = [text.format(count, outlet) for text, counts in counted for outlet, count in counts.items()]
    return [*warnings, *(index or {}).get("damage", ())]


def summarise(
    steps: Sequence[Step], healths: Iterable[Health], index: Mapping[str, Any] | None, failed_outlets: float
) -> Summary:
    """The run in numbers.

    Args:
        steps: all of it.
        healths: of its outlets.
        index: the report of its index.
        failed_outlets: share of them that may fail.
    """
    sums: Counter[str] = Counter()
    for step in steps:
        sums.update(step.counts)
    crawls = [step for step in steps if step.stage == "crawl"]
    failed = [step.outlet for step in crawls if step.state == "failed"]
    problems = []
    if unprocessed := [step.outlet for step in steps if step.stage == "process" and step.state == "failed"]:
        problems.append(f"the captures of these could not be processed: {', '.join(map(str, unprocessed))}")
    if failed and (len(failed) == len(crawls) or len(failed) > failed_outlets * len(crawls)):
        problems.append(f"{len(failed)} of {len(crawls)} outlets could not be crawled: {', '.join(map(str, failed))}")
    problems += [f"{step.stage}: {step.error}" for step in steps if step.outlet is None and step.state == "failed"]
    counts = {name: sums[name] for name in _SUMMED}
    return Summary(
        outlets=len(crawls),
        **counts,
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
        steps: all of it.
        error: why it failed; empty if it did not.
    """
    begun = [(datetime.fromisoformat(step.started_at), step.seconds) for step in steps if step.started_at]
    start = min((at for at, _ in begun), default=None)
    seconds = max((at - start).total_seconds() + took for at, took in begun) if start else 0.0
    counts: Counter[str] = Counter()
    for step in steps:
        counts.update(step.counts)
    state = "failed" if error else "done"
    return Step("run", None, state, start.isoformat() if start else None, round(seconds, 1), counts, error or None)
