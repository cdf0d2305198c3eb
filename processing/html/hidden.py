"""Text that a page sends and that no reader sees, taken out of its tree: it is there for machines alone.

Only what is certain from the page itself is taken out. Style sheets of other files, scripts, longer selectors and rules
for some screens are not looked through: what they may show counts as shown.
"""

import re
from collections.abc import Container, Mapping
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from processing.html.style import (
    Colour,
    Style,
    alike,
    declared,
    ground_colour,
    has_ground,
    is_faint,
    is_gone,
    is_sized,
    may_hide,
    moves,
    of_names,
    text_colour,
)

MAX_NAMES = 30
"""Classes of an element that are looked at."""

_LATER = re.compile(r"anim|aos|wow|fade|lazy|reveal|load|cloak", re.IGNORECASE)
"""In names of classes and attributes of what a script lets appear."""


class _Look(NamedTuple):
    """How text looks at a place, as far as the page itself says so.

    Attributes:
        shown: it is visible.
        sized: it has a size.
        colour: of the text; None where it is not known.
        ground: colour behind it; None where it is not known.
    """

    shown: bool = True
    sized: bool = True
    colour: Colour | None = None
    ground: Colour | None = None

    @property
    def is_seen(self) -> bool:
        """Whether a reader may see it."""
        return self.shown and self.sized and not alike(self.colour, self.ground)

    def within(self, style: Style, is_named: bool) -> "_Look":
        """The same in an element; one with a class or an id may have a size and colours of another sheet."""
        sized, shown = is_sized(style), style.get("visibility")
        return _Look(
            shown=self.shown if shown is None else shown not in {"hidden", "collapse"},
            sized=(self.sized or is_named) if sized is None else sized,
            colour=text_colour(style) or (None if is_named or "color" in style else self.colour),
            ground=ground_colour(style) or (None if is_named or has_ground(style) else self.ground),
        )


def take_out(tree: HtmlElement, wanted: Container[HtmlElement] = ()) -> bool:
    """Takes what no reader sees out of a tree. Gives whether there was any.

    Args:
        tree: of a page.
        wanted: elements that stay, whatever is said of them.
    """
    named = of_names("\n".join(sheet.text or "" for sheet in tree.iter("style")))
    if not _may_hide(tree, named):
        return False
    gone: list[HtmlElement] = []
    blanked = False
    looks = [_Look()]
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            style, is_named = _style(node, named)
            if is_gone(style) and node.tag not in {"html", "body"} and node not in wanted:
                gone.append(node)
                walk.skip_subtree()
            looks.append(looks[-1].within(style, is_named))
            if node.text and not looks[-1].is_seen:
                node.text, blanked = None, True
            continue
        if event == "end":
            looks.pop()
        if node.tail and not looks[-1].is_seen:
            node.tail, blanked = None, True
    for node in gone:
        node.drop_tree()
    return blanked or bool(gone)


def _may_hide(tree: HtmlElement, named: Mapping[str, Style]) -> bool:
    """Whether the page hides anything at all: most do not, and are not walked through."""
    if tree.find(".//*[@hidden]") is not None:
        return True
    own = map(declared, {str(value) for value in tree.xpath("//@style")})
    if not named:
        return may_hide(own)
    names = {name for value in tree.xpath("//@class | //@id") for name in str(value).split()}
    return may_hide((*own, *(style for name, style in named.items() if re.split("[.#]", name, maxsplit=1)[1] in names)))


def _style(node: HtmlElement, named: Mapping[str, Style]) -> tuple[Style, bool]:
    """What the page says of an element's look, and whether the element has a name, by which others may say more."""
    classes, id_, own = (node.get("class") or "").split()[:MAX_NAMES], node.get("id"), node.get("style")
    names = [*(f".{name}" for name in classes), *([f"#{id_}"] if id_ else [])]
    style: dict[str, str] = {}
    for name in names if named else ():
        style |= {**named.get(name, {}), **named.get(f"{node.tag}{name}", {})}
    style |= declared(own) if own else {}
    if node.get("hidden") is not None:
        style.setdefault("display", "none")
    fades = moves(style) or bool(_LATER.search(" ".join((*node.keys(), *classes, node.get("data-settings", "")))))
    if is_faint(style) and not fades:
        style["display"] = "none"
    if fades:
        style.pop("visibility", None)
    return style, bool(names)
