"""A new outlet in two steps: what its home page shows, and the file that a person's choices make of that."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from courlan import extract_domain
from pydantic import ValidationError
from upath import UPath

from crawlers.crawl import job_of
from crawlers.discovery import Discovery, Listed, look_at
from pipeline.outlet_check import SOURCE_ADVICE, source_failure
from pipeline.outlet_file import ADDED, OutletRefusedError, Refusal, host_of, refuse_known, write_outlets
from pipeline.outlet_home import country_of, timezone_of, zones_of
from processing.entities.recogniser import COUNTRIES
from rasid.configuration import config_files
from rasid.near import there_is_no
from rasid.one_line import one_line
from rasid.outlets import Name, Outlet, OutletsFile, Source, load_outlets
from rasid.settings import Settings
from rasid.urls import BadAddressError, web_address
from rasid.yaml_file import told

SECONDS = 90.0
"""That a look at a website may take, as somebody waits for it."""
STALE = timedelta(days=30)
MAX_NAME = 80
"""Characters of a name that a page gives."""

MOST_FEEDS = 5
"""That are taken when nobody says another thing."""

_KEYS: dict[str, Refusal] = {"id": "id", "name": "name", "timezone": "timezone"}
_ARABIC = re.compile("[ء-ي]")
_LATIN = re.compile("[A-Za-z]")
_STATUS = re.compile(r"answered (\d+)")
_SLOGAN = re.compile(r"\s+[|–—-]\s+|\s*[|•»:]\s*")
"""Between an outlet's name and what it says of itself."""
_OTHER_LANGUAGES = {"fa", "ur", "ps", "ku", "ckb", "sd", "ug"}
"""Written in Arabic letters."""


@dataclass(frozen=True)
class FoundSource:
    """A source of a website.

    Attributes:
        source: as it stands in the outlet's file.
        links: how many pages it lists.
        further: how many sitemaps it lists.
        newest: latest date of what it lists; None if it says none.
        titles: of its first three pages, or their addresses.
        chosen: whether it is taken when nobody says another thing.
        why: why it is not; empty if it is.
    """

    source: Source
    links: int
    further: int
    newest: datetime | None
    titles: tuple[str, ...]
    chosen: bool
    why: str = ""


@dataclass(frozen=True)
class Found:
    """What a website shows of an outlet. Each guess may be wrong: a person looks at it, and `Choices` has another.

    Attributes:
        url: of its home page, after redirects.
        id: that no outlet has.
        name: in both languages; one stands for the other where the page has only that.
        language: of the page and its titles, such as ``ar``; None if nothing tells.
        country: ISO 3166 code, by the domain or the page; None if nothing tells.
        timezone: of that country; None if it is unknown or has several.
        sources: that answer, the best first.
        failures: address → why what the page names is no source.
        allow_hosts: hosts on private addresses that were allowed.
    """

    url: str
    id: str
    name: Name
    language: str | None
    country: str | None
    timezone: str | None
    sources: tuple[FoundSource, ...]
    failures: dict[str, str] = field(default_factory=dict)
    allow_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Choices:
    """What a person says instead of the guesses; what is None stays as it was found.

    Attributes:
        id: the outlet's.
        name_ar: in Arabic.
        name_en: in English.
        country: ISO 3166 code.
        timezone: name of a time zone.
        sources: addresses of those to take.
    """

    id: str | None = None
    name_ar: str | None = None
    name_en: str | None = None
    country: str | None = None
    timezone: str | None = None
    sources: tuple[str, ...] | None = None


def discover(
    url: str,
    settings: Settings,
    allow_hosts: frozenset[str] = frozenset(),
    progress: Callable[[str], object] = lambda _: None,
) -> Found:
    """Looks at a website as a crawl would, and keeps nothing. It takes up to `SECONDS`.

    Args:
        url: of the home page, or of a feed; ``https://`` may be left out.
        settings: for the limits of requests and the outlets that there are.
        allow_hosts: hosts on private addresses that may be asked, such as ``intranet.example.org`` or ``10.0.0.5:80``.
        progress: told each address as it is asked for.

    Raises:
        OutletRefusedError: it is no address, the outlet is there already, or nothing answers that could be a source.
        ConfigError: the outlets' files have mistakes.
    """
    outlets = load_outlets(config_files(settings.config, "outlets.yaml"))
    try:
        home = web_address(url if "://" in url else f"https://{url}")
        trial = Outlet(
            id="new",
            name=Name(ar="جديد", en="New"),
            country="ZZ",
            timezone="UTC",
            sources=(Source(section=home),),
            allow_hosts=allow_hosts,
        )
    except BadAddressError as error:
        wrong = f"{one_line(url)}: expected the address of a website: {error}"
        raise OutletRefusedError("address", wrong) from None
    except ValidationError as error:
        wrong = "; ".join(each["msg"].removeprefix("Value error, ") for each in error.errors())
        raise OutletRefusedError("address", wrong) from None
    refuse_known(home, outlets)
    with TemporaryDirectory(prefix="rasid-add-") as folder:
        limits = {"data": UPath(folder), "max_outlet_seconds": min(SECONDS, settings.max_outlet_seconds)}
        job = job_of(trial, datetime.now(UTC).date(), settings.model_copy(update=limits), Path(folder) / "look.log")
        seen = look_at(job, progress)
    if not seen.sources:
        raise _nothing(home, seen)
    refuse_known(seen.url, outlets, (listed.source.url for listed in seen.sources))
    return found_of(seen, outlets, allow_hosts)


def found_of(seen: Discovery, outlets: Mapping[str, Outlet], allow_hosts: frozenset[str]) -> Found:
    """What a look at a website shows of its outlet, which is none of those that there are."""
    country = country_of(seen.url, seen.locale)
    return Found(
        seen.url,
        _id(seen.url, outlets),
        _name(seen),
        _language(seen),
        country,
        timezone_of(country) if country else None,
        tuple(_ranked(seen.sources, datetime.now(UTC))),
        {one_line(address): one_line(why) for address, why in seen.failures.items()},
        allow_hosts,
    )


def _nothing(home: str, seen: Discovery) -> OutletRefusedError:
    why = seen.error or "no feed, no sitemap and no links to articles"
    known = source_failure(why)
    advice = "open it in a browser, and write the outlet by hand if it lists its articles elsewhere"
    named = {address: reason for address, reason in seen.failures.items() if address != home}
    if known:
        advice = _allowing(home) if known == "private" else SOURCE_ADVICE[known]
    told = f"{home}: {one_line(why)}; {advice}"
    told += "".join(f"\n{address}: {reason}" for address, reason in named.items())
    if named and not seen.error:  # what the page names could not be read, which is why there is nothing
        address, why = next(iter(named.items()))
        return OutletRefusedError(source_failure(why) or "other", told, one_line(address))
    status = _STATUS.search(why)
    return OutletRefusedError(known or "other", told, f"HTTP {status[1]}" if status else "")


def _allowing(home: str) -> str:
    """What is to be added to look at a private address, with all that its page will not show either."""
    country = "" if country_of(home, "") else " --country DZ (its country, by two letters)"
    return f"it is on a private address: if you mean it, add --allow-host {host_of(home)}{country}"


def outlet_of(found: Found, choices: Choices = Choices()) -> Outlet:
    """The outlet that a person's choices make of what was found.

    Raises:
        OutletRefusedError: something is missing or none of those that can be; says which.
    """
    country = choices.country.upper() if choices.country else found.country
    if not country:
        wrong = f"{found.url} does not show its country: say it by two letters, such as DZ"
        raise OutletRefusedError("country", wrong)
    if country not in COUNTRIES:
        raise OutletRefusedError("country", there_is_no("country", one_line(country), COUNTRIES))
    zone = choices.timezone or timezone_of(country)
    if not zone:
        wrong = f"{country} has several time zones: say which, such as {zones_of(country)[0]}"
        raise OutletRefusedError("timezone", wrong)
    known = {each.source.url: each.source for each in found.sources}
    taken = choices.sources if choices.sources is not None else [s.source.url for s in found.sources if s.chosen]
    if unknown := [url for url in taken if url not in known]:
        wrong = f"{found.url} has no source {one_line(unknown[0])}; expected of: {', '.join(known)}"
        raise OutletRefusedError("sources", wrong)
    if not taken:
        raise OutletRefusedError("sources", f"expected at least one source, of: {', '.join(known)}")
    written = {
        "name": {"ar": choices.name_ar or found.name.ar, "en": choices.name_en or found.name.en},
        "country": country,
        "timezone": zone,
        "sources": [known[url] for url in taken],
        "allow_hosts": found.allow_hosts,
    }
    id_ = choices.id or found.id
    try:
        return OutletsFile.model_validate({"outlets": {id_: written}}).outlets[id_]
    except ValidationError as error:
        mistakes = error.errors()
        wrong = "; ".join(f"{_key(each)}: {told(each, OutletsFile)}" for each in mistakes)
        raise OutletRefusedError(_KEYS.get(_key(mistakes[0]), "other"), wrong) from None


def _key(mistake: Any) -> str:
    """Which of an outlet's keys has a mistake."""
    return next((str(part) for part in mistake["loc"][2:] if part != "[key]"), "id")


def added_by(found: Found) -> str:
    """The comment of an outlet's file: where it comes from."""
    return f"From {found.url}, {ADDED}. `rasid outlets check` tries it."


def write(found: Found, choices: Choices, settings: Settings) -> Path:
    """Writes an outlet to a file of its own in the folder of the configuration.

    Returns:
        the file, ``outlets.d/ID.yaml``.

    Raises:
        OutletRefusedError: as `outlet_of`; the outlet is there already.
        RasidError: its file is there already, or the folder cannot be written to.
        ConfigError: the outlets' files have mistakes.
    """
    outlet = outlet_of(found, choices)
    return write_outlets([outlet], outlet.id, added_by(found), settings)


def _id(url: str, outlets: Mapping[str, Outlet]) -> str:
    """An id that is free, of the address's domain."""
    host = (urlsplit(url).hostname or "").encode("idna").decode()
    domain = (extract_domain(url) or host).encode("idna").decode()
    short = host if ":" in host or host.replace(".", "").isdigit() else domain.partition(".")[0]
    names = [re.sub(r"[^a-z0-9-]+|:+", "-", name)[:60].strip("-") for name in (short, host)]
    free = (name for name in chain(names, (f"{names[0]}-{number}" for number in count(2))) if name not in outlets)
    return next(free)


def _name(seen: Discovery) -> Name:
    parts = [one_line(part, MAX_NAME) for name in seen.names for part in _SLOGAN.split(one_line(name))]
    arabic = next((part for part in parts if _ARABIC.search(part)), None)
    latin = next((part for part in parts if _LATIN.search(part) and not _ARABIC.search(part)), None)
    host = host_of(seen.url)
    return Name(ar=arabic or latin or host, en=latin or host)


def _is_arabic(titles: Iterable[str]) -> bool:
    """Whether most of them are in Arabic letters."""
    found = [bool(_ARABIC.search(title)) for title in titles]
    return 2 * sum(found) > len(found)


def _language(seen: Discovery) -> str | None:
    """What the titles show counts more than what the page says of itself: templates are translated last."""
    said = re.split("[-_]", seen.locale.strip().lower())[0]
    titles = [title for listed in seen.sources for title in listed.titles if not title.startswith("http")]
    if titles and _is_arabic(titles):
        return said if said in _OTHER_LANGUAGES else "ar"
    if titles and said == "ar":
        return None
    return said if re.fullmatch("[a-z]{2,3}", said) else None


def _ranked(sources: Sequence[Listed], now: datetime) -> Iterator[FoundSource]:
    """The sources with what speaks against each, those to take first."""
    arabic = any(_is_arabic(listed.titles) for listed in sources)
    judged: list[FoundSource] = []
    covered: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for listed in sorted(sources, key=_preference):
        kind = listed.source.kind
        why = ""
        if not listed.links and not listed.further:
            why = "it lists nothing"
        elif listed.newest and now - listed.newest > STALE:
            why = f"it has nothing newer than {listed.newest:%Y-%m-%d}"
        elif arabic and listed.titles and not listed.titles[0].startswith("http") and not _is_arabic(listed.titles):
            why = "its titles are not Arabic"
        elif taken and not taken[kind]:
            why = f"the {next(iter(taken))} is enough"
        elif listed.pages and all(page in covered for page in listed.pages):
            why = f"{covered[listed.pages[0]]} has the same"
        elif taken[kind] >= MOST_FEEDS:
            why = f"{MOST_FEEDS} are enough"
        else:
            taken[kind] += 1
            covered |= dict.fromkeys(listed.pages, listed.source.url)
        titles = tuple(one_line(title) for title in listed.titles)
        judged.append(
            FoundSource(listed.source, listed.links, listed.further, listed.newest, titles, chosen=not why, why=why)
        )
    yield from sorted(judged, key=lambda each: not each.chosen)


def _preference(listed: Listed) -> tuple[int, bool]:
    """Feeds before sitemaps, those of the news before others; a page's links are the last."""
    return ["feed", "sitemap", "section"].index(listed.source.kind), "news" not in listed.source.url.lower()
