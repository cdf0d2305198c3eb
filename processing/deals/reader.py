"""What an article says of arms deals, sentence by sentence.

A trade's words (بيع، تسلّم، صفقة) are the head; weapons, amounts and stages are taken by their nearness to it, and
parties by their role beside it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from processing.arabic import Words, words
from processing.deals.amounts import amounts
from processing.deals.arms import ARMS, Arm, Arms
from processing.deals.file import DealsFile, Trade
from processing.deals.roles import Roles
from processing.deals.sentence import Found, Head, Text
from processing.deals.sides import Parties
from processing.deals.told import date_of, money_of, stage_of
from processing.entities.recogniser import EntitiesFile
from processing.matcher import Matcher, Span
from rasid.records import DealStage, Mention, TextField

FIRST_ARM, FIRST_ARM_OF_PACT = 15, 4
"""Words from a trade's words to its first weapon, at most."""
GAP = 10
"""Words between two weapons of one trade, at most."""
ELSEWHERE = 8
"""Words from what is no trade, as a seizure, to words of a trade that it means."""
DENIED = 3
"""Words after «not» in which what it denies stands."""
AROUND = 150
"""Words before and after a trade's words that are read as its sentence, at most: a text without full stops is one."""
CHAIN = 2
"""Words between «صفقة» and what it is a deal of."""
Form = Literal["noun", "past", "present"]
FORMS: tuple[Form, ...] = ("noun", "past", "present")
_PAST = ("ت", "وا", "تا")


class Reader:
    """The compiled words of an installation.

    Args:
        file: of the words.
        entities: states, weapons and organisations.
    """

    def __init__(self, file: DealsFile, entities: EntitiesFile) -> None:
        self._file = file
        self._matcher = Matcher(file.lists())
        self._parties = Parties(file, entities)
        self._arms = Arms(file.weapons, entities)
        self._heads = {f"trade:{id_}:{form}": (trade, form) for id_, trade in file.trades.items() for form in FORMS}

    def classes(self, name: str) -> list[str]:
        """The classes of weapons that are called so, in any form of the words."""
        cut = words(name)
        spans = self._matcher.find(cut)
        return [kind for kind in self._file.weapons if Span(0, len(cut.forms) - 1) in spans.get(f"weapon:{kind}", ())]

    def find(self, title: str, body: str, mentions: Iterable[Mention]) -> Iterator[Found]:
        """The trades of an article, in the order of its text.

        Args:
            title: of the article.
            body: of it.
            mentions: of entities in both.
        """
        given = list(mentions)
        fields: Mapping[TextField, str] = {"title": title, "body": body}
        for name, text in fields.items():
            read = self._read(name, text, [each for each in given if each.field == name])
            for head in self._found_heads(read):
                found = self._trade(head, read)
                if found:
                    yield found

    def _read(self, name: TextField, text: str, mentions: list[Mention]) -> Text:
        cut = words(text)
        spans = self._matcher.find(cut)
        numbers = amounts(text, cut, spans)
        stages = [(span, stage) for stage in self._file.stages for span in spans.get(f"stage:{stage}", ())]
        parties = self._parties.find(cut, spans, mentions)
        arms = self._arms.find(text, cut, spans, mentions, numbers)
        return Text(name, text, cut, spans, parties, arms, numbers, sorted(stages))

    def _found_heads(self, read: Text) -> list[Head]:
        """Words of trades that may be dealt with in their sentence."""
        sentences = read.words.sentences
        barred = read.spans.get("elsewhere", ())
        chosen = [
            each
            for each in self._chosen(read)
            if self._is_given(each, read.words)
            or not any(
                sentences[span.first] == sentences[each[2].first] and abs(span.first - each[2].first) <= ELSEWHERE
                for span in barred
            )
        ]
        moving = [span for trade, _, span in chosen if trade.role != "pact"]
        heads: list[Head] = []
        pact: tuple[Span, DealStage | None] | None = None
        for number, (trade, form, span) in enumerate(chosen):
            after = chosen[number + 1][2] if number + 1 < len(chosen) else None
            if trade.role == "pact" and after and after.first - span.last <= CHAIN:
                pact = None if read.words.forms[after.first].startswith("و") else (span, trade.stage)
                continue  # «صفقة بيع»: the sale tells more
            if self._is_denied(span, read):
                continue
            sentence = Span(
                max(bisect_left(sentences, sentences[span.first]), span.first - AROUND),
                min(bisect_left(sentences, sentences[span.first] + 1) - 1, span.last + AROUND),
            )
            place = bisect_left(moving, span)
            begin = moving[place - 1].last + 1 if place else 0
            later = [each for each in moving[place : place + 2] if each.first > span.last]
            end = later[0].first - 1 if later else sentence.last
            reach = Span(max(begin, sentence.first), min(end, sentence.last))
            heads.append(Head(trade, form, span, sentence, reach, pact))
            pact = None
        return heads

    def _chosen(self, read: Text) -> list[tuple[Trade, Form, Span]]:
        """The words of trades by place, of those that overlap the longest."""
        best: dict[int, tuple[Trade, Form, Span]] = {}
        weapons = {span.first for span in read.spans.get(f"weapon:{ARMS}", ())}
        talks = {span.first for span, stage in read.stages if stage == "talks"}
        never = {word for span in read.spans.get("no_trades", ()) for word in span.words()}
        counted = {amount.span.first for amount in read.numbers}
        for name, (trade, form) in self._heads.items():
            for span in read.spans.get(name, ()):
                if (form != "noun" and span.first in weapons) or (trade.role == "pact" and span.last + 1 in talks):
                    continue  # «تسلّح» is no verb, and «عقد مباحثات» no contract
                if span.first in never or (trade.role == "takes" and span.last + 2 in counted and _is_to(span, read)):
                    continue  # «عقود مضت», «ما يصل إلى 14 دبابة»
                known = best.get(span.first)
                is_verb = form == "past" and read.words.forms[span.first].endswith(_PAST)
                if known is None or known[2].last < span.last or (known[2] == span and known[1] == "noun" and is_verb):
                    best[span.first] = trade, form, span
        chosen: list[tuple[Trade, Form, Span]] = []
        for first in sorted(best):
            if not chosen or first > chosen[-1][2].last:
                chosen.append(best[first])
        return chosen

    @staticmethod
    def _is_given(chosen: tuple[Trade, Form, Span], cut: Words) -> bool:
        """Whether it says who gave the weapons that a sentence tells of: «صواريخ قدّمتها طهران»."""
        trade, form, span = chosen
        return form == "past" and trade.role == "gives" and cut.forms[span.first].endswith("تها")

    @staticmethod
    def _is_denied(span: Span, read: Text) -> bool:
        sentences = read.words.sentences
        return any(
            0 < span.first - no.last <= DENIED and sentences[no.last] == sentences[span.first]
            for no in read.spans.get("negation", ())
        )

    def _trade(self, head: Head, read: Text) -> Found | None:
        arms = self._traded(head, read)
        trade = head.trade
        if not arms and not trade.arms and trade.role != "pact":
            return None
        number = read.words.sentences[head.span.first]
        stage = stage_of(head, read)
        needs_both = trade.strict and not (stage and stage[1] == "embargo")  # one is laid upon a single party
        found = Found(read.field, number, read.quote(head.sentence), needs_both, adds=trade.adds)
        if (arms or trade.arms) and not trade.adds:
            self._tell_roles(found, head, read, arms, stage[1] if stage else None)
        found.stage = read.stated(stage[1], stage[0]) if stage else None
        found.is_assumed = stage is not None and head.form == "noun" and stage[0] == head.span
        found.arms = [(arm, read.stated(arm.value, arm.span)) for arm in arms]
        found.quantity = [
            read.stated(
                amount.value,
                Span(amount.span.first, max(amount.span.last, arm.span.last)) if amount.value else amount.span,
            )
            for arm in arms
            if (amount := arm.quantity)
        ]
        found.money = money_of(head, read, self._file.currencies)
        found.date = date_of(head, read)
        is_vague = trade.role == "gives" and not arms and not found.money
        found.in_passing = is_vague and found.stage is not None and found.stage.value == "delivered"
        return found

    def _tell_roles(self, found: Found, head: Head, read: Text, arms: list[Arm], stage: DealStage | None) -> None:
        Roles(head, read, head.trade.marks, arms, stage).tell(found)

    @staticmethod
    def _traded(head: Head, read: Text) -> list[Arm]:
        """The weapons after a trade's words, one near the other; else the last one right before them."""
        is_pact = head.trade.role == "pact"
        found: list[Arm] = []
        last, gap = head.span.last, FIRST_ARM_OF_PACT if is_pact else FIRST_ARM
        against = [span.first for span in read.spans.get("against", ())]
        for arm in read.arms:
            if head.span.first <= arm.span.first <= head.reach.last and arm.span.last >= head.span.last:
                if arm.span.first - last - 1 > gap or any(last < word < arm.span.first for word in against):
                    break
                found.append(arm)
                last, gap = arm.span.last, GAP
        if found or is_pact:
            return found
        begin = max(head.sentence.first, head.span.first - GAP)
        return [arm for arm in read.arms if begin <= arm.span.last < head.span.first][-1:]


def _is_to(span: Span, read: Text) -> bool:
    return read.words.forms[span.last + 1] == "الي"
