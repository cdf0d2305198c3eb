"""Alert rules that are written at the desk: each in a file of its own beside ``alerts.yaml``, which the desk may change
and take away. What stands in a file that a person wrote is hers: the desk says where.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from desk.question import PARAMETERS, Question
from rasid.configuration import config_files
from rasid.letters import normalise
from rasid.storage import regular

NAME = "alerts.yaml"
WRITTEN = "# Written at the reading desk, which changes it and takes it away.\n"
"""First line of a file of the desk's."""
LONGEST = 40
"""Characters of an id that is made of a name."""
_LATIN = {
    "ا": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z",
    "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q", "ك": "k",
    "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "w", "ي": "y", "ء": "",
}  # fmt: skip
FIELDS = {"topic": "topics", "country": "countries", "weapon": "weapons", "outlet": "outlets"}
"""Parameter of a search → field of a rule; what else is chosen stands in the rule's query."""


@dataclass(frozen=True)
class Place:
    """Where a rule stands.

    Attributes:
        file: the file.
        line: its line there, from 1.
        is_ours: the desk wrote the file.
    """

    file: Path
    line: int
    is_ours: bool


def place_of(folder: Path, id_: str) -> Place | None:
    """Where a rule of a folder of the configuration stands."""
    for file in config_files(folder, NAME):
        text = regular(file).read_text("utf-8")
        try:
            tree = YAML().load(text)
        except YAMLError:  # whoever reads all files says what is wrong with it
            continue
        rules = tree.get("alerts") if isinstance(tree, CommentedMap) else None
        if isinstance(rules, CommentedMap) and id_ in rules:
            return Place(file, rules.lc.key(id_)[0] + 1, text.startswith(WRITTEN) and list(rules) == [id_])
    return None


def free_id(name: str, taken: Container[str]) -> str:
    """An id for a rule, made of the Latin spelling of its name.

    Args:
        name: the name.
        taken: ids that it may not have.
    """
    latin = "".join(_LATIN.get(letter, letter) for letter in normalise(name))
    short = re.sub("[^a-z0-9]+", "-", latin).strip("-")[:LONGEST].strip("-") or "alert"
    if short not in taken:
        return short
    return next(each for each in map(f"{short}-{{}}".format, count(2)) if each not in taken)


def rule_yaml(question: Question, id_: str, name: str, channels: tuple[str, ...], mail: Mapping[str, Any] = {}) -> str:
    """A search as a rule of ``alerts.yaml``.

    Args:
        question: the search; its time is left out, as a rule tells of what is new.
        id_: id of the rule.
        name: name of the rule.
        channels: ids of the channels that are told.
        mail: id → channel, of those that the rule brings along.
    """
    others = [
        f"{PARAMETERS[parameter]}:({' OR '.join(map(_quoted, values))})"
        for parameter, values in question.chosen.items()
        if parameter not in FIELDS
    ]
    query = [f"({question.query})" if question.query and others else question.query, *others]
    rule: dict[str, Any] = {"name": {"ar": name or id_, "en": name or id_}}
    if any(query):
        rule["query"] = " AND ".join(filter(None, query))
    rule |= {field: list(question.chosen[name]) for name, field in FIELDS.items() if name in question.chosen}
    if channels:
        rule["channels"] = list(channels)
    return _dumped({**({"channels": dict(mail)} if mail else {}), "alerts": {id_: rule}})


def changed(text: str, id_: str, fields: Mapping[str, Any], mail: Mapping[str, Any] = {}) -> str:
    """The text of a file of the desk's with other values of its rule; one that is empty is taken out.

    Args:
        text: as it stands.
        id_: id of the rule.
        fields: field → value.
        mail: id → channel, of those that it brings along besides.
    """
    tree = YAML().load(text)
    rule = tree["alerts"][id_]
    for field, value in fields.items():
        if value:
            rule[field] = value
        else:
            rule.pop(field, None)
    if mail:
        tree["channels"] = {**tree.get("channels", {}), **mail}
    return _dumped(tree)


def _dumped(tree: Mapping[str, Any]) -> str:
    stream, yaml = StringIO(), YAML()
    yaml.allow_unicode, yaml.width = True, 120
    yaml.dump(tree, stream)
    return WRITTEN + stream.getvalue().removeprefix(WRITTEN)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
