"""A field of an article with what stands in it, the words that move weapons, and what they were found to say."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from processing.arabic import Words
from processing.deals.amounts import Amount
from processing.deals.arms import Arm
from processing.deals.file import Side, Trade
from processing.deals.sides import Party
from processing.matcher import Span
from rasid.letters import normalise
from rasid.records import DealStage, Quote, Stated, TextField

OPPOSITE: Mapping[Side, Side] = {"supplier": "recipient", "recipient": "supplier"}
_RELATIVE = {"التي", "الذي", "اللتين", "اللذين", "ما"}


@dataclass(frozen=True)
class Text:
    """A field of an article, with what stands in it.

    Attributes:
        field: which one.
        text: as it stands.
        words: of the text.
        spans: of the lists of `DealsFile.lists`.
        parties: by place.
        arms: by place.
        numbers: by place.
        stages: words that tell a stage, by place.
    """

    field: TextField
    text: str
    words: Words
    spans: Mapping[str, list[Span]]
    parties: list[Party]
    arms: list[Arm]
    numbers: list[Amount]
    stages: list[tuple[Span, DealStage]]

    def quote(self, span: Span) -> Quote:
        """The passage of some words."""
        start, end = self.words.starts[span.first], self.words.ends[span.last]
        return Quote(self.text[start:end], self.field, start, end)

    def stated(self, value: str, span: Span) -> Stated:
        """What some words say; themselves where the value is empty."""
        quote = self.quote(span)
        return Stated(quote.quote, quote.field, quote.start, quote.end, value or normalise(quote.quote))


@dataclass(frozen=True)
class Head:
    """A trade's words in a text.

    Attributes:
        trade: what they are.
        form: of which list of it.
        span: the words.
        sentence: the words of their sentence.
        reach: words around them in which no other trade's words stand.
        pact: the words right before that say it is one, «عقود لتوريد», and what they report.
    """

    trade: Trade
    form: Literal["noun", "past", "present"]
    span: Span
    sentence: Span
    reach: Span
    pact: tuple[Span, DealStage | None] | None = None

    @property
    def actor(self) -> Side:
        """The side that acts."""
        return "supplier" if self.trade.role == "gives" else "recipient"

    def is_relative(self, words: Words) -> bool:
        """Whether it tells of something named before it: «التي أرسلتها»."""
        return not _RELATIVE.isdisjoint(words.forms[max(self.span.first - 2, 0) : self.span.first])


@dataclass
class Found:
    """What a trade's words say in their sentence.

    Attributes:
        field: of the text.
        number: of the sentence there.
        sentence: the passage.
        needs_both: it counts only where both parties are named.
        supplier: that give, by code.
        recipient: that take, by code.
        arms: what is traded, with the passages.
        quantity: how many.
        money: what it is worth.
        stage: how far it has come.
        is_assumed: nothing tells the stage but that a noun of this kind stands there.
        date: as it is said.
        others: parties near the words of which nothing says what they do, by code.
        adds: it says what the deal before it holds.
        in_passing: it says that there is aid, and neither which, how much nor how far it has come.
    """

    field: TextField
    number: int
    sentence: Quote
    needs_both: bool
    supplier: dict[str, Stated] = dataclasses.field(default_factory=dict)
    recipient: dict[str, Stated] = dataclasses.field(default_factory=dict)
    arms: list[tuple[Arm, Stated]] = dataclasses.field(default_factory=list)
    quantity: list[Stated] = dataclasses.field(default_factory=list)
    money: Stated | None = None
    stage: Stated | None = None
    is_assumed: bool = False
    date: Stated | None = None
    others: dict[Side, dict[str, Stated]] = dataclasses.field(default_factory=lambda: {"supplier": {}, "recipient": {}})
    adds: bool = False
    in_passing: bool = False

    def side(self, side: Side) -> dict[str, Stated]:
        """The parties of a side."""
        return self.supplier if side == "supplier" else self.recipient
