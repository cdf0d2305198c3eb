"""An article as a whole."""

from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.text import Text

from rasid.one_line import one_line
from rasid.records import Evidence, TextField
from rasid.urls import readable_url
from search.indexed import Indexed


def show_article(console: Console, article: Indexed, labels: Mapping[str, Mapping[str, str]]) -> None:
    """The whole text with the passages that prove its topics marked, what it names, and where its page is kept.

    Args:
        console: to print on.
        article: the article, with all fields.
        labels: field → id → its name.
    """
    source = article.source
    console.print(_marked(article, "title", "bold"), soft_wrap=True)
    authors = [*source.get("authors", ()), *source.get("credited_to", ())]
    about = [f"{article.published_at:%Y-%m-%d %H:%M} UTC", article.outlet_name, *map(one_line, authors)]
    console.print(Text(" · ".join(about), "dim"), soft_wrap=True)
    console.print(Text(readable_url(article.url), "blue"), soft_wrap=True)
    if article.is_repost and article.original_url:
        console.print(Text(f"repost of {readable_url(article.original_url)}", "yellow"), soft_wrap=True)
    console.print()
    console.print(_marked(article, "body"), soft_wrap=True)
    console.print()

    def line(name: str, text: str) -> None:
        console.print(Text.assemble((f"{name:14}", "dim"), text), soft_wrap=True)

    for topic in article.topics:
        quotes = dict.fromkeys(one_line(each.quote) for each in article.topic_evidence if each.topic == topic)
        score = max((each.score for each in article.topic_evidence if each.topic == topic), default=0.0)
        line(topic, f"{labels['topics'].get(topic, topic)} {score:.2f}: {'؛ '.join(quotes)}")
    for field in ("countries", "weapons", "organisations", "people"):
        if ids := source.get(field):
            line(field, "، ".join(labels[field].get(id_, id_) for id_ in ids))
    capture = source["capture"]
    line("id", article.id)
    line("story", article.story_id)
    line("revision", str(source.get("revision", 1)))
    line("kept page", f"{capture['file']}, at byte {capture['offset']:,} (rasid show {article.id} --page page.html)")


def _marked(article: Indexed, field: TextField, style: str = "") -> Text:
    text = article.title if field == "title" else article.body
    shown = Text(text, style)
    for start, end in _spans(article.topic_evidence, field):
        shown.stylize("black on yellow", start, end)
    return shown


def _spans(evidence: Iterable[Evidence], field: TextField) -> list[tuple[int, int]]:
    return sorted((each.start, each.end) for each in evidence if each.field == field)
