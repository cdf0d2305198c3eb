"""Countries, weapon systems, organisations and people in a text, by the names of ``entities.yaml`` and of CLDR."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from babel import Locale
from pydantic import AfterValidator, BeforeValidator, Field

from processing.arabic import Words, words
from processing.matcher import Span
from processing.phrase import Phrase
from rasid.outlets import Name
from rasid.records import EntityKind
from rasid.yaml_file import Written, ids_in, with_ids

_NO_COUNTRIES = {"AC", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
"""Codes of CLDR for unions of countries, parts of them, and tests."""
COUNTRIES = {
    code: name
    for code, name in Locale("ar").territories.items()
    if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
}
"""ISO 3166-1 code → name, by CLDR."""

FieldName = TypeVar("FieldName", bound=str)


class Sense(Written):
    """Words that name the entity only in some company. The conditions look at the words right beside the name, or,
    in `with`, at the whole article; one of `after`, `before` and `with` is enough where any are given.
    """

    words: tuple[Phrase, ...] = Field(min_length=1, description="The names.")
    after: tuple[Phrase, ...] = Field((), description="It is meant right after one of these.")
    before: tuple[Phrase, ...] = Field((), description="It is meant right before one of these.")
    with_: tuple[Phrase, ...] = Field((), alias="with", description="It is meant where one of these is in the article.")
    not_after: tuple[Phrase, ...] = Field((), description="It is never meant right after one of these.")
    not_before: tuple[Phrase, ...] = Field((), description="It is never meant right before one of these.")
    not_with: tuple[Phrase, ...] = Field((), description="It is not meant where one of these is in the article.")


class Entity(Written):
    """What a text may mention: by `words` in any company, by those of `ambiguous` in some."""

    id: str = Field("", description="The entity's key in the file.")
    words: tuple[Phrase, ...] = Field((), description="Names that mean it in any company.")
    ambiguous: tuple[Sense, ...] = Field((), description="Names that mean it only in some company.")


class Country(Entity):
    """By its ISO 3166-1 code. The name that CLDR has counts too, unless `ambiguous` is given."""


class Named(Entity):
    """Its key is what the index holds."""

    label: Name


def _maker(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError("expected an ISO 3166-1 code, such as US")
    return code


class Weapon(Named):
    """A weapon system."""

    kind: str = Field(alias="class", description="Such as fighter, air defence, drone.")
    maker: Annotated[str, AfterValidator(_maker)] = Field(description="ISO 3166-1 code of the maker's country.")


def _country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError("expected an ISO 3166-1 code, such as DZ")
    return code


class EntitiesFile(Written):
    """The whole file."""

    countries: Annotated[dict[Annotated[str, AfterValidator(_country)], Country], BeforeValidator(with_ids)] = Field(
        default_factory=dict
    )
    weapons: Annotated[dict[str, Weapon], BeforeValidator(with_ids)] = Field(default_factory=dict)
    organisations: Annotated[dict[str, Named], BeforeValidator(with_ids)] = Field(default_factory=dict)
    people: Annotated[dict[str, Named], BeforeValidator(with_ids)] = Field(default_factory=dict)

    def kinds(self) -> Iterator[tuple[EntityKind, Mapping[str, Entity]]]:
        """All of its entities by kind; countries that the file does not have are there by their CLDR name."""
        others = {code: Country(id=code) for code in COUNTRIES if code not in self.countries}
        yield "countries", {**self.countries, **others}
        yield "weapons", self.weapons
        yield "organisations", self.organisations
        yield "people", self.people

    def list_names(self) -> set[str]:
        """The word lists that topics may name: of each kind, such as ``entities.weapons``, and of each entity."""
        return _list_names({kind: tuple(known) for kind, known in self.kinds()})


def written_lists(files: Sequence[Path]) -> set[str] | None:
    """The same of files that have mistakes; None where one cannot be read."""
    written = {kind: ids_in(files, kind) for kind in ("countries", "weapons", "organisations", "people")}
    known = {kind: ids for kind, ids in written.items() if ids is not None}
    return _list_names({**known, "countries": COUNTRIES}) if len(known) == len(written) else None


def _list_names(known: Mapping[str, Collection[str]]) -> set[str]:
    return {f"entities.{kind}{end}" for kind, ids in known.items() for end in ("", *(f".{id_}" for id_ in ids))}


@dataclass(frozen=True)
class _Claim:
    """A name of an entity: in any company, or in that of a sense."""

    kind: EntityKind
    id: str
    key: str
    sense: Sense | None = None


Company = Literal["after", "before", "with_", "not_after", "not_before", "not_with"]
_COMPANY: tuple[Company, ...] = ("after", "before", "with_", "not_after", "not_before", "not_with")


class Recogniser:
    """Finds entities among the spans of their names.

    Args:
        file: the entities.

    Attributes:
        lists: the phrases to look for, by the names under which `recognise` wants their spans.
    """

    def __init__(self, file: EntitiesFile) -> None:
        self.lists: dict[str, tuple[str, ...]] = {}
        self._claims: dict[str, _Claim] = {}
        for kind, entities in file.kinds():
            for entity in entities.values():
                key = f"{kind}:{entity.id}"
                plain = entity.words
                if kind == "countries" and not entity.ambiguous:
                    plain = (*plain, _as_it_is(re.split(" [(-]", COUNTRIES[entity.id])[0]))
                if plain:
                    self._claim(_Claim(kind, entity.id, key), plain)
                for number, sense in enumerate(entity.ambiguous):
                    self._claim(_Claim(kind, entity.id, f"{key}:{number}", sense), sense.words)

    def _claim(self, claim: _Claim, phrases: tuple[str, ...]) -> None:
        self._claims[claim.key] = claim
        self.lists[claim.key] = phrases
        for company in _COMPANY:
            if claim.sense and (others := getattr(claim.sense, company)):
                self.lists[f"{claim.key}:{company}"] = others

    def recognise(
        self, spans: Mapping[FieldName, Mapping[str, list[Span]]], texts: Mapping[FieldName, Words]
    ) -> dict[FieldName, list[tuple[EntityKind, str, Span]]]:
        """The mentions in each field of a text, by place. Of names of one kind that overlap, the longest counts.

        Args:
            spans: of each field, by the names of `lists`.
            texts: the words of each field.
        """
        there = {key for found in spans.values() for key in found}
        mentions: dict[FieldName, list[tuple[EntityKind, str, Span]]] = {}
        for name, found in spans.items():
            candidates = [
                (claim, span)
                for key in found
                if (claim := self._claims.get(key))
                for span in found[key]
                if not claim.sense or _is_meant(claim, span, found, there, texts[name].sentences)
            ]
            candidates.sort(key=lambda each: (each[1].first - each[1].last, each[1].first))
            taken: set[tuple[EntityKind, int]] = set()
            kept = []
            for claim, span in candidates:
                place = {(claim.kind, word) for word in span.words()}
                if taken.isdisjoint(place):
                    taken |= place
                    kept.append((claim.kind, claim.id, span))
            mentions[name] = sorted(kept, key=lambda each: each[2])
        return mentions


def _as_it_is(name: str) -> str:
    """A phrase for a name without endings."""
    found = words(name)
    return " ".join(f"={name[start:end]}" for start, end in zip(found.starts, found.ends, strict=True))


def _is_meant(
    claim: _Claim, span: Span, found: Mapping[str, list[Span]], there: set[str], sentences: list[int]
) -> bool:
    sense = claim.sense
    assert sense

    def beside(company: str) -> bool:
        after = company.endswith("after")
        for other in found.get(f"{claim.key}:{company}", ()):
            if (other.last == span.first - 1) if after else (other.first == span.last + 1):
                first, last = min(other.first, span.first), max(other.last, span.last)
                if sentences[first] == sentences[last]:
                    return True
        return False

    if beside("not_after") or beside("not_before") or f"{claim.key}:not_with" in there:
        return False
    if not (sense.after or sense.before or sense.with_):
        return True
    return beside("after") or beside("before") or f"{claim.key}:with_" in there
