"""The crawl's log: a JSON object a line, with run, outlet and, where one is meant, URL."""

import logging
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog
from scrapy.logformatter import LogFormatter

from rasid.printable import shortened
from rasid.storage import regular

RUN = "AIRFLOW_CTX_DAG_RUN_ID"
"""Variable in which Airflow tells a task which run it is of."""
MOST = 4_000
"""Characters of an event: what a server sends, or an address, fills no disk with logs."""


class WithoutPages(LogFormatter):
    """The formatter that Scrapy uses, without its line that has each page again."""

    def scraped(self, *_: Any) -> Any:
        """Leaves the line out."""
        return None


def log_as_json(file: Path, outlet: str, day: str) -> None:
    """Has all that is logged written so, and each answer logged.

    Args:
        file: that is appended to.
        outlet: its id.
        day: of the run, ISO 8601.
    """
    about = {"run": os.environ.get(RUN), "outlet": outlet, "day": day}

    def with_context(_: Any, __: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
        given = event.pop("positional_args", None)  # Scrapy's messages have their request here
        request = given.get("request") if isinstance(given, dict) else None
        event["event"] = shortened(str(event["event"]), MOST)
        return {**event, **about, **({"url": request.url} if request is not None else {})}

    formatter = structlog.stdlib.ProcessorFormatter(
        pass_foreign_args=True,
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            with_context,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    logging.root.setLevel(logging.INFO)
    logging.getLogger("scrapy.core.engine").setLevel(logging.DEBUG)  # a line for each answer
    handler = logging.FileHandler(regular(file), encoding="utf-8")
    handler.setFormatter(formatter)
    logging.root.addHandler(handler)
