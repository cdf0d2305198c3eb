"""A new outlet by the address of its home page."""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from desk.rendering import page
from desk.signing import changing
from desk.work import Desk
from pipeline.new_outlet import Choices, Found, discover, outlet_of, write
from pipeline.outlet_file import OutletRefusedError, yaml_text
from rasid.errors import RasidError


def new_outlet_page(request: Request) -> Response:
    """Asks for the address."""
    return _shown(request, "", Choices())


async def new_outlet(request: Request) -> Response:
    """Finds the outlet's sources and shows what they list; once that was looked at, writes the outlet to its file."""
    _, form = await changing(request)
    return await run_in_threadpool(_answered, request, form)


def _answered(request: Request, form: FormData) -> Response:
    desk: Desk = request.app.state.desk
    url, choices = str(form.get("url", "")).strip(), _choices(form)
    found = desk.found.get(url) if "write" in form else None
    try:
        found = found or discover(url, desk.settings)
        desk.found = {url: found}
        file = write(found, choices, desk.settings) if "write" in form else None
    except RasidError as error:
        return _shown(request, url, choices, found, error)
    return _shown(request, url, choices, found, file=file)


def _choices(form: FormData) -> Choices:
    def given(name: str) -> str | None:
        return str(form.get(name, "")).strip() or None

    sources = tuple(map(str, form.getlist("source")))
    return Choices(
        id=given("id"),
        name_ar=given("name_ar"),
        name_en=given("name_en"),
        country=given("country"),
        timezone=given("zone"),
        sources=sources or None,
    )


def _shown(
    request: Request,
    url: str,
    choices: Choices,
    found: Found | None = None,
    mistake: RasidError | None = None,
    file: Path | None = None,
) -> Response:
    return page(
        request,
        "new_outlet.html.j2",
        400 if mistake else 200,
        found=found,
        url=url,
        choices=choices,
        yaml=_yaml(found, choices) if found else "",
        mistake=mistake,
        refused=mistake if isinstance(mistake, OutletRefusedError) else None,
        file=file,
        near={each.country for each in request.app.state.desk.outlets.values()} if found else set(),
    )


def _yaml(found: Found, choices: Choices) -> str:
    """What would be written; empty while something is missing, which the page asks for."""
    try:
        return yaml_text([outlet_of(found, choices)], "")
    except RasidError:
        return ""
