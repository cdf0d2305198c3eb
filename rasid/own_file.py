"""Files of an installation's own, beside those that Rasid comes with."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rasid.configuration import SHIPPED, config_files
from rasid.errors import RasidError, told_by_system

_OWN_FOLDER = "name a folder of your own by RASID_CONFIG, which `rasid init FOLDER` makes"


def write_beside(folder: Path, name: str, id_: str, text: str, read: Callable[[Sequence[Path]], object]) -> Path:
    """Writes a new file, such as ``outlets.d/ID.yaml`` beside ``outlets.yaml``, once it was read with all of its kind.

    Args:
        folder: folder of the configuration.
        name: name of the file that Rasid comes with, such as ``outlets.yaml``.
        id_: id by which the new file is called; `read` must refuse one that cannot name a file.
        text: text of the new file.
        read: reads files as one, and raises what is wrong with them.

    Raises:
        RasidError: the file is there already, the folder is not the installation's own or cannot be written to, or the
            new file has a mistake.
        ConfigError: one of the other files has.
    """
    if folder == SHIPPED and not (SHIPPED.parent / "pyproject.toml").exists():
        raise RasidError(f"the next update would take away what is written to {SHIPPED}: {_OWN_FOLDER}")
    file = folder / f"{Path(name).stem}.d" / f"{id_}.yaml"
    with TemporaryDirectory() as place:
        trial = Path(place) / "new.yaml"
        trial.write_text(text, encoding="utf-8")
        try:
            read([*config_files(folder, name), trial])
        except RasidError as error:
            if str(trial) not in str(error):
                raise
            raise RasidError(str(error).replace(str(trial), str(file))) from None
    if file.exists() or file.is_symlink():
        raise RasidError(f"{file} is there already: choose another id, or move it away")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise RasidError(f"{told_by_system(error, str(file)) or error}; or {_OWN_FOLDER}") from None
    return file
