"""What the desk itself says, in each language that it is written in: a file a language."""

from pathlib import Path

from ruamel.yaml import YAML

from alerts.report_words import Language

WORDS: dict[Language, dict[str, str]] = {
    language: YAML(typ="safe").load((Path(__file__).parent / f"{language}.yaml").read_text("utf-8"))
    for language in ("ar", "en")
}
