"""The second stage: a day's captures of an outlet → articles and revisions, unchanged pages, rejections.

The result follows from captures, rules and extractor alone, so it can be made again at any time.
"""

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from typing import Literal

from upath import UPath

from processing.article import make_article
from processing.identity import address_of, akin, contradicted, shared
from processing.page_reader import NoArticle, Read
from processing.reading import Reading
from processing.topics.tagger import Tagger
from rasid.captures import read_captures
from rasid.errors import RasidError
from rasid.json_lines import Source
from rasid.members import Span, places
from rasid.outlets import Outlet
from rasid.records import ARTICLES, REJECTED, Article, Capture, CaptureRef, Rejected
from rasid.reports import ProcessReport
from rasid.storage import Storage, write_whole
from rasid.urls import article_id

REVISION_DAYS = 7
"""How far back an article's earlier text is looked for. The crawler does not visit older pages again."""
IN_PLACE = "one text at several addresses, in place of their articles"
"""Said of an article's page that has a notice instead: of a network that asks for a login, of a site under repair."""


class Processing:
    """The processing of a day's captures, a context: pages of all outlets are read by the same processes.

    Args:
        day: whose folder.
        storage: where the captures are.
        tagger: the topic rules.
    """

    def __init__(self, day: date, storage: Storage, tagger: Tagger) -> None:
        self._day, self._storage, self._tagger = day, storage, tagger
        self._reading = Reading(tagger)

    def __enter__(self) -> "Processing":
        return self

    def __exit__(self, *error: object) -> None:
        self._reading.__exit__(*error)

    def begin(self, outlet: Outlet) -> "Begun":
        """Has the pages of an outlet read, after those of the outlets that were begun before."""
        file, damaged, ends = self._storage.captures(self._day, outlet.id), list[Span](), _Ends()
        captures = read_captures(self._storage, file, outlet.id, damage=damaged)
        return Begun(outlet, damaged, ends, self._reading.read(ends.begun(captures), outlet))

    def finish(self, begun: "Begun") -> ProcessReport:
        """Writes the day's articles and rejections of an outlet, in place of those that may be there.

        Args:
            begun: of the outlets begun, each in its turn.

        Raises:
            RasidError: a capture came to no end, or the process that reads them ended before its time.
        """
        with closing(begun.pages):
            return _finish(begun, self._day, self._storage, self._tagger)


@dataclass(frozen=True)
class Begun:
    """An outlet whose pages are read."""

    outlet: Outlet
    damaged: list[Span]
    ends: "_Ends"
    pages: Generator[tuple[Capture, Read | NoArticle]]


def process_outlet(outlet: Outlet, day: date, storage: Storage, tagger: Tagger) -> ProcessReport:
    """Processes one outlet alone, as `Processing` does."""
    with Processing(day, storage, tagger) as processing:
        return processing.finish(processing.begin(outlet))


def _finish(begun: Begun, day: date, storage: Storage, tagger: Tagger) -> ProcessReport:
    outlet, ends = begun.outlet, begun.ends
    read: list[tuple[Capture, Read]] = []
    rejected: list[Rejected] = []
    for capture, found in begun.pages:
        if isinstance(found, Read):
            read.append((capture, found))
        else:
            why = found.reason, found.detail
            rejected.append(Rejected(outlet.id, capture.url, *why, capture.fetched_at, capture.ref))
            ends.end(capture, "rejected")
    known, damage = _known_articles(outlet, day, storage)
    articles: list[Article] = []
    doubtful = contradicted((capture.url, found.page.url, found.page.text) for capture, found in read)
    common = shared((capture.url, found.page.text) for capture, found in read)
    for capture, found in read:
        page = replace(found.page, url=address_of(found.page, capture.url, known, doubtful))
        earlier = known.get(article_id(page.url))
        if earlier and page.text in common and not akin((earlier.title, earlier.body), page.text):
            rejected.append(Rejected(outlet.id, capture.url, "soft_404", IN_PLACE, capture.fetched_at, capture.ref))
            ends.end(capture, "rejected")
            continue
        article = make_article(page, found.tags, tagger.version, capture, outlet, earlier, found.deals)
        if article:
            known[article.id] = article
            articles.append(article)
        ends.end(capture, "article" if article else "unchanged")
    ends.check(outlet.id)
    file = storage.captures(day, outlet.id)
    source, lost = _source(file, begun.damaged, storage.articles(day, outlet.id))
    if lost:
        damage.append(f"{storage.damaged(file, lost)}: the next crawl fetches again what was lost")
    write_whole(storage.articles(day, outlet.id), ARTICLES.dumps(articles, source))
    write_whole(storage.rejected(day, outlet.id), REJECTED.dumps(rejected, source))
    return ProcessReport(
        outlet=outlet.id,
        captures=ends.captures,
        articles=ends.counts["article"],
        unchanged=ends.counts["unchanged"],
        rejected=dict(Counter(each.reason for each in rejected)),
        damage=tuple(damage),
    )


def _source(file: UPath, damaged: list[Span], articles: UPath) -> tuple[Source, str]:
    """What a WARC file proves, and what it has lost; a record that was torn off while it was written is no loss.

    Args:
        file: path of the WARC file.
        damaged: what in it is no record.
        articles: what was made of it before.
    """
    before = ARTICLES.read(articles).source
    length, known = file.stat().st_size if file.exists() else 0, before.length if before else 0
    if damaged and damaged[-1].end == length and damaged[-1].start >= known:
        length = damaged[-1].start
        damaged = damaged[:-1]
    lost = places(damaged) or (f"cut at byte {length:,} of {known:,}" if length < known else "")
    proven = before.whole if before else not articles.exists()  # what the captures were before is not known any more
    return Source(max(length, known), whole=proven and not lost), lost


End = Literal["article", "unchanged", "rejected"]


class _Ends:
    """What becomes of each capture, counted where it happens."""

    def __init__(self) -> None:
        self.captures = 0
        self.counts: Counter[End] = Counter()
        self._open: dict[CaptureRef, str] = {}

    def begun(self, captures: Iterable[Capture]) -> Iterator[Capture]:
        """Those of which a page is to be read, as they are read from their file."""
        for capture in captures:
            self.captures += 1
            self._open[capture.ref] = capture.url
            if capture.revisit:
                self.end(capture, "unchanged")
            else:
                yield capture

    def end(self, capture: Capture, how: End) -> None:
        """Notes the end of a capture.

        Raises:
            RasidError: it has one already.
        """
        if self._open.pop(capture.ref, None) is None:
            raise RasidError(f"the capture of {capture.url} at byte {capture.ref.offset} came to two ends")
        self.counts[how] += 1

    def check(self, outlet: str) -> None:
        """Makes sure that none is lost.

        Raises:
            RasidError: some have no end; names them.
        """
        if self._open or self.captures != self.counts.total():
            lost = ", ".join(f"{url} (byte {ref.offset} of {ref.file})" for ref, url in islice(self._open.items(), 10))
            raise RasidError(f"{len(self._open)} of {self.captures} captures of {outlet} came to no end: {lost}")


def _known_articles(outlet: Outlet, day: date, storage: Storage) -> tuple[dict[str, Article], list[str]]:
    """The last revision of each article of the days before, and which of their files are damaged."""
    known: dict[str, Article] = {}
    damage = []
    for age in range(REVISION_DAYS, 0, -1):
        file = storage.articles(day - timedelta(days=age), outlet.id)
        found = ARTICLES.read(file)
        known.update((article.id, article) for article in found.records)
        if found.damage:
            damage.append(f"{storage.damaged(file, found.damage)}: `rasid doctor --repair` makes it anew")
    return known, damage
