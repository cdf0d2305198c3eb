"""A story: an article and its reposts. Which one is the original follows from the articles alone, in whatever order
they came in.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from processing.authors.agencies import AGENCIES
from processing.html.characters import line_key
from processing.reposts.overlap import Overlap
from rasid.letters import normalise, view_pattern
from rasid.records import Precision
from rasid.words.patterns import pattern

_CREDIT = view_pattern(rf"(?<!\w)[وف]?{pattern('stories', 'names_original')}\W+(?:\w+\W+){{0,3}}$")
_BEFORE_NAME = 60
"""Characters before an outlet's name in which a word of credit is looked for."""


@dataclass(frozen=True)
class Member:
    """What the place of an article in a story depends on, besides its overlap with the others.

    Attributes:
        id: of the article.
        url: of the article.
        outlet: its id.
        outlet_name: in Arabic.
        body: of the article.
        credited_to: agencies that it names as its source.
        links: canonical addresses of other sites to which its text links.
        canonical_url: its own.
        out_at: when it was out at the latest.
    """

    id: str
    url: str
    canonical_url: str
    outlet: str
    outlet_name: str
    body: str
    credited_to: tuple[str, ...]
    links: tuple[str, ...]
    out_at: datetime


@dataclass(frozen=True)
class Place:
    """An article's place in its story; the names are those of the index.

    Attributes:
        story_id: the id of the original.
        is_repost: it is not the original.
        original_url: of the original, for a repost.
        original_outlet: id of the original's outlet, for a repost.
        similarity: to the original, 0 to 1: shingles of both as a share of all.
        copied_share: share of the repost's words that stand in the original, 0 to 1.
    """

    story_id: str
    is_repost: bool = False
    original_url: str | None = None
    original_outlet: str | None = None
    similarity: float | None = None
    copied_share: float | None = None


def out_at(published_at: datetime, precision: Precision, first_seen_at: datetime) -> datetime:
    """When an article was out at the latest: of a day, its end or the first capture, whichever was first."""
    if precision == "day":
        return max(published_at, min(first_seen_at, published_at + timedelta(days=1)))
    return published_at


def arrange(members: Iterable[Member], overlaps: Mapping[tuple[str, str], Overlap]) -> dict[str, Place]:
    """The place of each article.

    Each one's source is the article before it that holds most of its text; the original is the source that has none.

    Args:
        members: of one story or of several.
        overlaps: of the pairs that are copies, under both orders of their ids. Pairs that are absent are none.

    Returns:
        id → place.
    """
    linked: dict[str, list[str]] = defaultdict(list)
    for one, other in overlaps:
        linked[one].append(other)
    by_id = {member.id: member for member in sorted(members, key=lambda member: (member.out_at, member.id))}
    sources = {id_: _credits(member, (by_id[other] for other in linked[id_])) for id_, member in by_id.items()}
    rank: dict[str, int] = {}
    roots: dict[str, Member] = {}
    places: dict[str, Place] = {}
    for member in _in_order(by_id, sources):
        rank[member.id] = len(rank)
        earlier = sorted((other for other in linked[member.id] if other in rank), key=rank.__getitem__)
        source = max(earlier, key=lambda other: overlaps[member.id, other].first_share, default=None)
        if source is None:
            roots[member.id] = member
            places[member.id] = Place(member.id)
            continue
        root = roots[member.id] = roots[source]
        overlap = overlaps.get((member.id, root.id)) or overlaps[member.id, source]
        places[member.id] = Place(
            root.id, True, root.url, root.outlet, round(overlap.similarity, 4), round(overlap.first_share, 4)
        )
    return places


def _in_order(by_id: Mapping[str, Member], sources: Mapping[str, set[str]]) -> Iterator[Member]:
    """Sources before those that credit them, and else by time. Where all credit one another, time alone decides.

    Args:
        by_id: by time.
        sources: id → ids of the articles that it names as its source.
    """
    waiting = dict(by_id)
    while waiting:
        following = next((id_ for id_ in waiting if waiting.keys().isdisjoint(sources[id_])), next(iter(waiting)))
        yield waiting.pop(following)


def _credits(member: Member, others: Iterable[Member]) -> set[str]:
    """Which of the others an article names as its source: by a link, by its agency, or by the outlet's name after a
    word such as نقلا عن.
    """
    found: set[str] = set()
    view = normalise(member.body)
    for other in others:
        if other.outlet == member.outlet:
            continue
        agency = AGENCIES.get(line_key(other.outlet_name))
        if (
            agency in member.credited_to
            or other.canonical_url in member.links
            or _is_credited(normalise(other.outlet_name), view)
        ):
            found.add(other.id)
    return found


def _is_credited(name: str, view: str) -> bool:
    start = view.find(name)
    while start >= 0:
        if _CREDIT.search(view, max(0, start - _BEFORE_NAME), start):
            return True
        start = view.find(name, start + 1)
    return False
