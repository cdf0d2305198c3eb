"""The project's own configuration as it was compiled: that takes seconds, and installations of tests begin with it."""

from functools import cache
from pathlib import Path
from shutil import copytree, ignore_patterns

from filelock import FileLock

from processing.topics.loading import load_tagger
from rasid.settings import ROOT
from search.synonyms import load_synonyms

CONFIG = ROOT / ".pytest_cache" / "shipped"
"""A folder that has nothing, so that the shipped files are in force, without those that an analyst has beside them."""
CONFIG.mkdir(parents=True, exist_ok=True)
_KEPT = ROOT / ".pytest_cache" / "compiled"


def shipped_copy(folder: Path) -> Path:
    """Copies the shipped configuration into a new folder, to be changed there."""
    return Path(copytree(ROOT / "config", folder, ignore=ignore_patterns("*.d", "__pycache__")))


@cache
def compiled() -> Path:
    """The folder where it is kept for all workers, and for the next tests if nothing changes that it is made of."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    with FileLock(_KEPT.with_suffix(".lock")):
        load_tagger(CONFIG / "topics.yaml", _KEPT)
        load_synonyms(CONFIG, _KEPT)
    return _KEPT


def warm(data: Path) -> Path:
    """Has a new folder of data begin with it, as one has where a command has run before."""
    (data / "cache").mkdir(parents=True)
    for file in compiled().iterdir():
        (data / "cache" / file.name).symlink_to(file)
    return data
