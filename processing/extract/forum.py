"""Threads of forums that pass news on: the first post is the text, the others are replies."""

import re

from lxml.html import HtmlElement

LEAST_WORDS = 20
"""Words of a first post, at least."""

_POST_ID = re.compile(r"(?:post_message_|pid_|msg_)\d+")
_POST_CLASSES = frozenset({"postbody", "postcontent", "post_body", "bbWrapper", "cPost_contentWrap", "cooked"})
_THREAD = re.compile(
    r"showthread|viewtopic|/threads?[/-]|/topics?[/-]|[?&](?:topic|t|tid)=\d|/t\d+-|/t/[^/]+/\d+", re.IGNORECASE
)


def first_post(tree: HtmlElement, url: str) -> HtmlElement | None:
    """The element of a thread's first post; None where a page is no thread with replies.

    Posts are recognised by what the forum software in wide use names them.
    """
    is_thread = bool(_THREAD.search(url))
    posts: dict[HtmlElement, None] = {}
    for element in tree.iter("div", "blockquote", "article", "td"):
        named = _POST_ID.fullmatch(element.get("id", ""))
        classed = is_thread and not _POST_CLASSES.isdisjoint(element.get("class", "").split())
        if (named or classed) and posts.keys().isdisjoint(element.iterancestors()):
            posts[element] = None
    first = next(iter(posts), None)
    if first is None or len(posts) < 2 or len(str(first.text_content()).split()) < LEAST_WORDS:
        return None
    return first
