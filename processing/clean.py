"""What a page's text holds beside the article: the outlet's name, the title again, skip links, hashtag footers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from processing.arabic import normalise
from processing.dates import written_date
from processing.title import line_key, visible

_HASHTAG = re.compile(r"#(\w+)")
# One at the end of a sentence may be its last word; several, or a line of nothing else, are a footer.
_HASHTAGS_AT_END = re.compile(r"(?:^|\s*(?=#\w+[^\w#]*#))(?:#\w+[^\w#]*)+$")
_BYLINE = re.compile(
    r"^(?:كتبت?|بقلم|إعداد|حوار|تحرير)\s*[:/]\s*(?P<name>[^\d.،؛!؟]{3,60})$|^بقلم\s+(?P<name2>[^\d.،؛!؟]{3,60})$"
)
_FURNITURE = re.compile(
    r"^(?:التخطي إلى المحتوى|تخطي إلى المحتوى|انتقل إلى المحتوى|(?:اقرأ|إقرأ|اقرا) (?:أيضا|المزيد|ايضا).*|شاهد أيضا.*"
    r"|مواضيع ذات صلة.*|تابعونا على.*|تابعنا على.*|اشترك في.*|انسخ الرابط|شارك(?:ها| المقال| الخبر)?|طباعة|حجم الخط.*"
    r"|جميع الحقوق محفوظة.*)$"
)
_FURNITURE_VIEW = re.compile(normalise(_FURNITURE.pattern))


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


def clean_body(lines: list[str], titles: Iterable[str], names: Iterable[str], elsewhere: set[str]) -> Cleaned:
    """Takes the article's paragraphs out of the lines that the extractor found.

    Dropped are lines that repeat a title or a name, or both, lines that are nothing but a link or a name, page
    furniture, a byline, the date above the text, and the hashtags of a footer.

    Args:
        lines: of the page's main part.
        titles: as the page may repeat them.
        names: of the outlet, as the page may repeat them.
        elsewhere: what stands on the page beside the text: its links, the author's name.
    """
    names = list(names)
    repeated = {line_key(f"{name} {title}") for name in ("", *names) for title in ("", *titles)}
    repeated |= {line_key(text) for text in elsewhere}
    paragraphs: list[str] = []
    hashtags: dict[str, None] = {}
    byline = None
    for raw in lines:
        line = visible(raw)
        hashtags.update(dict.fromkeys(_HASHTAG.findall(line)))
        line = _HASHTAGS_AT_END.sub("", line)
        if match := _BYLINE.match(line):
            byline = byline or (match["name"] or match["name2"]).strip()
        elif not paragraphs and len(line) < 100 and written_date(line, ZoneInfo("UTC")):
            continue
        elif line and line_key(line) not in repeated and not _FURNITURE_VIEW.match(normalise(line)):
            paragraphs.append(line)
    return Cleaned("\n".join(paragraphs), tuple(hashtags), byline)


def footer_hashtags(lines: Iterable[str]) -> tuple[str, ...]:
    """The hashtags of lines that end in several of them, for pages whose footer the extractor left out."""
    footers = (match[0] for line in lines if (match := _HASHTAGS_AT_END.search(line)))
    return tuple(dict.fromkeys(tag for footer in footers for tag in _HASHTAG.findall(footer)))
