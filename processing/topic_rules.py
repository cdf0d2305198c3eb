"""What analysts write in ``topics.yaml``: word lists, topics, their conditions and examples. ``topics.schema.json`` is
made of it, for editors.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo, model_validator

from processing.matcher import alternatives
from rasid.outlets import Name
from rasid.yaml_file import Id, MisplacedError, Written, with_ids


def _checked(phrase: str) -> str:
    if {",", "،"} & set(phrase):
        raise ValueError("a phrase has no comma: write what stands on either side as two phrases")
    alternatives(phrase)  # raises what pydantic tells of
    return phrase


Phrase = Annotated[str, StringConstraints(min_length=1), AfterValidator(_checked)]
ListNames = str | tuple[str, ...]


class Condition(Written):
    """What gives a passage: one of `phrases` or of a word list, or words of several lists near each other."""

    phrases: tuple[Phrase, ...] = Field((), description="Words, or sequences of words; a|b: either.")
    list: ListNames | None = Field(None, description="A word list, used as phrases. [a, b]: either.")
    near: tuple[ListNames, ...] = Field(
        (), description="Word lists: one phrase of each, in any order. [a, b]: of either."
    )
    within: Annotated[int, Field(ge=2, le=50)] | Literal["sentence"] = Field(
        8, description="Most words that near may span, in one sentence; or sentence, for all of it."
    )
    score: float = Field(1.0, gt=0, description="Of each passage.")
    in_: Literal["title", "lead", "body"] | None = Field(
        None, alias="in", description="Where alone it is looked for; lead: in the title and the body's first words."
    )
    at_most: float | None = Field(None, gt=0, description="All of its passages in an article together score no more.")

    @model_validator(mode="after")
    def _one(self) -> "Condition":
        if bool(self.phrases) + bool(self.list) + bool(self.near) != 1:
            raise ValueError("expected one of phrases:, list: or near:")
        if len(self.near) == 1:
            raise ValueError("expected at least two word lists in near:")
        return self

    def groups(self) -> tuple[ListNames, ...]:
        """The word lists that it wants something of: one alone, or several near each other; none if it has phrases."""
        return (self.list,) if self.list else self.near

    def names(self) -> Iterator[str]:
        """Of the word lists that it uses."""
        for group in self.groups():
            yield from [group] if isinstance(group, str) else group


class Examples(Written):
    """Texts that a topic must be found in, and texts that it must not be found in: ``rasid topics test`` runs them."""

    match: tuple[str, ...] = ()
    no_match: tuple[str, ...] = ()


class Topic(Written):
    """A topic: tagged where the passages of `any` and `all`, less those of `against`, reach `min_score`."""

    id: str = Field("", description="The topic's key in the file.")
    label: Name
    description: str = Field(min_length=1)
    any: tuple[Condition, ...] = Field(min_length=1, description="Each passage of any of these scores.")
    all: tuple[Condition, ...] = Field((), description="Each of these must have a passage somewhere in the article.")
    none: tuple[Condition, ...] = Field((), description="An article with a passage of one of these is not tagged.")
    exclude: tuple[Condition, ...] = Field((), description="A passage with a word of one of these does not count.")
    against: tuple[Condition, ...] = Field((), description="The score of each passage of these is taken off.")
    title_weight: float = Field(2.0, gt=0, description="A passage in the title scores so many times.")
    rest_weight: float = Field(1.0, gt=0, description="A passage after the body's first 80 words scores so many times.")
    min_score: float = Field(1.0, gt=0, description="The topic is tagged from this sum of scores on.")
    examples: Examples = Examples()

    def conditions(self) -> Iterator[tuple[str, int, Condition]]:
        """All of its conditions, each with the key and position where it stands."""
        for key in ("any", "all", "none", "exclude", "against"):
            for number, condition in enumerate(getattr(self, key)):
                yield key, number, condition


class TopicsFile(Written):
    """The whole file: word lists by name, topics by id. Conditions may name the lists of `entities.yaml`, too, which
    the validation context has as ``entity_lists``.
    """

    lists: dict[str, tuple[Phrase, ...]] = Field(default_factory=dict, description="Word lists that topics share.")
    topics: Annotated[dict[Annotated[str, StringConstraints(pattern=Id)], Topic], BeforeValidator(with_ids)] = Field(
        min_length=1
    )

    @model_validator(mode="after")
    def _lists_exist(self, info: ValidationInfo) -> "TopicsFile":
        entities = (info.context or {}).get("entity_lists", ())
        for topic in self.topics.values():
            for key, number, condition in topic.conditions():
                for name in condition.names():
                    if name not in self.lists and name not in entities:
                        where = ("topics", topic.id, key, number, "near" if condition.near else "list")
                        raise MisplacedError(where, f"no word list {name} under lists:")
        return self
