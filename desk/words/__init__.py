"""What the desk itself says, in each language that it is written in: a file a language."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from alerts.report_words import Language

_WRITTEN: dict[Language, dict[str, Any]] = {
    language: YAML(typ="safe").load((Path(__file__).parent / f"{language}.yaml").read_text("utf-8"))
    for language in ("ar", "en")
}
COUNTED: dict[Language, dict[str, dict[str, str]]] = {
    language: words.pop("counted") for language, words in _WRITTEN.items()
}
"""Language → what is counted → plural category of CLDR → words, with the number where there is ``{}``."""
COLUMNS: dict[Language, dict[str, str]] = {language: words.pop("columns", {}) for language, words in _WRITTEN.items()}
"""Language → column of a table for spreadsheets → its heading, where that is not the column's name."""
CLASSES: dict[Language, dict[str, str]] = {
    language: words.pop("weapon_classes") for language, words in _WRITTEN.items()
}
"""Language → class of weapons → its name."""
WORDS: dict[Language, dict[str, str]] = _WRITTEN
