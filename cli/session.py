"""What a command works with: the installation's settings, the stages of a day, the cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cli.terminal import errors
from rasid.errors import RasidError

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from pipeline.stages import Stages
    from rasid.settings import Role, Settings


def data_settings() -> "Settings":
    """The settings of a command that keeps or seeks data; new data is not begun in silence."""
    from rasid.settings import load_settings
    from rasid.storage import is_local

    settings = load_settings()
    if is_local(settings.data) and not settings.data.exists():
        errors.print(f"data: {settings.data.path} (new)", soft_wrap=True)
    return settings


def reads_arabic() -> bool:
    """Whether somebody said that Arabic is to be written: it is the report's language anyway, and not every terminal
    shows it.
    """
    from rasid.settings import load_settings

    try:
        settings = load_settings()
    except RasidError:
        return False
    return settings.language == "ar" and "language" in settings.model_fields_set


@contextmanager
def stages_of(day: date, outlets_file: Path | None) -> "Iterator[Stages]":
    """The stages of a day, whose progress is shown while the context lasts."""
    from cli.screens.progress import ProgressTable
    from pipeline.config import load_config
    from pipeline.stages import Stages

    settings = data_settings()
    config = load_config(settings, outlets_file)
    with ProgressTable(errors).shown() as table:
        yield Stages(settings, config, day, table.take)


def outlet_ids(stages: "Stages", chosen: list[str] | None) -> list[str]:
    """The ids of the chosen outlets; of all that are enabled when none is chosen. That there are none is said.

    Raises:
        RasidError: there is no such outlet.
    """
    from rasid.outlets import select_outlets

    ids = [outlet.id for outlet in select_outlets(stages.config.outlets, chosen or [])]
    if not ids:
        errors.print("there is nothing to do: all outlets of outlets.yaml are disabled", style="yellow", soft_wrap=True)
    return ids


def cluster(settings: "Settings", role: "Role") -> "Elasticsearch":
    """A client of the cluster; the first download of the local node is shown.

    Raises:
        RasidError: the cluster cannot be used.
    """
    from cli.screens.download import download_bar
    from search.cluster import connect

    with download_bar(errors) as progress:
        return connect(settings, role, progress)
