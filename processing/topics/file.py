"""What analysts write in ``topics.yaml``: word lists, topics, the words that may prove them, and examples.
``topics.schema.json`` is made of it, for editors.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from processing.phrase import Phrase
from rasid.outlets import Name
from rasid.yaml_file import Id, MisplacedError, Written, with_ids, written_under

ListNames = str | tuple[str, ...]
Level = Literal["proof", "support", "hint"]
LEVELS: tuple[Level, ...] = ("proof", "support", "hint")
MarkLevel = Literal["proof", "support", "hint", "never"]


class Words(Written):
    """Words that may prove a topic: a phrase, a word list, or words of several lists near each other."""

    phrase: Phrase | None = Field(None, description="A word, or a sequence of words; a|b: either.")
    list: ListNames | None = Field(None, description="A word list. [a, b]: either.")
    near: tuple[ListNames, ...] = Field(
        (), description="Word lists: one phrase of each, in any order. [a, b]: of either."
    )
    within: Annotated[int, Field(ge=2, le=50)] | Literal["sentence"] = Field(
        8, description="Most words that near may span, in one sentence; or sentence, for all of it."
    )

    @model_validator(mode="after")
    def _one(self) -> "Words":
        if bool(self.phrase) + bool(self.list) + bool(self.near) != 1:
            raise ValueError("expected a phrase, list: or near:")
        if len(self.near) == 1:
            raise ValueError("expected at least two word lists in near:")
        return self

    @field_validator("list", "near")
    @classmethod
    def _lists_exist(cls, written: Any, info: ValidationInfo) -> Any:
        """Names all word lists that there are not, where it is known which there are."""
        known, entities = written_under(info, "lists"), (info.context or {}).get("entity_lists")
        wrong = {
            place: f"no word list {name} under lists:"
            for place, name in _places(written)
            if known is not None and name not in known
            if (name not in entities if entities is not None else not name.startswith("entities."))
        }
        if wrong:
            raise MisplacedError(wrong)
        return written

    def groups(self) -> tuple[ListNames, ...]:
        """The word lists that it wants something of: one alone, or several near each other; none for a phrase."""
        return (self.list,) if self.list else self.near

    def names(self) -> Iterator[str]:
        """Of the word lists that it uses."""
        for group in self.groups():
            yield from [group] if isinstance(group, str) else group


def _places(groups: ListNames | tuple[ListNames, ...] | None) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """The names of word lists, each with the positions at which it stands."""
    if isinstance(groups, str):
        yield (), groups
    for number, group in enumerate(groups if isinstance(groups, tuple) else ()):
        for place, name in _places(group):
            yield (number, *place), name


def _written(each: Any) -> Any:
    return {"phrase": each} if isinstance(each, str) else each


def _in_both(each: Any) -> Any:
    return {"ar": each, "en": each} if isinstance(each, str) else each


SomeWords = tuple[Annotated[Words, BeforeValidator(_written, json_schema_input_type=str | Words)], ...]


class Examples(Written):
    """Texts that a topic must be found in, and texts that it must not be found in: ``rasid topics test`` runs them."""

    match: tuple[str, ...] = Field((), description="Texts that have the topic.")
    no_match: tuple[str, ...] = Field((), description="Texts that do not have it.")


class Topic(Written):
    """A topic. Its model decides where it has one; else one passage of `proof` tags it, or two of `support`, or four
    of `hint`. A passage in a title counts twice.
    """

    id: str = Field("", description="The topic's key in the file.")
    label: Name
    description: Annotated[Name, BeforeValidator(_in_both, json_schema_input_type=str | Name)] = Field(
        description="What the topic is, in a sentence: in Arabic and in English, or one for both."
    )
    proof: SomeWords = Field((), description="One of these is enough.")
    support: SomeWords = Field((), description="Two of these are enough.")
    hint: SomeWords = Field((), description="Four of these are enough.")
    never: SomeWords = Field((), description="What shares a word with one of these does not count.")
    examples: Examples = Examples()

    @model_validator(mode="after")
    def _has_words(self) -> "Topic":
        if not (self.proof or self.support or self.hint):
            raise ValueError("expected words under proof:, support: or hint:")
        return self

    def words(self) -> Iterator[tuple[MarkLevel, int, Words]]:
        """All of its words, each with the key and position where they stand."""
        levels: tuple[tuple[MarkLevel, SomeWords], ...] = (
            ("proof", self.proof),
            ("support", self.support),
            ("hint", self.hint),
            ("never", self.never),
        )
        for level, written in levels:
            for number, words in enumerate(written):
                yield level, number, words


class TopicsFile(Written):
    """The whole file: word lists by name, topics by id. Topics may name the lists of `entities.yaml`, too, which the
    validation context has as ``entity_lists``; without it any that begins with ``entities.``.
    """

    lists: dict[str, tuple[Phrase, ...]] = Field(default_factory=dict, description="Word lists that topics share.")
    topics: Annotated[dict[Annotated[str, StringConstraints(pattern=Id)], Topic], BeforeValidator(with_ids)] = Field(
        min_length=1, description="The topics, by id."
    )
