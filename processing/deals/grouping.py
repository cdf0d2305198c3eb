"""The deals that many articles tell of: mentions of one deal by their parties, weapons and time, put together.

A deal belongs to a pair of parties, and pairs are apart from each other: what changes in one article changes the deals
of its pairs alone. Within a pair, mentions go one by one, in the order of their publication, to the deal with which
they agree; the same mentions make the same deals with the same ids.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from processing.deals.arms import ARMS
from processing.deals.mentions import ORDER
from rasid.records import DealMention, Stated

APART = timedelta(days=730)
"""Time without word of a deal after which the next is of another one."""


@dataclass(frozen=True)
class Report:
    """A mention of a deal, with the article that has it.

    Attributes:
        article: id of the article.
        number: of the mention in it.
        outlet: id of its outlet.
        outlet_name: Arabic name of its outlet.
        url: of the article.
        title: of it.
        published_at: when it was published.
        story_id: of its story.
        mention: what it says.
    """

    article: str
    number: int
    outlet: str
    outlet_name: str
    url: str
    title: str
    published_at: datetime
    story_id: str
    mention: DealMention

    @property
    def order(self) -> tuple[datetime, str, int]:
        """Its place among others."""
        return self.published_at, self.article, self.number


@dataclass(frozen=True)
class Deal:
    """A deal, by all that tell of it.

    Attributes:
        id: of the pair, the weapons and the article that told of it first.
        pair: its parties, such as ``US>DZ``.
        reports: in the order of publication.
    """

    id: str
    pair: str
    reports: tuple[Report, ...]

    @property
    def weapons(self) -> tuple[str, ...]:
        """Keys of `entities.yaml` and words, each once."""
        return _values(report.mention.weapon for report in self.reports)

    @property
    def weapon_classes(self) -> tuple[str, ...]:
        """Of all that is told, each once; `arms` only where no report says more."""
        classes = tuple(dict.fromkeys(kind for report in self.reports for kind in report.mention.weapon_classes))
        return tuple(kind for kind in classes if kind != ARMS) or classes

    @property
    def course(self) -> tuple[tuple[str, Report], ...]:
        """Each stage with the report that was the first to tell of it, in the order of publication."""
        seen: dict[str, Report] = {}
        for report in self.reports:
            if report.mention.stage:
                seen.setdefault(report.mention.stage.value, report)
        return tuple(seen.items())

    @property
    def stage(self) -> str | None:
        """The furthest stage, or the one that ended it if no later report has it go on."""
        told = [report.mention.stage.value for report in self.reports if report.mention.stage]
        if not told:
            return None
        if ORDER.index(told[-1]) > ORDER.index("delivered"):
            return told[-1]
        return max((each for each in told if each in _GOING), key=ORDER.index)

    def said(self, field: str) -> Mapping[str, tuple[Report, ...]]:
        """What reports say of a quantity or a value: each with those that say it. Several contradict each other."""
        found: dict[str, list[Report]] = {}
        for report in self.reports:
            stated = getattr(report.mention, field)
            for each in stated if isinstance(stated, tuple) else [stated] if stated else []:
                found.setdefault(each.value, []).append(report)
        return {value: tuple(reports) for value, reports in found.items()}

    @staticmethod
    def contradicts(said: Mapping[str, tuple[Report, ...]]) -> bool:
        """Whether articles say something else than others do of the same."""
        by_article = {frozenset(report.article for report in reports) for reports in said.values()}
        return len(said) > 1 and len(by_article) > 1


_GOING = ORDER[: ORDER.index("delivered") + 1]


def pair_of(mention: DealMention) -> str:
    """The parties of a deal, such as ``US>DZ``; a side that is not told is ``?``."""
    sides = (sorted(each.value for each in side) for side in (mention.supplier, mention.recipient))
    return ">".join(",".join(side) or "?" for side in sides)


def group(reports: Iterable[Report]) -> list[Deal]:
    """The deals of some reports, in the order in which they were first told.

    Args:
        reports: all that there are of their pairs.
    """
    open_: list[list[Report]] = []
    for report in sorted(reports, key=lambda each: each.order):
        candidates = [deal for deal in open_ if _agrees(deal, report)]
        if candidates:
            max(candidates, key=lambda deal: _nearness(deal, report)).append(report)
        else:
            open_.append([report])
    return [_deal(found) for found in open_]


def _agrees(deal: Sequence[Report], report: Report) -> bool:
    first, last = deal[0], deal[-1]
    if pair_of(first.mention) != pair_of(report.mention) or report.published_at - last.published_at > APART:
        return False
    known = [each.mention for each in deal]
    named = {value for mention in known for value in _named(mention)}
    more = _named(report.mention)
    if named and more:
        return bool(named & more)
    classes = {kind for mention in known for kind in mention.weapon_classes} - {ARMS}
    others = set(report.mention.weapon_classes) - {ARMS}
    return not (classes and others) or bool(classes & others)


def _nearness(deal: Sequence[Report], report: Report) -> tuple[bool, int, datetime]:
    """How well a report fits a deal: of its story, with its weapons, the latest."""
    weapons = {value for each in deal for value in _named(each.mention)}
    return (
        any(each.story_id == report.story_id for each in deal),
        len(weapons & _named(report.mention)),
        deal[-1].published_at,
    )


def _named(mention: DealMention) -> set[str]:
    """Its weapons, where more is said than that they are weapons."""
    return {stated.value for stated in mention.weapon} if set(mention.weapon_classes) - {ARMS} else set()


def _deal(reports: Sequence[Report]) -> Deal:
    first = reports[0]
    pair = pair_of(first.mention)
    key = f"{pair}\n{first.article}\n{first.number}"
    return Deal(hashlib.sha256(key.encode()).hexdigest()[:32], pair, tuple(reports))


def _values(stated: Iterable[tuple[Stated, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.value for some in stated for each in some))
