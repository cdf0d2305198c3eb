"""Where an outlet is at home: its country by its address, and the time zone of that. Each is a guess."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from pipeline.outlet_file import host_of
from processing.entities.recogniser import COUNTRIES
from rasid.configuration import SHIPPED
from rasid.outlets import Outlet, load_outlets

_ANYONES = {"tv", "me", "io", "co", "ly", "ai", "fm", "cc", "ws", "eu", "la", "to"}
"""Domains that are of a country, or look so, and that anyone takes."""
_DOMAINS = {
    "uk": "GB", "الجزائر": "DZ", "مصر": "EG", "السعودية": "SA", "امارات": "AE", "المغرب": "MA", "تونس": "TN",
    "الاردن": "JO", "فلسطين": "PS", "قطر": "QA", "سورية": "SY", "عمان": "OM", "عراق": "IQ", "سودان": "SD",
    "موريتانيا": "MR", "ایران": "IR", "پاکستان": "PK",
}  # fmt: skip
"""Domains of countries that are not their ISO 3166 code."""


def country_of(url: str, locale: str) -> str | None:
    """The country of a website by its domain or its locale, such as ``ar_DZ``; None if neither tells."""
    domain = host_of(url).partition(":")[0].rpartition(".")[2]
    with suppress(UnicodeError):
        domain = domain.encode("ascii").decode("idna") if domain.startswith("xn--") else domain
    by_domain = _DOMAINS.get(domain, domain.upper())
    if by_domain in COUNTRIES and domain not in _ANYONES:
        return by_domain
    # Other languages' locales are the template's; and ar_AR is no country's, as Argentina is not meant.
    said = re.fullmatch("ar[-_](?!AR)([A-Z]{2})", locale.strip(), re.IGNORECASE)
    return said[1].upper() if said and said[1].upper() in COUNTRIES else None


def zones_of(country: str) -> list[str]:
    """The time zones of a country by CLDR, each of those once that have the same time."""
    now = datetime.now(UTC)
    by_time = {
        tuple((at).astimezone(ZoneInfo(zone)).utcoffset() for at in (now, now + timedelta(days=182))): zone
        for zone in reversed(get_global("territory_zones").get(country, []))
        if zone in available_timezones()
    }
    return sorted(by_time.values()) or ["UTC"]


def timezone_of(country: str) -> str | None:
    """The time zone of a country, where there is one or Rasid comes with an outlet that shows which is the press's."""
    zones = zones_of(country)
    known = {each.country: each.timezone for each in _shipped().values()}
    return zones[0] if len(zones) == 1 else known.get(country)


@cache
def _shipped() -> dict[str, Outlet]:
    return load_outlets(SHIPPED / "outlets.yaml")
