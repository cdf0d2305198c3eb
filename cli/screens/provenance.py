"""What became of one page."""

from datetime import datetime

from rich.console import Console
from rich.text import Text

from pipeline.provenance import Provenance
from pipeline.visits import Visit
from rasid.one_line import one_line
from rasid.records import Link
from rasid.urls import readable_url

SHOWN = 10
"""Captures and failures that are shown."""
MAX_URL = 2000


def show_provenance(console: Console, found: Provenance) -> None:
    """The verdict first, then the page's way from its source to the index, then what would change it."""

    def line(name: str, text: str, style: str = "") -> None:
        console.print(Text.assemble((f"{name:9}", "dim"), (text, style)), soft_wrap=True)

    line("page", readable_url(one_line(found.url, MAX_URL)), "blue")
    line("verdict", one_line(found.verdict.told, 1000), "green" if found.verdict.fate == "indexed" else "yellow")
    line("outlet", ", ".join(found.outlets) or "none")
    link = found.known.link if found.known else found.visits[-1].link if found.visits else None
    line("listed", _listed(link) if link else "by no source that was read")
    if found.known:
        line("", f"listed last {_time(found.known.listed_at)}")
    for visit in found.visits[:SHOWN]:
        line("fetched", _fetched(visit))
        line("", f"kept in {visit.ref.file}, at byte {visit.ref.offset:,}", "dim")
    for failure in found.failures[:SHOWN]:
        line("failed", f"in the run of {failure.day}: {failure.reason}")
    if more := max(0, len(found.visits) - SHOWN) + max(0, len(found.failures) - SHOWN):
        line("", f"and {more} earlier ones")
    if found.article:
        line("article", one_line(found.article.title), "bold")
        line("", f"{found.article.outlet_name}, published {_time(found.article.published_at)}")
    for advice in found.verdict.advice:
        line("do", one_line(advice, 1000))


def _listed(link: Link) -> str:
    title = f" as «{one_line(link.title)}»" if link.title else ""
    at = f", dated {_time(link.published_at)}" if link.published_at else ""
    return f"by the {link.via} {readable_url(link.source)}{title}{at}"


def _fetched(visit: Visit) -> str:
    why = f": {one_line(visit.why)}" if visit.why else f" {visit.article}" if visit.article else ""
    told = "waiting to be processed" if visit.end == "waiting" else visit.end
    return f"{_time(visit.fetched_at)}, in the run of {visit.day}: HTTP {visit.status}, {told}{why}"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
