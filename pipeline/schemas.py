"""JSON Schemas of the files that analysts write, for their editors: ``python -m pipeline.schemas`` writes them anew."""

import json

from pydantic import BaseModel

from processing.entities.recogniser import EntitiesFile
from processing.topics.file import TopicsFile
from rasid.settings import ROOT
from search.synonyms import SynonymsFile

SCHEMAS: dict[str, type[BaseModel]] = {
    "topics.schema.json": TopicsFile,
    "entities.schema.json": EntitiesFile,
    "synonyms.schema.json": SynonymsFile,
}


def schema(model: type[BaseModel]) -> str:
    """The text of a schema's file."""
    return json.dumps(model.model_json_schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for name, model in SCHEMAS.items():
        (ROOT / "config" / name).write_text(schema(model), encoding="utf-8")
