"""Which article a page is among its outlet's: a later form of one that is known, or another one at its address."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping

from processing.extract.page import Page
from processing.html.characters import line_key
from processing.reposts.overlap import copied, prepared
from rasid.records import Article
from rasid.urls import article_id

Text = tuple[str, str]
"""Title and body."""


def akin(first: Text, second: Text) -> bool:
    """Whether one text may be a later form of the other: the same title, or most of the words and facts."""
    if line_key(first[0]) == line_key(second[0]) or first[1] == second[1]:
        return True
    return copied(prepared(first[1]), prepared(second[1])) is not None


def contradicted(pages: Iterable[tuple[str, str, Text]]) -> set[str]:
    """The ids of addresses that pages state although pages of other texts stand there or state them too.

    Args:
        pages: of one outlet: the address that answered, the one that the page states, its text.
    """
    claims: dict[str, dict[str, Text]] = defaultdict(dict)
    for url, stated, text in pages:
        own = article_id(url)
        for place in (own, article_id(stated)):
            claims[place].setdefault(own, text)
    return {place for place, texts in claims.items() if not _all_akin(list(texts.values()))}


def _all_akin(texts: list[Text]) -> bool:
    return all(akin(texts[0], text) for text in texts[1:])


def shared(pages: Iterable[tuple[str, Text]]) -> set[Text]:
    """The texts that stand at several addresses.

    Args:
        pages: of one outlet: the address that answered, its text.
    """
    places: dict[Text, set[str]] = defaultdict(set)
    for url, text in pages:
        places[text].add(article_id(url))
    return {text for text, ids in places.items() if len(ids) > 1}


def address_of(page: Page, url: str, known: Mapping[str, Article], doubtful: Container[str]) -> str:
    """The address under which a page is kept: one at which an earlier form of its text is known, else the one that it
    states if nothing else is there, else the one that answered.

    Args:
        page: with the address that it states.
        url: that answered.
        known: articles of the outlet by their ids.
        doubtful: ids that `contradicted` gives.
    """
    for place in (page.url, url):
        earlier = known.get(article_id(place))
        if earlier and akin((earlier.title, earlier.body), page.text):
            return place
    stated = article_id(page.url)
    return url if stated in doubtful or stated in known else page.url
