"""Tables for spreadsheets."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from rasid.printable import printable, shortened
from search.hits import Hits

CSV_FIELDS = (
    "published_at", "outlet", "outlet_name", "title", "url", "topics", "countries", "weapons", "people", "is_repost",
    "original_url", "story_id",
)  # fmt: skip
"""Columns of the CSV form."""

MAX_CELL = 32_000
"""Characters; a spreadsheet's cell takes few more."""
_FORMULA = re.compile(r"^(?=[=+\-@\t\r＝＋－＠])|([;\t]\s*)(?=[=+\-@＝＋－＠])")
"""Where a spreadsheet begins to read a formula; titles come from the web. Where the comma is in numbers, as in Algiers,
a spreadsheet begins a cell after each semicolon of our lines.
"""


def write_csv(stream: TextIO, hits: Hits, headings: Mapping[str, str] | None = None) -> None:
    """Hits as CSV for spreadsheets, with headings as `write_rows` has them."""
    rows = (article.source for hit in hits.hits for article in (hit.article, *hit.copies))
    write_rows(stream, CSV_FIELDS, rows, headings)


def write_rows(
    stream: TextIO,
    fields: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    headings: Mapping[str, str] | None = None,
) -> None:
    """CSV with a mark by which spreadsheets know that it is UTF-8; several values of a field in one cell.

    Args:
        stream: where it goes.
        fields: the columns; what else a row has is passed over.
        rows: column → value.
        headings: column → what stands above it, where that is not the column's name.
    """
    stream.write("\ufeff")
    writer = csv.DictWriter(stream, fields, extrasaction="ignore")
    writer.writerow({name: (headings or {}).get(name, name) for name in fields})
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: Any) -> Any:
    """A value as a spreadsheet takes it: no formula, not too long."""
    text = "; ".join(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else value
    text = shortened(printable(text), MAX_CELL) if isinstance(text, str) else text
    return _FORMULA.sub(lambda begin: f"{begin[1] or ''}'", text) if isinstance(text, str) else text
