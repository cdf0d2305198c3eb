"""A phrase as analysts write it in the YAML files: words, with ``a|b`` for either."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from processing.matcher import alternatives
from rasid.yaml_parts import COMMAS


def _checked(phrase: str) -> str:
    if {",", *COMMAS} & set(phrase):
        raise ValueError("a phrase has no comma: write what stands on either side as two phrases")
    alternatives(phrase)  # raises ValueError, which pydantic reports
    return phrase


Phrase = Annotated[str, StringConstraints(min_length=1), AfterValidator(_checked)]
