"""What a page's text holds beside the article: the outlet's name, the title again, skip links, hashtag footers."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from processing.arabic import normalise
from processing.dates import written_date

_CONTROLS = {
    ord(c): None for c in "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
}
_HASHTAG = re.compile(r"#(\w+)")
_ONLY_HASHTAGS = re.compile(r"(?:#\w+[^\w#]*)+")
_SEPARATOR = r"\s*[|:«»\-–—•/]+\s*"
_BYLINE = re.compile(
    r"^(?:كتبت?|بقلم|إعداد|حوار|تحرير)\s*[:/]\s*(?P<name>[^\d.،؛!؟]{3,60})$|^بقلم\s+(?P<name2>[^\d.،؛!؟]{3,60})$"
)
_FURNITURE = re.compile(
    r"^(?:التخطي إلى المحتوى|تخطي إلى المحتوى|انتقل إلى المحتوى|(?:اقرأ|إقرأ|اقرا) (?:أيضا|المزيد|ايضا).*|شاهد أيضا.*"
    r"|مواضيع ذات صلة.*|تابعونا على.*|تابعنا على.*|اشترك في.*|انسخ الرابط|شارك(?:ها| المقال| الخبر)?|طباعة|حجم الخط.*"
    r"|جميع الحقوق محفوظة.*)$"
)
_FURNITURE_VIEW = re.compile(normalise(_FURNITURE.pattern))


TITLE_WORDS = 4
"""A shorter part of a page's title may be a heading or the site's name."""


@dataclass(frozen=True)
class Cleaned:
    """A body without its surroundings.

    Attributes:
        body: paragraphs, one a line.
        hashtags: without ``#``, each once, in their order.
        byline: the author's name where a line of the text is one.
    """

    body: str
    hashtags: tuple[str, ...]
    byline: str | None


def visible(text: str) -> str:
    """A text without invisible controls and with single blanks; nothing else is altered."""
    return " ".join(text.translate(_CONTROLS).split())


def split_title(title: str, lines: list[str]) -> tuple[str, tuple[str, ...]]:
    """Parts a page's title into the article's and the site's name, where the text shows which is which.

    Args:
        title: perhaps with the site's name before or after it.
        lines: of the text; if one of them is a part of the title, that part is the article's.

    Returns:
        the article's title and the other parts; the whole title and none when no line tells.
    """
    parts = re.split(r"\s+[|:«»\-–—•/]+\s*|[|:«»\-–—•/]+\s+", visible(title))
    keys = {_key(line) for line in lines}
    for part in parts:
        if len(part.split()) >= TITLE_WORDS and _key(part) in keys:
            return part, tuple(other for other in parts if other != part)
    return title, ()


def clean_title(title: str, outlet_names: tuple[str, ...]) -> str:
    """The title without the outlet's name on either side: «الصالح نيوز : عنوان» → «عنوان»."""
    title = visible(title)
    for name in outlet_names:
        pattern = re.escape(visible(name))
        shorter = re.sub(rf"^{pattern}{_SEPARATOR}|{_SEPARATOR}{pattern}$", "", title, flags=re.IGNORECASE)
        title = shorter or title
    return title.strip(" |:-–—•")


def clean_body(lines: list[str], title: str, outlet_names: tuple[str, ...], elsewhere: set[str]) -> Cleaned:
    """Takes the article's paragraphs out of the lines that the extractor found.

    Dropped are lines that repeat the title or the outlet's name, or both, lines that are nothing but a link or a name,
    page furniture, a byline, the date above the text, and hashtag footers.

    Args:
        lines: of the page's main part.
        title: of the article.
        outlet_names: as the page may repeat them.
        elsewhere: what stands on the page beside the text: its links, the author's name.
    """
    repeated = {_key(text) for name in ("", *outlet_names) for text in (title, name, f"{name} {title}")}
    repeated |= {_key(text) for text in elsewhere}
    paragraphs: list[str] = []
    hashtags: dict[str, None] = {}
    byline = None
    for raw in lines:
        line = visible(raw)
        if _ONLY_HASHTAGS.fullmatch(line):
            hashtags.update(dict.fromkeys(_HASHTAG.findall(line)))
        elif match := _BYLINE.match(line):
            byline = byline or (match["name"] or match["name2"]).strip()
        elif not paragraphs and len(line) < 100 and written_date(line, ZoneInfo("UTC")):
            continue
        elif line and _key(line) not in repeated and not _FURNITURE_VIEW.match(normalise(line)):
            hashtags.update(dict.fromkeys(_HASHTAG.findall(line)))
            paragraphs.append(line)
    return Cleaned("\n".join(paragraphs), tuple(hashtags), byline)


def _key(text: str) -> str:
    """A line's letters and digits alone, to compare by."""
    return re.sub(r"[\W_]+", "", normalise(text))
