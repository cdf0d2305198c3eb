"""Months that are too old are deleted from the index. Their captures stay, and `rasid reprocess` brings them back."""

import re
from datetime import date

from elasticsearch import Elasticsearch

MONTHLY = "articles-*,outlet-health-*,rejected-*"


def drop_old(client: Elasticsearch, keep_months: int, today: date) -> list[str]:
    """Deletes the monthly indices before the last `keep_months` months, this one counted.

    Returns:
        what was deleted.
    """
    oldest = today.year * 12 + today.month - keep_months
    indices = [index for index in client.indices.get(index=MONTHLY, features="aliases") if _month(index) <= oldest]
    for index in indices:  # one by one, as clusters refuse to delete by wildcard
        client.indices.delete(index=index)
    return sorted(indices)


def _month(index: str) -> int:
    found = re.search(r"(\d{4})\.(\d{2})", index)
    assert found  # the names are Rasid's own
    return int(found[1]) * 12 + int(found[2])
