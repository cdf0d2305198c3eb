"""The outlets that are watched, as ``outlets.yaml`` lists them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from rasid.errors import RasidError
from rasid.yaml_file import Id, Written, load_yaml, with_ids


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("expected an address that starts with http:// or https://")
    return url


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("expected the name of a time zone, such as Africa/Algiers")
    return name


WebAddress = Annotated[str, AfterValidator(_web_address)]


class Name(Written):
    """A name in both languages of the interface."""

    ar: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Source(Written):
    """Where an outlet lists what it published: exactly one of the keys."""

    feed: WebAddress | None = None
    sitemap: WebAddress | None = None

    @model_validator(mode="after")
    def _one(self) -> "Source":
        if (self.feed is None) == (self.sitemap is None):
            raise ValueError("expected either feed: or sitemap: with an address")
        return self

    @property
    def url(self) -> str:
        """Its address."""
        return self.feed or self.sitemap or ""


class Outlet(Written):
    """One outlet.

    Attributes:
        id: its key in the file.
        name: in Arabic and English.
        country: ISO 3166 code of two letters.
        timezone: that its pages' times are in when they do not say.
        sources: where it lists its articles; may be missing when it is disabled.
        allow_hosts: hosts on private addresses that may be fetched for it; none by default.
        delay: seconds between two requests to one host.
        timeout: seconds for one page; the setting ``RASID_TIMEOUT`` when absent.
        disabled: why it is not crawled; absent for an outlet that is.
    """

    id: str
    name: Name
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
    timezone: Annotated[str, AfterValidator(_time_zone)]
    sources: tuple[Source, ...] = ()
    allow_hosts: frozenset[str] = frozenset()
    delay: float = Field(1.0, ge=0)
    timeout: float | None = Field(None, gt=0)
    disabled: str | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _crawlable(self) -> "Outlet":
        if not self.sources and not self.disabled:
            raise ValueError("expected at least one source under sources:, or disabled: with the reason")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone, ready to use."""
        return ZoneInfo(self.timezone)


class OutletsFile(Written):
    """The whole file."""

    outlets: Annotated[dict[Annotated[str, StringConstraints(pattern=Id)], Outlet], BeforeValidator(with_ids)] = Field(
        min_length=1
    )


def load_outlets(file: Path) -> dict[str, Outlet]:
    """The outlets of a file by id, in its order, disabled ones too.

    Raises:
        ConfigError: the file has a mistake.
    """
    return load_yaml(file, OutletsFile).outlets


def select_outlets(outlets: dict[str, Outlet], ids: Iterable[str]) -> list[Outlet]:
    """The outlets with these ids, or all that are not disabled when there are none.

    Raises:
        RasidError: an id is not in the file.
    """
    chosen = list(ids)
    if unknown := [id_ for id_ in chosen if id_ not in outlets]:
        raise RasidError(f"no outlet {', '.join(unknown)}; there are: {', '.join(outlets)}")
    return [outlets[id_] for id_ in chosen] or [o for o in outlets.values() if not o.disabled]
