"""Hits of a search."""

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from rasid.one_line import MAX_TITLE
from rasid.printable import shortened
from search.query import END_MARK, MARK, Facet, Hits


def show_hits(console: Console, hits: Hits) -> None:
    """Hits with the matched words marked."""
    for number, hit in enumerate(hits.hits, start=1):
        article = hit.article
        title = shortened(" ".join(hit.title.split()), MAX_TITLE)
        console.print(Text.assemble(f"{number}. ", _marked(title, "bold")), soft_wrap=True)
        # The date stands first: after an Arabic name, a terminal that orders letters would turn it round.
        about = [f"{article.published_at:%Y-%m-%d %H:%M}", article.outlet_name, *article.topics]
        console.print(Text("   " + " · ".join(about), "dim"), soft_wrap=True)
        for snippet in hit.snippets:
            console.print(Text.assemble("   … ", _marked(" ".join(snippet.split())), " …"), soft_wrap=True)
        console.print(Text(f"   {article.url}", "blue"), soft_wrap=True)
        if article.is_repost:
            console.print(Text(f"   repost of {article.original_url}", "yellow"), soft_wrap=True)
        if hit.copies:
            outlets = dict.fromkeys(copy.outlet_name for copy in hit.copies)
            told = f"   {len(hit.copies)} more in this story: {'، '.join(outlets)} (rasid story {article.story_id})"
            console.print(Text(told, "yellow"), soft_wrap=True)
    articles = sum(1 + len(hit.copies) for hit in hits.hits)
    told = f", with {articles} articles" if articles > len(hits.hits) else ""
    console.print(f"shown: {len(hits.hits)}{told}; matching articles: {hits.total}", style="dim")


def show_facets(console: Console, facets: Mapping[Facet, Mapping[str, int]]) -> None:
    """How many of the articles that match have each value, a field a line."""
    for field, counts in facets.items():
        if counts:
            told = " · ".join(f"{value} {count}" for value, count in counts.items())
            console.print(Text.assemble((f"{field}: ", "bold"), told), soft_wrap=True)


def _marked(text: str, style: str = "") -> Text:
    shown = Text(style=style)
    for part in text.split(MARK):
        matched, mark, rest = part.partition(END_MARK)
        shown.append(matched, "black on yellow" if mark else "").append(rest)
    return shown
