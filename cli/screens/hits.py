"""Hits of a search."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from rasid.one_line import MAX_TITLE, one_line
from rasid.printable import shortened
from rasid.urls import readable_url
from search.hits import END_MARK, MARK, Facet, Hits
from search.rejected import Rejections

Names = Mapping[str, Mapping[str, str]]
"""Field → id → its name."""


def show_hits(console: Console, hits: Hits, size: int, page: int) -> None:
    """Hits with the matched words marked; they are the page of that number, of so many hits each."""
    for number, hit in enumerate(hits.hits, start=(page - 1) * size + 1):
        article = hit.article
        title = shortened(" ".join(hit.title.split()), MAX_TITLE)
        console.print(Text.assemble(f"{number}. ", _marked(title, "bold")), soft_wrap=True)
        # The date stands first: after an Arabic name, a terminal that orders letters would turn it round.
        about = [f"{article.published_at:%Y-%m-%d %H:%M}", article.outlet_name, *article.topics]
        console.print(Text("   " + " · ".join(about), "dim"), soft_wrap=True)
        for snippet in hit.snippets:
            console.print(Text.assemble("   … ", _marked(" ".join(snippet.split())), " …"), soft_wrap=True)
        console.print(Text(f"   {readable_url(article.url)}", "blue"), soft_wrap=True)
        console.print(Text(f"   rasid show {article.id}", "dim"), soft_wrap=True)
        if article.is_repost and article.original_url:
            console.print(Text(f"   repost of {readable_url(article.original_url)}", "yellow"), soft_wrap=True)
        if hit.copies:
            outlets = dict.fromkeys(copy.outlet_name for copy in hit.copies)
            told = f"   {len(hit.copies)} more in this story: {'، '.join(outlets)} (rasid story {article.story_id})"
            console.print(Text(told, "yellow"), soft_wrap=True)
    articles = sum(1 + len(hit.copies) for hit in hits.hits)
    told = f", of {articles} articles" if articles > len(hits.hits) else ""
    more = f"; --page {page + 1} shows more" if len(hits.hits) == size else ""
    console.print(f"{_range(len(hits.hits), size, page)}{told}; {hits.total} articles match{more}", style="dim")


def _range(shown: int, size: int, page: int) -> str:
    first = (page - 1) * size + 1
    return f"hits {first} to {first + shown - 1}" if shown else "no hits"


def show_facets(console: Console, facets: Mapping[Facet, Mapping[str, int]], names: Names) -> None:
    """How many of the articles that match have each value, a field a line, each by its name and its id."""
    for field, counts in facets.items():
        if counts:
            told = " · ".join(f"{_named(names.get(field, {}), value)} {count}" for value, count in counts.items())
            console.print(Text.assemble((f"{field}: ", "bold"), told), soft_wrap=True)


def _named(names: Mapping[str, str], id_: str) -> str:
    name = names.get(id_)
    return f"{name} ({id_})" if name and name != id_ else id_


def advise(console: Console, query: str, narrowed_by: Sequence[str]) -> None:
    """What to try where nothing is found."""
    tries = []
    if '"' in query:
        tries.append("without the quotes, so that words are found in all their forms")
    if narrowed_by:
        tries.append(f"without {' '.join(narrowed_by)}")
    if len(query.split()) > 1 and " OR " not in query:
        tries.append("with fewer words, or with OR between them: all of them must stand in an article")
    if ":" in query:
        tries.append("with another field: docs/reference/fields.md has all of them")
    tries.append("among the rejected pages: --rejected with a part of the address; `rasid why URL` for one page")
    for each in tries:
        console.print(f"try it {each}" if each != tries[-1] else f"look {each}", soft_wrap=True, style="yellow")


def show_rejections(console: Console, found: Rejections, size: int, page: int) -> None:
    """Rejected pages with their reasons, the newest first."""
    for rejected in found.pages:
        about = f"{rejected.fetched_at:%Y-%m-%d %H:%M} · {rejected.outlet} · "
        reason = Text.assemble((about, "dim"), (f"{rejected.reason}: ", "bold"), one_line(rejected.detail))
        console.print(reason, soft_wrap=True)
        console.print(Text(f"   {readable_url(rejected.url)}", "blue"), soft_wrap=True)
    if found.reasons:
        console.print(" · ".join(f"{reason} {count}" for reason, count in found.reasons.items()), soft_wrap=True)
    told = f"{_range(len(found.pages), size, page)}; {found.total} rejected pages match"
    console.print(f"{told}; `rasid why URL` says what would change one", style="dim", soft_wrap=True)


def _marked(text: str, style: str = "") -> Text:
    shown = Text(style=style)
    for part in text.split(MARK):
        matched, mark, rest = part.partition(END_MARK)
        shown.append(matched, "black on yellow" if mark else "").append(rest)
    return shown
