"""Words that find each other in a search: the groups of ``synonyms.yaml``, and the names that ``entities.yaml`` gives
to one weapon, organisation or person.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from processing.entities.recogniser import EntitiesFile, Named
from rasid.configuration import config_file
from rasid.yaml_file import Written, load_yaml

_SPECIAL = re.compile(r"[=|]")
"""In a name: it has a meaning for the matcher, so that the name is no plain word."""


def _plain(word: str) -> str:
    if not word or re.search(r",|=>|\\", word):
        raise ValueError("expected a word or a name without a comma, => or \\")
    return word


class SynonymsFile(Written):
    """The whole file."""

    synonyms: tuple[Annotated[tuple[Annotated[str, AfterValidator(_plain)], ...], Field(min_length=2)], ...] = Field(
        (), description="Groups of words or names; who searches for one finds all. Stems need not be repeated."
    )


def load_synonyms(folder: Path) -> tuple[str, ...]:
    """The rules for Elasticsearch's synonym filter, in Solr's form.

    Args:
        folder: folder of the configuration.

    Raises:
        ConfigError: a file has a mistake.
    """
    groups = [*load_yaml(config_file(folder, "synonyms.yaml"), SynonymsFile).synonyms]
    groups += _names(load_yaml(config_file(folder, "entities.yaml"), EntitiesFile))
    return tuple(", ".join(dict.fromkeys(group)) for group in groups)


def _names(entities: EntitiesFile) -> Iterator[tuple[str, ...]]:
    for _, known in entities.kinds():
        for entity in known.values():
            if isinstance(entity, Named):
                words = (entity.label.ar, entity.label.en, *entity.words)
                plain = tuple(dict.fromkeys(word for word in words if not _SPECIAL.search(word) and "," not in word))
                if len(plain) > 1:
                    yield plain
