"""What the pages work with: the installation, its cluster, and who may change something."""

import os
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from getpass import getuser
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from elasticsearch import Elasticsearch
from upath import UPath

from alerts.names import labels
from alerts.report_words import Language
from alerts.rules import Rule
from desk.jobs import Jobs
from desk.words import CLASSES, WORDS
from pipeline.articles import kept_articles
from pipeline.new_outlet import Found
from pipeline.retagging import Difference
from pipeline.teaching import Judged, Lesson, judge
from processing.topics.labels import Grade, kept_labels
from processing.topics.loading import configured_tagger
from processing.topics.tagger import Tagger
from rasid.configuration import config_files, topic_models
from rasid.errors import RasidError, told_by_system
from rasid.outlets import Outlet, load_outlets
from rasid.records import Article
from rasid.settings import Settings
from rasid.storage import Storage, is_local, regular

Thing = TypeVar("Thing")
LOOKED_AT = 1_000
"""Newest kept articles among which those to be labelled are looked for, and whose tags are compared."""
LAST_DAYS = 2
"""Whose articles may still change, or be more."""


@dataclass
class Desk:
    """What the pages work with.

    Attributes:
        settings: settings of the installation.
        client: client of the cluster, which only reads.
        token: what a person shows who changes something.
        read_only: nobody may change anything.
        user: name of whoever has shown the token.
        lessons: topic → what it has learned and not installed.
        found: address of a new outlet → what was found there.
        changes: topic → what that would change.
        deleted: id of an alert that was deleted here → the rule and the text of its file, by which it can come back.
    """

    settings: Settings
    client: Elasticsearch
    token: str
    read_only: bool = False
    user: str = field(default_factory=getuser)
    lessons: dict[str, Lesson] = field(default_factory=dict)
    changes: dict[str, Difference] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)
    deleted: dict[str, tuple[Rule, str]] = field(default_factory=dict)
    _locks: dict[str, Lock] = field(default_factory=lambda: defaultdict(Lock))
    _loaded: dict[str, tuple[object, Any]] = field(default_factory=dict)

    @cached_property
    def storage(self) -> Storage:
        """The storage of the installation."""
        return Storage(self.settings.data)

    @cached_property
    def jobs(self) -> Jobs:
        """What was started here and takes longer than a page may."""
        return Jobs(self.settings)

    @property
    def tagger(self) -> Tagger:
        """The topics as they are now: read again once a file of theirs has changed."""
        return self._unchanged("tagger", self._topic_files(), lambda: configured_tagger(self.settings))

    @property
    def last_tagger(self) -> Tagger:
        """The topics as they are now; while a file of theirs has a mistake, as when it is being saved, those of before,
        which is enough for whoever only reads.
        """
        return self._last("tagger", lambda: self.tagger)

    def _topic_files(self) -> list[Path | UPath]:
        names = ("topics.yaml", "entities.yaml", "deals.yaml")
        files: list[Path | UPath] = [file for name in names for file in config_files(self.settings.config, name)]
        return files + topic_models(self.settings.config, self.storage.models)

    @property
    def outlets(self) -> dict[str, Outlet]:
        """The configured outlets as they are now, by id."""
        files = config_files(self.settings.config, "outlets.yaml")
        return self._unchanged("outlets", files, lambda: load_outlets(files))

    def newest(self) -> Iterator[Article]:
        """The newest kept articles."""
        return islice(kept_articles(self.storage, date.min), LOOKED_AT)

    def judged(self, topic: str) -> list[Judged]:
        """What a topic makes of the newest kept articles: made again for another topic, and once files of the topics or
        of the last days have changed.
        """
        days = [self.storage.articles(day, "any").parent for day in islice(self.storage.days("articles"), LAST_DAYS)]
        files = [*self._topic_files(), *(file for day in days for file in sorted(day.glob("*.jsonl"), key=str))]
        return self._unchanged("judged", files, lambda: judge(self.tagger, topic, self.newest()), topic)

    def said(self, topic: str) -> Mapping[str, Mapping[str, Grade]]:
        """Id of an article, or digest of its text → person → what she says of it and a topic."""
        file = self.storage.labels(topic)

        def load() -> dict[str, dict[str, Grade]]:
            found: dict[str, dict[str, Grade]] = defaultdict(dict)
            for each in kept_labels(self.storage, topic).records:
                found[each.id][each.who] = found[each.digest][each.who] = each.grade
            return dict(found)

        return self._unchanged(f"said of {topic}", [file], load) if file.exists() else {}

    def _unchanged(
        self, name: str, files: Iterable[Path | UPath], load: Callable[[], Thing], of: object = None
    ) -> Thing:
        """What was loaded of some files, loaded again once one of them has changed, or for something else."""
        state = of, tuple((str(file), file.stat().st_mtime) for file in files)
        with self._locks[name]:
            if name not in self._loaded or self._loaded[name][0] != state:
                self._loaded[name] = state, load()
            found: Thing = self._loaded[name][1]
            return found

    def _last(self, name: str, load: Callable[[], Thing]) -> Thing:
        try:
            return load()
        except (RasidError, OSError):
            if name not in self._loaded:
                raise
            last: Thing = self._loaded[name][1]
            return last

    def names(self, language: Language) -> Mapping[str, Mapping[str, str]]:
        """Field of an article → id → its name in a language; those of before while a file of them has a mistake."""
        tagger = self.last_tagger
        found = self._last("outlets", lambda: self.outlets)
        outlets = {id_: getattr(outlet.name, language) for id_, outlet in found.items()}
        kinds = {"false": WORDS[language]["original"], "true": WORDS[language]["copy"]}
        own = {"outlet": outlets, "is_repost": kinds, "weapon_classes": CLASSES[language]}
        return {**_labels(tagger, language), **own}


@lru_cache(maxsize=4)
def _labels(tagger: Tagger, language: Language) -> dict[str, dict[str, str]]:
    return labels(tagger.names, language)


def desk_token(storage: Storage) -> str:
    """The token of an installation, which is made when it is first asked for. Only the owner of the data can read it.

    Raises:
        RasidError: it cannot be kept.
    """
    file = storage.root / "desk-token"
    try:
        if file.exists() and (token := regular(file).read_text("utf-8").strip()):
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
