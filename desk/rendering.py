"""Templates, and how what comes from the web stands in them: as text, always."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from alerts.html_templates import html_templates
from alerts.report_words import PROBLEMS, REASONS, Language
from desk.guard import form_key, who
from desk.words import COUNTED, WORDS
from desk.work import Desk
from pipeline.outlet_check import source_failure
from rasid.letters import CONTROLS
from rasid.one_line import one_line
from rasid.printable import printable
from rasid.urls import readable_url
from search.hits import END_MARK, MARK

HERE = Path(__file__).parent
FIRST_WORDS = 80
"""Characters of them that stand for a title."""
LANGUAGE = "rasid_language"
"""Name of the cookie."""
_AROUND = Markup("<mark>"), Markup("</mark>")
_NO_LAND = "ZZ"
_UNSHOWN = re.compile(rf"[{CONTROLS}\s]+")


def language_of(request: Request) -> Language:
    """The reader's language: what she chose, else the installation's."""
    chosen = request.cookies.get(LANGUAGE)
    desk: Desk = request.app.state.desk
    return "en" if chosen == "en" else "ar" if chosen == "ar" else desk.settings.language


def page(
    request: Request, template: str, status: int = 200, names: Mapping[str, Any] | None = None, **given: Any
) -> HTMLResponse:
    """A page of the desk.

    Args:
        request: what it answers.
        template: name of its template.
        status: status of HTTP.
        names: field → id → name, of what it shows; those of the installation, as its files have them, when absent.
        given: what the template shows.
    """
    desk: Desk = request.app.state.desk
    language, name = language_of(request), who(request)
    zone = desk.settings.timezone
    shown = {
        "w": SimpleNamespace(**WORDS[language]),  # a mapping's own methods, such as `copy`, would hide words
        "language": language,
        "zone": zone,
        "clock": clock(zone, language),
        "path": request.url.path,
        "address": str(request.url.replace(scheme="", netloc="")),
        "who": name,
        "read_only": desk.read_only,
        "form_key": form_key(desk, name or ""),
        "reasons": REASONS[language],
        "problems": PROBLEMS[language],
        "names": desk.names(language) if names is None else names,
        "time": _time(ZoneInfo(zone)),
        "said": lru_cache(desk.said),  # a page asks for each hit, of a file that may be far away
    }
    text = _templates().get_template(template).render(**shown, **given)
    return HTMLResponse(printable(text), status)


@lru_cache
def _templates() -> Environment:
    templates = html_templates(HERE / "templates")
    templates.filters |= {
        "counted": counted,
        "failure": failure,
        "one_line": one_line,
        "matched": matched,
        "readable": readable_url,
        "titled": titled,
        "web": web,
    }
    return templates


def _time(zone: ZoneInfo) -> Callable[..., str]:
    def written(at: datetime | str, precision: str = "second") -> str:
        at = datetime.fromisoformat(at) if isinstance(at, str) else at
        return f"{at:%Y-%m-%d}" if precision == "day" else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

    return written


@lru_cache
def clock(zone: str, language: Language) -> str:
    """What a time zone is called: of a place, its country's name; else its own."""
    land = get_global("zone_territories").get(zone, _NO_LAND)
    return zone if land == _NO_LAND else get_timezone_location(zone, locale=language)


@pass_context
def counted(context: Context, number: int, what: str) -> str:
    """How many there are of something, in the form that the reader's language has for that number."""
    language = context["language"]
    return COUNTED[language][what][Locale(language).plural_form(number)].format(f"{number:,}")


@pass_context
def titled(context: Context, item: Any, others: Iterable[str] = ()) -> str:
    """The title of an article, or of what is told of one, as a line that can be seen and pressed: of one without a
    title, its first words.

    Args:
        context: of the page.
        item: has a `title` and may have a `body`.
        others: texts of it that stand for the title, such as passages of a hit.
    """
    instead = (getattr(item, "body", ""), *others)
    words = (one_line(each.replace(MARK, "").replace(END_MARK, ""), FIRST_WORDS) for each in instead)
    return one_line(item.title) or next(filter(None, words), WORDS[context["language"]]["untitled"])


def failure(told: str) -> str:
    """Why an address could not be read, as the name of the words that say it; empty if it is none of the usual."""
    kind = source_failure(f"{told}:")  # of a page it is a word alone, of a source its beginning
    return f"refused_{kind}" if kind else ""


def matched(text: str, most: int = 600) -> Markup:
    """A text of a hit as one line of at most so many characters, with the words that match marked."""
    found = [Markup()]
    for number, piece in enumerate(text.split(MARK)):
        match, _, rest = piece.partition(END_MARK) if number else ("", "", piece)
        for part, before, after in ((match, *_AROUND), (rest, "", "")):
            shown = _UNSHOWN.sub(" ", printable(part))[: max(most, 0)]
            most -= len(shown)
            if shown:
                found += [before + escape(shown) + after]
    return Markup().join([*found, "…"] if most <= 0 else found)


def web(url: str) -> str:
    """An address if a browser may be led there, else an empty one: of a page's own words, any may be a script."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} else ""
    except ValueError:
        return ""
