"""The pages and feeds of the sample outlets, in the layouts, date styles and charsets of real ones."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader

from rasid.outlets import Outlet

HERE = Path(__file__).parent
DAY = date(2025, 3, 10)
"""The day that the samples are about."""

_LEVANT = (
    *("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران"),
    *("تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"),
)
_EGYPT = (
    *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو"),
    *("يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
)
_WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
_EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True)
class Story:
    """A sample article.

    Attributes:
        slug: its path on the outlet's host, percent-encoded as it is published there.
        at: local time of publication, aware.
        section: may be empty.
        author: may be empty.
        title: of the article.
        paragraphs: of the body.
    """

    slug: str
    at: datetime
    section: str
    author: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What the server says to a request. `hang` keeps the client waiting instead."""

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    hang: bool = False


def load_stories(outlet: Outlet) -> list[Story]:
    """The articles of an outlet, newest first as a feed has them. The content farm's are other outlets' articles."""
    text = (HERE / "articles" / f"{outlet.id}.txt").read_text(encoding="utf-8")
    if outlet.id == "alsaleh":
        return [_copied(line, outlet) for line in text.splitlines() if line and not line.startswith("#")]
    stories = []
    for block in text.strip().split("\n\n"):
        head, title, *paragraphs = block.splitlines()
        slug, at, section, author = (part.strip() for part in head.removeprefix("# ").split("|"))
        local = datetime.fromisoformat(at).replace(tzinfo=outlet.zone)
        stories.append(Story(slug, local, section, author, title, tuple(paragraphs)))
    return stories


def _copied(line: str, farm: Outlet) -> Story:
    outlet_id, index, at = line.split()
    victim = farm.model_copy(update={"id": outlet_id})
    original = load_stories(victim)[int(index)]
    local = datetime.fromisoformat(at).replace(tzinfo=farm.zone)
    slug = f"{local:%Y/%m}/{quote('-'.join(original.title.split()[:6]))}"
    return replace(original, slug=slug, at=local, author="", section="")


class Site:
    """One outlet's host.

    Args:
        outlet: with the address of its source, from which the host and the feed's path are taken.
    """

    def __init__(self, outlet: Outlet) -> None:
        self.outlet = outlet
        source = outlet.sources[0].url
        parts = urlsplit(source)
        self.base, self.feed_path = f"{parts.scheme}://{parts.netloc}", parts.path
        self._failed_once: set[str] = set()
        self._templates = Environment(loader=FileSystemLoader(HERE / "layouts"), autoescape=True)
        self._templates.globals.update(outlet=outlet, base=self.base, day=DAY)
        self._templates.filters.update(
            levant=lambda at: f"{at.day} {_LEVANT[at.month - 1]} {at.year}",
            levant_both=lambda at: f"{at.day} {_LEVANT[at.month - 1]}/{_EGYPT[at.month - 1]} {at.year}",
            egypt=lambda at: f"{at.day} {_EGYPT[at.month - 1]} {at.year}",
            eastern=lambda text: str(text).translate(_EASTERN),
            weekday=lambda at: _WEEKDAYS[at.weekday()],
            rfc822=format_datetime,
            hashtags=lambda text: " ".join(f"#{word}" for word in text.split()),
        )

    @cached_property
    def stories(self) -> list[Story]:
        """Its articles."""
        return [] if self.outlet.id == "wadi" else load_stories(self.outlet)

    def answer(self, path: str) -> Answer:
        """What the host says to a GET of a path; its query does not matter."""
        path = path.partition("?")[0]
        if path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /admin/\n", "text/plain")
        if path == self.feed_path:
            return self._feed()
        if special := DIRT.get((self.outlet.id, path)):
            return special if isinstance(special, Answer) else special(self, path)
        story = next((story for story in self.stories if f"/{story.slug}" == path), None)
        return self.page(story) if story else Answer(self._render("missing.html.j2").encode(), status=404)

    def page(self, story: Story) -> Answer:
        """An article in the outlet's layout."""
        html = self._render(f"{self.outlet.id}.html.j2", story=story, related=self.stories[-3:])
        if self.outlet.id == "rafidain":  # an old server, which also says nothing of the charset in its header
            return Answer(html.encode("windows-1256"), "text/html")
        if self.outlet.id == "khaleejdaily":
            return Answer(gzip.compress(html.encode()), headers=(("Content-Encoding", "gzip"),))
        return Answer(html.encode())

    def fail_once(self, path: str) -> Answer:
        """500 to the first request, the article afterwards."""
        if path not in self._failed_once:
            self._failed_once.add(path)
            return Answer(b"Internal Server Error", "text/plain", status=500)
        return self.page(next(story for story in self.stories if f"/{story.slug}" == path))

    def print_view(self, path: str) -> Answer:
        """An article under a second address, whose canonical link names the first."""
        return self.page(next(story for story in self.stories if path.endswith(story.slug)))

    def _feed(self) -> Answer:
        if self.outlet.id == "wadi":
            return Answer("<?xml version='1.0'?><rss version='2.0'><channel><title>صوت الوادي".encode(), "text/xml")
        kind = {"/atom.xml": "atom", "/feed.atom": "atom", "/news-sitemap.xml": "sitemap"}.get(self.feed_path, "rss")
        charset = "windows-1256" if self.outlet.id == "rafidain" else "utf-8"
        xml = self._render(
            f"{kind}.xml.j2", charset=charset, stories=self.stories, extra=EXTRA_LINKS.get(self.outlet.id, ())
        )
        content_type = "application/atom+xml" if kind == "atom" else "text/xml"
        return Answer(xml.encode(charset), content_type)

    def _render(self, template: str, **values: object) -> str:
        return self._templates.get_template(template).render(**values)


ENGLISH = """<!DOCTYPE html><html lang="en"><head><title>Damascus old town reopens its craft market</title></head><body>
<article><h1>Damascus old town reopens its craft market</h1>
<p>Craftsmen returned to the covered market of the old town on Monday after two years of repair work, and visitors
filled the narrow lanes from early morning until the shops closed in the evening.</p>
<p>The governorate said that the roof was rebuilt with traditional materials, and that a second phase would begin in
the summer with the restoration of the caravanserai next to the spice market.</p></article></body></html>"""

DIRT: dict[tuple[str, str], Answer | Callable[[Site, str], Answer]] = {
    ("barada", "/article/3304"): Site.fail_once,
    ("barada", "/article/3390"): Answer(hang=True),
    ("barada", "/article/3391"): Answer(),
    ("barada", "/en/3392"): Answer(ENGLISH.encode()),
    ("barada", "/old/3305"): Answer(status=301, headers=(("Location", "/article/3305"),)),
    ("khaleejdaily", "/print/news/901"): Site.print_view,
}
"""What goes wrong on the web, by outlet and path: a server's failure that heals, a page that hangs, an empty one, …"""

EXTRA_LINKS = {
    "barada": ("/article/3390", "/article/3391", "/en/3392", "/article/9999"),
    "khaleejdaily": ("/print/news/901",),
}
"""Links that a feed has beside its articles; barada's 9999 is missing."""
