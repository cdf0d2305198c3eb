"""What analysts write, read and checked as a whole."""

from dataclasses import dataclass
from pathlib import Path

from alerts.rules import Alerting, load_alerting
from processing.topics.loading import load_tagger
from processing.topics.tagger import Tagger
from rasid.configuration import config_file
from rasid.outlets import Outlet, load_outlets
from rasid.settings import Settings
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

    Raises:
        ConfigError: a file has a mistake.
    """
    outlets = load_outlets(outlets_file or config_file(settings.config, "outlets.yaml"))
    tagger = load_tagger(settings.config / "topics.yaml", settings.cache)
    synonyms = load_synonyms(settings.config, settings.cache)
    alerting = load_alerting(config_file(settings.config, "alerts.yaml"), tagger.topics)
    return Config(outlets, tagger, synonyms, alerting)
