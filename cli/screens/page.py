"""What was made of one page, and why one text has its topics."""

from collections import Counter
from collections.abc import Iterable, Mapping

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from processing.extract.page import Page
from processing.topics.tagger import Explanation
from rasid.one_line import one_line
from rasid.records import Article, Mention


def show_extraction(console: Console, article: Article, page: Page) -> None:
    """What was taken of a page and from where, and what was left out and why."""
    paragraphs = article.body.splitlines()
    taken = {
        "title": one_line(article.title),
        "published_at": f"{article.published_at:%Y-%m-%d %H:%M} UTC ({article.published_precision})",
        "authors": ", ".join(article.authors),
        "credited_to": ", ".join(article.credited_to),
        "section": article.section or "",
        "summary": article.summary or "",
        "image": article.image or "",
        "hashtags": ", ".join(article.hashtags),
        "topics": ", ".join(article.topics),
        "body": f"{len(paragraphs)} paragraphs, {article.word_count} words",
    }
    table = Table("field", "from", "taken", box=box.SIMPLE_HEAD)
    for name, value in taken.items():
        table.add_row(name, page.sources.get(name, ""), Text(value or "—"))
    for number, paragraph in enumerate(paragraphs, start=1):
        table.add_row("", str(number), Text(paragraph))
    console.print(table)
    left_out = Table("left out as", "line", box=box.SIMPLE_HEAD)
    for reason, line in page.dropped:
        left_out.add_row(reason, Text(line))
    console.print(left_out if page.dropped else "no line of the text or above it was left out")


def show_judgements(
    console: Console,
    told: Mapping[str, Explanation],
    lines: Mapping[tuple[int | str, ...], str],
    mentions: Iterable[Mention],
    *,
    all_of_them: bool = False,
) -> None:
    """Each topic that a text is at all near to: whether it is tagged, its words, and what spoke for and against it;
    then the entities.

    Args:
        console: to show it on.
        told: id of a topic → why a text has it, or not.
        lines: where each topic's words stand, by keys and positions from the root of its file.
        mentions: what the text names.
        all_of_them: also topics that it is not near to.
    """
    table = Table("topic", "score", "what", "field", "words", box=box.SIMPLE_HEAD)
    for topic, explanation in told.items():
        judgement, fields = explanation.judgement, explanation.fields
        if not (explanation.is_near or all_of_them):
            continue
        outcome = "tagged" if judgement.tagged else f"not tagged: below {judgement.needed:.2g}"
        table.add_row(topic, f"{judgement.score:.2f}", "", "", outcome, style="bold" if judgement.tagged else "dim")
        for passage in explanation.passages:
            quote = Text(" ".join(fields[passage.field].quote(passage.span)[0].split()))
            style = "red" if passage.level == "never" else ""
            stands = lines["topics", topic, passage.level, passage.number]
            table.add_row("", "", f"{passage.level} {stands}", passage.field, quote, style=style)
        spoke = ("for", explanation.heaviest(1), "green"), ("against", explanation.heaviest(-1), "red")
        for what, heaviest, style in spoke:
            if heaviest:
                words = ", ".join(f"{name} ({weight:+.1f})" for name, weight in heaviest)
                table.add_row("", "", what, "", Text(words), style=style)
        for field, span, weight in judgement.proof:
            quote = Text(" ".join(fields[field].quote(span)[0].split()))
            table.add_row("", f"+{weight:.1f}", "evidence", field, quote)
    console.print(table)
    entities = Table("kind", "entity", "mentions", box=box.SIMPLE_HEAD)
    found: dict[tuple[str, str], Counter[str]] = {}
    for mention in mentions:
        found.setdefault((mention.kind, mention.entity), Counter())[mention.quote] += 1
    for (kind, entity), quotes_of in sorted(found.items()):
        entities.add_row(kind, entity, Text(", ".join(f"{quote} ({count})" for quote, count in quotes_of.items())))
    console.print(entities)
