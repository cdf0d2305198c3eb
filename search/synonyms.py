"""Words that find each other in a search: the groups of ``synonyms.yaml``, and the names that ``entities.yaml`` gives
to one weapon, organisation or person.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from processing.entities.recogniser import EntitiesFile, Named
from rasid.cache import cached, digest_of_files, store
from rasid.configuration import config_files
from rasid.yaml_file import Written, load_yaml

NAME = "synonyms"
"""Name of them in the cache."""
_SPECIAL = re.compile(r"[=|]")
"""In a name: it has a meaning for the matcher, so that the name is no plain word."""


def _plain(word: str) -> str:
    if not word or re.search(r"[,،؛]|=>|\\", word):
        raise ValueError("expected a word or a name without a comma, => or \\")
    return word


class SynonymsFile(Written):
    """The whole file."""

    synonyms: tuple[Annotated[tuple[Annotated[str, AfterValidator(_plain)], ...], Field(min_length=2)], ...] = Field(
        (), description="Groups of words or names; who searches for one finds all. Stems need not be repeated."
    )


def load_synonyms(folder: Path, cache: Path | None = None) -> tuple[str, ...]:
    """The rules for Elasticsearch's synonym filter, in Solr's form.

    Args:
        folder: folder of the configuration.
        cache: a folder where they are kept for the next time; they are not when absent.

    Raises:
        ConfigError: a file has a mistake.
    """
    own, entities = config_files(folder, "synonyms.yaml"), config_files(folder, "entities.yaml")
    files = [*own, *entities]
    digest = digest_of_files(files) if cache else None
    if cache and digest and (found := cached(cache, NAME, digest)):
        return tuple(found)
    groups = [*load_yaml(own, SynonymsFile).synonyms, *_names(load_yaml(entities, EntitiesFile))]
    synonyms = tuple(", ".join(dict.fromkeys(group)) for group in groups)
    if cache and digest and digest == digest_of_files(files):  # else a file was saved in between
        store(cache, NAME, digest, synonyms)
    return synonyms


def _names(entities: EntitiesFile) -> Iterator[tuple[str, ...]]:
    for _, known in entities.kinds():
        for entity in known.values():
            if isinstance(entity, Named):
                words = (entity.label.ar, entity.label.en, *entity.words)
                plain = tuple(dict.fromkeys(word for word in words if not _SPECIAL.search(word) and "," not in word))
                if len(plain) > 1:
                    yield plain
