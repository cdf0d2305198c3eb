"""A day's captures of one outlet, written, or read by ``rasid process`` on so many cores, which prints its seconds.

python -m benchmarks.extraction.process FOLDER write COUNT
python -m benchmarks.extraction.process FOLDER read CORES
"""

import os
import sys
import time
from datetime import date
from itertools import cycle, islice

from upath import UPath

from benchmarks.extraction.score import MEASURED, load_pages
from processing.process import process_outlet
from processing.topics.loading import load_tagger
from rasid.captures import CaptureWriter
from rasid.outlets import Outlet
from rasid.records import Link
from rasid.settings import ROOT
from rasid.storage import Storage

DAY = date(2025, 3, 10)
OUTLET = Outlet.model_validate(
    {"id": "any", "name": {"ar": "صحيفة", "en": "Paper"}, "country": "ZZ", "timezone": "UTC", "disabled": "any"}
)


def write(storage: Storage, count: int) -> None:
    """The pages of both halves, again and again, each time at another address."""
    pages = [page for half in MEASURED for page in load_pages(half)]
    writer = CaptureWriter(storage.captures(DAY, OUTLET.id))
    for number, page in enumerate(islice(cycle(pages), count)):
        url = f"{page.url}?n={number}"
        writer.write(url, Link(url, "section", page.url), 200, [("Content-Type", "text/html")], page.html)
    writer.close()


def read(storage: Storage, cores: int) -> None:
    """Processes them."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    tagger = load_tagger(ROOT / "config" / "topics.yaml")
    started = time.monotonic()
    process_outlet(OUTLET, DAY, storage, tagger)
    print(time.monotonic() - started)


if __name__ == "__main__":
    folder, action, number = sys.argv[1:]
    {"write": write, "read": read}[action](Storage(UPath(folder)), int(number))
