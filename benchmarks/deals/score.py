"""Deals as labels and readings have them, made comparable, and how well they agree by field."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from processing.arabic import words
from processing.deals.amounts import amounts
from processing.deals.arms import ARMS, Arms
from processing.deals.file import load_deals
from processing.entities.recogniser import EntitiesFile
from processing.figures import Figures
from processing.matcher import Matcher
from processing.topics.features import stem
from processing.topics.tagger import Tagger
from rasid.letters import normalise
from rasid.records import DealMention
from rasid.settings import ROOT

FIELDS = ("supplier", "recipient", "weapon", "quantity", "value", "stage")
_CODE = re.compile(r"[A-Z]{2}|NATO")
DRAWS = 1_000
"""Of articles with replacement, for an interval."""
Values = Mapping[str, frozenset[str]]
"""A deal: field → what it says."""


@dataclass
class Score:
    """Of one article or many.

    Attributes:
        fields: by name; `deal` counts whole deals, of which parties and weapon agree in part.
        without: articles without a deal in the labels.
        claimed: those of them in which one was claimed.
    """

    fields: dict[str, Figures] = field(default_factory=lambda: dict.fromkeys(("deal", *FIELDS), Figures()))
    without: int = 0
    claimed: int = 0

    @classmethod
    def of(cls, found: Sequence[Values], *readings: Sequence[Values]) -> "Score":
        """What is found in an article, beside each of its readings."""
        score = cls()
        for there in readings:
            score._add(found, there)
        return score

    def _add(self, found: Sequence[Values], there: Sequence[Values]) -> None:
        if not there:
            self.without += 1
            self.claimed += bool(found)
        pairs = _aligned(found, there)
        self.fields["deal"] += Figures(len(pairs), len(found), len(there))
        for name in FIELDS:
            self.fields[name] += Figures(
                right=sum(len(one[name] & other[name]) for one, other in pairs),
                found=sum(len(each[name]) for each in found),
                there=sum(len(each[name]) for each in there),
            )


def _aligned(found: Sequence[Values], there: Sequence[Values]) -> list[tuple[Values, Values]]:
    """Deals that are the same, the most alike first."""
    likeness = sorted(
        ((_alike(one, other), -a, -b) for a, one in enumerate(found) for b, other in enumerate(there)), reverse=True
    )
    pairs, used_found, used_there = [], set(), set()
    for like, a, b in likeness:
        if like > 0 and a not in used_found and b not in used_there:
            used_found.add(a)
            used_there.add(b)
            pairs.append((found[-a], there[-b]))
    return pairs


def _alike(one: Values, other: Values) -> float:
    parties = sum(len(one[name] & other[name]) for name in ("supplier", "recipient"))
    rest = sum(len(one[name] & other[name]) for name in ("weapon", "value", "quantity"))
    return parties + rest + 0.1 * len(one["stage"] & other["stage"]) if parties else 0.0


class Comparable:
    """Makes labels and readings comparable.

    Args:
        tagger: knows systems and organisations by their names.
        entities: the same.
    """

    def __init__(self, tagger: Tagger, entities: EntitiesFile) -> None:
        self._tagger = tagger
        file = load_deals(ROOT / "config")
        self._matcher = Matcher(file.lists())
        self._arms = Arms(file.weapons, entities)
        self._currencies = tuple(file.currencies)
        self._parties = tuple(file.parties)
        self._says_class = ("models", "systems", *(f"weapon:{kind}" for kind in file.weapons))
        self._entity = cache(self._found_entity)

    def label(self, deal: Mapping[str, Any]) -> Values:
        """A deal as a reader labelled it."""
        return {
            "supplier": frozenset(map(self._party, deal["supplier"])),
            "recipient": frozenset(map(self._party, deal["recipient"])),
            "weapon": _nearest(*map(self._weapons, deal["weapon"])),
            "quantity": frozenset(map(self._quantity, filter(None, deal["quantity"].split(" | ")))),
            "value": frozenset(map(self._value, filter(None, deal["value"].split(" | ")))),
            "stage": frozenset(filter(None, [deal["stage"]])),
        }

    def reading(self, mention: DealMention) -> Values:
        """A deal as it was read."""
        return {
            "supplier": frozenset(self._party(each.value) for each in mention.supplier),
            "recipient": frozenset(self._party(each.value) for each in mention.recipient),
            "weapon": _nearest(*(self._weapons(each.quote) for each in mention.weapon)),
            "quantity": frozenset(self._quantity(each.quote) for each in mention.quantity),
            "value": frozenset([self._value(mention.value.quote)] if mention.value else []),
            "stage": frozenset([mention.stage.value] if mention.stage else []),
        }

    def _party(self, name: str) -> str:
        if _CODE.fullmatch(name) or name in self._tagger.names["organisations"]:
            return name
        if entity := self._entity(name, "organisations") or self._entity(name, "countries"):
            return entity
        spans = self._matcher.find(words(name))
        return next((code for code in self._parties if f"party:{code}" in spans), "") or _stems(name)

    def _weapons(self, written: str) -> frozenset[str]:
        """A system's key; else a name, if it has one; else the class, or both classes of «السلاح والذخيرة»."""
        if found := self._entity(written, "weapons"):
            return frozenset([found])
        cut = words(written)
        spans = self._matcher.find(cut)
        arms = self._arms.find(written, cut, spans, (), ())
        if arms and not arms[0].named:
            return frozenset(arm.kind for arm in arms if arm is arms[0] or cut.forms[arm.span.first].startswith("و"))
        says_class = {number for kind in self._says_class for span in spans.get(kind, ()) for number in span.words()}
        name = [form for number, form in enumerate(cut.forms) if number not in says_class]
        return frozenset([_stems(" ".join(name) or written)])

    def _found_entity(self, written: str, kind: str) -> str:
        found = self._tagger.tag("", f"منظومة {written}" if kind == "weapons" else written).mentions
        return next((each.entity for each in found if each.kind == kind), "")

    def _quantity(self, written: str) -> str:
        """The first number; else the words before what is counted."""
        cut = words(written)
        spans = self._matcher.find(cut)
        numbers = amounts(written, cut, spans)
        if numbers or "pairs" in spans:
            return f"{numbers[0].value:g}" if numbers else "2"
        arms = self._arms.find(written, cut, spans, (), numbers)
        if arms and arms[0].quantity and arms[0].quantity.value:
            return arms[0].quantity.value
        counted = arms[0].span.first if arms else 0
        return _stems(written[: cut.starts[counted]] if counted else written)

    def _value(self, written: str) -> str:
        cut = words(written)
        spans = self._matcher.find(cut)
        numbers = amounts(written, cut, spans)
        currency = next((code for code in self._currencies if f"currency:{code}" in spans), "")
        return f"{max(number.value for number in numbers):.0f} {currency}" if numbers else _stems(written)


def _nearest(*weapons: frozenset[str]) -> frozenset[str]:
    """All of them; «weapons» only where nothing nearer is said, as the guide has it."""
    told = frozenset().union(*weapons)
    return told - {ARMS} or told


def _stems(written: str) -> str:
    return " ".join(sorted(form if form.isdecimal() else stem(form) for form in words(normalise(written)).forms))


def shown(articles: Sequence[Score]) -> Iterable[str]:
    """A line a field, of all articles together, with the 95 % interval of F1 by drawing articles (bootstrap)."""
    for name in ("deal", *FIELDS):
        each = [score.fields[name] for score in articles]
        counts, draw = sum(each, Figures()), Random(0)
        f1 = sorted(sum(draw.choices(each, k=len(each)), Figures()).f1 for _ in range(DRAWS))
        yield (
            f"{name:10} P {counts.precision:.2f}  R {counts.recall:.2f}  F1 {counts.f1:.2f} "
            f"[{f1[DRAWS // 40]:.2f}–{f1[-DRAWS // 40]:.2f}]  "
            f"({counts.right} right of {counts.found} found, {counts.there} there)"
        )
    without, claimed = sum(score.without for score in articles), sum(score.claimed for score in articles)
    if without:
        yield f"no deal claimed in {1 - claimed / without:.1%} of {without} texts without one"
