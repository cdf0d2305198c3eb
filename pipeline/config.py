"""What analysts write, read and checked as a whole."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from alerts.rules import Alerting, load_alerting
from processing.entities.recogniser import COUNTRIES
from processing.topics.loading import configured_tagger
from processing.topics.tagger import Tagger
from rasid.configuration import config_files
from rasid.errors import ConfigError, noted, together
from rasid.outlets import Outlet, load_outlets
from rasid.settings import Settings
from rasid.yaml_file import ids_in
from search.synonyms import load_synonyms


@dataclass(frozen=True)
class Config:
    """The YAML files of an installation, read and checked."""

    outlets: dict[str, Outlet]
    tagger: Tagger
    synonyms: tuple[str, ...]
    alerting: Alerting


def load_config(settings: Settings, outlets_file: Path | None = None) -> Config:
    """Reads all that analysts write, so that a mistake is told before anything is crawled.

    Args:
        settings: of the installation.
        outlets_file: whose outlets are watched in place of the configured ones. Alert rules may name these, too.

    Raises:
        ConfigError: files have mistakes; says all of them.
    """
    config, mistakes = _read(settings, outlets_file)
    if not config:
        raise together(mistakes)
    return config


def mistakes_in(settings: Settings) -> tuple[ConfigError, ...]:
    """All mistakes in the files that analysts write, each alone. Names are compared with what the other files have
    under their keys, whatever mistakes these have; but not with a file that cannot be read.
    """
    mistakes = [*_read(settings, None)[1], *_passed_over(settings.config)]
    return together(mistakes).each() if mistakes else ()


def _passed_over(folder: Path) -> Iterator[ConfigError]:
    """Files whose names only nearly are those of files that are read."""
    for file in sorted((*folder.glob("[!.]*.yml"), *folder.glob("*.d/[!.]*.yml"))):
        yield ConfigError(str(file), 1, "", f"this file is not read: name it {file.stem}.yaml")


def _read(settings: Settings, outlets_file: Path | None) -> tuple[Config | None, list[ConfigError]]:
    """All files, and the mistakes in them; None if there are any."""
    mistakes: list[ConfigError] = []
    outlets: dict[str, Outlet] | None = None
    tagger: Tagger | None = None
    synonyms: tuple[str, ...] | None = None
    alerting: Alerting | None = None
    known: dict[str, Collection[str] | None] = {}
    with noted(mistakes):
        files = config_files(settings.config, "outlets.yaml")
        known["outlets"] = ids_in(files, "outlets")
        outlets = load_outlets(files)
        if outlets_file:
            outlets = load_outlets(outlets_file)
            known["outlets"] = {*(known["outlets"] or ()), *outlets}
    with noted(mistakes):
        tagger = configured_tagger(settings)
    with noted(mistakes):
        synonyms = load_synonyms(settings.config, settings.cache)
    with noted(mistakes):
        known |= known_to(tagger) if tagger else _written(settings.config)
        alerting = load_alerting(config_files(settings.config, "alerts.yaml"), known)
    if outlets is None or not tagger or synonyms is None or not alerting or mistakes:
        return None, mistakes
    return Config(outlets, tagger, synonyms, alerting), mistakes


def known_to(tagger: Tagger) -> dict[str, Collection[str]]:
    """What ids in alert rules may be of, but for outlets."""
    return {"countries": COUNTRIES, "topics": tagger.topics, "weapons": tagger.names["weapons"]}


def _written(folder: Path) -> dict[str, Collection[str] | None]:
    """The same, as far as it is known where topics or entities have mistakes."""
    topics, entities = (config_files(folder, name) for name in ("topics.yaml", "entities.yaml"))
    return {"countries": COUNTRIES, "topics": ids_in(topics, "topics"), "weapons": ids_in(entities, "weapons")}
