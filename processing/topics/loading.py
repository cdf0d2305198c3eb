"""The topics of an installation as analysts wrote them, or as they were compiled when they were last loaded."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import babel
import pydantic
from upath import UPath

from processing.deals.file import DealsFile
from processing.entities.recogniser import EntitiesFile, written_lists
from processing.matcher import Matcher
from processing.topics.file import TopicsFile
from processing.topics.model import load_models
from processing.topics.tagger import Tagger
from rasid.cache import cached, digest_of_files, store
from rasid.configuration import config_files, topic_models
from rasid.errors import ConfigError, noted, together
from rasid.settings import Settings
from rasid.storage import Storage
from rasid.yaml_file import WHOLE, load_yaml

NAME = "rules"
"""Name of the compiled words in the cache."""
_last: dict[tuple[str, ...], Tagger] = {}
"""That which this process loaded last, by the names of its files and their digest."""


@dataclass(frozen=True)
class _Files:
    topics: tuple[Path, ...]
    entities: tuple[Path, ...]
    deals: tuple[Path, ...]
    models: list[Path | UPath]

    @property
    def all(self) -> list[Path | UPath]:
        return [*self.topics, *self.entities, *self.deals, *self.models]


def configured_tagger(settings: Settings) -> Tagger:
    """The topics of an installation, with what they have learned there. A process that asks again gets the same tagger
    as long as no file of it has changed.

    Raises:
        ConfigError: a file has a mistake.
    """
    files = _files(settings.config / "topics.yaml", Storage(settings.data).models)
    digest = _digest(files.all)
    state = (*map(str, files.all), str(digest))
    if digest and state in _last:
        return _last[state]
    found = _loaded(files, settings.cache, digest)
    _last.clear()
    if digest and digest == _digest(files.all):  # else a file was saved in between
        _last[state] = found
    return found


def load_tagger(topics: Path, cache: Path | None = None, learned: UPath | None = None) -> Tagger:
    """The topics of a file, with the entities, the words of deals and the topics' models of the folder where it is.
    What the folder does not have is shipped (`rasid.configuration`).

    Args:
        topics: the file ``topics.yaml`` of the folder, which need not be there.
        cache: a folder where the compiled words are kept for the next time; they are not when absent.
        learned: folder of models that lie over the others.

    Raises:
        ConfigError: a file has a mistake.
    """
    files = _files(topics, learned)
    return _loaded(files, cache, _digest(files.all) if cache else None)


def _loaded(files: _Files, cache: Path | None, digest: str | None) -> Tagger:
    if cache and digest and (found := _restored(cached(cache, NAME, digest), files.all, files.models)):
        return found
    known, file, trades = _read(files)
    tagger = Tagger(file, known, load_models(files.models), _version(files.all), deals=trades)
    if cache and digest and digest == _digest(files.all):  # else a file was saved in between
        written = {"entities": known, "topics": file, "deals": trades}
        plain = {name: each.model_dump(mode="json", by_alias=True) for name, each in written.items()}
        store(cache, NAME, digest, {**plain, "matcher": tagger.matcher.tables()})
    return tagger


def _read(files: _Files) -> tuple[EntitiesFile, TopicsFile, DealsFile]:
    """What analysts wrote.

    Raises:
        ConfigError: files have mistakes; says those of all.
    """
    known: EntitiesFile | None = None
    file: TopicsFile | None = None
    trades: DealsFile | None = None
    mistakes: list[ConfigError] = []
    with noted(mistakes):
        known = load_yaml(files.entities, EntitiesFile)
    with noted(mistakes):
        lists = known.list_names() if known else written_lists(files.entities)
        file = load_yaml(files.topics, TopicsFile, {"entity_lists": lists})
    with noted(mistakes):
        trades = load_yaml(files.deals, DealsFile)
    if not known or not file or not trades:
        raise together(mistakes)
    return known, file, trades


def _files(topics: Path, learned: UPath | None) -> _Files:
    of_topics, of_entities, of_deals = (
        config_files(topics.parent, name) for name in (topics.name, "entities.yaml", "deals.yaml")
    )
    return _Files(of_topics, of_entities, of_deals, topic_models(topics.parent, learned))


def _restored(found: Any, files: Iterable[Path | UPath], models: Iterable[Path | UPath]) -> Tagger | None:
    """The tagger of what is kept; None if nothing is, or what is there was not written by `load_tagger`."""
    try:
        known = EntitiesFile.model_validate(found["entities"])
        context = {"entity_lists": known.list_names(), WHOLE: found["topics"]}
        file = TopicsFile.model_validate(found["topics"], context=context)
        deals = DealsFile.model_validate(found["deals"])
        matcher = Matcher.restored(found["matcher"])
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return None
    return Tagger(file, known, load_models(models), _version(files), matcher, deals)


def _version(files: Iterable[Path | UPath]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _digest(files: Iterable[Path | UPath]) -> str | None:
    return digest_of_files(files, f"{babel.__version__} {pydantic.VERSION}".encode())
