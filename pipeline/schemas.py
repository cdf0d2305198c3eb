"""JSON Schemas of the files that analysts write, for their editors: ``python -m pipeline.schemas`` writes them anew."""

import json

from pydantic import BaseModel

from alerts.rules import RulesFile
from processing.deals.file import DealsFile
from processing.entities.recogniser import EntitiesFile
from processing.topics.file import TopicsFile
from rasid.configuration import SHIPPED
from rasid.outlets import OutletsFile
from search.synonyms import SynonymsFile

SCHEMAS: dict[str, type[BaseModel]] = {
    "outlets.schema.json": OutletsFile,
    "topics.schema.json": TopicsFile,
    "entities.schema.json": EntitiesFile,
    "deals.schema.json": DealsFile,
    "synonyms.schema.json": SynonymsFile,
    "alerts.schema.json": RulesFile,
}


def schema(model: type[BaseModel]) -> str:
    """The text of a schema's file. An entry's id is not in it, as that is the entry's key."""
    tree = model.model_json_schema()
    for entry in tree.get("$defs", {}).values():
        if entry.get("properties", {}).pop("id", None) and "id" in entry.get("required", ()):
            entry["required"].remove("id")
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for name, model in SCHEMAS.items():
        (SHIPPED / name).write_text(schema(model), encoding="utf-8")
