"""Articles to be labelled, one a screen and one key each; and what a topic learned of the labels."""

import sys
import termios
import tty
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Literal, TextIO

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from pipeline.teaching import Lesson, Question, question
from processing.topics.file import Topic
from processing.topics.labels import GRADES, Label, keep, label_of
from processing.topics.tagger import Tagger
from rasid.records import Article, TextField
from rasid.storage import Storage

Key = Literal["right", "wrong", "touches", "skip", "back", "quit"]
KEYS: dict[str, Key] = {
    "r": "right", "w": "wrong", "t": "touches", "s": "skip", "b": "back", "q": "quit", "": "quit",
    "ق": "right", "ص": "wrong", "ف": "touches", "س": "skip", "لا": "back", "ﻻ": "back", "ض": "quit",
}  # fmt: skip
"""What a key means; on an Arabic keyboard the same keys give other letters. Nothing: the input has ended."""
HELP = "r right · w wrong · t touches · s skip · b back · q quit"
AROUND = 60
"""Characters shown on either side of a mark that stands further down in the text."""


def label_on_terminal(
    console: Console, storage: Storage, tagger: Tagger, topic: str, articles: Sequence[Article], who: str
) -> int:
    """Asks for one article after the other until there are no more, or enough. Each label is kept at once.

    Returns:
        how many were given.
    """
    given: dict[int, Label] = {}
    number = 0
    with _each_key_at_once(sys.stdin):
        while number < len(articles):
            article = articles[number]
            asked, place = question(tagger, topic, article), f"{number + 1}/{len(articles)}"
            _show(console, tagger.topics[topic], asked, place, len(given))
            key = _key(sys.stdin)
            if key == "quit":
                break
            if key == "back":
                number = max(number - 1, 0)
                if gone := given.pop(number, None):
                    keep(storage, topic, [], [gone])
                continue
            if key != "skip":
                given[number] = label_of(article, topic, GRADES[key], who, datetime.now(UTC))
                keep(storage, topic, [given[number]])
            number += 1
    console.clear()
    return len(given)


@contextmanager
def _each_key_at_once(keyboard: TextIO) -> Iterator[None]:
    """Has a terminal hand over each key as it is pressed, also while a screen is drawn."""
    before = termios.tcgetattr(keyboard)
    tty.setcbreak(keyboard)
    try:
        yield
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)


def _key(keyboard: TextIO) -> Key:
    """The next key that means something."""
    while True:
        try:
            pressed = keyboard.read(1)
            pressed += keyboard.read(1) if pressed == "ل" else ""  # one key of an Arabic keyboard gives لا
        except KeyboardInterrupt:
            return "quit"
        if pressed in KEYS:
            return KEYS[pressed]


def _show(console: Console, topic: Topic, asked: Question, place: str, given: int) -> None:
    article, marks = asked.article, asked.marks
    lead = article.body[: asked.lead]
    shown = [
        Text(f"{topic.label.ar} ({topic.id}): {topic.description.en}", "bold cyan"),
        Text(f"{place} · {article.published_at:%Y-%m-%d} · {article.outlet_name} · {article.url}", "dim"),
        Text(),
        _marked(article.title, 0, "title", marks, "bold"),
        Text(),
        _marked(lead, 0, "body", marks).append(" …" if asked.lead < len(article.body) else ""),
    ]
    for start, end in _below(marks, asked.lead):
        first, last = max(start - AROUND, asked.lead), min(end + AROUND, len(article.body))
        shown.append(Text("… ").append_text(_marked(article.body[first:last], first, "body", marks)).append(" …"))
    console.clear()
    console.print(Group(*shown, Text(), Text(f"{given} labelled. Is it about it? {HELP}", "bold")))


def _marked(
    text: str, start: int, field: TextField, marks: Iterable[tuple[TextField, int, int]], style: str = ""
) -> Text:
    """A part of a field, from an offset on; its line feeds are blanks, so that a screen holds more."""
    shown = Text(text.replace("\n", " "), style)
    for where, first, last in marks:
        if where == field and last > start:
            shown.stylize("black on yellow", max(first - start, 0), last - start)
    return shown


def _below(marks: Iterable[tuple[TextField, int, int]], lead: int) -> list[tuple[int, int]]:
    """The marks below the lead; those whose surroundings meet are one."""
    found: list[tuple[int, int]] = []
    for field, first, last in sorted(marks):
        if field == "body" and last > lead:
            if found and first - found[-1][1] < 2 * AROUND:
                found[-1] = (found[-1][0], max(last, found[-1][1]))
            else:
                found.append((first, last))
    return found


def show_lesson(console: Console, lesson: Lesson) -> None:
    """What was learned of how many articles, and how right it was before and is now."""
    told = f"{lesson.texts} labelled articles, {lesson.about} of them about the topic"
    told += f"; {lesson.touched} only touch it" if lesson.touched else ""
    told += f"; of {lesson.differ} two people say different things" if lesson.differ else ""
    console.print(told, soft_wrap=True)
    table = Table("", "found", "right", "precision", "recall", "F1", box=box.SIMPLE_HEAD)
    begun = "before: its words alone" if lesson.by_words else "before: the model that it came with"
    for name, each in ((begun, lesson.before), ("now, by cross-validation", lesson.after)):
        shares = (f"{share:.2f}" for share in (each.precision, each.recall, each.f1))
        table.add_row(name, str(each.found), str(each.right), *shares)
    console.print(table)
    for text in lesson.forgotten:
        console.print(f"an example of topics.yaml would be wrong: {text}", style="red", soft_wrap=True)
