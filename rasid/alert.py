"""An alert: a story that a rule found, as any channel can take it."""

from dataclasses import dataclass

from pydantic import AwareDatetime

from rasid.one_line import one_line

LONGEST = 300
"""Characters of a quote, and of the text on each side of it."""
MAX_URL = 2000
"""Characters of an address."""


@dataclass(frozen=True)
class Passage:
    """A quote that proves a topic, with the text around it, which ends in … where it is cut."""

    before: str
    quote: str
    after: str


@dataclass(frozen=True)
class Alert:
    """A story that a rule found, by its original or else by the first of its copies that the rule finds. Its texts come
    from the web: each is made one line, not too long, that any channel can take.

    Attributes:
        rule: id of the rule.
        story_id: id of the story.
        article_id: id of the article.
        url: address of the article.
        title: title of the article.
        outlet_name: Arabic name of the article's outlet.
        published_at: when the article was published.
        topics: ids of the article's topics.
        countries: ISO 3166-1 codes of the countries that the text names.
        weapons: ids of the weapons that the text names.
        passages: quotes that prove the rule's topics, or any topic.
        copies: names of the outlets of the story's other articles, each once.
        article_ids: ids of all articles of the story.
    """

    rule: str
    story_id: str
    article_id: str
    url: str
    title: str
    outlet_name: str
    published_at: AwareDatetime
    topics: tuple[str, ...]
    countries: tuple[str, ...]
    weapons: tuple[str, ...]
    passages: tuple[Passage, ...]
    copies: tuple[str, ...]
    article_ids: tuple[str, ...]

    def __post_init__(self) -> None:
        url = one_line(self.url, MAX_URL)
        lines = {
            "url": url,
            "title": one_line(self.title) or url or "…",
            "outlet_name": one_line(self.outlet_name),
            "passages": tuple(
                Passage(*(one_line(text, LONGEST) for text in (each.before, each.quote, each.after)))
                for each in self.passages
            ),
            "copies": tuple(one_line(name) for name in self.copies),
        }
        for name, value in lines.items():
            object.__setattr__(self, name, value)
