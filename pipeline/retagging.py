"""What other topics would change: the tags that kept articles gain and lose, before anything is written."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.teaching import ABOUT, TOUCHES
from processing.topics.labels import Label, verdicts
from processing.topics.tagger import Tagger
from rasid.records import Article, Evidence


@dataclass(frozen=True)
class Change:
    """An article that is tagged otherwise.

    Attributes:
        id: of the article.
        url: its address.
        outlet_name: Arabic name of its outlet.
        published: day on which it was published, ISO 8601.
        title: its title.
        gained: ids of topics that it would have, and does not have.
        lost: ids of topics that it has, and would not have.
        evidence: of what it gains, as the new topics prove it, and of what it loses, as it is kept.
    """

    id: str
    url: str
    outlet_name: str
    published: str
    title: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Difference:
    """Tags before and after, over some articles.

    Attributes:
        articles: number of those that were looked at.
        before: how many of them have each topic.
        after: how many would have it.
        changes: the articles that are tagged otherwise.
    """

    articles: int
    before: dict[str, int]
    after: dict[str, int]
    changes: tuple[Change, ...]


def as_kept(article: Article) -> tuple[Evidence, ...]:
    """What an article was tagged with when it was processed, as the index has it, too."""
    return article.topic_evidence


def on_labels(labels: Sequence[Label], topic: str, then: Tagger, now: Tagger) -> str:
    """What another judge changes of articles that were labelled, in a sentence.

    Args:
        labels: of the topic.
        topic: its id.
        then: how it is with the new judge.
        now: how it is.
    """
    counts: Counter[tuple[bool, bool]] = Counter()
    for verdict in verdicts(labels):
        title, body = verdict.label.title, verdict.label.body
        was, will = (topic in judge.tag(title, body).topics for judge in (now, then))
        if was != will and verdict.grade != TOUCHES:
            counts[will, verdict.grade == ABOUT] += 1
    told = {
        (False, False): "false alarms go",
        (True, True): "missed articles come",
        (False, True): "right ones go",
        (True, False): "wrong ones come",
    }
    changes = [f"{counts[each]} {what}" for each, what in told.items() if counts[each]]
    return f"your labels: {', '.join(changes) or 'no article is tagged otherwise'}"


def by(tagger: Tagger) -> Callable[[Article], tuple[Evidence, ...]]:
    """What a tagger makes of an article."""
    return lambda article: tagger.tag(article.title, article.body).evidence


def difference(
    articles: Iterable[Article],
    after: Callable[[Article], tuple[Evidence, ...]],
    before: Callable[[Article], tuple[Evidence, ...]] = as_kept,
    topic: str | None = None,
) -> Difference:
    """How articles would be tagged otherwise.

    Args:
        articles: to be looked at.
        after: gives what an article would be tagged with.
        before: gives what it is tagged with.
        topic: the only one that is compared; all when absent.
    """
    count = 0
    sums: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    found = []
    for article in articles:
        count += 1
        then, now = ([each for each in tags(article) if topic in {None, each.topic}] for tags in (before, after))
        had, has = {each.topic for each in then}, {each.topic for each in now}
        sums[0].update(had)
        sums[1].update(has)
        if had != has:
            told = [each for each in now if each.topic not in had] + [each for each in then if each.topic not in has]
            found.append(
                Change(
                    article.id,
                    article.url,
                    article.outlet_name,
                    article.published_at.date().isoformat(),
                    article.title,
                    tuple(sorted(has - had)),
                    tuple(sorted(had - has)),
                    tuple(told),
                )
            )
    return Difference(count, dict(sums[0]), dict(sums[1]), tuple(found))
