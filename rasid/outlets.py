"""The outlets that are watched, as ``outlets.yaml`` lists them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from lxml import etree, html
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from rasid.errors import RasidError
from rasid.near import there_is_no
from rasid.printable import printable
from rasid.yaml_file import Id, Written, load_yaml, with_ids


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("expected an address that starts with http:// or https://")
    return url


_time_zones = cache(available_timezones)  # it walks through a folder tree each time


def _time_zone(name: str) -> str:
    if name not in _time_zones():
        raise ValueError("expected the name of a time zone, such as Africa/Algiers")
    return name


def _line(text: str) -> str:
    if not (line := " ".join(printable(text).split())):
        raise ValueError("expected words")
    return line


Line = Annotated[str, Field(min_length=1), AfterValidator(_line)]
"""Words on one line, which are shown and written anywhere as they are."""
TimeZone = Annotated[str, AfterValidator(_time_zone)]
"""Name of a time zone, such as Africa/Algiers."""
WebAddress = Annotated[str, AfterValidator(_web_address)]


class Name(Written):
    """A name in both languages of the interface.

    Attributes:
        ar: in Arabic.
        en: in English.
    """

    ar: Line
    en: Line


def _regular_expression(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"expected a regular expression: {error}") from None
    return text


class Source(Written):
    """Where an outlet lists what it published: exactly one of `feed`, `sitemap` and `section`.

    Attributes:
        feed: address of a feed, RSS, RDF or Atom.
        sitemap: address of a sitemap or an index of sitemaps.
        section: address of a page that links to articles, for an outlet without a feed.
        articles: of a section: regular expression that the address of an article matches, where the guess fails.
        next: of a section: address of its further pages, with ``{page}`` for their number, where the page does not name
            them.
        pages: of a section: how many are read at most.
    """

    feed: WebAddress | None = None
    sitemap: WebAddress | None = None
    section: WebAddress | None = None
    articles: Annotated[str, AfterValidator(_regular_expression)] | None = None
    next: Annotated[WebAddress, StringConstraints(pattern=r"\{page\}")] | None = None
    pages: int = Field(1, ge=1, le=1000)

    @model_validator(mode="after")
    def _one(self) -> "Source":
        if [self.feed, self.sitemap, self.section].count(None) != 2:
            raise ValueError("expected one of feed:, sitemap: or section: with an address")
        if not self.section and (self.articles or self.next or self.pages != 1):
            raise ValueError("articles:, next: and pages: go with section: only")
        return self

    @property
    def kind(self) -> str:
        """Its key: ``feed``, ``sitemap`` or ``section``."""
        return "feed" if self.feed else "sitemap" if self.sitemap else "section"

    @property
    def url(self) -> str:
        """The address of the source, whatever its kind."""
        return self.feed or self.sitemap or self.section or ""

    def page_address(self, number: int) -> str | None:
        """The address of a section's page by its number, from 1, if the source says how it is made."""
        return self.next.replace("{page}", str(number)) if self.next else None


_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAMED = re.compile(r"\$[\w.:-]+|[\w.:-]+\s*\(")
"""In an XPath: a variable, or the begin of a function's call."""


def _parts(text: str) -> Iterator[str]:
    """The variables and calls of an XPath, each alone."""
    plain = _QUOTED.sub(lambda quoted: f"'{'_' * (len(quoted[0]) - 2)}'", text)
    for named in _NAMED.finditer(plain):
        end, depth = named.end(), int(named[0].endswith("("))
        while depth and end < len(plain):
            depth += {"(": 1, ")": -1}.get(plain[end], 0)
            end += 1
        yield text[named.start() : end]


def _xpath(text: str) -> str:
    page = html.document_fromstring("<p></p>")
    try:
        found = etree.XPath(text)(page)
        for part in _parts(text):  # what stands in a predicate is looked at only where its element is found
            page.xpath(f"//p[{part}]")
    except etree.XPathError as error:
        raise ValueError(f"expected an XPath: {error}") from None
    if not isinstance(found, list):
        raise ValueError("expected an XPath that finds elements or attributes")  # noqa: TRY004  pydantic wants it so
    return text


XPath = Annotated[str, AfterValidator(_xpath)]


class Hints(Written):
    """Where an article's parts stand on an outlet's pages, for those that the general way gets wrong. What a hint does
    not find on a page is looked for in the general way. All are XPaths.

    Attributes:
        title: the headline.
        body: the text, in one element or several.
        date: when it was published; an element or an attribute.
        author: the name.
        remove: what does not belong to the article.
    """

    title: XPath | None = None
    body: XPath | None = None
    date: XPath | None = None
    author: XPath | None = None
    remove: tuple[XPath, ...] = ()


class PerDay(Written):
    """How many articles an outlet publishes on ordinary days.

    Attributes:
        min: the fewest.
        max: the most.
    """

    min: int = Field(ge=0, le=1_000_000)
    max: int = Field(gt=0, le=1_000_000)

    @model_validator(mode="after")
    def _ordered(self) -> "PerDay":
        if self.min > self.max:
            raise ValueError("expected a min: that is not above max:")
        return self


class Expectation(Written):
    """What an outlet gives when it is healthy; less is reported."""

    per_day: PerDay


def _host(text: str) -> str:
    if not re.fullmatch(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?", text):
        raise ValueError("expected a host by its name, such as intranet.example.org, 10.0.0.5:8080 or [fd00::1]")
    return text.lower()


class Outlet(Written):
    """One outlet.

    Attributes:
        id: its key in the file.
        name: in Arabic and English.
        country: ISO 3166 code of two letters.
        timezone: of the times on its pages that name none, such as ``Africa/Algiers``.
        sources: where it lists its articles; may be missing when it is disabled.
        allow_hosts: hosts on private addresses that may be fetched for it; none by default.
        delay: seconds between two requests to one host; a longer ``Crawl-delay`` in its robots.txt wins.
        concurrency: requests to one host at a time.
        timeout: seconds for one page; the setting ``RASID_TIMEOUT`` when absent.
        hints: where the parts of its articles stand.
        expect: what a healthy day brings.
        disabled: why it is not crawled; absent for an outlet that is.
    """

    id: str
    name: Name
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
    timezone: TimeZone
    sources: tuple[Source, ...] = ()
    allow_hosts: frozenset[Annotated[str, AfterValidator(_host)]] = frozenset()
    delay: float = Field(1.0, ge=0, le=3600)
    concurrency: int = Field(2, ge=1, le=16)
    timeout: float | None = Field(None, gt=0, le=600)
    hints: Hints = Hints()
    expect: Expectation | None = None
    disabled: str | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _crawlable(self) -> "Outlet":
        if not self.sources and not self.disabled:
            raise ValueError("expected at least one source under sources:, or disabled: with the reason")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The outlet's time zone."""
        return ZoneInfo(self.timezone)


class OutletsFile(Written):
    """The whole file.

    Attributes:
        outlets: by id, in the order of the report.
    """

    outlets: Annotated[dict[Annotated[str, StringConstraints(pattern=Id)], Outlet], BeforeValidator(with_ids)] = Field(
        min_length=1
    )


def load_outlets(files: Path | Sequence[Path]) -> dict[str, Outlet]:
    """The outlets of a file, or of several, by id, in their order, disabled ones too.

    Raises:
        ConfigError: a file has a mistake.
    """
    return load_yaml(files, OutletsFile).outlets


def select_outlets(outlets: dict[str, Outlet], ids: Iterable[str]) -> list[Outlet]:
    """The outlets with these ids, or all that are not disabled when there are none.

    Raises:
        RasidError: an id is not in the file.
    """
    chosen = list(ids)
    if unknown := [id_ for id_ in chosen if id_ not in outlets]:
        raise RasidError("\n".join(there_is_no("outlet", id_, outlets) for id_ in unknown))
    return [outlets[id_] for id_ in chosen] or [o for o in outlets.values() if not o.disabled]
