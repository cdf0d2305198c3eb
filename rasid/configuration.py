"""The files that analysts edit: those of the folder ``RASID_CONFIG`` lie over the shipped ones, or beside them."""

import shutil
from pathlib import Path

from upath import UPath

from rasid.errors import ConfigError, RasidError

SHIPPED = Path(__file__).resolve().parent.parent / "config"
"""The folder of the shipped configuration, in the checkout or where Rasid is installed."""


def config_file(folder: Path, name: str) -> Path:
    """The file of a name that is in force: the folder's own or, where it has none, the shipped one."""
    own = folder / name
    return own if own.exists() or own.is_symlink() else SHIPPED / name


def config_files(folder: Path, name: str) -> tuple[Path, ...]:
    """The files that are read as one: that of a name which is in force, and those that a person has beside it, such as
    ``outlets.d/mine.yaml`` beside ``outlets.yaml``, by name. Hidden ones are what editors and systems keep there.

    Raises:
        ConfigError: the folder that has them cannot be read; else all of them would be missed in silence.
    """
    beside = folder / f"{Path(name).stem}.d"
    try:
        found = list(beside.iterdir()) if beside.is_symlink() or beside.exists() else []
    except OSError as error:
        told = f"cannot be read: {error.strerror}; mend that, or name another folder by RASID_CONFIG"
        raise ConfigError(str(beside), 1, "", told) from None
    own = sorted(file for file in found if file.suffix == ".yaml" and not file.name.startswith("."))
    return (config_file(folder, name), *own)


def topic_models(folder: Path, learned: UPath | None = None) -> list[Path | UPath]:
    """The files of the topics' models that are in force, by name. A model belongs to the topics beside which it lies:
    those that are shipped are none for a folder that has topics of its own.

    Args:
        folder: of the configuration.
        learned: folder of the models that the installation learned itself, which lie over all others.
    """
    beside = config_file(folder, "topics.yaml").parent
    folders: list[Path | UPath] = [beside / "models", folder / "models", *([learned] if learned else [])]
    found = {file.name: file for models in folders if models.exists() for file in models.glob("*.json")}
    return [found[name] for name in sorted(found)]


def copy_shipped(folder: Path) -> list[Path]:
    """Copies the shipped configuration into a folder, to be edited there.

    Args:
        folder: is made if it is missing.

    Returns:
        the files that were written.

    Raises:
        RasidError: the folder has one of these files already; then nothing is written.
    """
    shipped = sorted(file for file in SHIPPED.rglob("*") if file.suffix in {".yaml", ".json"})
    copies = {folder / file.relative_to(SHIPPED): file for file in shipped}
    if there := [copy for copy in copies if copy.exists() or copy.is_symlink()]:
        raise RasidError(f"{there[0]} is there already: choose a new folder, or move it away")
    for copy, file in copies.items():
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    return list(copies)
