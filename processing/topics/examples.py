"""The examples that analysts write beside a topic's words: texts that must have it, and texts that must not."""

from collections.abc import Iterator
from dataclasses import dataclass

from processing.topics.tagger import Tagger


@dataclass(frozen=True)
class Example:
    """An example, and whether it came out as its topic says.

    Attributes:
        topic: its id.
        text: of the example.
        expected: whether the text must have the topic.
        found: whether it has it.
    """

    topic: str
    text: str
    expected: bool
    found: bool

    @property
    def holds(self) -> bool:
        """Whether what was found is what is expected."""
        return self.expected == self.found


def try_examples(tagger: Tagger) -> Iterator[Example]:
    """All examples of all topics, tried."""
    for topic in tagger.topics.values():
        for expected, texts in ((True, topic.examples.match), (False, topic.examples.no_match)):
            for text in texts:
                yield Example(topic.id, text, expected, topic.id in tagger.tag("", text).topics)
