"""A story as a time line."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from processing.reposts.changes import changes
from rasid.one_line import one_line
from search.indexed import Indexed

CONTEXT = 6
"""Words shown before and after a change in a repost."""


def show_story(console: Console, articles: Sequence[Indexed]) -> None:
    """Shows a story as a time line, and below it what each repost changed: what it left out is struck out, what it put
    in is underlined.
    """
    original = articles[0]
    table = Table("published", "outlet", "copied", "similar", "title", box=box.SIMPLE_HEAD)
    for article in articles:
        shares = [f"{share:.0%}" if share is not None else "" for share in (article.copied_share, article.similarity)]
        style = "" if article.is_repost else "bold"
        published = f"{article.published_at:%Y-%m-%d %H:%M}"
        table.add_row(published, article.outlet_name, *shares, Text(one_line(article.title)), style=style)
    console.print(table)
    console.print(Text(f"original: {original.url}", "blue"), soft_wrap=True)
    for article in articles[1:]:
        console.print(Text(f"\n{article.outlet_name}: {article.url}", "bold"), soft_wrap=True)
        console.print(_changes(original.body, article.body), soft_wrap=False)


def _changes(original: str, repost: str) -> Text:
    shown = Text()
    for passage in changes(original, repost):
        if passage.kind == "same":
            shown.append(" ".join(_middle_left_out(passage.words)) + " ")
        else:
            style = "red strike" if passage.kind == "left out" else "green underline"
            shown.append(" ".join(passage.words), style).append(" ")
    return shown


def _middle_left_out(same: Sequence[str]) -> Sequence[str]:
    return same if len(same) <= 2 * CONTEXT + 1 else [*same[:CONTEXT], "[…]", *same[-CONTEXT:]]
