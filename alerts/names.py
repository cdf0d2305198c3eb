"""What the ids in the index are called in a reader's language."""

from collections.abc import Mapping
from typing import Literal

from babel import Locale

from rasid.outlets import Name

Names = Mapping[str, Mapping[str, Name]]
"""Field of an article, such as ``topics`` → id → its name."""


def labels(names: Names, language: Literal["ar", "en"]) -> dict[str, dict[str, str]]:
    """Field of an article → id → its name in a language; countries by CLDR.

    Args:
        names: names of the ids of the other fields.
        language: language of the names.
    """
    known = {field: {id_: getattr(name, language) for id_, name in ids.items()} for field, ids in names.items()}
    return {**known, "countries": dict(Locale.parse(language).territories)}
