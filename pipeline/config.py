"""What analysts write, read and checked as a whole."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alerts.rules import Alerting, load_alerting
from processing.entities.recogniser import COUNTRIES, EntitiesFile
from processing.topics.loading import configured_tagger
from processing.topics.tagger import Tagger
from rasid.configuration import config_files
from rasid.errors import ConfigError, together
from rasid.outlets import Outlet, load_outlets
from rasid.settings import Settings
from rasid.yaml_file import load_yaml
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
    """All mistakes in the files that analysts write, each alone; a file is compared with those that have none."""
    mistakes = _read(settings, None)[1]
    return together(mistakes).each() if mistakes else ()


def _read(settings: Settings, outlets_file: Path | None) -> tuple[Config | None, list[ConfigError]]:
    """All files, and the mistakes in them; None if there are any."""
    mistakes: list[ConfigError] = []
    outlets: dict[str, Outlet] | None = None
    tagger: Tagger | None = None
    synonyms: tuple[str, ...] | None = None
    alerting: Alerting | None = None
    known: dict[str, Collection[str]] = {"countries": COUNTRIES}
    with _noted(mistakes):
        outlets = load_outlets(config_files(settings.config, "outlets.yaml"))
        if outlets_file:
            configured, outlets = outlets, load_outlets(outlets_file)
            known["outlets"] = {**configured, **outlets}
        else:
            known["outlets"] = outlets
    with _noted(mistakes):
        tagger = configured_tagger(settings)
        known |= known_to(tagger)
    if not tagger:
        with _noted(mistakes):
            known["weapons"] = load_yaml(config_files(settings.config, "entities.yaml"), EntitiesFile).weapons
    with _noted(mistakes):
        synonyms = load_synonyms(settings.config, settings.cache)
    with _noted(mistakes):
        alerting = load_alerting(config_files(settings.config, "alerts.yaml"), known)
    if outlets is None or not tagger or synonyms is None or not alerting or mistakes:
        return None, mistakes
    return Config(outlets, tagger, synonyms, alerting), mistakes


def known_to(tagger: Tagger) -> dict[str, Collection[str]]:
    """What ids in alert rules may be of, but for outlets."""
    return {"countries": COUNTRIES, "topics": tagger.topics, "weapons": tagger.names["weapons"]}


@contextmanager
def _noted(mistakes: list[ConfigError]) -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        mistakes.append(error)
