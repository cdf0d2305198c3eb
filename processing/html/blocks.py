"""A page as the lines that a browser shows, each with what the page says of its part: a caption, a list of links…"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from lxml import etree
from lxml.html import HtmlElement

from processing.html.characters import line_key, visible

Role = Literal[
    "navigation", "caption", "share", "related", "comments", "newsletter", "tags", "author", "date", "ad", "widget"
]

_INLINE_TAGS = """
a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s small span strike strong sub
sup time tt u var wbr
"""
INLINE = frozenset(_INLINE_TAGS.split())
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset(
    {"script", "style", "noscript", "template", "svg", "button", "select", "textarea", "iframe", "object", "title"}
)
_ROLES_OF_TAGS: dict[str, Role] = {
    "nav": "navigation", "footer": "navigation", "aside": "related", "figcaption": "caption",
    "amp-twitter": "widget", "amp-facebook": "widget", "amp-instagram": "widget",
}  # fmt: skip
_WORDS_OF_ROLES: dict[Role, str] = {
    "comments": "comments?|commentlist|disqus|respond",
    "widget": "polls?|votes?|voting|survey|podcasts?|ratings?|kk star ratings|ticker"
    "|breaking news|cookies?|gdpr|consent|toolbar|twitter(?: tweet)?|tweet|instagram media|fb post|disclaimers?"
    "|fact|fact box|factbox|glossary|explainer",
    "newsletter": "donat(?:e|ions?)|newsletters?|signup|sign up|optin|subscribe|subscription|mailinglist",
    "related": "related|relatedposts|readmore|seealso|recommended|recommendations?|popular|trending|promo"
    "|suggested|mostread"
    "|mostviewed|also|outbrain|taboola|inline (?:story|related|stories)|read (?:more|also|next)|see also"
    "|most (?:read|viewed)"
    "|more (?:news|from|posts|on|stories)|about author|author (?:box|bio|info)|bio",
    "share": "share[a-z]*|sharing|social[a-z]*|addtoany|addthis|a2a|ssba|heateor|sd sharing",
    "tags": "tags?|tagcloud|keywords?|labels|hashtags?|cat|category|categories|kicker|rubrique",
    "caption": "captions?|(?<!drop )cap|legende?|credits?",
    "author": "[a-z]*(?:author|writer)s?|auth|byline|by line|writ(?:e|ten) ?by|journalist|reporter|columnist|vcard|fn",
    "date": "dates?|timestamp|published|posted on|time",
    "ad": "ads?|adv|advert|advertisement|adsbygoogle|sponsored|sponsor",
    "navigation": "breadcrumbs?|crumbs?|menu|navbar|nav|sidebar|footer|pagination|pager|skip link|copyrights?",
}
_ROLES = re.compile(
    "|".join(rf"(?P<{role}>(?<![a-z\d])(?:{words})(?!\d*(?!x\d)[a-z]))" for role, words in _WORDS_OF_ROLES.items())
)
_WORD_BREAK = re.compile(r"[-_:\s]+|(?<=[a-z])(?=[A-Z])")
_OF_MATCHES = re.compile(r"-(?:live|stats?|score(?:board)?|lineups?|standings|odds)$")
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NOT_OF_A_PART = frozenset({"html", "body", "main", "article", "form"})
"""Elements whose classes describe the page."""


LINK = 0.9
"""Share of a line's letters in links from which it is nothing but a link."""


@dataclass(frozen=True, slots=True)
class Block:
    """A line of a page.

    Attributes:
        text: as it is shown.
        words: how many.
        parts: its runs of text by inline element, such as a name and a date that style alone parts.
        path: the block elements around it, the outermost first.
        link_share: share of its letters that are in links to other pages.
        links: the elements of these links.
        roles: what the elements around it say they are, the outermost first.
        key: its letters and digits, to compare by.
    """

    text: str
    words: int
    parts: tuple[str, ...]
    path: tuple[HtmlElement, ...]
    link_share: float
    links: tuple[HtmlElement, ...]
    roles: tuple[tuple[HtmlElement, Role], ...]
    key: str

    @property
    def element(self) -> HtmlElement:
        """The innermost block element that holds the line."""
        return self.path[-1]


def page_blocks(tree: HtmlElement, url: str) -> list[Block]:
    """The lines of an element, in the page's order, without what no browser shows. A link to a place on the page at
    this address is no link.
    """
    blocks: list[Block] = []
    parts: list[str] = []
    linked: dict[HtmlElement, int] = {}
    paths: list[tuple[HtmlElement, ...]] = [(tree,)]
    roles: list[tuple[tuple[HtmlElement, Role], ...]] = [()]
    links: list[HtmlElement] = []

    def add(text: str | None, preformatted: bool = False) -> None:
        lines = text.split("\n") if text and preformatted else [text] if text else []
        for number, line in enumerate(lines):
            if number:
                end_line()
            parts.append(line)
            if links and line.strip():
                linked[links[-1]] = linked.get(links[-1], 0) + _letters(line)

    def end_line() -> None:
        if parts:
            if block := _block(parts, linked, paths[-1], roles[-1]):
                blocks.append(block)
            parts.clear()
            linked.clear()

    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        tag = node.tag
        if event not in {"start", "end"}:
            add(node.tail)
            continue
        if event == "start":
            if tag in _UNSEEN:
                walk.skip_subtree()
                continue
            if tag == "a":
                links += [node] * _leads_away(node, url)
            elif tag not in INLINE:
                end_line()
                paths.append((*paths[-1], node))
                role = role_of(node)
                roles.append((*roles[-1], (node, role)) if role else roles[-1])
            add(node.text, tag == "pre")
            continue
        if tag == "a":
            if _leads_away(node, url):
                links.pop()
        elif tag not in INLINE and tag not in _UNSEEN:
            end_line()
            paths.pop()
            roles.pop()
        if node is not tree:
            add(node.tail)
    end_line()
    return blocks


def _block(
    parts: list[str],
    linked: dict[HtmlElement, int],
    path: tuple[HtmlElement, ...],
    roles: tuple[tuple[HtmlElement, Role], ...],
) -> Block | None:
    """The line that runs of text make, if anything of it is shown.

    Args:
        parts: the runs.
        linked: links in it, and how many letters of each.
        path: the block elements around it.
        roles: what these say they are.
    """
    text = visible("".join(parts))
    if not text:
        return None
    seen = tuple(part for raw in parts if (part := visible(raw))) if len(parts) > 1 else (text,)
    share = sum(linked.values()) / max(1, _letters(text)) if linked else 0.0
    return Block(text, text.count(" ") + 1, seen, path, share, tuple(linked), roles, line_key(text))


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _leads_away(link: HtmlElement, page: str) -> bool:
    address, hash_, _ = link.get("href", "#").partition("#")
    return not hash_ or (address != "" and address != page.partition("#")[0])


def role_of(element: HtmlElement) -> Role | None:
    """What an element says it is; one that is not shown until something happens is a widget's."""
    if element.get("hidden") is not None or _NOT_SHOWN.search(element.get("style", "")):
        return "widget"
    tag = str(element.tag)
    named = f"{element.get('class', '')} {element.get('id', '')}"
    if "-" in tag and (role := _role("", tag) or ("widget" if _OF_MATCHES.search(tag) else None)):
        return role  # of a site's own elements the name says what they are
    return _role(tag, named)


@lru_cache(maxsize=10_000)
def _role(tag: str, named: str) -> Role | None:
    """By the tag or by a word of class or id."""
    if tag in _ROLES_OF_TAGS:
        return _ROLES_OF_TAGS[tag]
    found = None if tag in _NOT_OF_A_PART else _ROLES.search(_WORD_BREAK.sub(" ", named).lower())
    return found.lastgroup if found else None  # type: ignore[return-value]
