"""Dates that a page carries or shows, each with what the page says that it is the date of."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from processing.dates.in_text import relative_date
from processing.html.blocks import Block
from processing.html.characters import line_key, visible
from rasid.dates.stated import Published, stated_date, written_dates
from rasid.letters import normalise, view_pattern
from rasid.words.patterns import pattern

MAX_LINE = 150
"""Characters of a line that may be there to give the date."""
MAX_LABELLED = 12
"""Words of a line that says of a date that it is that of publication."""
MAX_LABEL = 40
"""Characters of the words before a date that say which it is."""
PUBLISHED = view_pattern(pattern("dates", "published"))
_OF_CHANGE = view_pattern(pattern("dates", "changed"))
_OF_ANOTHER_THING = view_pattern(rf"{pattern('dates', 'of_another_thing')}|{pattern('dates', 'coming')}\s*:")
_ELSEWHERE = view_pattern(
    rf"{pattern('dates', 'appeared')}\w*(?!\w).*(?<!\w){pattern('dates', 'elsewhere')}(?!\w)"
    rf"|{pattern('dates', 'first_time')}"
)
_CARRIER = re.compile(r"datetime|data-[\w-]*(?:date|time|publish|posted|created|epoch|stamp)[\w-]*")
_CARRIER_OF_ISO = re.compile(r"(?:title|content|value)=\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class DateClaim:
    """A date, whether it is that of a later version, whether the page says that it is that of publication, for machines
    or to readers, and whether that was elsewhere.
    """

    source: str
    date: Published
    of_change: bool = False
    of_publication: bool = False
    elsewhere: bool = False


def stated_claims(dates: Iterable[tuple[str, str]], zone: ZoneInfo, now: datetime) -> Iterator[DateClaim]:
    """Dates that are stated for machines, each with its source."""
    return (DateClaim(source, found) for source, text in dates if (found := stated_date(text, zone, now)))


def carried_claims(element: HtmlElement, zone: ZoneInfo, now: datetime) -> Iterator[DateClaim]:
    """The dates in an element's attributes, each as a claim of the source ``time`` or ``attribute``."""
    for name, value in element.items():
        carries = _CARRIER.fullmatch(str(name)) or _CARRIER_OF_ISO.match(f"{name}={value}")
        if carries and (found := stated_date(str(value), zone, now)):
            of_change = bool(_OF_CHANGE.search(f"{name} {element.get('itemprop')} {element.get('class')}".lower()))
            of_change = of_change or _is_labelled_as_change(element)
            source = "time" if element.tag == "time" else "attribute"
            yield DateClaim(f"{source}, change" if of_change else source, found, of_change)


def _is_labelled_as_change(element: HtmlElement) -> bool:
    """Whether its text, or what stands right before it, says that the date is that of a later version."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        before = f"{previous.text_content()} {previous.tail or ''}"
    else:
        before = (parent.text or "") if parent is not None else ""
    label = normalise(f"{visible(before)[-MAX_LABEL:]} {visible(element.text_content())[:MAX_LABEL]}")
    return bool(_OF_CHANGE.search(label)) and not PUBLISHED.search(label)


def written_claims(
    block: Block, zone: ZoneInfo, now: datetime, outlets: Collection[str] = (), above: str = ""
) -> Iterator[DateClaim]:
    """The dates of a line that are not said to be those of another thing.

    Args:
        block: the line.
        zone: the outlet's.
        now: of the visit.
        outlets: `line_key` of the outlet's names. What was published elsewhere before has that day as a last resort.
        above: the line above, normalised, where it may be the label.
    """
    for element in block.element.iter("time"):
        if visible(element.text_content()) in block.text:
            yield from carried_claims(element, zone, now)
    if len(block.text) <= MAX_LINE:
        for number, each in enumerate(written_dates(" ".join(block.parts), zone, now)):
            label = each.label if number else f"{above} {each.label}"
            if _OF_ANOTHER_THING.search(label):
                continue
            elsewhere = bool(_ELSEWHERE.search(label)) and not any(name in line_key(label) for name in outlets if name)
            yield DateClaim(
                "text, change" if each.of_update else "text", each.value, each.of_update, elsewhere=elsewhere
            )


def claims_in_turn(
    blocks: Iterable[Block], zone: ZoneInfo, now: datetime, outlets: Collection[str]
) -> Iterator[tuple[int, DateClaim]]:
    """The dates of lines that follow each other, with the number of the line. A date is that of publication where its
    line says so, and where it stands in or next to a line with the date of a change.
    """
    lines: list[tuple[Block, list[DateClaim], str]] = []
    label = ""
    for block in blocks:
        claims = list(written_claims(block, zone, now, outlets, label))
        if _OF_CHANGE.search(label) and not PUBLISHED.search(label):
            claims = [replace(each, source="text, change", of_change=True) for each in claims]
        view = normalise(block.text)
        lines.append((block, claims, f"{label} {view}"))
        label = view if not claims and len(view) <= MAX_LABEL else ""
    of_changes = {number for number, (_, claims, _) in enumerate(lines) if any(each.of_change for each in claims)}
    for number, (block, claims, view) in enumerate(lines):
        said = block.words <= MAX_LABELLED and bool(PUBLISHED.search(view))
        said = said or not of_changes.isdisjoint(range(number - 1, number + 2))
        for claim in claims:
            yield number, replace(claim, of_publication=said and not (claim.of_change or claim.elsewhere))


def relative_claims(blocks: Iterable[Block], zone: ZoneInfo, now: datetime) -> Iterator[DateClaim]:
    """What lines say by the time since: «منذ ساعتين»."""
    for block in blocks:
        for text in (*block.parts, block.text):
            if len(text) <= MAX_LINE and (relative := relative_date(text, zone, now)):
                yield DateClaim("text, relative", relative)
