"""Asking what became of a page, and which pages were rejected."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from desk.question import page_in
from desk.rendering import page
from desk.work import Desk
from pipeline.kept import Reports
from pipeline.provenance import Provenance, trace
from search.rejected import search_rejected

SIZE = 50
"""Rejected pages on one of ours."""


def why_page(request: Request) -> Response:
    """What became of a page, and why; the same for the id of an article."""
    desk: Desk = request.app.state.desk
    asked = request.query_params.get("url", "").strip()
    found: Provenance | None = None
    if asked:
        reports = Reports(desk.storage, datetime.now(UTC).date(), lambda _: None)
        found = trace(desk.client, reports, desk.outlets, asked)
    return page(request, "why.html.j2", asked=asked, found=found)


def rejected_page(request: Request) -> Response:
    """The rejected pages, the newest first."""
    desk: Desk = request.app.state.desk
    words, outlet = request.query_params.get("q", "").strip(), request.query_params.get("outlet", "")
    current = min(page_in(request.query_params), 10_000 // SIZE)
    found = search_rejected(desk.client, words or "*", [outlet] if outlet else [], size=SIZE, page=current)
    last = min(-(-found.total // SIZE), 10_000 // SIZE)
    return page(request, "rejected.html.j2", words=words, outlet=outlet, found=found, current=current, last=last)
