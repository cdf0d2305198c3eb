"""Files of an installation's own, beside those that Rasid comes with."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rasid.configuration import SHIPPED, config_files
from rasid.errors import RasidError, told_by_system

_OWN_FOLDER = "name a folder of your own by RASID_CONFIG, which `rasid init FOLDER` makes"


def beside(folder: Path, name: str, id_: str) -> Path:
    """The file of an id's own beside one that Rasid comes with: ``outlets.d/ID.yaml`` beside ``outlets.yaml``."""
    return folder / f"{Path(name).stem}.d" / f"{id_}.yaml"


def write_beside(
    folder: Path, name: str, id_: str, text: str, read: Callable[[Sequence[Path]], object], is_new: bool = True
) -> Path:
    """Writes a file, such as ``outlets.d/ID.yaml`` beside ``outlets.yaml``, once it was read with all of its kind.

    Args:
        folder: folder of the configuration.
        name: name of the file that Rasid comes with, such as ``outlets.yaml``.
        id_: id by which the file is called; `read` must refuse one that cannot name a file.
        text: text of the file.
        read: reads files as one, and raises what is wrong with them.
        is_new: there may be none of that name. Else it is written anew, whole or not at all.

    Raises:
        RasidError: a new file is there already, the folder is not the installation's own or cannot be written to, or
            the file has a mistake.
        ConfigError: one of the other files has.
    """
    if folder == SHIPPED and not (SHIPPED.parent / "pyproject.toml").exists():
        raise RasidError(f"the next update would take away what is written to {SHIPPED}: {_OWN_FOLDER}")
    file = beside(folder, name, id_)
    others = [each for each in config_files(folder, name) if is_new or each != file]
    with TemporaryDirectory() as place:
        trial = Path(place) / "new.yaml"
        trial.write_text(text, encoding="utf-8")
        try:
            read([*others, trial])
        except RasidError as error:
            if str(trial) not in str(error):
                raise
            raise RasidError(str(error).replace(str(trial), str(file))) from None
    if is_new and (file.exists() or file.is_symlink()):
        raise RasidError(f"{file} is there already: choose another id, or move it away")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        place_of_writing = file if is_new else file.with_suffix(".new")
        with place_of_writing.open("x" if is_new else "w", encoding="utf-8") as stream:
            stream.write(text)
        place_of_writing.replace(file)
    except OSError as error:
        raise RasidError(f"{told_by_system(error, str(file)) or error}; or {_OWN_FOLDER}") from None
    return file


def remove_beside(folder: Path, name: str, id_: str, read: Callable[[Sequence[Path]], object]) -> None:
    """Removes a file that `write_beside` has written, once all others of its kind were read without it.

    Raises:
        RasidError: it cannot be removed.
        ConfigError: another file has a mistake, or needs what stands in it.
    """
    file = beside(folder, name, id_)
    read([each for each in config_files(folder, name) if each != file])
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise RasidError(told_by_system(error, str(file)) or f"{error}") from None
