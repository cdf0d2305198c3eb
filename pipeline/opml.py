"""Lists of feeds as other programs keep them (OPML 2.0): outlets to such a file, and feeds of one to outlets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from lxml import etree

from crawlers.discovery import Discovery, Listed
from crawlers.listing import BrokenSourceError, parsable
from pipeline.new_outlet import Choices, found_of, outlet_of
from pipeline.outlet_file import host_of, refuse_known, write_outlets
from rasid.configuration import config_files
from rasid.decoding import decode
from rasid.errors import RasidError
from rasid.one_line import one_line
from rasid.outlets import Outlet, Source, load_outlets
from rasid.printable import printable
from rasid.settings import Settings
from rasid.urls import BadAddressError, canonical_url, web_address

MAX_BYTES = 10_000_000
MAX_FEEDS = 1_000
"""Of one file."""
MAX_ATTRIBUTES = 50
"""Of one entry. To read those of one that has thousands takes the square of their number."""


@dataclass(frozen=True)
class Imported:
    """What came of a list of feeds.

    Attributes:
        outlets: that were made of it.
        file: which has them; None if there are none.
        refused: what was not taken and why, a sentence each.
    """

    outlets: tuple[Outlet, ...]
    file: Path | None
    refused: tuple[str, ...]


@dataclass(frozen=True)
class _Feed:
    url: str
    home: str
    title: str
    folder: str


def opml(outlets: Iterable[Outlet]) -> bytes:
    """The feeds of outlets as an OPML file: a folder an outlet, with its name in Arabic. What has none is not in it."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Rasid"
    body = etree.SubElement(root, "body")
    for outlet in outlets:
        if feeds := [printable(source.feed) for source in outlet.sources if source.feed]:
            name = printable(outlet.name.ar)
            folder = etree.SubElement(body, "outline", text=name)
            for feed in feeds:
                etree.SubElement(folder, "outline", type="rss", text=name, title=name, xmlUrl=feed)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return written


def import_opml(file: Path, settings: Settings, country: str | None = None) -> Imported:
    """Makes outlets of the feeds of an OPML file, those of one host together, and writes them to a new file in the
    folder of the configuration. Nothing is fetched: whether a feed answers, `rasid outlets check` tells.

    Args:
        file: to read.
        settings: name the folder.
        country: of those outlets whose address does not show it.

    Raises:
        RasidError: the file cannot be read, is none of OPML or lists no feed, or the folder cannot be written to.
        ConfigError: the outlets' files have mistakes.
    """
    there = load_outlets(config_files(settings.config, "outlets.yaml"))
    refused: list[str] = []
    made: dict[str, Outlet] = {}
    for feeds in _by_host(_feeds(file, refused)):
        try:
            outlet = _outlet(feeds, {**there, **made}, country)
        except RasidError as error:
            refused += (f"{one_line(feed.title)} ({one_line(feed.url)}): {error}" for feed in feeds)
        else:
            made[outlet.id] = outlet
    if not made and not refused:
        raise RasidError(f"{file}: it lists no feed")
    outlets = tuple(made.values())
    written = write_outlets(outlets, _free(file, settings), f"From {file.name}", settings) if outlets else None
    return Imported(outlets, written, tuple(refused))


def _feeds(file: Path, refused: list[str]) -> Iterator[_Feed]:
    """The feeds of a file, each once; what is wrong with the others is added to `refused`."""
    seen = set[str]()
    for number, node in enumerate(_outlines(file, refused)):
        if len(node.attrib) > MAX_ATTRIBUTES:
            refused.append(f"line {node.sourceline}: an entry of more than {MAX_ATTRIBUTES} attributes")
            continue
        fields = {str(name).lower(): " ".join(str(value).split()) for name, value in node.attrib.items()}
        title = fields.get("title") or fields.get("text") or ""
        if "xmlurl" not in fields:
            if fields.get("type", "").lower() == "rss":
                refused.append(f"line {node.sourceline}: {one_line(title)}: it has no address of a feed (xmlUrl)")
            continue
        where = f"line {node.sourceline}: {one_line(fields['xmlurl'])}"
        try:
            url = web_address(fields["xmlurl"])
        except BadAddressError as error:
            refused.append(f"{where}: {error}")
            continue
        if canonical_url(url) in seen:
            refused.append(f"{where}: it stands in the file twice")
        elif number >= MAX_FEEDS:
            refused.append(f"{where}: more than {MAX_FEEDS:,} entries; import the rest from a file of its own")
            return
        else:
            seen.add(canonical_url(url))
            parent = node.getparent()
            folder = parent.get("text", "") if parent is not None and parent.tag == node.tag else ""
            yield _Feed(url, _home(fields.get("htmlurl", ""), url), title, folder)


def _outlines(file: Path, refused: list[str]) -> Iterator[etree._Element]:
    """The entries of a file. Where it is no XML from some place on, or has a character that XML does not know, what can
    be read of it is taken, and `refused` says so.
    """
    with file.open("rb") as stream:
        body = stream.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise RasidError(f"{file}: more than {MAX_BYTES:,} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(parsable(decode(body)[0]).encode(), parser)
    except (BrokenSourceError, etree.XMLSyntaxError) as error:
        raise RasidError(f"{file}: expected a list of feeds (OPML): {one_line(str(error))}") from None
    if root is None or root.tag.lower() != "opml":
        found = "no XML" if root is None else f"<{one_line(root.tag)}>"
        raise RasidError(f"{file}: expected a list of feeds (OPML): it is {found}")
    if parser.error_log:
        broken = parser.error_log[0]
        refused.append(f"line {broken.line}: {one_line(broken.message)}; what could be read of the file is taken")
    return root.iter("outline")


def _home(stated: str, feed: str) -> str:
    """The outlet's home page: as the list has it, or that of the feed's host."""
    try:
        return web_address(stated)
    except BadAddressError:
        return web_address("/", feed)


def _by_host(feeds: Iterable[_Feed]) -> Iterable[list[_Feed]]:
    grouped: dict[str, list[_Feed]] = {}
    for feed in feeds:
        grouped.setdefault(host_of(feed.home), []).append(feed)
    return grouped.values()


def _outlet(feeds: list[_Feed], there: dict[str, Outlet], country: str | None) -> Outlet:
    """The outlet that has these feeds.

    Raises:
        RasidError: it is there already, or its country is not known.
    """
    refuse_known(feeds[0].home, there, (feed.url for feed in feeds))
    folders = {feed.folder for feed in feeds}
    shared = folders if len(feeds) > 1 and len(folders) == 1 else ()  # a folder of one host's feeds has its name
    sources = tuple(Listed(Source(feed=feed.url), 0, 0, None, ()) for feed in feeds)
    names = tuple(filter(None, (*shared, *(feed.title for feed in feeds))))
    found = found_of(Discovery(feeds[0].home, names, sources=sources), there, frozenset())
    choices = Choices(country=found.country or country, sources=tuple(feed.url for feed in feeds))
    return outlet_of(found, choices)


def _free(file: Path, settings: Settings) -> str:
    """A name that no file of outlets has yet."""
    folder = settings.config / "outlets.d"
    names = chain([file.stem], (f"{file.stem}-{number}" for number in count(2)))
    return next(name for name in names if not (folder / f"{name}.yaml").exists())
