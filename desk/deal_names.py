"""What a reader calls weapons and parties of deals, as the register has them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from alerts.report_words import Language
from desk.named_fields import UnknownNameError, id_called, plain
from desk.work import Desk
from processing.arabic import words
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
    classes = {name, *(desk.last_tagger.deals.classes(name) if desk.last_tagger.deals else ())}
    for language in ("ar", "en"):
        classes |= {id_ for id_, label in _classes(desk, language).items() if plain(name) in {plain(id_), plain(label)}}
    found = [each for each in held["weapon_classes"].keys() | _classes(desk, "en").keys() if each in classes]
    if system := id_called(desk, "weapons", name):
        found.append(system)
    if wanted := _forms(name):
        found += [each for each in held["weapons"] if each == name or wanted <= _forms(each)]
    if not found:
        raise UnknownNameError(f"weapon: nothing is called {name}")
    return sorted(set(found))


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
    systems, classes = desk.names(language)["weapons"], _classes(desk, language)
    names = [systems[each] for each in held["weapons"] if each in systems]
    names += [classes.get(each, each) for each in held["weapon_classes"]]
    queries = {name: DealQuery(weapons=weapons_called(desk, held, name)) for name in names}
    return count_each(desk.client, queries).most_common()


def parties_offered(desk: Desk, side: Counter[str], language: Language) -> list[tuple[str, int]]:
    """Names of the parties of a side with how many deals each has, the most first, then all countries without one."""
    names = desk.names(language)
    known = {**names["organisations"], **names["countries"]}
    there = [(known.get(code, code), count) for code, count in side.most_common()]
    others = sorted(name for code, name in names["countries"].items() if code not in side and code.isalpha())
    return [*there, *((name, 0) for name in others)]


def _classes(desk: Desk, language: Language) -> Mapping[str, str]:
    return desk.names(language)["weapon_classes"]


def _forms(name: str) -> set[str]:
    return {form.removeprefix("ال") for form in words(name).forms}
