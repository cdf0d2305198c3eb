"""The bounds of an article's fields: what a page says beyond them is cut or left out where the record is made, so that
no later stage can stumble over it. Whatever is kept of a page passes here.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from processing.extract.page import Page
from rasid.dates.stated import is_possible
from rasid.printable import printable, shortened
from rasid.urls import BadAddressError, web_address

MAX_TITLE = 500
MAX_BODY = 500_000
"""Characters. The longest article of a news site that we know has a tenth of it."""
MAX_SUMMARY = 2_000
MAX_NAME = 120
"""Characters of a section, an author, an agency or a hashtag: what is longer is none."""
MAX_NAMES = 30
MAX_HASHTAGS = 100
MAX_DATES = 200


def within_bounds(page: Page, fetched_at: datetime) -> Page:
    """A page whose fields are printable and within their bounds. What was cut or left out is added to its `dropped`.

    Args:
        page: as it was read.
        fetched_at: when; a page that claims an impossible date is of this time.
    """
    said: list[str] = []

    def cut(field: str, text: str, most: int) -> str:
        if len(text) > most:
            said.append(f"{field}: cut from {len(text):,} to {most:,} characters")
        return shortened(text, most)

    def names(field: str, texts: Iterable[str], most: int) -> tuple[str, ...]:
        cleaned = dict.fromkeys(" ".join(printable(text).split()) for text in texts)
        short = [text for text in cleaned if 0 < len(text) <= MAX_NAME]
        said.extend(f"{field}: {len(text):,} characters are no name" for text in cleaned if len(text) > MAX_NAME)
        if len(short) > most:
            said.append(f"{field}: {most} of {len(short)} are kept")
        return tuple(short[:most])

    published_at, precision, source = page.published_at, page.published_precision, page.published_source
    if not is_possible(published_at, fetched_at):
        said.append(f"published_at: {published_at.isoformat()} cannot be")
        published_at, precision, source = fetched_at, "crawl", "crawl"
    image = page.image
    if image is not None and not is_address(image):
        said.append(f"image: no address to link to ({shortened(printable(image), 60)})")
        image = None
    return replace(
        page,
        title=cut("title", " ".join(printable(page.title).split()), MAX_TITLE),
        body=cut("body", printable(page.body), MAX_BODY),
        published_at=published_at,
        published_precision=precision,
        published_source=source,
        section=next(iter(names("section", [page.section or ""], 1)), None),
        summary=cut("summary", " ".join(printable(page.summary or "").split()), MAX_SUMMARY) or None,
        authors=names("authors", page.authors, MAX_NAMES),
        credited_to=names("credited_to", page.credited_to, MAX_NAMES),
        hashtags=names("hashtags", page.hashtags, MAX_HASHTAGS),
        image=image,
        mentioned_dates=page.mentioned_dates[:MAX_DATES],
        links=tuple(link for link in page.links if is_address(link)),
        dropped=tuple(
            (why, printable(line)) for why, line in (*page.dropped, *(("out of bounds", each) for each in said))
        ),
    )


def is_address(text: str) -> bool:
    """Whether a text is an address of the web that is safe to show as a link."""
    try:
        return web_address(text) == text == printable(text)
    except BadAddressError:
        return False
