"""What is traded: weapon systems by their names, weapons by class, and how many."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from processing.arabic import Words
from processing.deals.amounts import Amount
from processing.deals.sides import first_words, joined_before, span_of
from processing.entities.recogniser import EntitiesFile
from processing.matcher import Span
from rasid.letters import normalise
from rasid.records import Mention

SYSTEM = "system"
"""What is a weapon only by the name after it."""
ARMS = "arms"
"""The class of what is called no more than weapons."""
_QUOTED = re.compile(r"\s*[\"«“'‘]\s*([^\"»”'’«“]{1,30}?)\s*[\"»”'’]")
_AROUND = re.compile(r"^[^\w]+|[^\w]+$")
_PARTED = frozenset("%،,؛:")
"""Between a number and what it is not of."""
_NAME_WORDS = 3
_DUALS = ("تين", "تان")
_UNITS = {"من", "وحده", "قطعه"}


@dataclass(frozen=True)
class Counted:
    """How many: the words, and the number; empty where they are no number, as «سرب»."""

    span: Span
    value: str


@dataclass(frozen=True)
class Arm:
    """A weapon in a text.

    Attributes:
        value: key of `entities.yaml`, or the words.
        kind: its class.
        span: its words, with «مقاتلات» of «مقاتلات رافال».
        named: whether it is a system with a name.
        quantity: how many, if the text says it.
    """

    value: str
    kind: str
    span: Span
    named: bool
    quantity: Counted | None = None


class Arms:
    """Finds the weapons of a text.

    Args:
        kinds: the word lists, by class.
        entities: whose weapons have a class.
    """

    def __init__(self, kinds: Mapping[str, Iterable[str]], entities: EntitiesFile) -> None:
        self._kinds = tuple(kinds)
        self._known = frozenset(first_words(phrase for phrases in kinds.values() for phrase in phrases))
        self._systems = {id_: weapon.kind for id_, weapon in entities.weapons.items()}

    def find(
        self,
        text: str,
        words: Words,
        spans: Mapping[str, list[Span]],
        mentions: Iterable[Mention],
        numbers: Iterable[Amount],
    ) -> list[Arm]:
        """The weapons of a text, by place; of those that overlap, the longest.

        Args:
            text: as it stands.
            words: of the text.
            spans: of the lists of `DealsFile.lists`.
            mentions: of entities in it.
            numbers: in it.
        """
        never = {word for span in spans.get("no_weapons", ()) for word in span.words()}
        systems = {
            span.first: (mention.entity, span)
            for mention in mentions
            if mention.kind == "weapons" and (span := span_of(mention, words))
        }
        models = {span.first: span.last for span in spans.get("models", ())}
        nameless = {span.first for span in spans.get("no_models", ())}
        generic: dict[int, tuple[str, Span]] = {span.first: (SYSTEM, span) for span in spans.get("systems", ())}
        for kind in self._kinds:
            for span in spans.get(f"weapon:{kind}", ()):
                known = generic.get(span.first)
                if not known or known[0] == SYSTEM or known[1].last < span.last:
                    generic[span.first] = kind, span
        found: list[Arm] = []
        for first in sorted({*systems, *generic}):
            if (found and first <= found[-1].span.last) or first in never:
                continue
            if first in systems and (first not in generic or generic[first][1].last <= systems[first][1].last):
                id_, span = systems[first]
                found.append(Arm(id_, self._systems.get(id_, ARMS), span, True))
            else:
                arm = self._with_name(text, words, *generic[first], systems, models, nameless)
                if arm.named or arm.kind != SYSTEM:
                    found.append(replace(arm, kind=ARMS) if arm.kind == SYSTEM else arm)
        named = {word for _, span in systems.values() for word in span.words()}  # «إف-16» is not sixteen of them
        counted = {amount.span.last: amount for amount in numbers if named.isdisjoint(amount.span.words())}
        words_only = {span.last: span for span in spans.get("quantities", ())}
        pairs = {span.first for span in spans.get("pairs", ())}
        return [_counted(arm, text, words, counted, words_only, pairs) for arm in found]

    def _with_name(
        self,
        text: str,
        words: Words,
        kind: str,
        span: Span,
        systems: Mapping[int, tuple[str, Span]],
        models: Mapping[int, int],
        nameless: set[int],
    ) -> Arm:
        """A weapon by its class, with the name that stands right after it."""
        follow = span.last + 1
        while follow in models:
            follow = models[follow] + 1
        end = words.ends[follow - 1]
        if follow < len(words.forms) and words.sentences[follow] == words.sentences[span.first]:
            for number in (follow, follow + 1):
                if number in systems and words.sentences[number] == words.sentences[span.first]:
                    id_, named = systems[number]
                    return Arm(id_, self._systems.get(id_, kind), Span(span.first, named.last), True)
            quoted = _QUOTED.match(text, end)
            if quoted and kind != ARMS:
                last = follow
                while last + 1 < len(words.forms) and words.starts[last + 1] < quoted.end(1):
                    last += 1
                if last - follow < _NAME_WORDS:
                    whole = Span(span.first, last)
                    return Arm(self._plain(text, words, whole), kind, whole, True)
            if follow > span.last + 1 or words.forms[follow].isascii():
                last = follow
                if last + 1 < len(words.forms) and words.forms[last + 1].isdecimal():
                    last += 1
                if not words.forms[follow].isdecimal() and follow not in nameless:
                    whole = Span(span.first, last)
                    return Arm(self._plain(text, words, whole), kind, whole, True)
        return Arm(self._plain(text, words, span), kind, span, False)

    def _plain(self, text: str, words: Words, span: Span) -> str:
        """Words as they are compared: without the article, what is joined before the first, quotation marks and what
        hides.
        """
        first = words.forms[span.first]
        first = first[len(joined_before(first, self._known)) :]
        rest = text[words.ends[span.first] : words.ends[span.last]]
        parts = [first, *re.sub(r"[^\w\s-]", " ", normalise(rest)).split()]
        return " ".join(part.removeprefix("ال") for part in parts)


def as_written(value: str, quote: str) -> str | None:
    """The words that were compared as a text has them, without the article and what is joined before them; None where
    the value is no words of the quote, as the key of a system.

    Args:
        value: of an `Arm`.
        quote: its words in the text.
    """
    parts, written = value.split(), quote.split()
    found = [
        next((word[start:] for start in range(len(word)) if normalise(word[start:]) == part), None)
        for part, word in zip(parts, (_AROUND.sub("", each) for each in written), strict=False)
    ]
    told = [word for word in found if word]
    return " ".join(told) if told and len(told) == len(parts) == len(written) else None


def _counted(
    arm: Arm,
    text: str,
    words: Words,
    counted: Mapping[int, Amount],
    said: Mapping[int, Span],
    pairs: Container[int],
) -> Arm:
    """The weapon with how many, from what stands right before it, or from its own ending; «الأباتشي الـ24»."""
    first, after = arm.span.first, arm.span.last + 2
    for last in (first - 1, first - 2):
        if last < 0 or words.sentences[last] != words.sentences[first]:
            break
        if last < first - 1 and words.forms[last + 1] not in _UNITS:
            break
        if amount := counted.get(last):
            if _PARTED.isdisjoint(text[words.ends[amount.span.last] : words.starts[first]]):
                return replace(arm, quantity=Counted(amount.span, f"{amount.value:.10g}"))
        elif last in said:
            return replace(arm, quantity=Counted(said[last], ""))
    if first in pairs or words.forms[first].endswith(_DUALS):
        return replace(arm, quantity=Counted(Span(first, first), "2"))
    if after in counted and words.forms[after - 1] == "ال" and words.sentences[after] == words.sentences[first]:
        return replace(arm, quantity=Counted(Span(after, after), f"{counted[after].value:.10g}"))
    return replace(arm, quantity=Counted(said[first], "")) if first in said else arm
