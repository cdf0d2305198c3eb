"""What analysts write in ``deals.yaml``: the words by which deals are read. ``deals.schema.json`` is made of it."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field

from processing.phrase import Phrase
from rasid.configuration import config_files
from rasid.letters import normalise
from rasid.records import DealStage
from rasid.yaml_file import Written, load_yaml

Phrases = tuple[Phrase, ...]
Side = Literal["supplier", "recipient"]


class Trade(Written):
    """Words that move weapons from one party to another."""

    role: Literal["gives", "takes", "pact"] = Field(
        description="gives: who acts is the supplier; takes: the recipient; pact: the words say neither."
    )
    past: Phrases = Field((), description="Verbs of the past.")
    present: Phrases = Field((), description="Verbs of the present or the future.")
    nouns: Phrases = Field((), description="Nouns.")
    stage: DealStage | None = Field(None, description="What the verbs of the past, or a pact, report.")
    noun_stage: DealStage | None = Field(None, description="What a noun reports by itself.")
    follower: Side | None = Field(None, description="Who stands right after a noun.")
    supplier: tuple[str, ...] = Field((), description="What stands before the supplier; ل is the joined letter.")
    recipient: tuple[str, ...] = Field((), description="What stands before the recipient; ل is the joined letter.")
    adds: bool = Field(False, description="The words say what the deal before them holds.")
    arms: bool = Field(False, description="The words say themselves that weapons are meant.")
    strict: bool = Field(False, description="They count only where both parties are named.")

    @cached_property
    def marks(self) -> dict[str, Side]:
        """What stands before a party, normalised → the party's side."""
        sides: tuple[tuple[Side, tuple[str, ...]], ...] = (("supplier", self.supplier), ("recipient", self.recipient))
        return {normalise(word): side for side, words in sides for word in words}


class Reference(Written):
    """Words for a country that was named before."""

    words: Phrases = Field(min_length=1)
    countries: tuple[str, ...] = Field((), description="One of these, by ISO 3166-1 code; any where absent.")


class Caatsa(Written):
    """Whose major arms may bring sanctions on their buyer."""

    suppliers: tuple[str, ...] = Field(description="ISO 3166-1 codes.")
    since: int = Field(description="The first year that counts.")
    minor: tuple[str, ...] = Field((), description="Classes of weapons that are not major arms.")


class DealsFile(Written):
    """The whole file."""

    trades: dict[str, Trade] = Field(min_length=1)
    stages: dict[DealStage, Phrases]
    negation: Phrases = Field((), description="Right before the words of a trade: it does not take place.")
    never: Phrases = Field((), description="Right before the words of a trade: it will not take place.")
    no_trades: Phrases = Field((), description="What shares a word with one of these is no trade.")
    accusing: Phrases = Field((), description="Who stands right after one of these acts.")
    claims: Phrases = Field((), description="Before a trade: it is denied, and counts by the claim.")
    elsewhere: Phrases = Field((), description="In a sentence with one of these nothing is traded.")
    parties: dict[str, Phrases] = Field(default_factory=dict, description="Other names of countries, by code.")
    organisations: dict[str, str] = Field(
        default_factory=dict, description="What an organisation of entities.yaml stands for; none: it does not trade."
    )
    names: Phrases = Field((), description="Names of countries that look like adjectives.")
    actors: Phrases = Field((), description="Before a country or its adjective: the state acts.")
    places: Phrases = Field((), description="Before a country: it is a place, or part of another name.")
    references: tuple[Reference, ...] = Field((), description="Words for a country that was named before.")
    weapons: dict[str, Phrases] = Field(description="What is traded, by class; arms says no more than weapons.")
    systems: Phrases = Field((), description="Traded only where a name follows.")
    against: Phrases = Field((), description="After one of these stand weapons of others.")
    pairs: Phrases = Field((), description="Words for two weapons, beside those in تين and تان.")
    includes: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="Classes that others are kinds of.")
    models: Phrases = Field((), description="Before a weapon's own name.")
    no_models: Phrases = Field((), description="After those of models: it is no name.")
    no_weapons: Phrases = Field((), description="What shares a word with one of these is not traded.")
    numbers: dict[int, Phrases]
    scales: dict[int, Phrases]
    duals: dict[int, Phrases]
    halves: Phrases
    quarters: Phrases
    currencies: dict[str, Phrases] = Field(description="By ISO 4217 code.")
    quantities: Phrases = Field((), description="Amounts that stay words.")
    dates: Phrases = ()
    months: Phrases = ()
    caatsa: Caatsa

    def lists(self) -> dict[str, Phrases]:
        """All its phrases, by the names under which `Reader` looks for them."""
        return dict(self._lists())

    def _lists(self) -> Iterator[tuple[str, Phrases]]:
        for id_, trade in self.trades.items():
            yield f"trade:{id_}:past", trade.past
            yield f"trade:{id_}:present", trade.present
            yield f"trade:{id_}:noun", trade.nouns
        groups: tuple[tuple[str, dict[str, Phrases] | dict[DealStage, Phrases] | dict[int, Phrases]], ...] = (
            ("stage", self.stages),
            ("party", self.parties),
            ("weapon", self.weapons),
            ("number", self.numbers),
            ("scale", self.scales),
            ("dual", self.duals),
            ("currency", self.currencies),
        )
        for name, group in groups:
            for key, phrases in group.items():
                yield f"{name}:{key}", phrases
        for number, reference in enumerate(self.references):
            yield f"reference:{number}", reference.words
        for name in (
            "negation", "never", "no_trades", "accusing", "claims", "elsewhere", "names", "actors", "places",
            "models", "no_models", "no_weapons", "systems", "against", "pairs", "halves", "quarters", "quantities",
            "dates", "months",
        ):  # fmt: skip
            yield name, getattr(self, name)


def load_deals(folder: Path) -> DealsFile:
    """The file of a folder, or the shipped one.

    Raises:
        ConfigError: it has a mistake.
    """
    return load_yaml(config_files(folder, "deals.yaml"), DealsFile)
