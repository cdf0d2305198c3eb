"""What a reader calls weapons and parties of deals, as the register has them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from alerts.report_words import Language
from desk.named_fields import UnknownNameError, id_called, plain
from desk.words import CLASSES
from desk.work import Desk
from processing.arabic import words
from processing.entities.recogniser import COUNTRIES
from processing.topics.tagger import Tagger
from search.register import DealQuery, count_each

Held = Mapping[str, Counter[str]]
"""Field of a deal → value that the register holds → how many deals, as `held` has them."""
_BETWEEN = re.compile(r"\s*[,،;؛]\s*")


def names_in(given: Iterable[str]) -> list[str]:
    """The names of what was typed, of which commas part several."""
    return [name for text in given for name in _BETWEEN.split(text.strip()) if name]


def weapons_called(desk: Desk, held: Held, name: str) -> list[str]:
    """Systems, classes and words of the register that are called so, in either language and any form of the word.

    Args:
        desk: which knows the names.
        held: what the register holds.
        name: as it was typed.

    Raises:
        UnknownNameError: nothing is called so, whether the register holds it or not.
    """
    found = _called(desk.last_tagger, held, name, id_called(desk, "weapons", name))
    if not found:
        raise UnknownNameError(f"weapon: nothing is called {name}")
    return found


def _called(tagger: Tagger, held: Held, name: str, system: str | None) -> list[str]:
    found = {system} if system else set()
    found |= {
        id_ for names in CLASSES.values() for id_, label in names.items() if plain(name) in {plain(id_), plain(label)}
    }
    found |= {name} & held["weapon_classes"].keys()
    found |= set(tagger.deals.classes(name) if tagger.deals else ())
    wanted = _forms(name)
    found |= {each for each in held["weapons"] if each == name or (wanted and wanted <= _forms(each))}
    return sorted(found)


def party_called(desk: Desk, held: Held, name: str) -> str:
    """The code of the country, or of another party of the register, that is called so in either language.

    Args:
        desk: which knows the names.
        held: what the register holds.
        name: as it was typed.

    Raises:
        UnknownNameError: nothing is called so, whether the register holds it or not.
    """
    known = next((code for code in held["party"] if plain(code) == plain(name)), None)
    country = known or id_called(desk, "countries", name)
    organisation = None if country else id_called(desk, "organisations", name)
    stands_for = desk.last_tagger.deals.organisations if desk.last_tagger.deals else {}
    found = country or (stands_for.get(organisation, organisation) if organisation else None)
    if not found or found == "none":
        raise UnknownNameError(f"party: nothing is called {name}")
    return found


def weapons_offered(desk: Desk, held: Held, language: Language) -> list[tuple[str, int]]:
    """Names of the systems and classes that the register holds, with how many deals each finds; the most first."""
    tagger, systems = desk.last_tagger, desk.names(language)["weapons"]
    names: dict[str, str | None] = {CLASSES[language].get(each, each): None for each in held["weapon_classes"]}
    names |= {systems[each]: each for each in held["weapons"] if each in systems}
    queries = {name: DealQuery(weapons=_called(tagger, held, name, system)) for name, system in names.items()}
    return count_each(desk.client, queries).most_common()


def parties_offered(desk: Desk, side: Counter[str], language: Language) -> list[tuple[str, int]]:
    """Names of the parties of a side with how many deals each has, the most first, then all countries without one."""
    names = desk.names(language)
    known = {**names["organisations"], **names["countries"]}
    there = [(known.get(code, code), count) for code, count in side.most_common()]
    others = sorted(name for code, name in names["countries"].items() if code in COUNTRIES and code not in side)
    return [*there, *((name, 0) for name in others)]


@lru_cache(maxsize=5_000)
def _forms(name: str) -> frozenset[str]:
    return frozenset(form.removeprefix("ال") for form in words(name).forms)
