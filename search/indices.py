"""The indices that Rasid keeps, by the names in their templates."""

import json
from pathlib import Path
from typing import Any

TEMPLATES: dict[str, dict[str, Any]] = {
    file.name.removesuffix("-template.json"): json.loads(file.read_text(encoding="utf-8"))
    for file in sorted(Path(__file__).parent.glob("*-template.json"))
}
"""Name → the body of ``PUT _index_template``. Synonyms are added by `search.templates.templates`."""
ALL = ",".join(pattern for body in TEMPLATES.values() for pattern in body["index_patterns"])
"""Of all indices, as Elasticsearch takes several names."""
MONTHLY = ",".join(pattern for pattern in ALL.split(",") if pattern.endswith("*"))
"""Of those that are one a month."""
ARTICLES = "articles"
"""Alias of the articles of all months."""
DEALS = "deals"
DELIVERIES = "alert-deliveries"
RULES = "alert-rules"
RUNS = "runs"
"""Alias of the runs of all months."""
HEALTH = "outlet-health"
"""Alias of the outlets' health of all months."""
