"""What an outlet's hints in ``outlets.yaml`` point to on a page."""

from lxml.html import HtmlElement

from processing.title import text_lines, visible


def texts(tree: HtmlElement, path: str | None) -> list[str]:
    """The texts of the elements or attributes that an XPath finds, without empty ones; none without an XPath."""
    found = tree.xpath(path) if path else []
    return [text for node in found if (text := visible(node if isinstance(node, str) else node.text_content()))]


def lines(tree: HtmlElement, path: str | None) -> list[str]:
    """The lines that a browser would show of the elements that an XPath finds."""
    found = tree.xpath(path) if path else []
    return [line for node in found if isinstance(node, HtmlElement) for line in text_lines(node)]


def remove(tree: HtmlElement, paths: tuple[str, ...]) -> None:
    """Takes what XPaths find out of the tree."""
    for path in paths:
        for node in tree.xpath(path):
            if isinstance(node, HtmlElement) and node.getparent() is not None:
                node.drop_tree()
