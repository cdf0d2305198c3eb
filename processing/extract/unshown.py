"""An article's text where a page holds it without showing it: JSON-LD, noscript, templates, a script's state."""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import pairwise
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring

from processing.html.characters import line_key, visible

LEAST_WORDS = 20
"""Words of such a text, at least."""
MOST = 3
"""Templates, and texts of states, that are tried."""
AGREED = 0.5
"""Share of a stated text's pairs of words that the shown text has, at least, if it is the same."""
MAX_NODES = 5_000
MAX_DEPTH = 12
MAX_CHARACTERS = 200_000
"""Values of a script's state that are looked at, levels of one that may be a text, and characters of that text."""

_MARKUP = re.compile(r"</?(?:p|br|div|span|h\d|li|strong|b|a)\b[^>]*>", re.IGNORECASE)
_NO_CHARACTER = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STATE = re.compile(r"(?:=|\()\s*(?=[\[{])")
_TITLES = ("headline", "title", "name")
_TEXTS = ("text", "content", "value", "html", "body", "data", "rendered", "paragraph", "children", "nodes")
_UNSEEN = ("noscript", "template", "textarea", "xmp")
_INLINE = (None, "text")
"""What editors call the pieces of a paragraph."""


def texts_instead(tree: HtmlElement, body: Iterable[str], titles: set[str]) -> Iterator[HtmlElement]:
    """Elements, apart from the tree, with texts that a page holds and does not show, the likeliest first, where it
    shows no text, or not the one that it states in JSON-LD.

    Args:
        body: the lines that were found.
        titles: `line_key` of the article's.
    """
    shown = " ".join(body)
    if len(shown.split()) < LEAST_WORDS:
        yield from _unshown_texts(tree, titles)
    elif (stated := _stated_text(tree, titles)) is not None:
        words = _pairs(str(stated.text_content()))
        if not _agrees(shown, words):
            yield stated


def show(tree: HtmlElement, text: HtmlElement) -> None:
    """Puts a text below the page's first heading, or at its end."""
    shown = (each for each in tree.iter("h1") if not any(holder.tag in _UNSEEN for holder in each.iterancestors()))
    heading = next(shown, None)
    if heading is not None and heading.getparent() is not None:
        heading.addnext(text)
    else:
        next(tree.iter("body"), tree).append(text)


def _agrees(text: str, words: set[tuple[str, str]]) -> bool:
    """Whether a text has enough of another's pairs of words to be the same."""
    return len(words & _pairs(text)) >= AGREED * len(words)


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(line_key(word) for word in text.split()))


def _stated_text(tree: HtmlElement, titles: set[str]) -> HtmlElement | None:
    """The text that JSON-LD states, of the article of one of these titles; of any, where only one is stated."""
    stated: list[tuple[str, str]] = []
    for script in tree.iter("script"):
        if "ld+json" in script.get("type", "") and '"articleBody"' in (script.text or ""):
            stated += [
                (line_key(str(thing.get("headline") or thing.get("name") or "")), body)
                for thing in _objects(_parsed(script.text or ""))
                if isinstance(body := thing.get("articleBody"), str)
            ]
    own = [body for title, body in stated if title in titles] or [body for _, body in stated if len(stated) == 1]
    return _element(max(own, key=len)) if own else None


def _unshown_texts(tree: HtmlElement, titles: set[str]) -> Iterator[HtmlElement]:
    """Elements, apart from the tree, with the texts that it holds and does not show, the likeliest first."""
    fallback = "".join(map(_inner, tree.iter("noscript")))
    templates = [_inner(each) for each in tree.iter("template", "textarea", "xmp")]
    states: list[tuple[bool, str]] = []
    for script in tree.iter("script"):
        kind, text = script.get("type", ""), script.text or ""
        if "template" in kind or "html" in kind:
            templates.append(text)
        elif "ld+json" not in kind and len(text) > LEAST_WORDS * 5:
            states += _state_texts(_parsed(text), titles)
    of_states = [text for _, text in sorted(states, key=lambda each: (not each[0], -len(each[1])))]
    if (stated := _stated_text(tree, titles)) is not None:
        # What is shown without scripts has the lead and the subheads as well.
        if fallback and _agrees(str((whole := _element(fallback)).text_content()), _pairs(str(stated.text_content()))):
            yield whole
        yield stated
    for text in (fallback, *sorted(templates, key=len, reverse=True)[:MOST], *of_states[:MOST]):
        if len(text.split()) >= LEAST_WORDS:
            yield _element(text)


def _inner(element: HtmlElement) -> str:
    children = "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)
    return (element.text or "") + children


def _parsed(text: str) -> Any:
    """The JSON that a script is, or the first that it assigns or calls with; None where there is none."""
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip(" ;\n")
    starts = [0] if text[:1] in {"{", "["} else [match.end() for match in _STATE.finditer(text)][:5]
    for start in starts:
        try:
            return json.JSONDecoder(strict=False).raw_decode(text, start)[0]
        except (ValueError, RecursionError):  # a number of too many digits is a plain ValueError
            continue
    return None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a JSON value at any depth, the outer ones first."""
    waiting = deque([value])
    for _ in range(MAX_NODES):
        if not waiting:
            break
        node = waiting.popleft()
        if isinstance(node, dict):
            yield node
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        waiting += [each for each in inner if isinstance(each, dict | list)]


def _state_texts(value: Any, titles: set[str]) -> list[tuple[bool, str]]:
    """Long texts among a state's values, and whether they stand beside one of the titles."""
    found = []
    for thing in _objects(value):
        own = any(line_key(str(thing.get(key, ""))) in titles for key in _TITLES)
        for inner in thing.values():
            text = "\n".join(_paragraphs(inner))
            if len(text) <= MAX_CHARACTERS and len(text.split()) >= LEAST_WORDS:
                found.append((own, text))
    return found


def _paragraphs(value: Any, depth: int = MAX_DEPTH) -> list[str]:
    """The paragraphs of a text that is a string, an object around one, or a list of either, so deep at most."""
    if isinstance(value, str):
        return [value] if " " in value.strip() else []
    if isinstance(value, dict):
        if any(key in value for key in ("headline", "title", "slug")):  # another article
            return []
        return [part for key in _TEXTS if depth and key in value for part in _paragraphs(value[key], depth - 1)]
    if not isinstance(value, list) or not depth:
        return []
    if all(
        isinstance(each, dict) and isinstance(each.get("text"), str) and each.get("type") in _INLINE for each in value
    ):
        return _paragraphs("".join(each["text"] for each in value))
    return [part for each in value for part in _paragraphs(each, depth - 1)]


def _element(text: str) -> HtmlElement:
    """An element with a text's lines, of markup or plain."""
    text = _NO_CHARACTER.sub(" ", text)
    if not _MARKUP.search(text) and _MARKUP.search(unescape(text)):
        text = unescape(text)
    if not _MARKUP.search(text):
        text = "".join(f"<p>{line}</p>" for line in text.splitlines() if visible(line))
    return fragment_fromstring(text, create_parent="div")
