"""Months that are too old are deleted from the index. Their captures stay, and `rasid reprocess` brings them back."""

import re
from datetime import date

from elasticsearch import Elasticsearch

from search.indices import MONTHLY
from search.months import last_month


def drop_old(client: Elasticsearch, keep_months: int, today: date) -> list[str]:
    """Deletes the monthly indices before the last `keep_months` months, this one counted.

    Returns:
        what was deleted.
    """
    oldest = today.year * 12 + today.month - keep_months
    found = client.indices.get(index=MONTHLY, features="aliases")
    months = {index: month_of(index) for index in found}
    indices = [index for index, (year, month) in months.items() if year * 12 + month <= oldest]
    for index in indices:  # one by one, as clusters refuse to delete by wildcard
        client.indices.delete(index=index)
    return sorted(indices)


def month_of(index: str) -> tuple[int, int]:
    """Year and month of the newest articles that an index can have, by its name."""
    found = re.search(r"(\d+)\.(\d{2})", index)
    assert found  # the names are Rasid's own
    return last_month(int(found[1]), int(found[2]))
