"""Tags that articles gain and lose."""

from collections import Counter

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.retagging import Difference


def show_difference(console: Console, found: Difference) -> None:
    """A row a topic that changes, then each article that does, with the passages that prove what it gains or proved
    what it loses.
    """
    gained = Counter(topic for change in found.changes for topic in change.gained)
    lost = Counter(topic for change in found.changes for topic in change.lost)
    table = Table("topic", "now", "then", "gained", "lost", box=box.SIMPLE_HEAD)
    for topic in sorted(gained | lost):
        cells = (found.before.get(topic, 0), found.after.get(topic, 0), gained[topic], lost[topic])
        table.add_row(topic, *map(str, cells))
    if found.changes:
        console.print(table)
    for change in found.changes:
        signs = [*(f"+{topic}" for topic in change.gained), *(f"-{topic}" for topic in change.lost)]
        style = "green" if change.gained else "red"
        console.print(Text.assemble((" ".join(signs), style), "  ", (change.title, "bold")), soft_wrap=True)
        console.print(Text(f"   {change.published} · {change.outlet_name} · {change.id}", "dim"), soft_wrap=True)
        quotes = dict.fromkeys(" ".join(each.quote.split()) for each in change.evidence)
        console.print(Text(f"   {' … '.join(quotes)}"), soft_wrap=True)
        console.print(Text(f"   {change.url}", "blue"), soft_wrap=True)
    told = f"{len(found.changes)} of {found.articles} articles would be tagged otherwise"
    console.print(told if found.articles else "no articles are kept of that time", style="dim")
