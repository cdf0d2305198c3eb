"""The reference in ``docs/reference``, made of the code: ``python -m cli.reference`` writes it anew."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from inspect import getdoc, getmembers, isfunction, signature
from pathlib import Path
from textwrap import dedent
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typer.main import get_command
from upath import UPath

from alerts.rules import RulesFile
from cli.main import app
from processing.deals.file import DealsFile
from processing.entities.recogniser import EntitiesFile
from processing.reposts.story import Place
from processing.topics.file import TopicsFile
from rasid.outlets import OutletsFile
from rasid.records import Article, Rejected, RejectReason
from rasid.settings import ROOT, VARIABLES
from rasid.storage import Storage
from search.indices import TEMPLATES
from search.register import RegisteredDeal
from search.synonyms import SynonymsFile

FOLDER = ROOT / "docs" / "reference"
_MADE = "<!-- Made by `python -m cli.reference`: change the code, not this file. -->"
FILES: dict[str, tuple[str, type[BaseModel]]] = {
    "outlets.yaml": ("Who is watched.", OutletsFile),
    "topics.yaml": ("What an article is about.", TopicsFile),
    "entities.yaml": ("Countries, weapon systems, organisations and people that texts name.", EntitiesFile),
    "deals.yaml": ("The words by which arms deals are read.", DealsFile),
    "synonyms.yaml": ("Words that find each other in a search.", SynonymsFile),
    "alerts.yaml": ("Who is told of what.", RulesFile),
}
IN_INDEX_ALONE = {
    "indexed_at": "when this document was written; only in the index",
    "deal_pairs": "the parties of `deals`, such as `US>DZ`; a side that is not told is `?`; only in the index",
    "deal_suppliers": "who gives in one of `deals`, for searches and alerts; only in the index",
    "deal_recipients": "who takes in one of `deals`; only in the index",
    "deal_stages": "how far one of `deals` has come; only in the index",
    "quotes": "the quotes of `topic_evidence`, each once, for tables in Kibana; only in the index",
}
IN_DEALS_ALONE = {
    "pair": "its parties, such as `US>DZ`; a side that is not told is `?`",
    "article_ids": "ids of the articles that tell of it",
    "story_ids": "ids of their stories",
}
REASONS: dict[RejectReason, str] = {
    "http_status": "the server answered something else than 200",
    "not_html": "a picture, a PDF …",
    "undecodable": "the compression or the character set is unknown or damaged",
    "empty": "no text was found",
    "short": "the text has fewer than 20 words",
    "listing": "a home page, a section, or another list of articles",
    "gallery": "pictures with hardly a word",
    "login": "the page asks its readers to log in or to subscribe",
    "soft_404": "the page says that there is nothing, or one notice stands at several addresses in place of articles",
    "language": "the text is not Arabic",
    "extractor": "the extractor failed on the page",
    "refused": "Elasticsearch does not take the article",
}


def commands() -> str:
    """All commands with their arguments and options, as ``--help`` has them."""
    root = get_command(app)
    parts = [
        "# Commands",
        "`rasid --help` lists them, and each explains itself with `--help`. The exit code is 0 when all went well, 1 "
        "when something did not, 2 when the command line has a mistake.",
    ]

    def add(command: Any, context: Any) -> None:
        panel = f"## {command.rich_help_panel}"
        if context.parent and isinstance(command.rich_help_panel, str) and panel not in parts:
            parts.append(panel)
        if context.parent:
            pieces = (re.sub(r"[{}]", "", piece) for piece in command.collect_usage_pieces(context))
            parts.append(f"### {context.command_path}\n\n```\n{context.command_path} {' '.join(pieces)}\n```")
            parts.append(_paragraphs(command.help))
            records = (parameter.get_help_record(context) for parameter in command.get_params(context))
            rows = [(f"`{name}`", told) for name, told in filter(None, records) if name != "--help"]
            parts.append(_table(("argument or option", "what"), rows))
        for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
            below = command.get_command(context, name)
            add(below, below.context_class(below, info_name=name, parent=context))

    add(root, root.context_class(root, info_name="rasid"))
    return _page(*parts)


def settings() -> str:
    """All settings."""
    rows = [(f"`{name}`", _default(field), field.description or "") for name, field in VARIABLES.items()]
    return _page(
        "# Settings",
        "In the environment, in a file `.env` of the working directory (copy [`.env.example`](../../.env.example)), or "
        "in files of these names in the folder that the variable `RASID_SECRETS` names. A value that is not allowed is "
        "reported before anything is done.",
        _table(("variable", "default", "what"), rows),
    )


def fields() -> str:
    """The fields of an article, of a rejected page and of a deal."""
    told = {**_attributes(Article), **IN_INDEX_ALONE}
    told |= {name: f"{text}; only in the index" for name, text in _attributes(Place).items()}
    types = TEMPLATES["articles"]["template"]["mappings"]["properties"]
    rows = [(f"`{name}`", _index_type(types[name]), told[name]) for name in types]
    reasons = [(f"`{reason}`", text) for reason, text in REASONS.items()]
    told_of_deals = {**_attributes(RegisteredDeal), **IN_DEALS_ALONE}
    of_deals = TEMPLATES["deals"]["template"]["mappings"]["properties"]
    deals = [(f"`{name}`", _index_type(of_deals[name]), told_of_deals[name]) for name in of_deals]
    rejected = [(f"`{name}`", text) for name, text in _attributes(Rejected).items()]
    return _page(
        "# Fields",
        "## An article",
        "What a line of `articles/DAY/OUTLET.jsonl`, the output of `rasid extract` and a document behind the alias "
        "`articles` hold. Dates are UTC, ISO 8601. A field that is empty is absent from the index. Searches use these "
        "names: `weapons:S-400`, `published_at:[2025-03-01 TO 2025-03-10]`.",
        _table(("field", "type in the index", "what it is"), rows),
        "`title` and `body` are searched with the letters of Arabic normalised and light stemming; `title.exact` and "
        "`body.exact` are not stemmed.",
        "## Rejected pages",
        "What a line of `rejected/DAY/OUTLET.jsonl` and a document of the index `rejected` hold:",
        _table(("field", "what it is"), rejected),
        _table(("reason", "what it means"), reasons),
        "## A deal",
        "What a document of the index `deals` holds, and a line of `rasid deals --json`. It is made anew of all "
        "articles of its two parties whenever one of these comes, changes or goes.",
        _table(("field", "type in the index", "what it is"), deals),
    )


def files() -> str:
    """What is kept where."""
    storage = Storage(UPath("/"))
    given = {"day": date(2026, 11, 24), "outlet": "aljazeera", "rule": "caatsa", "topic": "libya"}
    rows = []
    for name, method in getmembers(Storage, isfunction):
        wanted = [each for each in signature(method).parameters if each != "self"]
        if set(wanted) <= given.keys() and wanted:
            path = getattr(storage, name)(**{each: given[each] for each in wanted})
            shown = str(path).lstrip("/").replace("2026-11-24", "DAY").replace("aljazeera", "OUTLET")
            shown = shown.replace("libya", "TOPIC")
            rows.append((f"`{shown.replace('caatsa', 'RULE')}`", _paragraphs(getdoc(method)).removesuffix(".")))
    return _page(
        "# Files under `RASID_DATA`",
        "One folder a day, one file an outlet: each stage can be run again alone. `captures/` and `labels/` are what "
        "cannot be made again, and, in the index, what alerts have told (`alert-deliveries`, `alert-rules`); all else "
        "can be made from them. On one machine there are also `elasticsearch/` "
        "(the local node: its data, log and password), `airflow/` (its home; a folder that was moved or copied, "
        "while nothing of it ran, works on the database in it) and `cache/` (compiled topics; it may be deleted).",
        _table(("path", "what it is"), sorted(rows)),
        "A name that ends with `.torn` or `.damaged` is a file, or its end, that was set aside because it was damaged. "
        "A name such as `.NAME.PID` is the partial file of a process that was killed; it is never read.",
    )


def configuration() -> str:
    """The keys of the YAML files."""
    parts = [
        "# Keys of the YAML files",
        "The files are in the folder `RASID_CONFIG`, in this project `config/`. An unknown key is a mistake. A mistake "
        "is reported with file, line and key before anything is crawled; `rasid doctor` looks through all five files. "
        "An *id* has small Latin letters, digits, `-` and `_`.",
    ]
    for name, (what, model) in FILES.items():
        parts += [f"## {name}", what]
        places: dict[type[BaseModel], list[str]] = {}
        for path, each in _models(model):
            places.setdefault(each, []).append(path)
        for each, paths in places.items():
            if each is not model:
                parts += [f"### {', '.join(f'`{path}`' for path in paths)} of {name}", _first(each)]
            parts.append(_keys(each))
    return _page(*parts)


PAGES = {
    "commands.md": commands,
    "settings.md": settings,
    "fields.md": fields,
    "files.md": files,
    "configuration.md": configuration,
}


def _page(*parts: str) -> str:
    return "\n\n".join([_MADE, *filter(None, parts)]) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    if len(lines) == 2:
        return ""
    return "\n".join(f"| {' | '.join(each.replace('|', chr(92) + '|') for each in line)} |" for line in lines)


def _paragraphs(text: str | None) -> str:
    """A docstring's text up to its sections, a paragraph a line."""
    told = re.split(r"\n\n(?:Args|Attributes|Returns|Raises):\n", dedent(text or ""))[0]
    return "\n\n".join(" ".join(each.split()) for each in told.replace("``", "`").split("\n\n"))


def _first(model: type) -> str:
    return _paragraphs(getdoc(model))


def _attributes(record: type) -> dict[str, str]:
    """What a docstring says of each attribute."""
    section = (getdoc(record) or "").partition("Attributes:\n")[2].partition("\n\n")[0]
    named = re.findall(r"^    (\w+): (.*(?:\n {5,}.*)*)", section, re.MULTILINE)
    return {name: " ".join(text.split()).replace("``", "`").removesuffix(".") for name, text in named}


def _default(field: FieldInfo) -> str:
    value = field.default
    if field.is_required() or value is None or field.default_factory or value in ((), frozenset()):
        return ""
    if isinstance(value, BaseModel):
        return ""
    if isinstance(value, Path | UPath) and Path(str(value)).is_relative_to(ROOT):
        return f"`{Path(str(value)).relative_to(ROOT)}` of the checkout"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _index_type(mapping: dict[str, Any]) -> str:
    parts = [mapping.get("type", "object"), *(f"`.{name}`" for name in mapping.get("fields", ()))]
    searched = mapping.get("index", True) and mapping.get("enabled", True)
    return ", ".join([*parts, *([] if searched else ["not searchable"])])


def _inner(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _inner(each)


def _models(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """A file's models with the keys under which they stand, the whole file first."""
    yield path, model
    for name, field in model.model_fields.items():
        inside = f"{path}.{field.alias or name}".lstrip(".") + ".ID" * (get_origin(field.annotation) is dict)
        for each in dict.fromkeys(_inner(field.annotation)):
            yield from _models(each, inside)


def _keys(model: type[BaseModel]) -> str:
    told: dict[str, str] = {}
    for each in reversed(model.__mro__):
        told |= _attributes(each)
    rows = [
        (
            f"`{field.alias or name}`",
            "must be given" if field.is_required() else _values(field),
            field.description or told.get(name) or _of_inner(field),
        )
        for name, field in model.model_fields.items()
        if name != "id"
    ]
    return _table(("key", "default", "what"), rows)


def _values(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        default, *others = sorted(get_args(field.annotation), key=lambda each: each != field.default)
        return ", ".join([f"`{default}`", *(f"or `{each}`" for each in others)])
    return _default(field)


def _of_inner(field: FieldInfo) -> str:
    """What the model of a key says of itself, in its first sentence."""
    return next((_first(each).split(".")[0] for each in _inner(field.annotation)), "")


def main() -> None:
    """Writes the pages."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
