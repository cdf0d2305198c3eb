"""Mistakes in YAML files, told to who reads Arabic."""

import re
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from rasid.errors import ConfigError
from rasid.yaml_parts import COMMAS

_VALUE = re.compile(r"(?s)(.*) \(it is (.*)\)")
_MORE = re.compile(r" and (\d+) more$")
_KINDS = {"topic": "موضوع", "country": "دولة", "weapon": "سلاح", "outlet": "منفذ", "channel": "قناة"}


def in_arabic(mistakes: ConfigError) -> str:
    """All mistakes, each by its place and, below it, what should stand there. The place has a line of its own, as it
    runs from left to right.
    """
    told = []
    for each in mistakes.each():
        where = f"{each.file}:{each.line}: {each.key}".removesuffix(": ")
        told.append(f"{where}\n  {translated(each.expected)}")
    return "\n".join(told)


def translated(said: str) -> str:
    """What is said of one mistake, in Arabic; as it is where nobody has put it into Arabic."""
    for comma in COMMAS.values():
        if said.endswith(f"; {comma}"):
            return f"{translated(said.removesuffix(f'; {comma}'))}؛ {translated(comma)}"
    value = _VALUE.fullmatch(said)
    for pattern, arabic in _sentences():
        if found := pattern.fullmatch(value[1] if value else said):
            words = [_MORE.sub(r" و\1 غيرها", _KINDS.get(each, each)) for each in found.groups()]
            return arabic.format(*words) + (f" (المكتوب: {value[2]})" if value else "")
    return said


@cache
def _sentences() -> list[tuple[re.Pattern[str], str]]:
    written = YAML(typ="safe").load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return [(re.compile("(.+?)".join(map(re.escape, said.split("{}")))), arabic) for said, arabic in written.items()]
