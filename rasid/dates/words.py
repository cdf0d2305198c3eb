"""The words of dates and times, of ``rasid/words/dates.yaml``, as a normalised text is read with them."""

import re
from collections.abc import Iterable, Mapping

from rasid.letters import normalise
from rasid.words import phrase_lists


def _by_phrase(lists: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Normalised phrase → the name of its list."""
    return {normalise(phrase): name for name, listed in lists.items() for phrase in listed}


def _numbers(lists: Mapping[str, Iterable[str]]) -> dict[str, int]:
    return {phrase: int(name) for phrase, name in _by_phrase(lists).items()}


MONTHS = _numbers(phrase_lists("dates", "months"))
"""Normalised name → number, as the Levant and Iraq, Egypt and the Gulf, Algeria and Tunisia, and Morocco say them, and
in English and French.
"""
HIJRI_MONTHS = _numbers(phrase_lists("dates", "hijri_months"))
"""Normalised name → number."""
HALVES = _by_phrase(phrase_lists("dates", "halves"))
"""Normalised word → the part of the day: ``am``, ``pm``, ``noon`` or ``night``."""
HOURS = _numbers(phrase_lists("dates", "hours"))
"""Normalised word → hour, from 1."""
MINUTES = _numbers(phrase_lists("dates", "minutes"))
"""Normalised words → minutes after the hour; less than none before it."""
ZONES = _by_phrase(phrase_lists("dates", "zones"))
"""Normalised name, as after «بتوقيت» → time zone."""
ABBREVIATIONS = {name: tuple(map(float, hours)) for name, hours in phrase_lists("dates", "abbreviations").items()}
"""Abbreviation of a zone → its meanings, in hours from UTC, the likeliest in an Arabic text first."""
UNITS = _by_phrase(phrase_lists("dates", "units"))
"""Normalised word, as after «منذ» → ``second``, ``minute``, ``hour``, ``day`` or ``week``."""
COUNTS = _numbers(phrase_lists("dates", "counts"))
"""Normalised word, without the ending that a masculine noun asks for → number."""
NAMED_DAYS = _numbers(phrase_lists("dates", "named_days"))
"""Normalised word, such as «أمس» → how many days before."""


def any_of(names: Iterable[str]) -> str:
    """A regular expression for one of the names, in a normalised text."""
    longest_first = sorted(names, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(name) for name in longest_first)})(?![^\\W\\d_])"
