"""The texts that the topic rules were written for stay right. The part kept aside is measured, not tested."""

from collections import Counter

from benchmarks.topics.labelled import CODES, load
from tests.pages import configured_tagger


def test_the_texts_that_were_worked_on() -> None:
    tagger = configured_tagger()
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for text in load("worked on"):
        topics = set(tagger.tag(text.title, text.body).topics)
        found.update(topics)
        there.update(text.topics)
        right.update(topics & text.topics)
    for topic in CODES.values():
        assert right[topic] / found[topic] >= 0.95, topic
        assert right[topic] / there[topic] >= 0.95, topic
