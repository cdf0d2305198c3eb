"""The register of deals on a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rasid.printable import printable, shortened
from search.register import RegisteredDeal

MAX_SENTENCE = 160


def show_deals(console: Console, deals: Sequence[RegisteredDeal]) -> None:
    """A row a deal; below it the sentence that says it, and what reports contradict."""
    table = Table(box=None, pad_edge=False)
    for heading in ("last told", "from", "to", "weapons", "how many", "worth", "stage", "reports"):
        table.add_column(heading, overflow="fold")
    for deal in deals:
        table.add_row(
            f"{deal.last_reported_at:%Y-%m-%d}",
            _joined(deal.supplier),
            _joined(deal.recipient),
            _joined(deal.weapons),
            _joined(deal.quantities, "quantity" in deal.contradicted),
            _joined(deal.values, "value" in deal.contradicted),
            deal.stage or "",
            str(deal.report_count),
        )
    console.print(table)
    for deal in deals:
        told = f"{_joined(deal.supplier) or '?'} → {_joined(deal.recipient) or '?'}: "
        console.print(Text.assemble((told, "bold"), shortened(printable(deal.sentence), MAX_SENTENCE)), soft_wrap=True)
        if deal.caatsa_exposure:
            console.print(Text(f"   CAATSA: {deal.caatsa_exposure}", "yellow"), soft_wrap=True)
    console.print(f"shown: {len(deals)}", style="dim")


def _joined(values: Sequence[str], contradicted: bool = False) -> str:
    return printable((" or " if contradicted else ", ").join(values))
