"""What a crawl is given."""

from datetime import date
from pathlib import Path

from pydantic import BaseModel

from rasid.outlets import Outlet


class Job(BaseModel):
    """What to crawl, and within which bounds (seconds, hours, bytes, pages)."""

    outlet: Outlet
    data: str
    day: date
    since: date | None
    until: date | None
    log_file: Path
    user_agent: str
    timeout: float
    max_seconds: float
    max_page_bytes: int
    max_pages: int
    max_bytes: int
    revisit_within: float
    revisit_every: float

    @property
    def errors_file(self) -> Path:
        """Takes what the crawl's process writes as it fails."""
        return self.log_file.with_suffix(".stderr")
