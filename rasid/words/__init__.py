"""The lists of words by which pages are read, as people write them: in the YAML files of this folder."""

from functools import cache
from pathlib import Path

from pydantic import ConfigDict, RootModel

from rasid.yaml_file import load_yaml

FOLDER = Path(__file__).parent


class WordFile(RootModel[dict[str, str | dict[str, str]]]):
    """A whole file: lists by name, or under a name several that are related, such as the spellings of each month."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


def word_list(file: str, name: str) -> tuple[str, ...]:
    """The words of a list, which blanks part in the file.

    Args:
        file: name of the file, without ``.yaml``.
        name: of the list in it.

    Raises:
        ConfigError: the file cannot be read, is not YAML, or has something other than lists of words.
    """
    return tuple(_text(file, name).split())


def phrase_list(file: str, name: str) -> tuple[str, ...]:
    """The phrases of a list, which commas part in the file.

    Args:
        file: name of the file, without ``.yaml``.
        name: of the list in it.

    Raises:
        ConfigError: as for `word_list`.
    """
    return _phrases(_text(file, name))


def phrase_lists(file: str, name: str) -> dict[str, tuple[str, ...]]:
    """The related lists under a name: the name of each → its phrases.

    Args:
        file: name of the file, without ``.yaml``.
        name: of the lists in it.

    Raises:
        ConfigError: as for `word_list`.
    """
    return {key: _phrases(text) for key, text in _texts(file, name).items()}


def word_lists(file: str, name: str) -> dict[str, tuple[str, ...]]:
    """The related lists under a name: the name of each → its words.

    Args:
        file: name of the file, without ``.yaml``.
        name: of the lists in it.

    Raises:
        ConfigError: as for `word_list`.
    """
    return {key: tuple(text.split()) for key, text in _texts(file, name).items()}


@cache
def _lists(file: str) -> dict[str, str | dict[str, str]]:
    return load_yaml(FOLDER / f"{file}.yaml", WordFile).root


def _text(file: str, name: str) -> str:
    text = _lists(file)[name]
    assert isinstance(text, str)
    return text


def _texts(file: str, name: str) -> dict[str, str]:
    texts = _lists(file)[name]
    assert isinstance(texts, dict)
    return texts


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase for part in text.replace("،", ",").split(",") if (phrase := " ".join(part.split())))
