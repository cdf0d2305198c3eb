"""What an outlet's hints in ``outlets.yaml`` point to on a page."""

from lxml.html import HtmlElement

from processing.html.blocks import INLINE
from processing.html.characters import visible
from rasid.outlets import Hints


def texts(tree: HtmlElement, path: str | None) -> list[str]:
    """The texts of the elements or attributes that an XPath finds, without empty ones; none without an XPath."""
    found = tree.xpath(path) if path else []
    return [text for node in found if (text := visible(node if isinstance(node, str) else node.text_content()))]


def holders(tree: HtmlElement, hints: Hints) -> set[HtmlElement]:
    """The elements in which hints find something, with all that are around them."""
    paths = filter(None, (hints.title, hints.body, hints.author, hints.date))
    nodes = [node for path in paths for node in tree.xpath(path)]
    found = [node if isinstance(node, HtmlElement) else node.getparent() for node in nodes]
    return {each for element in found if element is not None for each in (element, *element.iterancestors())}


def text_holders(tree: HtmlElement, path: str | None) -> list[HtmlElement]:
    """The elements that an XPath finds; none without an XPath. An inline one becomes a block, to hold lines."""
    found = [node for node in (tree.xpath(path) if path else []) if isinstance(node, HtmlElement)]
    for node in found:
        if node.tag in INLINE:
            node.tag = "div"
    return found


def remove(tree: HtmlElement, paths: tuple[str, ...]) -> None:
    """Takes what XPaths find out of the tree."""
    for path in paths:
        for node in tree.xpath(path):
            if isinstance(node, HtmlElement) and node.getparent() is not None:
                node.drop_tree()
