"""What the documentation says is so: the reference is what the code gives, links lead somewhere, commands exist, and
examples are read as the program reads them.
"""

import re
import shlex
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML
from typer import TyperException
from typer.main import get_command

from alerts.rules import RulesFile
from cli.main import app
from cli.reference import FOLDER, PAGES, REASONS
from processing.entities.recogniser import EntitiesFile
from processing.topics.file import TopicsFile
from processing.topics.tagger import Tagger
from rasid.outlets import OutletsFile
from rasid.records import RejectReason
from rasid.settings import ROOT
from rasid.yaml_file import load_yaml
from search.synonyms import SynonymsFile

LEFT_OUT = {".git", ".venv", "data", "node_modules"}
PAGES_OF_DOCS = sorted(
    file for file in ROOT.rglob("*.md") if LEFT_OUT.isdisjoint(file.relative_to(ROOT).parts) and file.is_file()
)
NAMES = [str(file.relative_to(ROOT)) for file in PAGES_OF_DOCS]
ANALYST = ROOT / "docs" / "analyst"
MODELS: dict[str, type[BaseModel]] = {
    "outlets": OutletsFile,
    "topics": TopicsFile,
    "lists": TopicsFile,
    "countries": EntitiesFile,
    "weapons": EntitiesFile,
    "organisations": EntitiesFile,
    "people": EntitiesFile,
    "synonyms": SynonymsFile,
    "alerts": RulesFile,
    "channels": RulesFile,
    "operators": RulesFile,
}
"""Key at the top of an example → the file that it is of."""


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _blocks(text: str, language: str = "") -> list[str]:
    """The code blocks of a page that have no language, or this one."""
    return [code for name, code in re.findall(r"^ *```(\w*)\n(.*?)^ *```$", text, re.M | re.S) if name == language]


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^ *```.*?^ *```$", "", text, flags=re.M | re.S))


def _anchors(text: str) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", re.sub(r"^ *```.*?^ *```$", "", text, flags=re.M | re.S), re.M):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        same = sum(each == anchor or re.fullmatch(rf"{re.escape(anchor)}-\d+", each) is not None for each in found)
        found.add(f"{anchor}-{same}" if same else anchor)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_what_the_code_gives(name: str) -> None:
    assert _text(FOLDER / name) == PAGES[name](), "run python -m cli.reference"


def test_each_reason_of_a_rejection_is_in_the_reference() -> None:
    assert set(REASONS) == set(get_args(RejectReason))


def test_the_readme_is_short() -> None:
    assert (ROOT / "README.md").stat().st_size <= 6 * 1024


def _links(file: Path) -> Iterator[tuple[str, Path, str]]:
    """A page's links into the project: each as written, the file, and the anchor there."""
    text = _without_code(_text(file))
    for target in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"(?:src|href)=\"([^\"]+)\"", text):
        path, _, anchor = unquote(target).partition("#")
        if not re.match(r"[a-z]+:", target):
            yield target, (file.parent / path).resolve() if path else file, anchor


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    wrong = [
        target
        for target, there, anchor in _links(ROOT / name)
        if not there.exists() or (anchor and anchor not in _anchors(_text(there)))
    ]
    assert not wrong


def test_the_readme_leads_to_all_pages() -> None:
    reached, edge = set[Path](), [ROOT / "README.md"]
    while edge:
        file = edge.pop()
        reached.add(file)
        edge += {there for _, there, _ in _links(file) if there.suffix == ".md"} - reached
    assert set((ROOT / "docs").rglob("*.md")) <= reached


_COMMAND = re.compile(
    r"(?:\$ |[A-Z_]+=\S+ |(?:dc|docker compose) (?:exec|run --rm) [\w-]+ )*(?:\.venv/bin/)?"
    r"((?:rasid|make|python -m) [^|]+)"
)


def _commands(text: str) -> Iterator[list[str]]:
    """The commands of a page, in code blocks and in the course of its text; not those with parts that are left out."""
    lines = [line for block in _blocks(text) for line in block.replace("\\\n", " ").splitlines()]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```$", "", text, flags=re.M | re.S))
    for line in lines:
        for part in re.sub(r"\s#\s.*", "", line).split("&&"):
            if (command := _COMMAND.match(part.strip())) and "…" not in part:
                yield shlex.split(command[1])


def _mistake(words: list[str]) -> str | None:
    """Why a command cannot be run as it is written; None if it can."""
    if words[0] == "make":
        return None if re.search(rf"^{words[1]}:", _text(ROOT / "Makefile"), re.M) else "no such target"
    if words[0] == "python":
        return None if find_spec(words[2]) else "no such module"
    command: Any = get_command(app)
    context = command.context_class(command, info_name="rasid")
    words = words[1:]
    while hasattr(command, "get_command") and words and not words[0].startswith("-"):
        below = command.get_command(context, words[0])
        if below is None:
            return f"no command {words[0]}"
        command, words = below, words[1:]
        context = command.context_class(command, info_name=words[0] if words else "", parent=context)
    try:
        command.make_parser(context).parse_args(list(words))
    except TyperException as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"CHANGELOG.md", "docs/reference/commands.md"}])
def test_commands_and_their_options_exist(name: str) -> None:
    told = {shlex.join(words): _mistake(words) for words in _commands(_text(ROOT / name))}
    assert {words: mistake for words, mistake in told.items() if mistake} == {}


@cache
def _known() -> tuple[EntitiesFile, dict[str, Any]]:
    """The project's names, and what examples may name: these, its topics, and the one that the pages add."""
    entities = load_yaml(ROOT / "config" / "entities.yaml", EntitiesFile)
    context = {"entity_lists": entities.list_names()}
    topics = load_yaml(ROOT / "config" / "topics.yaml", TopicsFile, context).topics
    return entities, context | {"topics": [*topics, "water"]}


def _examples() -> Iterator[tuple[str, str]]:
    for file in PAGES_OF_DOCS:
        if file.parent.name == "ar":  # the same as in English, as another test sees
            continue
        for number, code in enumerate(_blocks(_text(file), "yaml"), start=1):
            yield f"{file.relative_to(ROOT)} {number}", code


@pytest.mark.parametrize(("name", "code"), [pytest.param(*each, id=each[0]) for each in _examples()])
def test_examples_are_read_as_the_program_reads_them(name: str, code: str, tmp_path: Path) -> None:
    keys = list(YAML(typ="safe").load(code))
    file = tmp_path / "example.yaml"
    of_alerts = not {"alerts", "channels", "operators"}.isdisjoint(keys)
    missing = {"channels": "{system: {webhook: NEWSROOM_HOOK_URL}}", "alerts": "{}"} if of_alerts else {}
    lines = [code, *(f"{key}: {value}" for key, value in missing.items() if key not in keys)]
    file.write_text("\n".join(lines), encoding="utf-8")
    entities, context = _known()
    loaded = load_yaml(file, MODELS[keys[0]], context)
    if isinstance(loaded, EntitiesFile):  # who adds what is there gets an error
        for kind in ("weapons", "organisations", "people"):
            assert getattr(loaded, kind).keys().isdisjoint(getattr(entities, kind))
    if isinstance(loaded, TopicsFile):
        tagger = Tagger(loaded, entities, {}, "example")
        for topic in loaded.topics.values():
            assert all(topic.id in tagger.tag("", text).topics for text in topic.examples.match)
            assert not any(topic.id in tagger.tag("", text).topics for text in topic.examples.no_match)


def test_both_languages_have_the_same_pages_and_code() -> None:
    english, arabic = ({file.name: _text(file) for file in (ANALYST / name).glob("*.md")} for name in ("en", "ar"))
    assert english
    assert english.keys() == arabic.keys()
    for name, text in english.items():
        ours, theirs = (list(_commands(page)) for page in (text, arabic[name]))
        assert theirs == ours, name
        read = YAML(typ="safe").load
        assert [*map(read, _blocks(arabic[name], "yaml"))] == [*map(read, _blocks(text, "yaml"))], name


def test_each_promise_names_tests_that_exist() -> None:
    rows = re.findall(r"^\|.*\| ([^|]*) \|$", _text(ROOT / "docs" / "operator" / "promises.md"), re.M)
    named = {name for row in rows for name in re.findall(r"`([\w/]+)`", row)}
    assert named
    files = [ROOT / "tests" / re.sub(r"([^/]+)$", r"test_\1.py", name) for name in named]
    assert [str(file) for file in files if not file.exists()] == []


def test_pictures_are_well_formed() -> None:
    for file in (ROOT / "docs").rglob("*.svg"):
        assert ET.parse(file).getroot().tag.endswith("svg")
