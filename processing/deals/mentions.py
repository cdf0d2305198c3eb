"""The deals of an article: what its sentences say of one deal, put together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import get_args

from processing.deals.arms import ARMS, Arm
from processing.deals.file import Caatsa, DealsFile, Side
from processing.deals.reader import Reader
from processing.deals.sentence import OPPOSITE, Found
from processing.deals.told import ENDING
from processing.entities.recogniser import EntitiesFile
from rasid.records import DealMention, DealStage, Mention, Stated

ORDER: tuple[DealStage, ...] = get_args(DealStage)
"""How far a deal has come: of several stages, the last counts."""
NEAR = 2
"""Sentences after a deal in which «the deal» means it."""
FAR = 6
"""Sentences between a deal and one that names the party that it does not, at most."""
SIDES: tuple[Side, ...] = get_args(Side)
LEAD = 3
"""Sentences in which an article says its news."""


class Deals:
    """Reads the deals of articles.

    Args:
        file: of the words.
        entities: states, weapons and organisations.

    Attributes:
        classes: name → classes of weapons that are called so, as `Reader.classes` has them.
        organisations: what an organisation stands for; ``none``: it does not trade.
    """

    def __init__(self, file: DealsFile, entities: EntitiesFile) -> None:
        self._reader = Reader(file, entities)
        self.classes = self._reader.classes
        self.organisations = file.organisations
        self._caatsa = file.caatsa
        self._includes = {kind: frozenset(more) for kind, more in file.includes.items()}

    def read(self, title: str, body: str, mentions: Iterable[Mention], published: date) -> tuple[DealMention, ...]:
        """What an article says of arms deals, in the order of its text.

        Args:
            title: of the article.
            body: of it.
            mentions: of entities in both.
            published: day of its publication.
        """
        drafts: list[_Draft] = []
        for found in self._reader.find(title, body, mentions):
            known = _of_one_deal(found, drafts, self._includes)
            if known:
                known.add(found)
            elif found.arms or found.supplier or found.recipient or found.money:
                drafts.append(_Draft(found, self._includes))
        joined = _joined(drafts, self._includes)
        return tuple(draft.mention(self._caatsa, published) for draft in joined if draft.counts)


Includes = Mapping[str, frozenset[str]]
"""Class of weapons → the classes that are kinds of it."""


@dataclass
class _Draft:
    """A deal as far as it was read."""

    first: Found
    includes: Includes
    all: list[Found] = field(default_factory=list)
    guessed: bool = False
    """A party is taken from the deal beside it, or the only one that was left: no word says what it does here."""

    def __post_init__(self) -> None:
        self.supplier = dict(self.first.supplier)
        self.recipient = dict(self.first.recipient)
        self.arms: list[tuple[Arm, Stated]] = []
        self.quantity: list[Stated] = []
        self.add(self.first)

    def add(self, found: Found) -> None:
        self.all.append(found)
        self.supplier = self.supplier or dict(found.supplier)
        self.recipient = self.recipient or dict(found.recipient)
        known = {stated.value for _, stated in self.arms}
        self.arms += [each for each in found.arms if each[1].value not in known]
        amounts = {stated.value for stated in self.quantity}
        self.quantity += [stated for stated in found.quantity if stated.value not in amounts]

    def join(self, other: "_Draft") -> None:
        for found in other.all:
            self.add(found)

    def side(self, side: Side) -> dict[str, Stated]:
        """The parties of a side."""
        return self.supplier if side == "supplier" else self.recipient

    @property
    def counts(self) -> bool:
        """Whether it is said well enough to be one."""
        if all(found.in_passing for found in self.all):
            return False
        if self.supplier and self.recipient:
            return True
        told = [found for found in self.all if found.arms and not found.needs_both]
        sure = any(_is_news(found) or found.quantity or found.money for found in told)
        return bool(self.supplier or self.recipient) and bool(told) and (sure or any(arm.named for arm, _ in self.arms))

    @property
    def stage(self) -> Stated | None:
        said = [found for found in self.all if not found.is_assumed] or self.all
        told = [(found, found.stage) for found in said if found.stage] or [
            (found, found.stage) for found in self.all if found.stage
        ]
        if not told:
            return None
        news = [stage for found, stage in told if stage.value in ENDING and _is_news(found)]
        if news:
            return news[0]
        going = [stage for _, stage in told if stage.value not in ENDING] or [stage for _, stage in told]
        return max(going, key=lambda stage: (ORDER.index(stage.value), -stage.start))

    def weapons(self) -> list[tuple[Arm, Stated]]:
        """The weapons, less those that say no more than others do."""
        named = {arm.kind for arm, _ in self.arms if arm.named}
        told = {arm.kind for arm, _ in self.arms}
        named |= {kind for kind, more in self.includes.items() if more & told}
        kept = [(arm, stated) for arm, stated in self.arms if arm.named or arm.kind not in named]
        kinds: dict[str, tuple[Arm, Stated]] = {}
        for each in kept:
            kinds.setdefault(each[1].value if each[0].named else each[0].kind, each)
        return [each for kind, each in kinds.items() if kind != ARMS] or kept[:1]

    def mention(self, caatsa: Caatsa, published: date) -> DealMention:
        weapons = self.weapons()
        classes = tuple(dict.fromkeys(arm.kind for arm, _ in weapons))
        money = next((found.money for found in self.all if found.money), None)
        said = next((found.date for found in self.all if found.date), None)
        stage = self.stage
        sure = 0.3 + 0.2 * bool(self.supplier) + 0.2 * bool(self.recipient) + 0.1 * any(arm.named for arm, _ in weapons)
        sure += 0.1 * any(_is_news(found) for found in self.all) + 0.1 * (len(self.all) > 1) - 0.3 * self.guessed
        exposed = None if self.guessed else _exposure(self.supplier, self.recipient, classes, caatsa, published)
        return DealMention(
            supplier=tuple(self.supplier.values()),
            recipient=tuple(self.recipient.values()),
            weapon=tuple(stated for _, stated in weapons),
            weapon_classes=classes,
            quantity=tuple(self.quantity),
            value=money,
            stage=stage,
            date=said,
            confidence=round(sure, 2),
            caatsa_exposure=exposed,
            sentence=self.first.sentence,
        )


def _is_news(found: Found) -> bool:
    return found.field == "title" or found.number < LEAD


def _of_one_deal(found: Found, drafts: Sequence[_Draft], includes: Includes) -> _Draft | None:
    """The deal that a sentence goes on with."""
    if not found.supplier and not found.recipient:
        last = drafts[-1] if drafts else None
        reach = FAR if found.adds else NEAR
        near = last and last.all[-1].field == found.field and found.number - last.all[-1].number <= reach
        return last if last and near and (found.adds or _same_arms(last.arms, found.arms, includes)) else None
    for draft in drafts:
        whole = all(draft.side(side).keys() == found.side(side).keys() for side in SIDES)
        if whole and _same_arms(draft.arms, found.arms, includes) and _same_money(draft.all, [found]):
            return draft
    return None


def _joined(drafts: list[_Draft], includes: Includes) -> list[_Draft]:
    """The deals, each once: those that lacked a party when they were read may be another's."""
    kept: list[_Draft] = []
    for draft in sorted(drafts, key=lambda each: -(bool(each.supplier) + bool(each.recipient))):
        known = [each for each in kept if _may_be_one(each, draft, includes)]
        if not known:
            kept.append(draft)
            continue
        nearest = min(known, key=lambda each: _apart(each, draft))
        if _apart(nearest, draft) <= FAR:  # further off it says no more than what is known
            nearest.join(draft)
    for draft in kept:
        _complete(draft, kept)
    whole = [draft for draft in kept if draft.supplier and draft.recipient]
    if whole:  # else it may be no article on deals, and a guess has nothing to stand on
        for draft in kept:
            _eliminate(draft, whole)
    return [draft for draft in drafts if any(draft is each for each in kept)]


def _eliminate(draft: _Draft, whole: Sequence[_Draft]) -> None:
    """Gives a deal that lacks one party the only other one of its sentence, unless they deal the other way round."""
    for side in SIDES:
        other = draft.side(OPPOSITE[side])
        if draft.side(side) or not other:
            continue
        left = {code: stated for found in draft.all for code, stated in found.others[side].items() if code not in other}
        if len(left) == 1 and not any(
            each.side(OPPOSITE[side]).keys() & left.keys() and each.side(side).keys() & other.keys() for each in whole
        ):
            draft.side(side).update(left)
            draft.guessed = True


def _complete(draft: _Draft, others: Iterable[_Draft]) -> None:
    """Gives a deal the party that it does not name, if the nearest deal of its other party does: of several weapons
    that one sends another, sentences name both only once.
    """
    for side in SIDES:
        if draft.side(side) or not draft.side(OPPOSITE[side]):
            continue
        known = [
            other
            for other in others
            if other.side(side)
            and other.side(OPPOSITE[side]).keys() == draft.side(OPPOSITE[side]).keys()
            and _apart(other, draft) <= FAR
        ]
        if known:
            nearest = min(known, key=lambda each: _apart(each, draft))
            draft.side(side).update(nearest.side(side))
            draft.guessed = True


def _may_be_one(one: _Draft, other: _Draft, includes: Includes) -> bool:
    """Whether a deal goes on with another that was read apart, or one that names no party belongs to it."""
    if not (other.supplier or other.recipient):
        return _apart(one, other) <= NEAR and _same_arms(one.arms, other.arms, includes)
    return _same_parties(one, other) and _same_arms(one.arms, other.arms, includes) and _same_money(one.all, other.all)


def _same_money(one: Iterable[Found], other: Iterable[Found]) -> bool:
    """Whether no sum of one is another than that of the other: two packages are two deals."""
    first, second = ({found.money.value for found in some if found.money} for some in (one, other))
    return not first or not second or bool(first & second)


def _apart(one: _Draft, other: _Draft) -> int:
    """Sentences between two deals, at least."""
    return min(abs(a.number - b.number) + (NEAR if a.field != b.field else 0) for a in one.all for b in other.all)


def _same_parties(one: "_Draft | Found", other: "_Draft | Found") -> bool:
    """Whether no party of the two differs, and they have one in common."""
    pairs = ((one.supplier, other.supplier), (one.recipient, other.recipient))
    return all(a.keys() == b.keys() for a, b in pairs if a and b) and any(a and b for a, b in pairs)


def _same_arms(one: Sequence[tuple[Arm, Stated]], other: Sequence[tuple[Arm, Stated]], includes: Includes) -> bool:
    """Whether weapons may be the same: one has them in common with the other, or says no more than weapons."""
    if not one or not other:
        return True
    if all(arm.kind == ARMS for arm, _ in one) or all(arm.kind == ARMS for arm, _ in other):
        return True
    if {stated.value for _, stated in one} & {stated.value for _, stated in other}:
        return True
    if all(any(arm.named for arm, _ in some) for some in (one, other)):
        return False
    return any(
        b.kind == a.kind or b.kind in includes.get(a.kind, ())
        for some, others in ((one, other), (other, one))
        for a, _ in some
        if not a.named
        for b, _ in others
    )


def _exposure(
    supplier: dict[str, Stated],
    recipient: dict[str, Stated],
    classes: Sequence[str],
    caatsa: Caatsa,
    published: date,
) -> str | None:
    """Why the law may reach the recipient: who sells, what, to whom, when."""
    sellers = [code for code in supplier if code in caatsa.suppliers]
    buyers = [code for code in recipient if code not in caatsa.suppliers]
    major = [kind for kind in classes if kind not in caatsa.minor]
    if not (sellers and buyers and major) or published.year < caatsa.since:
        return None
    return f"{', '.join(sellers)} supplies {', '.join(major)} to {', '.join(buyers)}, reported in {published.year}"
