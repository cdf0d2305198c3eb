"""What the pages work with: the installation, its cluster, and who may change something."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from getpass import getuser
from pathlib import Path
from threading import Lock

from elasticsearch import Elasticsearch
from upath import UPath

from alerts.names import labels
from alerts.report_words import Language
from desk.words import WORDS
from processing.topics.loading import configured_tagger
from processing.topics.tagger import Tagger
from rasid.configuration import config_files, topic_models
from rasid.errors import RasidError, told_by_system
from rasid.outlets import Outlet, load_outlets
from rasid.settings import Settings
from rasid.storage import Storage, is_local


@dataclass
class Desk:
    """What the pages work with.

    Attributes:
        settings: settings of the installation.
        client: client of the cluster, which only reads.
        token: what a person shows who changes something.
        read_only: nobody may change anything.
        user: name of whoever has shown the token.
    """

    settings: Settings
    client: Elasticsearch
    token: str
    read_only: bool = False
    user: str = field(default_factory=getuser)
    _lock: Lock = field(default_factory=Lock)
    _tagger: tuple[tuple[tuple[str, float], ...], Tagger] | None = None

    @cached_property
    def storage(self) -> Storage:
        """The storage of the installation."""
        return Storage(self.settings.data)

    @property
    def tagger(self) -> Tagger:
        """The topics as they are now: read again once a file of theirs has changed."""
        names = ("topics.yaml", "entities.yaml", "deals.yaml")
        files: list[Path | UPath] = [file for name in names for file in config_files(self.settings.config, name)]
        files += topic_models(self.settings.config, self.storage.models)
        state = tuple((str(file), file.stat().st_mtime) for file in files)
        with self._lock:
            if not self._tagger or self._tagger[0] != state:
                self._tagger = state, configured_tagger(self.settings)
            return self._tagger[1]

    @property
    def outlets(self) -> dict[str, Outlet]:
        """The configured outlets as they are now, by id."""
        return load_outlets(config_files(self.settings.config, "outlets.yaml"))

    def names(self, language: Language) -> Mapping[str, Mapping[str, str]]:
        """Field of an article → id → its name in a language."""
        outlets = {id_: getattr(outlet.name, language) for id_, outlet in self.outlets.items()}
        kinds = {"false": WORDS[language]["original"], "true": WORDS[language]["copy"]}
        return {**labels(self.tagger.names, language), "outlet": outlets, "is_repost": kinds}


def desk_token(storage: Storage) -> str:
    """The token of an installation, which is made when it is first asked for. Only the owner of the data can read it.

    Raises:
        RasidError: it cannot be kept.
    """
    file = storage.root / "desk-token"
    try:
        if file.exists() and (token := file.read_text("utf-8").strip()):
            return token
        token = secrets.token_urlsafe(24)
        if is_local(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(file.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
                stream.write(token)
        else:
            file.write_text(token, "utf-8")
    except OSError as error:
        raise RasidError(f"the desk's token: {told_by_system(error) or error}") from None
    return token
