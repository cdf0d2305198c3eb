"""What a page's own styles say of whether text is seen, such as ``font-size: 0``."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

MAX_STYLE = 4_000
"""Characters of an element's style that are read."""
MAX_SHEETS = 500_000
"""The same of all style sheets in a page."""
LEAST_SIZE = 2.5
"""Pixels of a letter below which nobody reads it."""
LEAST_OPACITY = 0.1
ALIKE = 24
"""Sum of the differences of two colours' parts, of 255 each, up to which nobody can tell them apart."""

Style = Mapping[str, str]
"""Property → value, of the properties that count here."""
Colour = tuple[int, int, int]

_TOLD = """
animation animation-name background background-clip background-color background-image bottom clip clip-path color
display font font-size height left opacity overflow position right text-indent text-shadow top transform transition
visibility -webkit-background-clip -webkit-text-fill-color width
"""
_PROPERTIES = frozenset(_TOLD.split())
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_SIMPLE = re.compile(r"(?:[a-z][a-z\d]*)?[.#][\w-]+$", re.IGNORECASE)
_NAMES = re.compile(r"[.#][\w-]+")
_SIZE = re.compile(r"(\d{0,6}(?:\.\d{0,6})?)(px|pt|r?em|%|)$")
_PIXELS = {"px": 1.0, "pt": 1.3, "em": 16.0, "rem": 16.0, "%": 0.16, "": 1.0}
_FAR = re.compile(r"-\s*\d{3,}(?:\.\d+)?(?:px|r?em|%|v[wh])?$")
_CLIPPED = re.compile(r"rect\((?:\s*[01](?:px)?[\s,]*){4}\)|inset\(\s*(?:50|100)%\s*\)|circle\(\s*0")
_MOVED = re.compile(r"scale(?:[xy]|3d)?\(\s*0+\s*[,)]|translate(?:[xy]|3d)?\([^)]*-\s*\d{4}")
_HEX = re.compile(r"#([\da-f]{3}|[\da-f]{6})$")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*(?:[,/]\s*1(?:\.0*)?\s*)?\)$")
_NAMED: dict[str, Colour] = {"white": (255, 255, 255), "black": (0, 0, 0)}


@lru_cache(maxsize=2_000)
def declared(text: str) -> Style:
    """What declarations say, such as those of an element's ``style``; of two the last one counts."""
    found = {}
    for declaration in text[:MAX_STYLE].lower().split(";"):
        name, _, value = declaration.partition(":")
        if (name := name.strip()) in _PROPERTIES:
            found[name] = value.replace("!important", "").strip()
    return found


@lru_cache(maxsize=16)
def of_names(sheet: str) -> Mapping[str, Style]:
    """What a sheet says of a class or an id: ``.NAME``, ``#NAME`` or ``TAG.NAME`` → its style. One of which another
    rule says anything, by a longer selector or for some screens alone, is left out.
    """
    found: dict[str, dict[str, str]] = {}
    disputed: set[str] = set()
    for selectors, declarations, everywhere in _rules(_COMMENT.sub(" ", sheet[:MAX_SHEETS])):
        if not (style := declared(declarations)):
            continue
        for selector in map(str.strip, selectors.split(",")):
            if everywhere and _SIMPLE.match(selector):
                found.setdefault(selector, {}).update(style)
            else:
                disputed.update(_NAMES.findall(selector))
    return {name: style for name, style in found.items() if disputed.isdisjoint(_NAMES.findall(name))}


def _rules(sheet: str) -> Iterator[tuple[str, str, bool]]:
    """The rules of a sheet: selectors, declarations, and whether they hold on all screens."""
    start, heads = 0, [""]
    for brace in _BRACE.finditer(sheet):
        part, start = sheet[start : brace.start()], brace.end()
        if brace[0] == "{":
            heads.append(part.rpartition(";")[2].strip())
        elif len(heads) > 1 and not (head := heads.pop()).startswith("@"):
            yield head, part, len(heads) == 1


def is_gone(style: Style) -> bool:
    """Whether an element is not on the screen, with all that is in it."""
    aside = style.get("position") in {"absolute", "fixed"}
    flat = any(_pixels(style.get(side, "")) == 0 for side in ("width", "height"))
    return (
        style.get("display") == "none"
        or (aside and any(_FAR.match(style.get(side, "")) for side in ("left", "right", "top", "bottom")))
        or bool(_FAR.match(style.get("text-indent", "")))
        or (aside and bool(_CLIPPED.match(style.get("clip", "") or style.get("clip-path", ""))))
        or (flat and style.get("overflow") == "hidden")
        or bool(_MOVED.search(style.get("transform", "")) and not moves(style))
    )


def is_faint(style: Style) -> bool:
    """Whether an element can be seen through as if it were not there."""
    opacity = style.get("opacity", "")
    seen = _pixels(opacity)
    return seen is not None and seen < LEAST_OPACITY * (_PIXELS["%"] * 100 if opacity.endswith("%") else 1)


def may_hide(styles: Iterable[Style]) -> bool:
    """Whether any of the styles of a page, or two together, hide what has them."""
    colours = False
    grounds = False
    for style in styles:
        if is_gone(style) or is_faint(style) or "visibility" in style or is_sized(style) is False:
            return True
        colours = colours or text_colour(style) is not None
        grounds = grounds or ground_colour(style) is not None
    return colours and grounds


def moves(style: Style) -> bool:
    """Whether it may look otherwise after a moment."""
    return not style.keys().isdisjoint(("animation", "animation-name", "transition"))


def is_sized(style: Style) -> bool | None:
    """Whether text has a size that can be read; None if nothing is said of it."""
    if size := style.get("font-size") or style.get("font"):
        return all(
            (pixels := _pixels(part.partition("/")[0])) is None or pixels >= LEAST_SIZE for part in size.split()[:5]
        )
    return None


def text_colour(style: Style) -> Colour | None:
    """The colour of text; None if it is not known."""
    plain = style.keys().isdisjoint(("text-shadow", "-webkit-text-fill-color", "-webkit-background-clip"))
    return _colour(style.get("color", "")) if plain else None


def ground_colour(style: Style) -> Colour | None:
    """The colour behind text; None if it is not known."""
    return _colour(style.get("background-color") or style.get("background", ""))


def has_ground(style: Style) -> bool:
    """Whether anything is said of what is behind text."""
    return not style.keys().isdisjoint(("background", "background-color", "background-image"))


def alike(one: Colour | None, other: Colour | None) -> bool:
    """Whether two colours are known, and cannot be told apart."""
    return bool(one and other) and sum(abs(a - b) for a, b in zip(one or (), other or (), strict=True)) <= ALIKE


def _pixels(value: str) -> float | None:
    """A length; None if it is none, or of another unit."""
    found = _SIZE.match(value)
    return float(found[1]) * _PIXELS[found[2]] if found and found[1].strip(".") else None


def _colour(value: str) -> Colour | None:
    if found := _HEX.match(value):
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if found := _RGB.match(value):
        return int(found[1]), int(found[2]), int(found[3])
    return _NAMED.get(value)
