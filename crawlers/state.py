"""What the crawler knows of an outlet between runs: the pages that it has."""

import json
from datetime import datetime

from upath import UPath

from rasid.storage import write_whole
from rasid.urls import canonical_url


class CrawlState:
    """Pages at hand by canonical URL, kept in one JSON file.

    Args:
        file: read now if it exists.
    """

    def __init__(self, file: UPath) -> None:
        self._file = file
        self._pages: dict[str, dict[str, str | int]] = json.loads(file.read_text()) if file.exists() else {}

    def knows(self, url: str) -> bool:
        """Whether the page need not be fetched."""
        return canonical_url(url) in self._pages

    def captured(self, url: str, status: int, when: datetime) -> None:
        """Notes an answer. A server's failure (5xx) is not an answer to keep: the next run asks again."""
        if status < 500:
            self._pages[canonical_url(url)] = {"status": status, "captured_at": when.isoformat()}

    def save(self) -> None:
        """Writes the file whole."""
        write_whole(self._file, json.dumps(self._pages, ensure_ascii=False, indent=0).encode())
