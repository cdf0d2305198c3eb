"""The JSON Schemas by which editors complete and check what analysts write."""

import json
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from pipeline.schemas import SCHEMAS, schema
from rasid.configuration import SHIPPED
from samples.server import OUTLETS_FILE

NAME = {"ar": "x", "en": "x"}
MISTAKES: dict[str, dict[str, Any]] = {
    "outlets": {
        "outlets": {"one": {"name": {"ar": "x", "en": "x"}, "country": "DZ", "timezone": "UTC", "sourses": []}}
    },
    "topics": {"topics": {"one": {"label": {"ar": "x"}, "description": "x"}}},
    "entities": {"weapons": {"S-1": {"label": NAME, "words": "x"}}},
    "synonyms": {"synonyms": [["alone"]]},
    "alerts": {"alerts": {"one": {"name": NAME, "topic": ["x"]}}},
}


def _validator(kind: str) -> Draft202012Validator:
    found = json.loads((SHIPPED / f"{kind}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_those_of_the_models(name: str) -> None:
    kept = (SHIPPED / name).read_text(encoding="utf-8")
    assert kept == schema(SCHEMAS[name]), "run python -m pipeline.schemas"


@pytest.mark.parametrize("kind", MISTAKES)
def test_what_is_shipped_names_its_schema_and_fits_it(kind: str) -> None:
    file = SHIPPED / f"{kind}.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema={kind}.schema.json\n")
    _validator(kind).validate(_plain(YAML(typ="safe").load(text)))
    assert not _validator(kind).is_valid(MISTAKES[kind])


def test_the_sample_outlets_fit_the_schema() -> None:
    _validator("outlets").validate(_plain(YAML(typ="safe").load(OUTLETS_FILE.read_text(encoding="utf-8"))))


def _plain(tree: Any) -> Any:
    """As JSON has it: a day is a text there."""
    return json.loads(json.dumps(tree, default=lambda each: each.isoformat() if isinstance(each, date) else None))
