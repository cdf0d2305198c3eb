"""All files of an installation looked through in one pass: what is damaged or mistaken, and what would mend it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from upath import UPath

from crawlers.state import state_damage
from pipeline.airflow import is_unusable
from pipeline.config import mistakes_in
from pipeline.disks import nearly_full_data
from pipeline.kept import damage as report_damage
from processing.process import process_outlet
from processing.topics.labels import LABELS, keep
from processing.topics.loading import configured_tagger
from rasid.captures import set_torn_aside
from rasid.configuration import config_files
from rasid.errors import RasidError
from rasid.exclusive import exclusively
from rasid.members import places, spans
from rasid.outlets import load_outlets
from rasid.records import ARTICLES, REJECTED
from rasid.settings import Settings
from rasid.storage import Storage, day_of, is_local, set_aside

_ROOMS = {
    "captures": "*/*.warc.gz",
    "articles": "*/*.jsonl",
    "rejected": "*/*.jsonl",
    "runs": "*/*.json",
    "state": "*.jsonl",
    "labels": "*.jsonl",
}
"""Folder → names of its files."""


@dataclass(frozen=True)
class Fault:
    """Something that is wrong.

    Attributes:
        what: the file and what is wrong with it, in a sentence.
        cure: what would make it good, in words; what a person has to do where there is no `repair`.
        repair: does it; None where Rasid cannot.
    """

    what: str
    cure: str
    repair: Callable[[], object] | None = None


def inspect(settings: Settings) -> Iterator[Fault]:
    """What is wrong with the YAML files, the disk of ``RASID_DATA`` and all files there. Nothing is changed."""
    storage = Storage(settings.data)
    yield from _config(settings)
    yield from (
        Fault(told, "delete what you need no more, such as old captures") for told in nearly_full_data(settings)
    )
    yield from _strange(storage)
    yield from _captures(storage)
    yield from _made_of_captures(settings, storage)
    yield from _states(storage)
    yield from _reports(storage)
    yield from _labels(storage)
    yield from _schedule(storage)


def _config(settings: Settings) -> Iterator[Fault]:
    for mistake in mistakes_in(settings):
        yield Fault(str(mistake), "correct the file")


def _strange(storage: Storage) -> Iterator[Fault]:
    """What has the name of a folder or a file of ours and is none."""
    for room, pattern in _ROOMS.items():
        if is_local(storage.root) and os.path.lexists(str(folder := storage.root / room)) and not folder.is_dir():
            yield Fault(f"{room} is a file, or a link to nothing", "move it away")
        for file in _named(storage.root / room, pattern):
            if not file.is_file():
                yield Fault(
                    f"{storage.relative(file)} is a pipe, a socket, a device, a folder, or a link to nothing",
                    "move it away",
                )


def _captures(storage: Storage) -> Iterator[Fault]:
    for file in _files(storage, "captures"):
        with file.open("rb") as stream:
            found = list(spans(stream))
        name = storage.relative(file)
        if found and not found[-1].whole:
            yield Fault(
                f"{name} ends with {found[-1].end - found[-1].start:,} bytes that are no record",
                "they are set aside; the next crawl fetches what they were",
                partial(_alone, storage, file.name.removesuffix(".warc.gz"), partial(set_torn_aside, file)),
            )
        if damaged := [span for span in found[:-1] if not span.whole]:
            yield Fault(
                storage.damaged(file, places(damaged)),
                "all other records are used, and a crawl of that day fetches again what was lost",
            )


def _made_of_captures(settings: Settings, storage: Storage) -> Iterator[Fault]:
    """Articles and rejected pages; they tell how long the file was that they were made of."""
    for folder, kind in (("articles", ARTICLES), ("rejected", REJECTED)):
        for file in _files(storage, folder):
            found = kind.read(file)
            day, outlet = date.fromisoformat(file.parent.name), file.name.removesuffix(".jsonl")
            captures = storage.captures(day, outlet)
            there = captures.exists()
            length = captures.stat().st_size if there else 0
            if kind is ARTICLES and found.source and found.source.whole and length < found.source.length:
                yield Fault(
                    f"{storage.relative(captures)} is cut at byte {length:,} of {found.source.length:,}",
                    "restore it from a back-up, or crawl that day again, which fetches what was lost",
                )
            if damage := found.damage:
                yield Fault(
                    storage.damaged(file, damage),
                    "it is made anew from the captures"
                    if there
                    else "restore it from a back-up: its captures are gone",
                    partial(_process, settings, storage, day, outlet) if there else None,
                )


def _process(settings: Settings, storage: Storage, day: date, outlet: str) -> None:
    outlets = load_outlets(config_files(settings.config, "outlets.yaml"))
    if outlet not in outlets:
        raise RasidError(f"{outlet} is no longer in outlets.yaml, so its articles cannot be made anew")
    process_outlet(outlets[outlet], day, storage, configured_tagger(settings))


def _states(storage: Storage) -> Iterator[Fault]:
    for file in _files(storage, "state"):
        outlet = file.name.removesuffix(".jsonl")
        if damage := state_damage(file):
            yield Fault(
                storage.damaged(file, damage),
                "it is set aside, and made again from the captures by the next crawl",
                partial(_alone, storage, outlet, partial(set_aside, file)),
            )


def _alone(storage: Storage, outlet: str, repair: Callable[[], object]) -> None:
    """While no crawl of the outlet goes on."""
    with exclusively(storage.crawl_lock(outlet), patience=1):
        repair()


def _reports(storage: Storage) -> Iterator[Fault]:
    for file in _files(storage, "runs"):
        if damage := report_damage(file):
            yield Fault(
                storage.damaged(file, damage),
                "it is set aside; the stage's next run writes a new one",
                partial(set_aside, file),
            )


def _labels(storage: Storage) -> Iterator[Fault]:
    for file in _files(storage, "labels"):
        if damage := LABELS.read(file).damage:
            yield Fault(
                storage.damaged(file, damage),
                "it is set aside, and written anew with the labels that can be read; a back-up has the others",
                partial(keep, storage, file.name.removesuffix(".jsonl"), []),
            )


def _schedule(storage: Storage) -> Iterator[Fault]:
    if not is_local(storage.root):
        return
    file = storage.local("airflow") / "airflow.db"
    if file.exists() and is_unusable(file):
        what = "airflow/airflow.db is damaged, or not Airflow's"
        yield Fault(what, "it is set aside; the next run makes a new one", partial(set_aside, UPath(file)))


def _files(storage: Storage, room: str) -> list[UPath]:
    return [file for file in _named(storage.root / room, _ROOMS[room]) if file.is_file()]


def _named(folder: UPath, pattern: str) -> list[UPath]:
    """By name; of folders, those of days."""
    found = folder.glob(pattern) if folder.is_dir() else ()
    return sorted((file for file in found if "/" not in pattern or day_of(file.parent.name)), key=str)
