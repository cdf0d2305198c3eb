"""Who wrote an article, by all that a page says of it: its lines, its metadata, the outlet's hints."""

import re
from collections.abc import Iterable, Iterator

from processing.authors.bylines import names_of_statement
from processing.authors.names import without_title
from processing.authors.written import written_authors
from processing.extract.body import Selection
from processing.html.blocks import Block
from processing.html.characters import line_key
from processing.html.metadata import Metadata
from rasid.words.patterns import pattern

_OFFICER = re.compile(rf"{pattern('bylines', 'officers')}[^:\n]{{0,25}}:[^:|\n]{{3,40}}", re.IGNORECASE)


def find_authors(
    hinted: Iterable[str],
    metadata: Metadata,
    selection: Selection,
    title: str,
    strangers: Iterable[str],
    officers: str,
) -> tuple[tuple[str, ...], str]:
    """The names of the surest source that has one, and which it is. What a page shows as a byline is surer than what
    it states for machines, where the one who uploaded an article may stand as well.
    """
    strangers = tuple(strangers)
    lines = (selection.before, selection.after, selection.above)
    written = list(written_authors(*lines, selection.opening, title, strangers))
    stated = [(source, name) for source, text in metadata.authors for name in names_of_statement(text, strangers)]
    stated = [(source, name) for source, name in stated if name not in officers]
    around = {block.key for blocks in lines for block in blocks}
    stated = _borne_out(stated, around, line_key("".join(selection.body)))
    claims = [*(("hint", name) for text in hinted for name in names_of_statement(text, strangers)), *written, *stated]
    source = claims[0][0] if claims else ""
    if source != "hint":
        source = _more(written, stated) or source
    shown = {block.key for blocks in lines for block in blocks} | {line_key(name) for _, name in stated}
    names = [name for claim, name in claims if claim == source]
    # Where the page names somebody without his title as well, the title is no part of the name.
    names = [bare if line_key(bare := without_title(name)) in shown else name for name in names]
    if any(without_title(name) == name for name in names):  # of one list, some with and some without
        names = list(map(without_title, names))
    return tuple({line_key(name): name for name in reversed(names)}.values())[::-1], source


def officers(blocks: Iterable[Block]) -> str:
    """What a page's lines say of who directs the outlet: «مدير النشر: فلان»."""
    return "\n".join(found[0] for block in blocks if ":" in block.text for found in _OFFICER.finditer(block.text))


def _borne_out(stated: list[tuple[str, str]], around: set[str], body: str) -> list[tuple[str, str]]:
    """What is stated for machines and a line around the text shows as well; where no line does, all of whom the text
    does not tell. Who made the site or uploaded the page is stated as well, and of whom an article tells.
    """
    keys = {name: line_key(without_title(name)) for _, name in stated}
    shown = [claim for claim in stated if any(keys[claim[1]] in line for line in around)]
    return shown or [claim for claim in stated if keys[claim[1]] not in body]


def _more(written: list[tuple[str, str]], stated: list[tuple[str, str]]) -> str:
    """The source that names all whom the surest lines name, and others beside them."""
    first = {line_key(name) for source, name in written if source == written[0][0]}
    by_source: dict[str, set[str]] = {}
    for source, name in (*written, *stated):
        by_source.setdefault(source, set()).add(line_key(name))
    return next((source for source, names in by_source.items() if first and first < names), "")


def lines_of_credit(metadata: Metadata, selection: Selection) -> Iterator[str]:
    """What may name the agency of a text: its authors as stated, and the lines around it that are no captions."""
    yield from metadata.organisations
    yield from (text for _, text in metadata.authors)
    for block in (*selection.before, *selection.after):
        if not any(role == "caption" for _, role in block.roles) and next(block.element.iter("img"), None) is None:
            yield block.text
