"""The lines that close a text: its author's name, and what he is."""

from processing.authors.credits import read_byline
from processing.html.blocks import Block
from processing.html.characters import visible
from rasid.letters import normalise, view_pattern
from rasid.words.patterns import pattern

SIGNATURE_WORDS = 8
"""Words of a signature, at most."""
SIGNED_BY = 3
"""Names in a line that signs a text, at most: more are a list."""
ROLE_WORDS = 10
"""Words of a line that says what somebody is, at most."""
_ROLE = view_pattern(rf"^\W*{pattern('bylines', 'signing_roles')} ")
_EDITED = view_pattern(rf"^\({pattern('bylines', 'editors')}\b[^()]*\)$")


def is_signature(block: Block) -> bool:
    """Whether a text's last line is its author's name, emphasised or a paragraph of its own, with his place or not;
    or what he is: «كاتب من الجزائر».
    """
    alone = block.element.tag in {"p", "div"} or is_emphasised(block)
    if not alone or len(block.text.split()) > SIGNATURE_WORDS:
        return False
    return bool(signed(block, frozenset())) or is_role(block.text)


def is_role(line: str) -> bool:
    """Whether a line says what somebody is, as under a signature: «كاتب وباحث من الجزائر»."""
    return len(line.split()) <= ROLE_WORDS and bool(_ROLE.match(normalise(line)))


def is_editors(line: str) -> bool:
    """Whether an agency's editor signs with a line: «(تحرير فلان)»."""
    return bool(_EDITED.match(normalise(line)))


def signed(block: Block, outlets: frozenset[str]) -> tuple[str, ...]:
    """The names of a line that holds nothing but known names and places."""
    found = read_byline(block.text, outlets)
    is_one = found.known and len(found.authors) <= SIGNED_BY and found.beside <= {"place", "outlet", "role"}
    return found.authors if is_one and not _is_of_reader(block) else ()


def is_emphasised(block: Block) -> bool:
    """Whether a line is set in bold or italics as a whole."""
    styled = block.element.iter("strong", "b", "em", "i")
    return any(visible(each.text_content()) == block.text for each in styled)


def _is_of_reader(block: Block) -> bool:
    return any("Comment" in (each.get("itemtype") or "") for each in (block.element, *block.element.iterancestors()))
