"""What a worker does: a capture → its page with topics and entities, or why it has no article."""

import pickle
from dataclasses import dataclass
from functools import lru_cache

from processing.extract.extraction import extract
from processing.extract.page import NotAnArticleError, Page
from processing.topics.tagger import Tagger, Tags
from rasid.outlets import Outlet
from rasid.records import Capture, DealMention, RejectReason


@dataclass(frozen=True)
class Read:
    """A page with an article, and the topics, entities and deals found in it."""

    page: Page
    tags: Tags
    deals: tuple[DealMention, ...] = ()


@dataclass(frozen=True)
class NoArticle:
    """A page without an article, and why."""

    reason: RejectReason
    detail: str


WITH_DEALS = {"arms_deals", "caatsa"}
"""Topics whose articles may tell of deals."""

_tagger: Tagger | None = None
"""Of a worker."""


def start(given: bytes) -> None:
    """Takes the pickled tagger."""
    global _tagger  # noqa: PLW0603  a worker's only state, set once
    _tagger = pickle.loads(given)


def read(thing: bytes) -> bytes:
    """A pickled pair, of a pickled `Outlet` and a pickled `Capture` → a pickled `Read` or `NoArticle`."""
    assert _tagger
    outlet, capture = pickle.loads(thing)
    return pickle.dumps(read_page(pickle.loads(capture), _tagger, _outlet(outlet)))


@lru_cache(maxsize=16)
def _outlet(pickled: bytes) -> Outlet:
    outlet: Outlet = pickle.loads(pickled)
    return outlet


def read_page(capture: Capture, tagger: Tagger, outlet: Outlet) -> Read | NoArticle:
    """The article of a page with its topics and entities, or why it has none; nothing that a page holds is raised."""
    try:
        page = extract(capture, outlet)
        tags = tagger.tag(page.title, page.body)
        return Read(page, tags, deals_of(page, tags, tagger))
    except NotAnArticleError as error:
        return NoArticle(error.reason, error.detail)
    except Exception as error:  # whatever a strange page raises, the others of the day must not suffer
        return NoArticle("extractor", repr(error))


def deals_of(page: Page, tags: Tags, tagger: Tagger) -> tuple[DealMention, ...]:
    """What a page says of arms deals, if it is about them."""
    if tagger.deals is None or WITH_DEALS.isdisjoint(tags.topics):
        return ()
    return tagger.deals.read(page.title, page.body, tags.mentions, page.published_at.date())
