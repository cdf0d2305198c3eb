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
    claims = [
        *(("hint", name) for text in hinted for name in names_of_statement(text, strangers)),
        *(claim for claim in written if claim[0] == "byline"),
        *(claim for claim in stated if claim[0] != "meta"),
        *(claim for claim in written if claim[0] == "author element"),
        *stated,
        *written,
    ]
    source = claims[0][0] if claims else ""
    if source in {"meta", "json-ld"}:
        source = _confirmed(written, {line_key(name) for claim, name in claims if claim == source}) or source
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


def _confirmed(written: list[tuple[str, str]], stated: set[str]) -> str:
    """The source of a line that names all who are stated and others beside them."""
    by_source: dict[str, set[str]] = {}
    for source, name in written:
        by_source.setdefault(source, set()).add(line_key(name))
    return next((source for source, names in by_source.items() if stated < names), "")


def lines_of_credit(metadata: Metadata, selection: Selection) -> Iterator[str]:
    """What may name the agency of a text: its authors as stated, and the lines around it that are no captions."""
    yield from metadata.organisations
    yield from (text for _, text in metadata.authors)
    for block in (*selection.before, *selection.after):
        if not any(role == "caption" for _, role in block.roles) and next(block.element.iter("img"), None) is None:
            yield block.text
