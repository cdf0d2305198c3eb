"""The pages that the extractor's rules were written for stay right. The half kept aside is measured, not tested."""

from statistics import mean

from benchmarks.extraction.__main__ import by_rasid
from benchmarks.extraction.score import WORKED_ON, load_pages, score

MISSED = {"sidrathink-1", "sidrathink-2"}
"""Of the third set, whose gold leaves the marks of footnotes out; that of older sets keeps them, as Rasid does."""
MISSED_OF_FOURTH = {
    "dzfse-1", "gulfasp-1", "jordannet-1", "jufranews-1", "kurdtv-1", "kurdtv-2", "lawjournal-1", "lawjournal-2",
    "londonpara-1", "royalcourt-1", "royalcourt-2", "sabalan-1", "sabalan-2", "sauagency-1", "sauagency-2",
    "spipculture-1", "syropp-1", "syropp-2", "tgmirror-1", "tgmirror-2", "tunradio-1", "tunradio-2", "yemblog-2",
    "ziggurat-1",
}  # fmt: skip
"""Of the fourth set, in body or title: what is not yet read as its gold says."""


def test_the_pages_that_were_worked_on() -> None:
    pages = [page for folder in WORKED_ON if folder != "fourth" for page in load_pages(folder)]
    scores = {page.name: score(page, by_rasid(page)) for page in pages}
    wrong = {name: each for name, each in scores.items() if each.precision < 1 or each.recall < 1 or not each.title}
    assert wrong.keys() == MISSED
    assert all(min(each.precision, each.recall) > 0.97 and each.title for each in wrong.values())
    assert mean(each.day for each in scores.values()) > 0.99
    assert mean(each.author for each in scores.values()) > 0.98


def test_the_fourth_set() -> None:
    scores = {page.name: score(page, by_rasid(page)) for page in load_pages("fourth")}
    wrong = {name for name, each in scores.items() if each.precision < 1 or each.recall < 1 or not each.title}
    assert wrong <= MISSED_OF_FOURTH
    assert mean(each.day for each in scores.values()) >= 0.9
    assert mean(each.author for each in scores.values()) > 0.6
